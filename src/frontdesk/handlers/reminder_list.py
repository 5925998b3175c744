"""Reminders there are: shown, looked for by their words, and what their buttons do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from frontdesk.core.content import Content, Row
from frontdesk.core.conversation import Mode
from frontdesk.core.recurrence import Schedule, next_after
from frontdesk.core.reminders import HANDLER, SNOOZED_FOR, EndReminder, Reminder, Schedules, SnoozeReminder
from frontdesk.core.reminding import snoozed_until
from frontdesk.core.slots import heard
from frontdesk.core.turn import Outcome, Turn
from frontdesk.core.wording import plain
from frontdesk.phrases import say, words

MOST_SHOWN = 10
MOST_TITLE = 60
WAITS = {"PT10M": timedelta(minutes=10), SNOOZED_FOR: timedelta(hours=1), "P1D": timedelta(days=1)}
"""What a button may put a reminder off for; anything else counts as an hour."""


def without_ours(turn: Turn) -> tuple[Mode, ...]:
    """Return the modes without what we asked."""
    return tuple(mode for mode in turn.conversation.modes if mode.handler != HANDLER)


def asked_for(text: str, language: str) -> str | None:
    """Return which of list, cancel and change a text begins with; None for a new reminder."""
    folded = plain(text)
    for verb in ("list", "cancel", "change"):
        for phrase in words(language, "reminder_words")[verb]:
            if folded == phrase or (verb != "list" and folded.startswith(f"{phrase} ")):
                return verb
    return None


async def kept(turn: Turn, reminder_id: object) -> Reminder | None:
    """Return one of the contact's reminders, active or not."""
    try:
        return await turn.records.reminder(UUID(str(reminder_id))) if turn.records else None
    except ValueError:
        return None


async def active(turn: Turn) -> Sequence[Reminder]:
    return await turn.records.reminders() if turn.records else ()


async def listing(turn: Turn, schedules: Schedules) -> Outcome:
    """Show the active ones, the next one first."""
    found = await active(turn)
    if not found:
        return replace(Outcome.say(say(turn.language, "reminder.none")), modes=without_ours(turn))
    lines = [f"• {each.text} – {_when(turn, schedules, each)}" for each in found[:MOST_SHOWN]]
    more = [f"… +{len(found) - MOST_SHOWN}"] if len(found) > MOST_SHOWN else []
    text = "\n".join([say(turn.language, "reminder.list"), *lines, *more])
    return replace(Outcome.say(text), modes=without_ours(turn))


def _when(turn: Turn, schedules: Schedules, of: Reminder) -> str:
    schedule, zone = of.schedule, turn.contact.time_zone or of.schedule.zone
    if of.snoozed:
        schedule = Schedule(zone=of.schedule.zone, first=of.snoozed)
    return schedules.say(schedule, zone)


async def which(turn: Turn, verb: str, text: str) -> Reminder | Outcome:
    """Return the reminder that is meant: the only one, or the only one with these words; else the question which."""
    found = await active(turn)
    folded = heard(text).split()
    named = [each for each in found if set(heard(each.text).split()) & set(folded)]
    if len(found) == 1 or len(named) == 1:
        return named[0] if len(named) == 1 else found[0]
    if not found:
        return Outcome.say(say(turn.language, "reminder.none"))
    rows = tuple(Row(title=each.text[:MOST_TITLE], payload=f"/{HANDLER} {verb} {each.id}") for each in (named or found))
    return Outcome(replies=(Content(text=say(turn.language, f"reminder.{verb}_which"), rows=rows[:MOST_SHOWN]),))


async def pressed(turn: Turn, schedules: Schedules, verb: str, rest: Sequence[str]) -> Outcome:
    """Return what a button of a reminder does: done, snooze, cancel; without one of these, the list."""
    if verb not in ("done", "snooze", "cancel"):
        return await listing(turn, schedules)
    found = await kept(turn, rest[0] if rest else "")
    if found is None or (found.status == "cancelled" and verb != "cancel"):
        return replace(Outcome.say(say(turn.language, "reminder.gone")), modes=without_ours(turn))
    if verb == "snooze":
        return _snoozed(turn, schedules, found, rest[1] if len(rest) > 1 else SNOOZED_FOR)
    if verb == "done":
        effect, text = EndReminder(id=found.id, status="done"), say(turn.language, "reminder.did")
    else:
        effect = EndReminder(id=found.id, status="cancelled")
        text = say(turn.language, "reminder.cancelled", text=found.text)
    return replace(Outcome.say(text, effect), modes=without_ours(turn))


def _snoozed(turn: Turn, schedules: Schedules, of: Reminder, wait: str) -> Outcome:
    until = snoozed_until(turn.now, WAITS.get(wait, WAITS[SNOOZED_FOR])).replace(microsecond=0)
    return again_at(turn, schedules, of, Schedule(zone=of.schedule.zone, first=until))


def again_at(turn: Turn, schedules: Schedules, of: Reminder, at: Schedule) -> Outcome:
    """Let a reminder come once more, at the only time of a schedule."""
    until = next_after(at, turn.now)
    if until is None:
        return Outcome.say(say(turn.language, "reminder.unclear"))
    when = schedules.say(at, turn.contact.time_zone or at.zone)
    said = Outcome.say(say(turn.language, "reminder.snoozed", when=when), SnoozeReminder(id=of.id, until=until))
    return replace(said, modes=without_ours(turn))

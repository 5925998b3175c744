"""What is said on the way to a reminder: which zone, what, when, is that right; and after one came."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any
from uuid import UUID

from frontdesk.core.content import Button, Content
from frontdesk.core.conversation import Mode
from frontdesk.core.recurrence import Schedule, next_after
from frontdesk.core.recurrence_plain import plain as as_plain
from frontdesk.core.recurrence_plain import schedule as from_plain
from frontdesk.core.reminders import HANDLER, MOST_TEXT, ChangeReminder, KeepTimeZone, MakeReminder, Schedules, Wish
from frontdesk.core.rescheduling import at_time, instead
from frontdesk.core.routing import onwards
from frontdesk.core.slots import Ear, Slot, heard
from frontdesk.core.turn import Effect, Onward, Outcome, Turn
from frontdesk.core.wall_clock import zone_of
from frontdesk.core.wording import plain
from frontdesk.core.zones import zone_said
from frontdesk.errors import InvalidInput
from frontdesk.handlers.asking import NO, YES
from frontdesk.handlers.reminder_list import again_at, kept, pressed, without_ours
from frontdesk.phrases import listened_for, openings, say, words

TIME, DATE = Slot(name="time", kind="time"), Slot(name="date", kind="date")
CANT = ("several", "interval")
MOST_BESIDE = 2
"""Words that may stand beside a time for it to correct the one that was asked about: more of them speak of something else."""


class Talk:
    """One turn about reminders, with what the turns before left."""

    def __init__(self, turn: Turn, ear: Ear, schedules: Schedules, state: Mapping[str, Any]) -> None:
        self.turn, self.ear, self.schedules, self.state = turn, ear, schedules, state
        self.zone = turn.contact.time_zone

    async def answered(self) -> Outcome | None:
        """Return what an answer comes to; None where nothing was asked, or it asks for another reminder."""
        match self.state.get("stage"):
            case "zone":
                return self.zone_answered()
            case "what":
                return self.what_answered()
            case "when":
                return self.when_answered()
            case "confirm":
                return await self.confirmed()
            case "fired":
                return await self.after_fire()
        return None

    def wished(self, text: str) -> Outcome:
        """Return what is asked next about these words, the last question being whether they were understood."""
        wish = self.schedules.read(text, self.zone)
        if "zone" in wish.missing and wish.schedule:
            return self.ask_zone(text)
        return self.completed(wish)

    def completed(self, wish: Wish) -> Outcome:
        what = wish.what[:MOST_TEXT]
        problem = next((each for each in CANT if each in wish.missing), None)
        if problem is None and (wish.schedule is None or next_after(wish.schedule, self.turn.now) is None):
            asked_before = self.state.get("stage") == "when" or wish.schedule is not None
            problem = "unclear" if asked_before else "when"
        if problem:
            return self.asking(problem, "when", {"what": what})
        assert wish.schedule
        if not what:
            return self.asking("what", "what", {"schedule": as_plain(wish.schedule)})
        return self.ask_confirm(what, wish.schedule)

    def ask_zone(self, text: str) -> Outcome:
        zone = self.turn.settings.time_zone
        offered = Button(title=zone.rpartition("/")[2].replace("_", " "), payload=f"/{HANDLER} zone {zone}")
        what = self.state.get("what")
        return self.asking("zone", "zone", {"text": text[:MOST_TEXT], "what": what}, buttons=(offered,))

    def zone_answered(self) -> Outcome:
        if self.declined:
            return self.left("left")
        agreed = heard(self.turn.text) in self.ear.words.yes or self.turn.text == YES
        return self.zone_known(self.turn.settings.time_zone if agreed else zone_said(self.turn.text) or "")

    def zone_known(self, zone: str) -> Outcome:
        """Keep the zone and go on with what was asked for before."""
        try:
            zone_of(zone)
        except InvalidInput:
            return self.asking("zone_unknown", "zone", {name: self.state.get(name) for name in ("text", "what")})
        self.zone, text, what = zone, self.state.get("text"), self.state.get("what")
        if not isinstance(text, str):
            return replace(self.left("left"), effects=(KeepTimeZone(zone=zone),))
        wish = self.schedules.read(text, zone)
        following = self.completed(replace(wish, what=what or wish.what))
        return replace(following, effects=(KeepTimeZone(zone=zone), *following.effects))

    def what_answered(self) -> Outcome:
        schedule, what = self.schedule, self.turn.text.strip()[:MOST_TEXT]
        return self.left("left") if self.declined or schedule is None else self.ask_confirm(what, schedule)

    def when_answered(self) -> Outcome | None:
        if self.declined:
            return self.left("left")
        if self.begins_anew:
            self.state = {}
            return None
        before, what = self.schedule, self.state.get("what")
        zone = before.zone if before else self.zone
        wish = self.schedules.read(self.turn.text, zone)
        if "zone" in wish.missing and wish.schedule:
            return self.ask_zone(self.turn.text)
        if before and wish.schedule:
            wish = replace(wish, schedule=self.said_anew(before, wish))
        return self.completed(replace(wish, what=what or wish.what))

    def ask_confirm(self, what: str, schedule: Schedule) -> Outcome:
        buttons = tuple(
            Button(title=say(self.turn.language, f"intent.{name}"), payload=payload)
            for name, payload in (("yes", YES), ("no", NO))
        )
        known = {"what": what, "schedule": as_plain(schedule)}
        said = {"text": what, "when": self.when(schedule)}
        return self.asking("confirm", "confirm", known, buttons=buttons, words=said)

    async def confirmed(self) -> Outcome | None:
        schedule, what = self.schedule, self.state.get("what")
        if schedule is None or not isinstance(what, str) or self.declined or self.refused:
            return self.left("left")
        if heard(self.turn.text) in self.ear.words.yes or self.turn.text == YES:
            return await self.agreed(what, schedule)
        if self.begins_anew:
            self.state = {}
            return None
        wish = self.schedules.read(self.turn.text, schedule.zone)
        is_correction = len(self.beside(wish)) <= MOST_BESIDE and not set(CANT) & set(wish.missing)
        if wish.schedule and is_correction:
            moved = self.said_anew(schedule, wish)
            schedule = moved if next_after(moved, self.turn.now) else schedule
        return self.ask_confirm(what, schedule)

    @property
    def begins_anew(self) -> bool:
        """Whether this asks for another reminder, with words of its own for what: "remind me at 9" corrects a time."""
        asks = openings(self.turn.language)[HANDLER](self.turn.text, True)
        return asks and bool(self.beside(self.schedules.read(self.turn.text, self.zone)))

    def beside(self, wish: Wish) -> list[str]:
        """Return the words that stand beside a time, without those of a correction and those it is about already."""
        said, known = self.ear.words, self.state.get("what")
        small = {
            word for phrase in (*said.yes, *said.no, *said.correct, *said.change, *said.to) for word in phrase.split()
        }
        about = heard(known).split() if isinstance(known, str) else ()
        return [word for word in heard(wish.what).split() if word not in small and word not in about]

    def said_anew(self, before: Schedule, wish: Wish) -> Schedule:
        """Return the schedule as corrected: a bare time keeps the day, a bare day the time."""
        assert wish.schedule
        if wish.schedule.rule or wish.schedule.first.tzinfo:
            return instead(before, wish.schedule, wish.missing)
        times, days = self.ear.read(self.turn.text, TIME, True), self.ear.read(self.turn.text, DATE, True)
        if times and not days:
            return at_time(before, time.fromisoformat(str(times[0].value)[:5]), self.turn.now)
        return instead(before, wish.schedule, wish.missing)

    async def agreed(self, what: str, schedule: Schedule) -> Outcome:
        turn, known = self.turn, self.state.get("id")
        if next_after(schedule, turn.now) is None:  # the yes came after the time
            return self.asking("when", "when", {"what": what})
        if known and await kept(turn, known) is None:
            return self.left("gone")
        quiet = turn.settings.quiet_hours
        effect: Effect = MakeReminder(text=what, schedule=schedule, now=turn.now, quiet=quiet)
        if isinstance(known, str):
            effect = ChangeReminder(id=UUID(known), now=turn.now, text=what, schedule=schedule, quiet=quiet)
        key = "changed" if isinstance(known, str) else "made"
        text = say(turn.language, f"reminder.{key}", text=what, when=self.when(schedule))
        return replace(Outcome.say(text, effect), modes=without_ours(turn))

    async def change_asked(self, reminder_id: str) -> Outcome:
        found = await kept(self.turn, reminder_id)
        if found is None or found.status == "cancelled":
            return self.left("gone")
        self.state = {"id": str(found.id)}
        given = {"what": found.text, "schedule": as_plain(found.schedule)}
        return self.asking("change", "when", given, words={"text": found.text})

    async def after_fire(self) -> Outcome:
        """Return what words after a reminder mean: done, later, a time to come again, or nothing to do with it."""
        found = await kept(self.turn, self.state.get("id"))
        if found is None or self.turn.now >= datetime.fromisoformat(str(self.state.get("until"))):
            return self.rerouted()
        said, spoken = plain(self.turn.text), words(self.turn.language, "reminder_words")
        for verb, name in (("done", "done"), ("snooze", "later")):
            if said in spoken[name]:
                return await pressed(self.turn, self.schedules, verb, [str(found.id)])
        wish = self.schedules.read(self.turn.text, found.schedule.zone)
        if wish.schedule and not wish.schedule.rule and not self.beside(wish):
            return again_at(self.turn, self.schedules, found, wish.schedule)
        return self.rerouted()

    def rerouted(self) -> Outcome:
        """Let whoever answers such words do so."""
        modes = without_ours(self.turn)
        left = replace(self.turn, conversation=replace(self.turn.conversation, modes=modes))
        found = onwards(left, listened_for(self.turn.language))
        onward = Onward(handler=found.handler, argument=found.argument)
        return Outcome(modes=modes, onward=onward, evidence=f"not about the reminder: {found.reason}")

    @property
    def declined(self) -> bool:
        return heard(self.turn.text) in self.ear.words.cancel

    @property
    def refused(self) -> bool:
        return heard(self.turn.text) in self.ear.words.no or self.turn.text == NO

    @property
    def schedule(self) -> Schedule | None:
        """The schedule the turns before came to."""
        try:
            return from_plain(self.state.get("schedule") or {})
        except InvalidInput:
            return None

    def when(self, schedule: Schedule) -> str:
        return self.schedules.say(schedule, self.zone or schedule.zone)

    def asking(
        self,
        key: str,
        stage: str,
        state: Mapping[str, Any],
        *,
        buttons: tuple[Button, ...] = (),
        words: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Ask, and remember what is known by now."""
        content = Content(text=say(self.turn.language, f"reminder.{key}", **(words or {})), buttons=buttons)
        known = {"stage": stage, "id": self.state.get("id"), **state}
        mode = Mode(handler=HANDLER, state={name: value for name, value in known.items() if value is not None})
        return Outcome(replies=(content,), evidence=f"asked: {key}").entering(self.turn, mode)

    def left(self, key: str) -> Outcome:
        """Say so, and ask nothing any more."""
        return replace(Outcome.say(say(self.turn.language, f"reminder.{key}")), modes=without_ours(self.turn))

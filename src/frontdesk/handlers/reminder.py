"""Reminders: made, confirmed in words, listed, changed, put off, done and cancelled."""

from frontdesk.core.message import Message
from frontdesk.core.reminders import HANDLER, MOST_ACTIVE, Reminder
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Onward, Outcome, Route, Turn
from frontdesk.handlers.reminder_list import active, asked_for, listing, pressed, which
from frontdesk.handlers.reminder_talk import Talk
from frontdesk.handlers.wording import why_unread

PRESSED = f"/{HANDLER}"


class Reminders:
    """Keeps a contact's reminders. What it asked meanwhile is the `stage` of its mode: zone, what, when, confirm; after a
    reminder came, fired.
    """

    def __init__(self, settings: TenantSettings) -> None:
        self.settings = settings

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        if turn.ear is None or turn.ear.schedules is None or turn.records is None:
            return Outcome(onward=Onward(handler="fallback"), evidence="nothing here reads schedules")
        if unread := why_unread(turn):
            return Outcome.say(unread)
        mode = turn.mode if turn.mode and turn.mode.handler == HANDLER else None
        talk = Talk(turn, turn.ear, turn.ear.schedules, mode.state if mode else {})
        if isinstance(turn.event, Message) and turn.event.press and turn.text.split(" ")[0] == PRESSED:
            return await _pressed(talk, turn.text.split()[1:])
        return await talk.answered() or await _begun(talk)


async def _pressed(talk: Talk, said: list[str]) -> Outcome:
    """Return what a button of ours comes to, under whatever message and however long ago."""
    verb, *rest = said or ["list"]
    if verb == "zone" and rest:
        return talk.zone_known(rest[0])
    if verb == "change" and rest:
        return await talk.change_asked(rest[0])
    return await pressed(talk.turn, talk.schedules, verb, rest)


async def _begun(talk: Talk) -> Outcome:
    turn, said = talk.turn, talk.turn.values.get("utterance")
    text = said if isinstance(said, str) else turn.text
    verb = asked_for(text, turn.language)
    if verb == "list":
        return await listing(turn, talk.schedules)
    if verb in ("cancel", "change"):
        found = await which(turn, verb, text)
        if not isinstance(found, Reminder):
            return found
        return await _pressed(talk, [verb, str(found.id)])
    if len(await active(turn)) >= MOST_ACTIVE:
        return talk.left("too_many")
    return talk.wished(text)

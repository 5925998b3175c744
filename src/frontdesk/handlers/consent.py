"""STOP and START: whether a contact wants messages at all."""

from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import OptIn, OptOut, Outcome, Route, Turn
from frontdesk.phrases import say


class Consent:
    """Takes a contact out of everything, and back in; the confirmation itself may still be sent."""

    def __init__(self, settings: TenantSettings) -> None:
        self.settings = settings

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        if route.argument == "stop":
            return Outcome.say(say(turn.language, "consent.stopped"), OptOut()).leaving_all()
        if not turn.contact.opted_out:
            words = say(turn.language, "start.text", name="", bot=self.settings.persona.name)
            return Outcome.say(words)
        return Outcome.say(say(turn.language, "consent.started"), OptIn())

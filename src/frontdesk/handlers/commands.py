"""What `/start`, `help` and `cancel` do."""

from dataclasses import replace

from frontdesk.core.answers import foreign
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import OptIn, Outcome, Route, Turn
from frontdesk.handlers import proposing
from frontdesk.handlers.wording import addressed, beside, choices, written
from frontdesk.phrases import say

CHOICES = ("help", "human", "feedback")


class Commands:
    """Greets newcomers, explains, and leaves the active mode."""

    def __init__(self, settings: TenantSettings) -> None:
        self.persona = settings.persona

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        match route.argument:
            case "start":
                back = (OptIn(),) if turn.contact.opted_out else ()
                return replace(self._greeting(turn), effects=back).leaving_all()
            case "cancel" if turn.mode:
                return Outcome.say(say(turn.language, "cancel.done")).leaving(turn)
            case "cancel":
                return Outcome.say(say(turn.language, "cancel.nothing"))
        return self._overview(turn)

    def _overview(self, turn: Turn) -> Outcome:
        """Say what can be said, and offer what the tenant's own intents are for."""
        intents = proposing.offered(turn)
        spoken = proposing.language_of(turn, intents)
        shown = (*proposing.buttons(intents, spoken), *choices(spoken, "human", "feedback"))
        return Outcome.say(say(spoken, "help.text"), buttons=shown, language=foreign(spoken, turn.language))

    def _greeting(self, turn: Turn) -> Outcome:
        language = written(turn) if self.persona.greeting else None
        words = self.persona.greeting or say(turn.language, "start.text", name=addressed(turn), bot=self.persona.name)
        return Outcome.say(words, buttons=choices(beside(turn, language), *CHOICES), language=language)

"""What `/start`, `help` and `cancel` do."""

from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import OptIn, Outcome, Route, Turn
from frontdesk.handlers.wording import addressed, choices
from frontdesk.phrases import say

CHOICES = ("help", "human", "feedback")


class Commands:
    """Greets newcomers, explains, and leaves the active mode."""

    def __init__(self, settings: TenantSettings) -> None:
        self.persona = settings.persona

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        match route.argument:
            case "start":
                words = self.persona.greeting or say(
                    turn.language, "start.text", name=addressed(turn), bot=self.persona.name
                )
                back = (OptIn(),) if turn.contact.opted_out else ()
                return Outcome.say(words, *back, buttons=choices(turn.language, *CHOICES)).leaving_all()
            case "cancel" if turn.mode:
                return Outcome.say(say(turn.language, "cancel.done")).leaving(turn)
            case "cancel":
                return Outcome.say(say(turn.language, "cancel.nothing"))
        return Outcome.say(say(turn.language, "help.text"), buttons=choices(turn.language, "human", "feedback"))

"""What `/start`, `help` and `cancel` do."""

from frontdesk.core.content import Button
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Outcome, Route, Turn
from frontdesk.handlers.wording import addressed
from frontdesk.phrases import say

CHOICES = ("help", "human", "feedback")


def choices(language: str, *names: str) -> list[Button]:
    """Return buttons that stand for commands."""
    return [Button(title=say(language, f"help.{name}"), payload=f"/{name}") for name in names]


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
                return Outcome.say(words, buttons=choices(turn.language, *CHOICES)).leaving_all()
            case "cancel" if turn.mode:
                return Outcome.say(say(turn.language, "cancel.done")).leaving(turn)
            case "cancel":
                return Outcome.say(say(turn.language, "cancel.nothing"))
        return Outcome.say(say(turn.language, "help.text"), buttons=choices(turn.language, "human", "feedback"))

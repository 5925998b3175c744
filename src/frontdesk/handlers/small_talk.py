"""Greetings, thanks and goodbyes, in the tenant's tone."""

from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Outcome, Route, Turn
from frontdesk.handlers.wording import addressed, written
from frontdesk.phrases import say


class SmallTalk:
    """Answers politeness with politeness, never twice in a row with the same words where there are others."""

    def __init__(self, settings: TenantSettings) -> None:
        self.persona = settings.persona

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        kind = route.argument or "greeting"
        if kind == "greeting" and self.persona.greeting:
            return Outcome.say(self.persona.greeting, language=written(turn))
        last = next((said.text for said in reversed(turn.history) if said.author == "bot"), None)
        tries = (self._words(turn, kind) for _ in range(5))
        return Outcome.say(next((words for words in tries if words != last), last or ""))

    def _words(self, turn: Turn, kind: str) -> str:
        key = f"small_talk.{kind}"
        return say(turn.language, key, tone=self.persona.tone, name=addressed(turn), bot=self.persona.name)

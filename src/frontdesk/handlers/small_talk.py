"""Greetings, thanks, goodbyes, apologies, praise, insults and jokes, in the tenant's tone."""

from dataclasses import replace

from frontdesk.core.talking import fresh, repeats
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Outcome, Route, Turn
from frontdesk.handlers.wording import addressed, choices, written
from frontdesk.phrases import listened_for, variants

PATIENCE = 2
"""How often in a row an insult is answered."""


class SmallTalk:
    """Answers politeness with politeness, and never with the words it said lately where there are others."""

    def __init__(self, settings: TenantSettings) -> None:
        self.persona = settings.persona

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        kind = route.argument or "greeting"
        if kind == "greeting" and self.persona.greeting:
            return Outcome.say(self.persona.greeting, language=written(turn))
        words = self._words(turn, kind)
        return self._insulted(turn, words) if kind == "insult" else Outcome.say(words)

    def _insulted(self, turn: Turn, words: str) -> Outcome:
        """Stay calm and offer a person; whoever goes on is not answered any more."""
        if repeats(listened_for(turn.language).small_talk["insult"], turn.history) >= PATIENCE:
            return Outcome.silent(evidence="insulted again and again")
        return replace(
            Outcome.say(words, buttons=choices(turn.language, "human")), evidence="insulted: a person is offered"
        )

    def _words(self, turn: Turn, kind: str) -> str:
        said = {"name": addressed(turn), "bot": self.persona.name}
        offered = variants(turn.language, f"small_talk.{kind}", tone=self.persona.tone, **said)
        return fresh(offered, turn.history, turn.id.int)

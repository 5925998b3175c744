"""Which language a message is in, and what it says in the tenant's working one."""

from collections.abc import Sequence
from dataclasses import replace

from frontdesk.core.message import Message
from frontdesk.core.tenant import Tenant
from frontdesk.core.wording import plain
from frontdesk.errors import TranslationFailed
from frontdesk.phrases import commands
from frontdesk.understanding import language
from frontdesk.understanding.heard import Part, Steps
from frontdesk.understanding.language import Decision, base
from frontdesk.understanding.translating import Translator

MOST_DETAIL = 300


class Interpreter:
    """Interprets for one tenant, among the languages it speaks."""

    def __init__(self, tenant: Tenant, translator: Translator) -> None:
        self.settings = tenant.settings
        self.translator = translator

    async def language(self, event: Message, parts: Sequence[Part], known: str | None, steps: Steps) -> Decision | None:
        """Return the language a contact speaks; None where nothing was said, or the tenant speaks only one.

        `known` is the contact's so far. The words of a picture are no evidence: they count for this turn alone, while
        nothing else is known.
        """
        said = "\n".join(part.text for part in parts if part.is_said)
        if len(self.settings.languages) < 2 or event.press or not parts or (known and not said):
            return None
        with steps.step("language"):
            decided = await self._decide(said or parts[0].text, known)
        if not said:
            decided = replace(decided, confidence=0.0, reason="in a picture")
        confidence = round(decided.confidence, 3)
        steps.found["detected"] = {"language": decided.language, "confidence": confidence, "reason": decided.reason}
        return decided

    async def working(self, parts: Sequence[Part], decided: Decision | None, steps: Steps) -> str | None:
        """Return all that was heard in the working language; None where it is in that, or nobody translates it."""
        target = self.settings.working_language
        if not self.translator.is_set or len(self.settings.languages) < 2:
            return None
        told = [(part.text, await self._source(part, decided)) for part in parts]
        foreign = [one for one in told if base(one[1]) != base(target)]
        if not foreign:
            return None
        with steps.step("translation"):
            try:
                done = await self.translator.translate(foreign, target, steps.ledger)
            except TranslationFailed as failure:
                steps.found["translation"] = {"failure": failure.reason, "detail": str(failure)[:MOST_DETAIL]}
                return None
        sources = sorted({source for _, source in foreign})
        steps.found["translation"] = {"provider": done[foreign[0]].provider, "from": sources, "to": target}
        return "\n".join(done[one].text if one in done else one[0] for one in told)

    def is_command(self, event: Message, text: str, decided: Decision | None, known: str | None) -> bool:
        """Say whether a text is nothing but a command, in the words a contact's language has for it."""
        if event.command or text.startswith("/"):
            return True
        spoken, folded = (decided and decided.language) or known or self.settings.working_language, plain(text)
        return any(folded in said for said in commands(spoken).values())

    async def _source(self, part: Part, decided: Decision | None) -> str:
        """Return the language of a part: a picture's own, which is the working one unless it clearly is another."""
        working = self.settings.working_language
        if part.is_said:
            return decided.language if decided else working
        return (await self._decide(part.text, working)).language

    async def _decide(self, text: str, known: str | None) -> Decision:
        spoken = self.settings.languages
        model = await language.detector(spoken)
        return language.language_of(text, spoken, known, model, ignored=self.settings.translation.glossary)

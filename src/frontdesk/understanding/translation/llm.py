"""Translation by the tenant's language model."""

import asyncio
import contextlib
import re
from collections.abc import Sequence

from frontdesk.errors import (
    GenAIBudgetSpent,
    GenAIError,
    GenAIRefused,
    GenAIUnauthorised,
    GenAIUnusable,
    TranslationFailed,
)
from frontdesk.services.genai.port import GenAI, Translate
from frontdesk.understanding.translation.dialogue import Batch, Dialogue, Provider, Rendered, dialogue
from frontdesk.understanding.translation.protection import MARK, Codes
from frontdesk.understanding.translation.translated import Translated

PROVIDER = Provider("llm", Codes(), most_texts=20, most_characters=4000)
REASONS: dict[type[GenAIError], str] = {
    GenAIUnauthorised: "unauthorised",
    GenAIBudgetSpent: "quota",
    GenAIRefused: "refused",
    GenAIUnusable: "malformed",
}


async def translate(
    texts: Sequence[str], source: str | None, target: str, glossary: Sequence[str], model: GenAI
) -> list[Translated]:
    """Translate texts between two languages (BCP 47); the model finds the source where it is None, and doesn't name it.

    Budget, deadline and retries are the model's own; every failure leaves as TranslationFailed.
    """
    talk = dialogue(texts, source, target, glossary, PROVIDER)
    try:
        return await _carry_on(talk, source, target, model)
    except GenAIError as error:
        raise TranslationFailed(
            REASONS.get(type(error), "unreachable"), str(error), retry_after=error.retry_after
        ) from None


async def _carry_on(talk: Dialogue, source: str | None, target: str, model: GenAI) -> list[Translated]:
    try:
        batch = next(talk)
        while True:
            batch = talk.send([Rendered(text) for text in await _rendered(batch, source, target, model)])
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]


async def _rendered(batch: Batch, source: str | None, target: str, model: GenAI) -> Sequence[str]:
    """Return a batch translated: as the lines of one text, which say more together; one by one where lines got lost."""
    if len(batch) > 1:
        with contextlib.suppress(GenAIUnusable):
            lines = [
                line for line in (await _asked("\n".join(batch), source, target, model)).splitlines() if line.strip()
            ]
            if len(lines) == len(batch):
                return lines
    return await asyncio.gather(*(_one(text, source, target, model) for text in batch))


async def _one(text: str, source: str | None, target: str, model: GenAI) -> str:
    try:
        return " ".join((await _asked(text, source, target, model)).splitlines())
    except GenAIUnusable:
        if not re.search(MARK, text):
            raise
        return ""  # it lost a mark, for all it was told: it is asked around what is kept


async def _asked(text: str, source: str | None, target: str, model: GenAI) -> str:
    keep = tuple(dict.fromkeys(found[0] for found in re.finditer(MARK, text)))
    return (await model.translate(Translate(text, target, source, keep))).value.text

"""Translation by a language model, handed in as one callable."""

import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from frontdesk.understanding.translation.dialogue import Dialogue, Provider, Rendered, dialogue
from frontdesk.understanding.translation.protection import Codes
from frontdesk.understanding.translation.translated import Translated, TranslationFailed

Ask = Callable[[str, str], Awaitable[Sequence[str]]]
"""Takes instructions and a JSON list of texts (never instructions), and returns the model's list, as structured output.

It keeps its own deadline, budget and retries, and raises its own FrontdeskError.
"""

PROMPT = Path(__file__).with_name("prompt.md")
PROVIDER = Provider("llm", Codes(), most_texts=20, most_characters=4000)


async def translate(
    texts: Sequence[str], source: str | None, target: str, glossary: Sequence[str], ask: Ask
) -> list[Translated]:
    """Translate texts between two languages (BCP 47); the model finds the source where it is None, and doesn't name it."""
    talk = dialogue(texts, source, target, glossary, PROVIDER)
    instructions = PROMPT.read_text("utf-8").format(source=source or "whatever language it is in", target=target)
    return await _carry_on(talk, instructions, ask)


async def _carry_on(talk: Dialogue, instructions: str, ask: Ask) -> list[Translated]:
    try:
        batch = next(talk)
        while True:
            given = await ask(instructions, json.dumps(list(batch), ensure_ascii=False))
            if len(given) != len(batch) or not all(isinstance(text, str) and text.strip() for text in given):
                raise TranslationFailed("malformed", f"the model gave no {len(batch)} texts for {len(batch)}")
            batch = talk.send([Rendered(text) for text in given])
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]

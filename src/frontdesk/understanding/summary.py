"""The rolling summary of a long conversation: by a language model where there is one, else by choosing sentences."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import structlog

from frontdesk.errors import GenAIError
from frontdesk.services.genai.port import GenAI, Line, Summarise
from frontdesk.understanding import gist

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Policy:
    """When to sum up, and how long the summary gets.

    Once `after_messages` messages or `after_words` words stand outside the summary, all of them but the last
    `keep_messages` go into it. `by` sentences asks no model.
    """

    after_messages: int = 40
    after_words: int = 1200
    keep_messages: int = 12
    most_words: int = 120
    by: Literal["auto", "sentences"] = "auto"


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the history; ids are the store's, in the order things were said."""

    id: str
    speaker: Literal["contact", "desk"]
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rolling:
    """What was said up to the message `until`, which is the last of `covered`."""

    text: str = field(default="", repr=False)
    until: str = ""
    covered: int = 0
    by: Literal["sentences", "model"] = "sentences"


NOTHING = Rolling()


def is_due(messages: int, words: int, policy: Policy) -> bool:
    """Say whether so much was said since the summary that it should grow; the turns keep the count."""
    return messages >= policy.after_messages or words >= policy.after_words


async def update(
    before: Rolling, messages: Sequence[Said], policy: Policy, language: str, model: GenAI | None = None
) -> Rolling:
    """Return the summary with these messages in it; the same one where there are none.

    A model that gives no summary is no failure: sentences are chosen then. Its language is the tenant's, theirs the
    contact's.
    """
    if not messages:
        return before
    lines = tuple(Line(message.speaker, message.text) for message in messages)
    text = await _modelled(before.text, lines, policy, language, model) if model else None
    by: Literal["sentences", "model"] = "model" if text else "sentences"
    if not text:
        text = await asyncio.to_thread(gist.condense, before.text, lines, policy.most_words)
    return Rolling(text, messages[-1].id, before.covered + len(messages), by)


async def _modelled(before: str, lines: tuple[Line, ...], policy: Policy, language: str, model: GenAI) -> str | None:
    try:
        counted = await model.summarise(Summarise(lines, language, before, policy.most_words))
    except GenAIError as error:
        log.info("summary_by_sentences", code=error.code)
        return None
    said = counted.value.text
    if gist.length(said) <= policy.most_words:
        return said
    return await asyncio.to_thread(gist.condense, said, (), policy.most_words)

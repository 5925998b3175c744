"""Small talk in words that are not ours: who finds them, and which of them are never said."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from frontdesk.core.turn import Turn
from frontdesk.core.wording import contains, plain

Verdict = Literal["small_talk", "request", "other"]
ADDRESS = re.compile(r"[a-z]{2,10}://|\bwww\.|\S@\S|@\w|[^\W\d_]{2,}\.[^\W\d_]{2,}", re.IGNORECASE)
MARKUP = frozenset("<>[]{}`*|\\#")
SENTENCE = re.compile(r"[^.!?؟।॥…\n]*\w[^.!?؟।॥…\n]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Talked:
    """What became of asking for words: the words, or why there are none; `verdict` is what the message was taken for."""

    text: str | None = field(default=None, repr=False)
    verdict: Verdict | None = None
    failure: str | None = None


class Talker(Protocol):
    """Finds words for small talk, as the tenant's persona."""

    async def talk(self, turn: Turn, kind: str | None) -> Talked:
        """Answer a turn that is small talk of this kind, or may be some: `kind` None."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What words have to keep to. `never` are words that are not said, by what they would be: a claim, a promise."""

    most_characters: int
    most_sentences: int
    never: Mapping[str, Sequence[str]] = field(default_factory=dict)
    said: tuple[str, ...] = field(default=(), repr=False)
    """What was said lately, and is not said again."""


def fault(text: str, bounds: Bounds) -> str | None:
    """Say what keeps words from being said, so that better ones may be found; None where nothing does.

    Small talk needs no figures: what has none can name no price, dose, date or number.
    """
    if len(text) > bounds.most_characters:
        return f"the text has {len(text)} characters; it may have {bounds.most_characters}"
    if (sentences := len(SENTENCE.findall(text))) > bounds.most_sentences:
        return f"the text has {sentences} sentences; it may have {bounds.most_sentences}"
    if ADDRESS.search(text):
        return "leave links, addresses and accounts out"
    if any(char.isnumeric() or unicodedata.category(char) == "Sc" for char in text):
        return "leave figures and money out"
    if MARKUP.intersection(text):
        return "write plain words without markup"
    return _never(plain(text), bounds)


def _never(folded: str, bounds: Bounds) -> str | None:
    if not folded:
        return "say something in words"
    for what, words in bounds.never.items():
        if any(contains(folded, word) for word in words):
            return f"the text is not to {what}"
    return "say it in other words than before" if _was_said(folded, bounds.said) else None


def _was_said(folded: str, said: Iterable[str]) -> bool:
    return any(folded == plain(line) for line in said)

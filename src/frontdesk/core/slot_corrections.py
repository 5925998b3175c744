"""Corrections: what of an answer is about a value given before (`no, Tuesday`, `change the date to Friday`)."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from frontdesk.core.slots import WORD, Form, Slot, State, Words, heard, label

EDGE = " \t\n,.;:!?-–—،؛؟।"


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be changed: the new value's words, and the slot where it was named."""

    text: str
    slot: Slot | None = None


def read(text: str, form: Form, state: State, words: Words) -> Correction | None:
    """Return the correction an answer is, or None."""
    named = _change(text, form, words)
    if named:
        return named
    rest = _after(text, words.correct)
    if rest is None:
        return None
    while (further := _after(rest, words.correct)) is not None:
        rest = further
    rest = _without_negated(rest, words)
    return Correction(rest, _named(rest, form, words)) if rest.strip(EDGE) else None


def _after(text: str, phrases: Iterable[str]) -> str | None:
    """Return what follows the longest of some phrases at the beginning of a text, or None if none stands there."""
    spans = [match.end() for match in WORD.finditer(text[:200])]
    for count in range(min(4, len(spans)), 0, -1):
        if heard(text[: spans[count - 1]]) in phrases:
            return text[spans[count - 1] :].lstrip(EDGE)
    return None


def _change(text: str, form: Form, words: Words) -> Correction | None:
    """Read `change the date to Friday`, in any order of verb, slot and value."""
    folded = f" {heard(text)} "
    if not any(f" {verb} " in folded for verb in words.change):
        return None
    slot = _named(text, form, words)
    if slot is None:
        return None
    kept = list(WORD.finditer(text[:500]))
    names = {word for name in _names(slot, words) for word in name.split()}
    verbs = {word for verb in words.change for word in verb.split()}
    dropped = [match for match in kept if heard(match[0]) in names | verbs]
    if not dropped:
        return None
    tails = [text[dropped[-1].end() :], text[: dropped[0].start()], *_between(text, dropped)]
    rest = max((_trimmed(tail, words) for tail in tails), key=len)
    return Correction(rest, slot)


def _between(text: str, dropped: list[re.Match[str]]) -> list[str]:
    return [text[one.end() : two.start()] for one, two in itertools.pairwise(dropped)]


def _trimmed(text: str, words: Words) -> str:
    """Return the text without the small words at its beginning."""
    rest = _after(text.strip(EDGE), words.to)
    return (rest if rest is not None else text).strip(EDGE)


def _names(slot: Slot, words: Words) -> set[str]:
    return {name for name in (heard(slot.name.replace("_", " ")), heard(label(slot, words))) if name}


def _named(text: str, form: Form, words: Words) -> Slot | None:
    folded = f" {heard(text)} "
    for slot in form.slots:
        if any(f" {name} " in folded or f" ال{name} " in folded for name in _names(slot, words)):
            return slot
    return None


def _without_negated(text: str, words: Words) -> str:
    """Return `Tuesday` of `Tuesday, not Monday` and of `not Monday, Tuesday`."""
    for word in words.negation:
        match = re.search(rf"(?:\A|[\s,]){re.escape(word)}\s", text[:200], re.IGNORECASE)
        if not match:
            continue
        if match.start() > 0:
            return text[: match.start()]
        _, comma, rest = text.partition(",")
        return rest if comma else text
    return text

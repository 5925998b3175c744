"""The rating, one to five, that feedback in words holds: "5 stars", "2/10", "nota 10", "muy mal servicio"."""

import functools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from frontdesk.understanding.language import base
from frontdesk.understanding.sentiment import folding
from frontdesk.understanding.sentiment.lexicon import document, listed
from frontdesk.understanding.sentiment.scoring import score

LEAST, MOST = 1, 5
SCALES = (5, 10, 20, 100)
"""What ratings are given out of; other fractions are dates, doses and sizes."""
TEN = 10
STRONG = 0.7
CLEAR = 0.2
_STARS = re.compile("[⭐★🌟]")
_UNIT = r"(?:\d{1,3}(?:[.,]\d)?)"


@dataclass(frozen=True, slots=True)
class _Words:
    """A language's words of ratings, as patterns over folded text with its numbers in figures."""

    numbers: Mapping[str, str]
    of: re.Pattern[str]
    reversed_of: re.Pattern[str] | None
    stars: re.Pattern[str]
    alone: re.Pattern[str]
    middling: tuple[str, ...]


def rating(text: str, language: str, felt: float | None = None) -> int | None:
    """Return the rating that feedback gives, from 1 to 5, or None where it gives none.

    For answers to a question about satisfaction: "4" alone is a rating, and so is "5/10", elsewhere a date. A rating in
    figures counts before the words around it; two different ones count as none. `felt` is how it was said, from −1 to 1, where
    that is known better than the words say it.
    """
    said = folding.speech(text)
    if stars := len(_STARS.findall(said)):
        return min(stars, MOST) if stars > 1 or not re.search(r"\w", said) else _read(said, language, felt)
    return _read(said, language, felt)


def _read(said: str, language: str, felt: float | None) -> int | None:
    words = _words(base(language))
    folded = " ".join(folding.folded(said).split())
    given = set(_given(_figures(folded, words), words))
    if given:
        return given.pop() if len(given) == 1 else None
    value = score(said, language).score if felt is None else felt
    return _worded(folded, words, value)


def _worded(folded: str, words: _Words, felt: float) -> int | None:
    bare = " ".join(part for part in folding.parts(folded) if part not in ".!?,\n")
    if bare in words.middling:
        return 3
    if abs(felt) > CLEAR:
        strong = abs(felt) >= STRONG
        return (5 if strong else 4) if felt > 0 else (1 if strong else 2)
    return 3 if any(f" {word} " in f" {bare} " for word in words.middling) else None


def _given(text: str, words: _Words) -> Iterator[int]:
    """Yield the ratings in figures: of a scale, in stars, or a number that stands alone."""
    scaled = [(found[1], found[2]) for found in words.of.finditer(text)]
    if words.reversed_of:
        scaled += [(found[2], found[1]) for found in words.reversed_of.finditer(text)]
    if scaled:
        yield from filter(None, (_of(_value(given), int(_value(scale))) for given, scale in scaled))
        return
    stars = [_value(found[1] or found[2]) for found in words.stars.finditer(text)]
    if stars:
        yield from filter(None, (_of(each, MOST if each <= MOST else TEN) for each in stars))
    elif alone := words.alone.fullmatch(text):
        value = _value(alone[1])
        if found := _of(value, MOST if value <= MOST else TEN):
            yield found


def _value(figures: str) -> float:
    return float(figures.replace(",", "."))


def _of(given: float, scale: int) -> int | None:
    """Return a rating on a scale as one to five; nothing is one. None for a scale nobody rates on."""
    if scale not in SCALES or given > scale:
        return None
    share = MOST * given / scale
    return max(LEAST, math.floor(share + 0.5) if scale == MOST else math.ceil(share))


def _figures(text: str, words: _Words) -> str:
    """Put figures for the words of numbers, and for the digits of other scripts."""
    plain = "".join(str(int(char)) if char.isdecimal() else char for char in text)
    return re.sub(r"[^\W\d_][^\s.,!?/-]*(?!\s\d)", lambda found: words.numbers.get(found[0], found[0]), plain)


@functools.lru_cache(maxsize=64)
def _words(language: str) -> _Words:
    found = document(language).get("ratings", {})
    numbers = {word: str(value) for value, word in enumerate(listed(found.get("numbers", "")))}
    for value, also in found.get("also", {}).items():
        numbers |= dict.fromkeys(listed(also), value)
    links, last = _any(found, "of"), _any(found, "of_scale")
    stars, marks = _any(found, "stars", "stars", "⭐", "★"), _any(found, "marks", "rating")
    before, after = rf"(?<![\w/.,-])({_UNIT})", r"(?![\w/-]|[.,]\d)"
    return _Words(
        numbers,
        re.compile(rf"{before}\s?(?:/|\s(?:{links})\s)\s?(\d{{1,3}}){after}"),
        re.compile(rf"{before}\s(?:{last})\s({_UNIT}){after}") if last else None,
        re.compile(rf"{before}[\s-]?(?:{stars})(?!\w)|(?<!\w)(?:{stars}|{marks})\s({_UNIT}){after}"),
        re.compile(rf"\W*(?:(?:{_any(found, 'articles', 'a')})\s)?({_UNIT})\W*"),
        tuple(listed(found.get("middling", ""))),
    )


def _any(found: Mapping[str, str], name: str, *more: str) -> str:
    """Return a pattern of any of the phrases a list holds."""
    return "|".join(re.escape(entry) for entry in [*listed(found.get(name, "")), *more])

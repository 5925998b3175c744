"""Entities of kind name: a person who says who they are."""

import functools
import re
import unicodedata
from collections.abc import Iterator

from frontdesk.core.entities import Entity
from frontdesk.understanding.entities.folding import fold
from frontdesk.understanding.entities.lexicon import load
from frontdesk.understanding.entities.reading import Reading

MOST_WORDS = 5
PARTICLES = frozenset("de del la las los da do dos das e y von van der den zu bin ibn al el di du le".split())  # noqa: SIM905
CASELESS = {"Lo", "Lm"}


@functools.cache
def _pattern(language: str) -> re.Pattern[str]:
    phrases = sorted(load(language).section("names")["before"].split("|"), key=len, reverse=True)
    words = "|".join(re.escape(fold(phrase)).replace(r"\ ", r"\s+") for phrase in phrases)
    return re.compile(rf"(?<![^\W\d_])({words})(?:[:,\s]+)(?=[^\W\d_])")


def find(reading: Reading) -> Iterator[Entity]:
    """Yield the words after `my name is`: capitalised ones, or all of a script without capitals, up to five."""
    names, folded = reading.lexicon.section("names"), reading.folded
    stop = {fold(word) for word in names["stop"].split("|")}
    weak = {fold(word) for word in names["weak"].split("|")}
    for match in _pattern(reading.lexicon.language).finditer(folded.text):
        begin, _ = folded.span(match.end(), match.end() + 1)
        end = _end(reading.text, begin, stop, strict=match[1] in weak)
        if end > begin:
            confidence = 0.7 if match[1] in weak else 0.95
            text = reading.text[begin:end]
            yield Entity(
                kind="name", value=" ".join(text.split()), text=text, start=begin, end=end, confidence=confidence
            )
            return


def whole(reading: Reading) -> Entity | None:
    """Return the whole text as the name, where a name was asked for and nothing but words stands there."""
    text = reading.text.strip(" .,!?\n\t")
    words = text.split()
    if not 0 < len(words) <= MOST_WORDS or len(text) > 80 or not all(_word(word) for word in words):
        return None
    start = reading.text.index(text)
    return Entity(kind="name", value=" ".join(words), text=text, start=start, end=start + len(text), confidence=0.6)


def _word(word: str) -> bool:
    return any(map(str.isalpha, word)) and all(unicodedata.category(char)[0] in "LM" or char in "'’-." for char in word)


def _end(text: str, begin: int, stop: set[str], *, strict: bool) -> int:
    """Return where the name that begins at `begin` ends; without capitals only its first word counts, if not `strict`."""
    end = begin
    for count, match in enumerate(re.finditer(r"[^\s,;:!?()\"،؛؟।]+", text[begin : begin + 120])):
        word = match[0].rstrip(".")
        if count >= MOST_WORDS or not _word(word) or fold(word) in stop:
            break
        gap = text[end : begin + match.start()]
        if count and gap.strip():
            break
        capital = word[0].isupper() or unicodedata.category(word[0]) in CASELESS
        if not capital and not (count and fold(word) in PARTICLES) and (strict or count):
            break
        end = begin + match.start() + len(word)
    last = text[begin:end].split()
    while last and len(last) > 1 and last[-1] in PARTICLES:
        end = begin + text[begin:end].rindex(last.pop())
        end = begin + len(text[begin:end].rstrip())
    return end

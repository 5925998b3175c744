"""Entities of kind number and ordinal."""

import re
from collections.abc import Iterator

from frontdesk.core.entities import Entity
from frontdesk.understanding.entities.lexicon import GAPS
from frontdesk.understanding.entities.numerals import LETTER, PHRASE_WORDS, WORD
from frontdesk.understanding.entities.reading import Reading

WEAK = 0.4


def find(reading: Reading) -> Iterator[Entity]:
    """Yield numbers, whole ones as int; a sign or the word for minus before one belongs to it."""
    text = reading.folded.text
    for number in reading.numerals:
        value: float = number.whole if number.whole is not None else number.value
        start = number.start
        sign = _sign(text[:start], reading)
        if sign is not None:
            value, start = -value if text[sign] != "+" else value, sign
        yield reading.entity("number", value, start, number.end, WEAK if number.weak else 1.0)


def _sign(before: str, reading: Reading) -> int | None:
    if before.endswith(("-", "+")) and (len(before) == 1 or before[-2].isspace()):
        return len(before) - 1
    word = reading.lexicon.section("numbers")["minus"]
    stripped = before.rstrip()
    if word and stripped.endswith(word) and not before[: len(stripped) - len(word)][-1:].isalpha():
        earlier = stripped[: -len(word)].rstrip()
        return len(stripped) - len(word) if not earlier or not earlier[-1].isalnum() else None
    return None


def find_ordinals(reading: Reading) -> Iterator[Entity]:
    """Yield `3rd`, `third`, `tercero`; one followed by a dot (German) only where it was asked for."""
    text, lexicon = reading.folded.text, reading.lexicon
    suffix = lexicon.section("ordinals")["suffix"]
    if suffix:
        for match in re.finditer(rf"(?<![\d.,])(\d{{1,4}})(?:{suffix}|\.\Z)(?!{LETTER})", text):
            yield reading.entity(
                "ordinal", int(match[1]), match.start(), match.end(), 0.45 if match[0][-1] == "." else 1.0
            )
    words = [(match.start(), match.end()) for match in WORD.finditer(text)]
    index = 0
    while index < len(words):
        taken = next(
            (
                n
                for n in range(min(PHRASE_WORDS, len(words) - index), 0, -1)
                if _ordinal(text, words, index, n, reading)
            ),
            0,
        )
        if taken:
            start, end = words[index][0], words[index + taken - 1][1]
            yield reading.entity("ordinal", _ordinal(text, words, index, taken, reading), start, end, 0.9)
        index += max(taken, 1)


def _ordinal(text: str, words: list[tuple[int, int]], index: int, count: int, reading: Reading) -> int | None:
    start, end = words[index][0], words[index + count - 1][1]
    if end - start > 60:
        return None
    name = GAPS.sub(" ", text[start:end])
    return reading.lexicon.ordinals.get(name) or reading.lexicon.ordinals.get(
        name.removeprefix(reading.lexicon.raw.get("article") or "\0")
    )

"""What is to be reminded of: the words that say nothing of when."""

import re

from frontdesk.understanding.entities.folding import fold
from frontdesk.understanding.schedules.heard import Heard, Row
from frontdesk.understanding.schedules.lexicon import Words

SMALL = "gyFX@&,-7Bi"
"""Codes of words that belong to what is said of when if they stand before it, or between two such things."""
EDGE = " \t\n\r.,;:!¡?¿-–—،؛।\"'"


def remaining(row: Row, heard: Heard) -> str:
    """Return the words that are left, without what leads in to them."""
    taken = _taken(row, heard)
    pieces, at = [], 0
    for index in sorted(taken):
        start, end = row.tokens[index].start, row.tokens[index].end
        if start > at:
            pieces.append(_original(row, at, start))
        at = max(at, end)
    pieces.append(_original(row, at, len(row.reading.folded.text)))
    led = any(row.line[index] == "$" for index in taken)
    trimmed = [piece for piece in (piece.strip(EDGE) for piece in pieces) if piece]
    return _stripped(" ".join(trimmed), row.words, led)


def _original(row: Row, start: int, end: int) -> str:
    if start >= end:
        return ""
    begin, finish = row.reading.folded.span(start, end)
    return row.reading.text[begin:finish]


def _taken(row: Row, heard: Heard) -> set[int]:
    taken = {index for first, last in heard.spans for index in range(first, last)}
    for index in range(len(row.tokens) - 1, -1, -1):
        following = index + 1
        if index not in taken and following in taken and row.line[following] != "$" and row.line[index] in SMALL:
            taken.add(index)
    return taken


def _stripped(text: str, words: Words, led: bool) -> str:
    """Cut the small words a phrase such as "remind me" leaves behind."""
    while led:
        word = next((word for word in words.edges if _begins(text, word)), None)
        if word is None:
            break
        text = text[_length(text, word) :].strip(EDGE)
    for word, other in words.replaced.items():
        if led and _begins(text, word):
            text = other + text[_length(text, word) :]
            break
    if led:
        ending = next((word for word in words.ends if fold(text).endswith(" " + word)), None)
        text = text[: len(text) - len(ending)].strip(EDGE) if ending else text
    return re.sub(r"\s+", " ", text).strip(EDGE)


def _begins(text: str, word: str) -> bool:
    return bool(re.match(rf"{re.escape(word).replace(chr(92) + ' ', '[ -]+')}(?:[\s'’,]|\Z)", _plainly(text)))


def _length(text: str, word: str) -> int:
    match = re.match(rf"{re.escape(word).replace(chr(92) + ' ', '[ -]+')}['’]?", _plainly(text))
    return match.end() if match else 0


def _plainly(text: str) -> str:
    """Return a text folded character by character, each to one, so that places stay."""
    return "".join(fold(char)[:1] or char for char in text)

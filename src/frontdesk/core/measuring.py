"""How long a text is to a channel, and where it may be cut without breaking what a reader sees as one character."""

import unicodedata
from typing import Literal

Unit = Literal["characters", "utf16", "bytes"]

ELLIPSIS = "…"
ZERO_WIDTH_JOINER = "\u200d"
MARKS = frozenset({"Mn", "Mc", "Me"})
SKIN_TONES = range(0x1F3FB, 0x1F400)
TAGS = range(0xE0020, 0xE0080)  # flags of England, Scotland and Wales end with them
REGIONAL_INDICATORS = range(0x1F1E6, 0x1F200)
JAMO_THAT_FOLLOW = range(0x1160, 0x1200)


def length(text: str, unit: Unit = "characters") -> int:
    """Return a text's length as the channel counts it."""
    if unit == "characters" or text.isascii():
        return len(text)
    if unit == "utf16":
        return len(text) + sum(char > "\uffff" for char in text)
    return len(text.encode("utf-8", "surrogatepass"))


def reach(text: str, start: int, limit: int, unit: Unit = "characters") -> int:
    """Return the furthest end of a part that begins at `start` and is not longer than `limit`."""
    if unit == "characters":
        return min(len(text), start + limit)
    used = 0
    for index in range(start, min(len(text), start + limit + 1)):
        used += length(text[index], unit)
        if used > limit:
            return index
    return min(len(text), start + limit)


def boundary(text: str, start: int, end: int) -> int:
    """Return `end`, or the nearest place before it where no emoji or accented letter is cut in two.

    Where what began at `start` is all one such thing, it has to be cut.
    """
    for place in range(end, start, -1):
        if not _joined(text, place):
            return place
    return end


def shortened(text: str, limit: int, unit: Unit = "characters") -> str:
    """Return the text, or as much of it as fits with an ellipsis at its end."""
    if length(text, unit) <= limit:
        return text
    room = limit - length(ELLIPSIS, unit)
    if room < 0:
        return ""
    return text[: boundary(text, 0, reach(text, 0, room, unit))].rstrip() + ELLIPSIS


def _joined(text: str, place: int) -> bool:
    """Say whether the characters before and after `place` are parts of one."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    code = ord(after)
    if code < 0x300:
        return before == "\r" and after == "\n"
    if ZERO_WIDTH_JOINER in (before, after) or code in SKIN_TONES or code in TAGS or code in JAMO_THAT_FOLLOW:
        return True
    if code in REGIONAL_INDICATORS:
        return _half_a_flag(text, place)
    return unicodedata.category(after) in MARKS


def _half_a_flag(text: str, place: int) -> bool:
    """Say whether the letter after `place` is the second of a flag's two."""
    first = place
    while first > 0 and ord(text[first - 1]) in REGIONAL_INDICATORS:
        first -= 1
    return (place - first) % 2 == 1

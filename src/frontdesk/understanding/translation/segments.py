"""A text in the segments a provider is asked for, and what stands between them, which nobody touches."""

import re
from collections.abc import Iterator, Sequence

from frontdesk.understanding.translation.protection import EMOJI, speaks

Segments = Sequence[tuple[str, bool]]
"""Parts of a text in order, each with whether it is to be translated; joined they are the text."""

_ENDS_OF_PIECE = re.compile(rf"(\s*(?:[•·*>–—-]\s+)?[\s{EMOJI}]*)(.*?)([\s{EMOJI}]*)", re.DOTALL)
_ENDS = (re.compile(r"(?<=[.!?…।؟。！？])\s+"), re.compile(r"(?<=[,;:،])\s+"), re.compile(r"\s+"))


def lines(text: str, kept: re.Pattern[str], most: int) -> Segments:
    """Cut a text at line ends, and longer lines where sentences, clauses or words end; none over `most` characters."""
    found = [part for part in re.split(r"((?<!\s)\s*\n\s*)", text) if part]
    return [segment for part in found for piece in _pieces(part, most) for segment in _bare(piece, kept)]


def around(text: str, kept: re.Pattern[str], most: int) -> Segments:
    """Cut a text at everything that is to be kept as well: exact whatever the provider does, at the price of grammar."""
    segments: list[tuple[str, bool]] = []
    end = 0
    for found in kept.finditer(text):
        segments += [*lines(text[end : found.start()], kept, most), (found[0], False)]
        end = found.end()
    return [*segments, *lines(text[end:], kept, most)]


def _pieces(text: str, most: int) -> Iterator[str]:
    while len(text) > most:
        ends = (max((found.end() for found in end.finditer(text, 0, most)), default=0) for end in _ENDS)
        cut = next((end for end in ends if end), most)
        yield text[:cut]
        text = text[cut:]
    if text:
        yield text


def _bare(text: str, kept: re.Pattern[str]) -> Segments:
    """Part a piece from the bullet, space and emoji at its ends; leave alone what has no word to translate."""
    if not speaks(kept.sub(" ", text)):
        return [(text, False)]
    found = _ENDS_OF_PIECE.fullmatch(text)
    before, inner, after = found.groups() if found else ("", text, "")
    return [part for part in ((before, False), (inner, True), (after, False)) if part[0]]

"""Long texts in parts: cut at line or sentence ends where possible, formatting kept, only white space lost."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import Literal

from frontdesk.core.formatting import Run, html, runs
from frontdesk.core.measuring import Unit, boundary, length, reach

Format = Literal["plain", "html"]

END = re.compile(r"[.!?…؟।][\"'”’»)\]]*(?=\s)|[。！？][”』」）]*|\n")
SPACES = " \t\n"


def split(
    text: str, limit: int, unit: Unit = "characters", form: Format = "plain", last: int | None = None
) -> list[str]:
    """Cut `text` into parts of at most `limit`: at line or sentence ends where possible, else at spaces, else anywhere.

    `last` is the limit of the last part, where that is another. Only white space at the cuts is lost. Tags of HTML
    count as they are written, and every part closes its own; no channel's markup is longer than that.
    """
    pieces = runs(text) if form == "html" else [Run(text)]
    words = "".join(piece.text for piece in pieces)

    def written(start: int, end: int) -> str:
        return html(sliced(pieces, start, end)) if form == "html" else text[start:end]

    def cuts(start: int, end: int, most: int) -> list[tuple[int, int]]:
        far = partial(_reach_html, pieces, end) if form == "html" else partial(reach, words)
        return _parts(words, start, end, lambda place: far(place, most, unit))

    parts = cuts(0, len(words), limit)
    if parts and last is not None and length(written(*parts[-1]), unit) > last:
        start, end = parts.pop()
        near = _starts(words, max(start + 1, end - last), end)
        tail = next((place for place in near if length(written(place, end), unit) <= last), None)
        tail = cuts(start, end, last)[-1][0] if tail is None else tail
        parts += [*cuts(start, tail, limit), (tail, end)]
    return [written(*part) for part in parts] or [""]


def keeps_form(text: str, limit: int, unit: Unit = "characters") -> bool:
    """Say whether HTML can be cut and stay HTML: tags and addresses leave half of each part for words."""
    return all(length(html([run]), unit) - length(_escaped(run), unit) <= limit // 2 for run in runs(text))


def packed(parts: Sequence[str], lines: Sequence[str], limit: int, unit: Unit, form: Format) -> list[str]:
    """Return the parts of a text with plain `lines` below it; a line is cut only where it is too long by itself."""
    filled = [part for part in parts if part]
    gap = "\n\n"
    for line in lines:
        written = escape(line, quote=False) if form == "html" else line
        joined = f"{filled[-1]}{gap}{written}" if filled else written
        if length(joined, unit) <= limit:
            filled[-1:] = [joined]
        else:
            filled += split(written, limit, unit, form)
        gap = "\n"
    return filled


def sliced(pieces: Sequence[Run], start: int, end: int) -> list[Run]:
    """Return what stands from character `start` to `end` of the runs' words."""
    found = []
    for piece in pieces:
        text = piece.text[max(0, start) : max(0, end)]
        if text:
            found.append(Run(text, piece.styles, piece.href))
        start -= len(piece.text)
        end -= len(piece.text)
    return found


def _parts(words: str, start: int, end: int, furthest: Callable[[int], int]) -> list[tuple[int, int]]:
    """Return start and end of every part between two places; `furthest` says how far one may go from its start."""
    parts: list[tuple[int, int]] = []
    last = start + len(words[start:end].rstrip())
    start = _after_spaces(words, start)
    while start < last:
        far = max(furthest(start), start + 1)
        cut = last if far >= last else _cut(words, start, far)
        parts.append((start, start + len(words[start:cut].rstrip())))
        start = _after_spaces(words, cut)
    return parts


def _cut(words: str, start: int, far: int) -> int:
    """Return where a part ends that may go as far as `far`: in its second half at an end of a line or sentence."""
    halfway = start + (far - start) // 2
    ends = [found.start() + len(found[0].rstrip()) for found in END.finditer(words, start, far + 1)]
    good = [end for end in ends if halfway <= end <= far and end > start]
    if good:
        return good[-1]
    space = max(words.rfind(char, start, far + 1) for char in SPACES)
    return space if space > start else boundary(words, start, far)


def _starts(words: str, start: int, end: int) -> list[int]:
    """Return where sentences begin, and then where words do, each from the first on."""
    sentences = [_after_spaces(words, found.end()) for found in END.finditer(words, start - 1, end)]
    spaces = [_after_spaces(words, place) for place in range(start - 1, end) if words[place] in SPACES]
    return [place for place in (*sentences, *spaces) if start <= place < end]


def _after_spaces(words: str, place: int) -> int:
    return len(words) - len(words[place:].lstrip())


def _reach_html(pieces: Sequence[Run], last: int, start: int, limit: int, unit: Unit) -> int:
    low, high = start, min(last, start + limit)
    while low < high:
        middle = (low + high + 1) // 2
        if length(html(sliced(pieces, start, middle)), unit) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def _escaped(run: Run) -> str:
    return escape(run.text, quote=False)

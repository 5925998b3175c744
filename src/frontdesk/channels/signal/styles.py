"""Formatted text in the bridge's `styled` mode: *italic* **bold** ~strike~ `mono`, a backslash before what is none of these."""

import re
from collections.abc import Sequence

from frontdesk.core.formatting import Run, plain, runs

MARKS = {"b": "**", "i": "*", "s": "~", "code": "`"}
SPECIAL = re.compile(r"[*~`|]")
SEPARATOR = "\u2060"
"""Word joiner: invisible. Between stars it tells one mark from the next, after a backslash the mark from an escape."""


def styled(text: str) -> tuple[str, str]:
    """Return HTML of the small set as the bridge's `message` and `text_mode`.

    Signal has no underline, links with words of their own or quotes: the words stay, the address follows them, a quote's
    lines start with `> `. Without any style the text goes as it is.
    """
    pieces = runs(text)
    if not any(_wanted(piece) or "blockquote" in piece.styles for piece in pieces):
        return plain(text), "normal"
    writer = _Writer()
    for index, piece in enumerate(pieces):
        writer.turn_to(_wanted(piece))
        writer.say(_in_quote(pieces, index, writer.text))
        if address := _address_after(pieces, index):
            writer.say(f" ({address})")
    writer.turn_to([])
    return writer.text, "styled"


class _Writer:
    """Text on its way into `styled`; `open` are the marks that are not closed yet, outermost first."""

    def __init__(self) -> None:
        self.text = ""
        self.open: list[str] = []

    def turn_to(self, wanted: Sequence[str]) -> None:
        """Close and open marks until just those wanted are open; the bridge reads them as nested."""
        while any(mark not in wanted for mark in self.open):
            self._mark(self.open.pop())
        for mark in wanted:
            if mark not in self.open:
                self._mark(mark)
                self.open.append(mark)

    def say(self, text: str) -> None:
        self.text += SPECIAL.sub(r"\\\g<0>", text)

    def _mark(self, mark: str) -> None:
        touching = self.text.endswith("\\") or (mark[0] == "*" and self.text.endswith("*"))
        self.text += (SEPARATOR if touching else "") + mark


def _wanted(piece: Run) -> list[str]:
    styles = piece.styles | ({"code"} if "pre" in piece.styles else set())
    return [mark for style, mark in MARKS.items() if style in styles]


def _in_quote(pieces: Sequence[Run], index: int, before: str) -> str:
    """Return a piece's words; the lines of a quote begin with a mark, and it stands on lines of its own."""
    text = pieces[index].text
    inside = "blockquote" in pieces[index].styles
    follows = index > 0 and "blockquote" in pieces[index - 1].styles
    if inside:
        starts = "" if follows else ("> " if not before or before.endswith("\n") else "\n> ")
        return starts + text.replace("\n", "\n> ")
    return f"\n{text}" if follows and not text.startswith("\n") else text


def _address_after(pieces: Sequence[Run], index: int) -> str | None:
    """Return the address a link leads to, where it ends here and its words are another thing."""
    href = pieces[index].href
    goes_on = index + 1 < len(pieces) and pieces[index + 1].href == href
    return href if href and not goes_on and href not in (pieces[index].text, pieces[index].text.strip()) else None

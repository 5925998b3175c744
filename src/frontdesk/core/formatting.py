"""Formatted text as runs: what `format: html` of a message means, for channels with a markup of their own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape, unescape

TOKEN = re.compile(r"<(/?)(b|strong|i|em|u|ins|s|strike|del|a|code|pre|blockquote)(\s[^<>]*)?>", re.IGNORECASE)
HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
SAME = {"strong": "b", "em": "i", "ins": "u", "strike": "s", "del": "s"}
OUTSIDE = ("blockquote", "pre")
INSIDE = ("b", "i", "u", "s", "code")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style: `styles` of b i u s code pre blockquote; `href` where it is a link."""

    text: str
    styles: frozenset[str] = frozenset()
    href: str | None = None


def runs(text: str) -> list[Run]:
    """Return HTML of the small set as runs, neighbours of one style as one.

    What is no tag of the set is text; what is not closed ends with the text.
    """
    found: list[Run] = []
    open_tags: list[tuple[str, str | None]] = []
    position = 0
    for token in TOKEN.finditer(text):
        _add(found, text[position : token.start()], open_tags)
        position = token.end()
        name = SAME.get(token[2].lower(), token[2].lower())
        if not token[1]:
            open_tags.append((name, _address(token[3] or "")))
        elif name in (tag for tag, _ in open_tags):
            last = max(index for index, (tag, _) in enumerate(open_tags) if tag == name)
            del open_tags[last]
    _add(found, text[position:], open_tags)
    return found


def html(pieces: Iterable[Run]) -> str:
    """Write runs as HTML of the small set, every tag closed in its turn: `runs` reads the same from it."""
    written: list[str] = []
    open_tags: list[tuple[str, str | None]] = []
    for piece in pieces:
        wanted = _tags(piece)
        kept = 0
        while kept < min(len(wanted), len(open_tags)) and wanted[kept] == open_tags[kept]:
            kept += 1
        written += _closed(open_tags[kept:])
        written += [_opened(tag) for tag in wanted[kept:]]
        written.append(escape(piece.text, quote=False))
        open_tags = wanted
    return "".join(written + _closed(open_tags))


def plain(text: str) -> str:
    """Return the words of formatted text; the address of a link follows its words."""
    pieces = runs(text)
    parts = []
    for index, run in enumerate(pieces):
        parts.append(run.text)
        goes_on = index + 1 < len(pieces) and pieces[index + 1].href == run.href
        if run.href and not goes_on and run.href not in (run.text, run.text.strip()):
            parts.append(f" ({run.href})")
    return "".join(parts)


def _add(found: list[Run], text: str, open_tags: list[tuple[str, str | None]]) -> None:
    if not text:
        return
    styles = frozenset(name for name, _ in open_tags if name != "a")
    href = next((address for name, address in reversed(open_tags) if name == "a" and address), None)
    if found and (found[-1].styles, found[-1].href) == (styles, href):
        found[-1] = replace(found[-1], text=found[-1].text + unescape(text))
    else:
        found.append(Run(unescape(text), styles, href))


def _address(attributes: str) -> str | None:
    match = HREF.search(attributes)
    return unescape(match[1] or match[2] or "") or None if match else None


def _tags(piece: Run) -> list[tuple[str, str | None]]:
    outside = [(name, None) for name in OUTSIDE if name in piece.styles]
    inside = [(name, None) for name in INSIDE if name in piece.styles]
    return [*outside, *([("a", piece.href)] if piece.href else []), *inside]


def _opened(tag: tuple[str, str | None]) -> str:
    name, href = tag
    return f"<{name}>" if href is None else f'<{name} href="{escape(href)}">'


def _closed(tags: list[tuple[str, str | None]]) -> list[str]:
    return [f"</{name}>" for name, _ in reversed(tags)]

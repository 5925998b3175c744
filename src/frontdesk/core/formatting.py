"""Formatted text as runs: what `format: html` of a message means, for channels with a markup of their own."""

import re
from dataclasses import dataclass
from html import unescape

TOKEN = re.compile(r"<(/?)(b|strong|i|em|u|ins|s|strike|del|a|code|pre|blockquote)(\s[^<>]*)?>", re.IGNORECASE)
HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
SAME = {"strong": "b", "em": "i", "ins": "u", "strike": "s", "del": "s"}


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style: `styles` of b i u s code pre blockquote; `href` where it is a link."""

    text: str
    styles: frozenset[str] = frozenset()
    href: str | None = None


def runs(text: str) -> list[Run]:
    """Return HTML of the small set as runs. What is no tag of the set is text; what is not closed ends with the text."""
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


def plain(text: str) -> str:
    """Return the words of formatted text; the address of a link follows its words."""
    parts = []
    for run in runs(text):
        parts.append(run.text)
        if run.href and run.href != run.text:
            parts.append(f" ({run.href})")
    return "".join(parts)


def _add(found: list[Run], text: str, open_tags: list[tuple[str, str | None]]) -> None:
    if not text:
        return
    styles = frozenset(name for name, _ in open_tags if name != "a")
    href = next((address for name, address in reversed(open_tags) if name == "a" and address), None)
    found.append(Run(unescape(text), styles, href))


def _address(attributes: str) -> str | None:
    match = HREF.search(attributes)
    return unescape(match[1] or match[2] or "") or None if match else None

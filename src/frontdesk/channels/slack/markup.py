"""Text as Slack's mrkdwn: three characters escaped, the small set of HTML as its marks."""

import re
from collections.abc import Iterator

from frontdesk.core.content import Content
from frontdesk.core.formatting import Run, runs

MARKS = (("code", "`"), ("s", "~"), ("i", "_"), ("b", "*"))
EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
WHOLE = re.compile(r"&(?:amp|lt|gt);|<[^<>]*>|\s+|[^\s&<>]+|.", re.DOTALL)


def mrkdwn(content: Content) -> str:
    """Return the words of a message as Slack takes them."""
    text = content.text or ""
    return "".join(_marked(run) for run in runs(text)) if content.format == "html" else escaped(text)


def escaped(text: str) -> str:
    """Escape what would be read as a mention, a link or an entity."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def split(text: str, limit: int) -> list[str]:
    """Cut mrkdwn into parts of at most `limit`, never inside an entity or a link, at white space where possible."""
    parts, line = [], ""
    for piece in _pieces(text, limit):
        if len(line) + len(piece) > limit:
            parts.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [part for part in (*parts, line) if part.strip()]


def _pieces(text: str, limit: int) -> Iterator[str]:
    """Yield words, white space, entities and links; what alone is over the limit comes in slices."""
    for piece in WHOLE.findall(text):
        yield from (piece[start : start + limit] for start in range(0, len(piece), limit))


def _marked(run: Run) -> str:
    """Write one run: marks stand close to the words, or Slack shows them as they are."""
    if "pre" in run.styles:
        return f"```\n{escaped(run.text).strip(chr(10))}\n```"
    edges = EDGES.fullmatch(run.text)
    assert edges
    before, words, after = edges.groups()
    if not words:
        return run.text
    text = _linked(words, run.href)
    for style, mark in MARKS:
        if style in run.styles and (style == "code" or "code" not in run.styles):
            text = f"{mark}{text}{mark}"
    if "blockquote" in run.styles:
        text = "\n".join(f"> {line}" for line in text.split("\n"))
    return f"{before}{text}{after}"


def _linked(words: str, href: str | None) -> str:
    """Return a link where there is an address; `|` and `>` would end it too soon."""
    if not href:
        return escaped(words)
    address = escaped(href).replace("|", "%7C")
    return f"<{address}|{escaped(words).replace('|', '¦')}>"

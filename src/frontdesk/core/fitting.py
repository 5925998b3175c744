"""A reply fitted to what one message of a channel can hold: nothing lost, nothing over the limit, order kept."""

import re
from dataclasses import replace
from html import unescape

from frontdesk.core.channel import Limits
from frontdesk.core.content import Content

SENTENCE_END = re.compile(r"(?<=[.!?…。！？؟।])\s+|\n+")
TAG = re.compile(r"<[^>]*>")
TEXTUAL = ("text",)
WORDLESS = ("sticker", "location", "contacts")


def fit(content: Content, limits: Limits) -> list[Content]:
    """Return the messages that together say `content` on a channel with these limits."""
    if content.type == "edit":
        return [content]
    if content.type in TEXTUAL:
        return _fit_text(content, limits)
    if (content.text and content.type in WORDLESS) or _crowded(content, limits):
        return _apart(content, limits)
    return _fit_caption(content, limits)


def _crowded(content: Content, limits: Limits) -> bool:
    """Say whether there are more choices than go under one message of this kind."""
    album = content.type == "album" and bool(content.buttons or content.rows)
    return album or len(content.buttons) > limits.buttons or len(content.rows) > limits.rows


def _apart(content: Content, limits: Limits) -> list[Content]:
    """Return the thing itself, and its words and choices as a text after it."""
    follows = Content(
        text=content.text or "…",
        format=content.format,
        buttons=content.buttons,
        rows=content.rows,
        list_title=content.list_title,
        silent=content.silent,
        link_preview=content.link_preview,
    )
    return [replace(content, text=None, buttons=(), rows=()), *_fit_text(follows, limits)]


def _fit_text(content: Content, limits: Limits) -> list[Content]:
    if content.format == "html" and length(content.text or "", utf16=limits.unit == "utf16") > limits.text:
        content = replace(
            content, text=unescape(TAG.sub("", content.text or "")), format="plain"
        )  # a cut would break tags
    texts = split(content.text or "", limits.text, utf16=limits.unit == "utf16")
    chunks = [content.buttons[i : i + limits.buttons] for i in range(0, len(content.buttons), limits.buttons)] or [()]
    rows = [content.rows[i : i + limits.rows] for i in range(0, len(content.rows), limits.rows)] or [()]
    plain = Content(format=content.format, link_preview=content.link_preview, silent=content.silent)
    first = [replace(plain, text=text) for text in texts[:-1]]
    last = replace(content, text=texts[-1] if texts else "", buttons=chunks[0], rows=rows[0])
    more = [replace(plain, text="…", buttons=buttons) for buttons in chunks[1:]]
    more += [replace(plain, text="…", rows=page, list_title=content.list_title) for page in rows[1:]]
    fitted = [*first, last, *more]
    return [replace(fitted[0], reply_to=content.reply_to), *(replace(part, reply_to=None) for part in fitted[1:])]


def _fit_caption(content: Content, limits: Limits) -> list[Content]:
    if not content.text or length(content.text, utf16=limits.unit == "utf16") <= limits.caption:
        return [content]
    return _apart(content, limits)


def length(text: str, *, utf16: bool = False) -> int:
    """Return a text's length as the channel counts it: characters, or UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text) if utf16 else len(text)


def split(text: str, limit: int, *, utf16: bool = False) -> list[str]:
    """Cut `text` into parts of at most `limit`, at line or sentence ends where possible, else at spaces, else anywhere.

    Only white space at the cuts is lost.
    """
    parts: list[str] = []
    rest = text.strip()
    while length(rest, utf16=utf16) > limit:
        window = _window(rest, limit, utf16)
        cut = _cut(rest, window)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [part for part in (*parts, rest) if part] or [text.strip()]


def _window(text: str, limit: int, utf16: bool) -> int:
    """Return how many characters of `text` fit."""
    if not utf16:
        return limit
    used = 0
    for index, char in enumerate(text):
        used += 2 if char > "\uffff" else 1
        if used > limit:
            return index
    return len(text)


def _cut(text: str, window: int) -> int:
    ends = [match.end() for match in SENTENCE_END.finditer(text, 0, window + 1) if match.start() <= window]
    good = [end for end in ends if window // 2 <= end <= window + 1]
    if good:
        return good[-1]
    space = max(text.rfind(" ", 0, window + 1), text.rfind("\n", 0, window + 1))
    return space + 1 if space > 0 else window

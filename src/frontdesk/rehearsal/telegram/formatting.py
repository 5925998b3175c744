"""What Telegram refuses about texts: their length in UTF-16 units once tags are taken out, and broken HTML."""

import html
import re
from typing import Any

from frontdesk.rehearsal.telegram.refusal import Refusal, require
from frontdesk.rehearsal.telegram.vocabulary import TAGS

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
MODES = frozenset({"html", "markdownv2", "markdown"})
TAG = re.compile(r"<(/?)([^\s<>/]*)([^<>]*)>|<")


def check_text(fields: dict[str, Any], name: str, most: int) -> None:
    """Refuse a text that is empty or too long; a caption may be missing."""
    text = fields.get(name)
    missing = "message text is empty" if name == "text" else None
    if text is None and missing is None:
        return
    if not isinstance(text, str):
        raise Refusal(missing or f"field {name} must be of type String")
    shown = shown_text(text, fields.get("parse_mode"))
    require(missing is None or shown.strip(), missing or "")
    too_long = "message is too long" if name == "text" else "message caption is too long"
    require(units(shown) <= most, too_long)


def units(text: str) -> int:
    """Return the length Telegram counts: UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text) if not text.isascii() else len(text)


def shown_text(text: str, parse_mode: object) -> str:
    """Return what the recipient sees of a text; broken HTML is refused."""
    if not parse_mode:
        return text
    require(str(parse_mode).lower() in MODES, "unsupported parse_mode")
    return html.unescape(_untagged(text)) if str(parse_mode).lower() == "html" else text


def _untagged(text: str) -> str:
    opened: list[str] = []
    for tag in TAG.finditer(text):
        closes, name = tag.group(1), (tag.group(2) or "").lower()
        if name not in TAGS:
            raise Refusal(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {_offset(text, tag)}')
        if not closes:
            opened.append(name)
        elif not opened or opened.pop() != name:
            raise Refusal(f"can't parse entities: Unmatched end tag at byte offset {_offset(text, tag)}")
    if opened:
        raise Refusal(f"can't parse entities: Can't find end tag corresponding to start tag \"{opened[-1]}\"")
    return TAG.sub("", text)


def _offset(text: str, found: "re.Match[str]") -> int:
    return len(text[: found.start()].encode())

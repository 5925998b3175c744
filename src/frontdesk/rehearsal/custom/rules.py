"""What the protocol allows in a message posted to the other side; the first fault found is named."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from frontdesk.core.content import ContentType

FILES = frozenset({"image", "audio", "voice", "video", "animation", "document", "sticker"})
CHANGES = frozenset({"reaction", "edit", "delete"})
TYPES = frozenset(get_args(ContentType)) - {"template"} | {"ping"}
LISTS = ("buttons", "rows", "media", "contacts")
KNOWN = frozenset(
    {"id", "type", "channel", "conversation", "thread", "text", "format", "list_title", "place", "target", "emoji"}
    | {"reply_to", "silent", "only_for", "asks_for", "keyboard", "remove_keyboard", "link_preview", *LISTS}
)


def fault(body: object) -> str | None:
    """Return what is wrong with a message, None where nothing is."""
    if not isinstance(body, dict):
        return "the body is no object"
    return next(_faults(body), None)


def _faults(body: Mapping[str, Any]) -> Iterator[str]:
    kind = body.get("type")
    if kind not in TYPES:
        yield f"there is no type {str(kind)[:40]!r}"
    if kind == "ping":
        return
    if unknown := set(body) - KNOWN:
        yield f"nobody knows {sorted(unknown)[0]!r}"
    yield from (f"{key} is missing" for key in ("id", "channel", "conversation") if not _text(body.get(key)))
    for key in LISTS:
        if key in body and not (
            isinstance(body[key], list) and body[key] and all(isinstance(e, dict) for e in body[key])
        ):
            yield f"{key} is no list of objects"
    yield from _lacks(body, str(kind))
    yield from (why for each in body.get("media", []) if (why := _file(each)))
    yield from (why for each in [*body.get("buttons", []), *body.get("rows", [])] if (why := _choice(each)))


def _lacks(body: Mapping[str, Any], kind: str) -> Iterator[str]:
    if kind == "text" and not _text(body.get("text")):
        yield "a text has no words"
    if kind in FILES and len(body.get("media", ())) != 1:
        yield f"one {kind} has one file"
    if kind == "album" and not 2 <= len(body.get("media", ())) <= 10:
        yield "an album has two to ten files"
    if kind in CHANGES and not _text(body.get("target")):
        yield f"{kind} has no target"
    if kind == "location" and not isinstance(body.get("place"), dict):
        yield "a location has no place"
    if kind == "contacts" and not body.get("contacts"):
        yield "there are no contacts"


def _choice(choice: Mapping[str, Any]) -> str | None:
    named = _text(choice.get("title")) and ("payload" in choice) != ("url" in choice)
    return None if named else "a choice has a title, and either a payload or a url"


def _file(file: Mapping[str, Any]) -> str | None:
    if file.get("type") not in FILES or ("url" in file) == ("data" in file):
        return "a file has a type, and either a url or data"
    try:
        base64.b64decode(file.get("data", ""), validate=True)
    except (binascii.Error, ValueError, TypeError):
        return "the data of a file is no base64"
    return None


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())

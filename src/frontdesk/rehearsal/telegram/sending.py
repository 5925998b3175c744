"""What Telegram refuses of messages to be sent."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from frontdesk.rehearsal.telegram.formatting import CAPTION_UNITS, TEXT_UNITS, check_text
from frontdesk.rehearsal.telegram.refusal import Refusal, require
from frontdesk.rehearsal.telegram.vocabulary import CHAT_ACTIONS

Fields = dict[str, Any]
Rule = Callable[[Fields], None]

FILE_ID = re.compile(r"[A-Za-z0-9_-]+\Z")
MIXABLE = ({"photo", "video"}, {"audio"}, {"document"})


def message(fields: Fields) -> None:
    check_text(fields, "text", TEXT_UNITS)


def file(name: str) -> Rule:
    """Return the rule of a method that sends one file."""

    def rule(fields: Fields) -> None:
        described = name.replace("_", " ")
        require(isinstance(fields.get(name), str) and fields[name], f"there is no {described} in the request")
        check_reference(fields[name])
        check_text(fields, "caption", CAPTION_UNITS)

    return rule


def check_reference(reference: str) -> None:
    """Refuse what is neither an address, nor an uploaded file, nor shaped like a file_id."""
    if "://" in reference:
        parts = urlsplit(reference)
        require(parts.scheme in ("http", "https", "attach") and parts.netloc, "wrong HTTP URL specified")
    else:
        require(FILE_ID.match(reference), "wrong remote file identifier specified: Wrong string length")


def album(fields: Fields) -> None:
    media = fields.get("media")
    if not isinstance(media, list) or not all(isinstance(item, dict) for item in media):
        raise Refusal("can't parse media JSON object")
    require(2 <= len(media) <= 10, "group send failed: an album has 2 to 10 items")
    require(any({item.get("type") for item in media} <= kinds for kinds in MIXABLE), "wrong type of the album's media")
    require("reply_markup" not in fields, "an album can't have a reply markup")
    for item in media:
        require(isinstance(item.get("media"), str) and item["media"], "media not found")
        check_reference(item["media"])
        check_text(item, "caption", CAPTION_UNITS)


def location(fields: Fields) -> None:
    require(_number(fields.get("latitude"), 90), "can't parse latitude: it must be a number between -90 and 90")
    require(_number(fields.get("longitude"), 180), "can't parse longitude: it must be a number between -180 and 180")


def venue(fields: Fields) -> None:
    location(fields)
    require(fields.get("title"), "title must be non-empty")
    require(fields.get("address"), "address must be non-empty")


def contact(fields: Fields) -> None:
    require(fields.get("phone_number"), "phone number must be non-empty")
    require(fields.get("first_name"), "first name must be non-empty")


def chat_action(fields: Fields) -> None:
    require(fields.get("action") in CHAT_ACTIONS, "wrong parameter action in request")


def _number(value: object, most: int) -> bool:
    try:
        return abs(float(value)) <= most  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False

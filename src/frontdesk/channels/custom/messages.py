"""Events that are messages: words, files, places, contacts, choices."""

import re
from typing import Any, get_args

from frontdesk.channels.custom.origins import origin_of
from frontdesk.channels.custom.payloads import Fields, moment, name, part, parts, real, words
from frontdesk.core.message import ContactCard, Event, Ignored, Media, MediaType, Message, Place, Press

MEDIA: tuple[MediaType, ...] = get_args(MediaType)
PRESSES = ("button_reply", "list_reply")
COMMAND = re.compile(r"/([^\W\d_]\w*)(?:\s+(.*))?", re.DOTALL)
ADDRESS = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
MOST_TEXT = 20_000
MOST_FILES, MOST_CONTACTS = 32, 100
LONGEST_ADDRESS, LONGEST_PAYLOAD, LONGEST_NAME = 4000, 4000, 200


def read_message(fields: Fields, kind: str) -> Event:
    """Return the message; Ignored says what it lacks, or that its type is none of ours."""
    origin, external_id = origin_of(fields), name(fields, "id")
    if origin is None or external_id is None:
        return Ignored(reason="malformed", detail="a message needs an id, and a conversation or a sender with an id")
    common: dict[str, Any] = {
        "origin": origin,
        "external_id": external_id,
        "timestamp": moment(fields, "timestamp"),
        "text": (words(fields, "text") or "")[:MOST_TEXT] or None,
        "reply_to": name(fields, "reply_to"),
        "forwarded": fields.get("forwarded") is True,
        "mentions_bot": fields.get("mentions_bot") is True,
    }
    content = _content(fields, kind, common["text"])
    if content is None:
        return Ignored(reason="malformed", detail=f"a message of type {kind[:40]} needs what it is made of")
    return Message(**common, **content)


def _content(fields: Fields, kind: str, text: str | None) -> dict[str, Any] | None:
    """Return the fields that are the type's own, None where the one it can't do without is missing."""
    files = [file for file in (_file(each, kind) for each in parts(fields, "media")[:MOST_FILES]) if file]
    payload = (words(fields, "payload") or "")[:LONGEST_PAYLOAD]
    cards = [card for card in map(_card, parts(fields, "contacts")[:MOST_CONTACTS]) if card]
    match kind:
        case "text" if payload:
            return {"type": "button_reply", "press": Press(payload=payload)}
        case "text" if not files:
            return _words(text)
        case "text" | "image" | "audio" | "video" | "document" | "sticker" if files:
            return {"type": files[0].type, "media": tuple(files)}
        case "button_reply" | "list_reply" if payload:
            return {"type": kind, "press": Press(payload=payload)}
        case "location" if place := _place(part(fields, "place")):
            return {"type": kind, "place": place}
        case "contacts" if cards:
            return {"type": kind, "contacts": tuple(cards)}
        case "text" | "location" | "contacts":
            return None
        case _ if kind in (*MEDIA, *PRESSES):
            return None
        case _:
            return {"type": "unsupported"}


def _words(text: str | None) -> dict[str, Any] | None:
    if not text or not text.strip():
        return None
    if found := COMMAND.fullmatch(text):
        return {"type": "command", "command": found[1], "args": (found[2] or "").strip() or None}
    return {"type": "text"}


def _file(fields: Fields, kind: str) -> Media | None:
    """Read a file; its address is the reference it is fetched by. Its type is its own, else its MIME type's."""
    address = words(fields, "url") or ""
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        return None
    mime = (words(fields, "mime") or "")[:LONGEST_NAME].lower() or None
    size = real(fields, "size")
    return Media(
        type=_type(fields.get("type"), kind, (mime or "").partition("/")[0]),
        ref=address,
        mime=mime,
        filename=(words(fields, "filename") or "")[:LONGEST_NAME] or None,
        size=int(size) if size is not None and 0 <= size < 2**63 else None,
        voice=fields.get("voice") is True,
    )


def _type(*candidates: object) -> MediaType:
    return next((media for given in candidates for media in MEDIA if media == given), "document")


def _place(fields: Fields) -> Place | None:
    latitude, longitude = real(fields, "latitude"), real(fields, "longitude")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Place(latitude=latitude, longitude=longitude, name=words(fields, "name"), address=words(fields, "address"))


def _card(fields: Fields) -> ContactCard | None:
    given = fields.get("phones")
    numbers = {str(index): number for index, number in enumerate(given if isinstance(given, list) else [])}
    phones = tuple(phone for phone in (name(numbers, key) for key in numbers) if phone)
    who = (words(fields, "name") or "")[:LONGEST_NAME]
    return ContactCard(name=who, phones=phones) if who or phones else None

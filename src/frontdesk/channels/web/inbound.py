"""What the web chat's element posts, as events."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeGuard, get_args
from uuid import uuid5

from frontdesk.channels.web.session import Visitor, bearer, visitor_of
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request, Response
from frontdesk.core.fields import real, whole, words
from frontdesk.core.message import Event, Ignored, Media, MediaType, Message, Origin, Place, Press, Reaction
from frontdesk.core.wording import storable

MOST_TEXT = 8000
MEDIA = get_args(MediaType)


def parse(request: Request, channel: Channel) -> list[Event]:
    """Return what a visitor did; MalformedPayload where the body is no JSON."""
    body = request.json()
    visitor = visitor_of(bearer(request), channel, datetime.now(UTC)) or Visitor(id="unknown")
    if not isinstance(body, dict):
        return [Ignored(reason="malformed", detail="the body is no object")]
    origin = Origin(conversation=visitor.id, sender=visitor.id, sender_name=visitor.name)
    if body.get("type") == "reaction":
        return [_reaction(body, origin)]
    return [_message(body, origin, external_id(visitor.id, client_id(request.body, body, channel)))]


def answer(request: Request, events: Sequence[Event], channel: Channel) -> Response:
    """Return the id the message is known by, null for what is no message."""
    event = events[0]
    shown = shown_id(event.external_id) if isinstance(event, Message) else None
    return Response(202, json.dumps({"id": shown}).encode(), {"content-type": "application/json"})


def client_id(raw: bytes, body: Mapping[str, Any], channel: Channel) -> str:
    """Return the id the visitor's page gave the message; without one, the body itself tells repeats apart."""
    given = body.get("id")
    return given if is_id(given) else str(uuid5(channel.id, raw.hex()))


def is_id(given: object) -> TypeGuard[str]:
    """Say whether a page may call a message so."""
    return isinstance(given, str) and 0 < len(given) <= 64 and given.isprintable() and "/" not in given


def external_id(visitor: str, client: str) -> str:
    """Return the id within the channel: pages choose their ids, so a visitor's can't collide with another's (a user's
    id may hold a slash, a page's never does).
    """
    return f"{visitor}/{client}"


def shown_id(external: str) -> str:
    """Return the id the visitor's own page knows the message by."""
    return external.rpartition("/")[2]


def _reaction(body: Mapping[str, Any], origin: Origin) -> Event:
    target, emoji, action = body.get("target"), body.get("emoji"), body.get("action", "add")
    if (
        not isinstance(target, str)
        or action not in ("add", "remove")
        or not isinstance(emoji, str)
        or not 0 < len(emoji) <= 16
    ):
        return Ignored(reason="malformed", detail="a reaction needs target, emoji, and action add or remove")
    return Reaction(target=storable(target)[:64], action=action, emoji=storable(emoji), origin=origin)


def _message(body: Mapping[str, Any], origin: Origin, external: str) -> Event:
    text = body.get("text")
    words = storable(text)[:MOST_TEXT] if isinstance(text, str) else None
    reply_to = body.get("reply_to")
    kind = body.get("type", "text")
    common: dict[str, Any] = {
        "external_id": external,
        "origin": origin,
        "text": words,
        "reply_to": storable(reply_to)[:64] if isinstance(reply_to, str) else None,
    }
    if kind == "text" and words and words.strip():
        return _text(common, words)
    if kind in MEDIA and isinstance(body.get("media_ref"), str):
        return Message(type=kind, media=(_media(kind, body),), **common)
    if kind == "location" and (place := _place(body)):
        return Message(type="location", place=place, **common)
    if kind in ("button_reply", "list_reply") and isinstance(body.get("payload"), str):
        return Message(type=kind, press=Press(payload=storable(body["payload"])[:1000]), **common)
    return Ignored(
        reason="malformed", detail=f"a message of type {str(kind)[:40]!r} needs its fields: see the web chat's protocol"
    )


def _text(common: dict[str, Any], words: str) -> Message:
    if not words.startswith("/") or not words[1:2].isalpha():
        return Message(type="text", **common)
    command, _, args = words[1:].partition(" ")
    return Message(type="command", command=command, args=args.strip() or None, **common)


def _media(kind: MediaType, body: Mapping[str, Any]) -> Media:
    """Read the file's facts, which the endpoint took from its own record of the upload."""
    return Media(
        type=kind,
        ref=storable(body["media_ref"])[:64],
        mime=words(body, "mime"),
        filename=words(body, "filename"),
        size=whole(body, "size"),
        voice=body.get("voice") is True,
    )


def _place(body: Mapping[str, Any]) -> Place | None:
    latitude, longitude = real(body, "latitude"), real(body, "longitude")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Place(latitude=latitude, longitude=longitude)

"""Events as flat JSON in the vocabulary of the conformance corpus, for `frontdesk channel parse`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from frontdesk.core.message import ContactCard, Event, Happening, Ignored, Media, Message, Origin, Reaction, Status


def flatten(event: Event) -> dict[str, Any]:
    """Return the event as one flat object; empty values are left out."""
    match event:
        case Message():
            flat = _message(event)
        case Status():
            flat = {
                "external_id": event.external_id,
                "status": event.status,
                "recipient": event.recipient,
                "account": event.account,
                "error_code": _code(event.error_code),
                "tracker": event.tracker,
                "timestamp": event.timestamp,
            }
        case Reaction():
            flat = {
                **_origin(event.origin),
                "external_id": event.external_id,
                "target": event.target,
                "action": event.action,
                "emoji": event.emoji,
                "timestamp": event.timestamp,
            }
        case Happening():
            flat = {
                **_origin(event.origin),
                "event": event.event,
                "external_id": event.external_id,
                "target": event.target,
                "type": event.type,
                "text": event.text,
                "timestamp": event.timestamp,
                **event.detail,
            }
        case Ignored():
            flat = {"reason": event.reason, "detail": event.detail}
    return {"kind": event.kind, **_present(flat)}


def _message(message: Message) -> dict[str, Any]:
    place, press = message.place, message.press
    return {
        **_origin(message.origin),
        "type": message.type,
        "external_id": message.external_id,
        "timestamp": message.timestamp,
        "text": message.text,
        "reply_to": message.reply_to,
        "forwarded": message.forwarded,
        "mentions_bot": message.mentions_bot,
        "media_group": message.media_group,
        "command": message.command,
        "args": message.args,
        "emoji": message.emoji,
        "error_code": _code(message.error_code),
        "referral_source_id": message.referral_source_id,
        "contacts": [_card(card) for card in message.contacts],
        "media": [_media(media) for media in message.media] if len(message.media) > 1 else None,
        **(_media(message.media[0]) if message.media else {}),
        **(
            {"latitude": place.latitude, "longitude": place.longitude, "name": place.name, "address": place.address}
            if place
            else {"name": message.place_name, "address": message.place_address}
        ),
        **({"payload": press.payload, "action_id": press.action_id, "description": press.description} if press else {}),
    } | {"type": message.type}


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "account": origin.account,
        "conversation": origin.conversation,
        "thread": origin.thread,
        "group": origin.group,
        "sender": origin.sender,
        "sender_name": origin.sender_name,
        "sender_user_id": origin.sender_user_id,
        "enterprise": origin.enterprise,
    }


def _media(media: Media) -> dict[str, Any]:
    return _present(
        {
            "type": media.type,
            "media_ref": media.ref or None,
            "mime": media.mime,
            "filename": media.filename,
            "voice": media.voice,
            "animation": media.animation,
            "animated": media.animated,
        }
    )


def _card(card: ContactCard) -> dict[str, Any]:
    return {"name": card.name, "phones": list(card.phones)}


def _code(code: str | None) -> int | str | None:
    """Return a provider's code as its documentation writes it: most are numbers."""
    return int(code) if code and code.isdecimal() and len(code) < 16 else code


def _present(flat: Mapping[str, Any]) -> dict[str, Any]:
    kept = {
        key: value
        for key, value in flat.items()
        if value not in (None, False, [], ()) or (value == 0 and value is not False)
    }
    return {key: _iso(value) if isinstance(value, datetime) else value for key, value in kept.items()}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")

"""Messages as Meta delivers them: what is said becomes a message, what is done to a message an event of its own."""

from dataclasses import replace

from frontdesk.channels.whatsapp.contents import fill
from frontdesk.channels.whatsapp.origins import Desk, desk, origin
from frontdesk.channels.whatsapp.payloads import Fields, flag, items, moment, name, part, words
from frontdesk.channels.whatsapp.system import read_system
from frontdesk.core.message import Event, Happening, Ignored, Message, Origin, Reaction
from frontdesk.core.pieces import pieced


def read_messages(value: Fields) -> list[Event]:
    """Return every message of a change, one broken element for itself."""
    at = desk(value)
    messages = items(value, "messages")
    if at is None:
        return [Ignored(reason="malformed", detail="messages that don't say for which number")] if messages else []
    return pieced([_read_message(message, at) for message in messages], messages)


def _read_message(message: object, at: Desk) -> Event:
    if not isinstance(message, dict):
        return Ignored(reason="malformed", detail="a message that is no object")
    external_id = name(message, "id")
    if external_id is None:
        return Ignored(reason="malformed", detail="a message without an id")
    if message.get("type") == "system":
        return read_system(message, external_id, at)
    said_by = origin(message, at)
    if said_by is None:
        return Ignored(reason="malformed", detail="a message without a sender")
    return _read_said(message, external_id, said_by)


def _read_said(message: Fields, external_id: str, said_by: Origin) -> Event:
    match message.get("type"):
        case "reaction":
            return _reaction(message, external_id, said_by)
        case "edit":
            return _edit(message, external_id, said_by)
        case "revoke":
            target = name(part(message, "revoke"), "original_message_id")
            return _happening("deleted", message, external_id, said_by, target=target)
        case "request_welcome":
            return _happening("conversation_started", message, external_id, said_by)
        case "interactive" if answer := part(part(message, "interactive"), "call_permission_reply"):
            detail = {"status": words(answer, "response")}
            return replace(_happening("call_permission", message, external_id, said_by), detail=detail)
        case _:
            return fill(_envelope(message, external_id, said_by), message)


def _envelope(message: Fields, external_id: str, said_by: Origin) -> Message:
    context, referral = part(message, "context"), part(message, "referral")
    return Message(
        type="unsupported",
        external_id=external_id,
        origin=said_by,
        timestamp=moment(message),
        reply_to=name(context, "id"),
        forwarded=flag(context, "forwarded") or flag(context, "frequently_forwarded"),
        product_id=name(part(context, "referred_product"), "product_retailer_id"),
        referral_source_id=name(referral, "source_id") or name(referral, "ctwa_clid") or words(referral, "source_url"),
    )


def _reaction(message: Fields, external_id: str, said_by: Origin) -> Event:
    """Read a reaction; taking one away names no emoji."""
    reaction = part(message, "reaction")
    target, emoji = name(reaction, "message_id"), words(reaction, "emoji")
    if target is None:
        return Ignored(reason="malformed", detail="a reaction to nothing")
    return Reaction(
        target=target,
        action="add" if emoji else "remove",
        origin=said_by,
        emoji=emoji,
        external_id=external_id,
        timestamp=moment(message),
    )


def _edit(message: Fields, external_id: str, said_by: Origin) -> Event:
    """Read an edit as the message it now is, and keep of that its words and its file."""
    edit = part(message, "edit")
    now = fill(_envelope(message, external_id, said_by), part(edit, "message"))
    media = now.media[0] if now.media else None
    return Happening(
        event="edited",
        origin=said_by,
        external_id=external_id,
        timestamp=moment(message),
        target=name(edit, "original_message_id"),
        type=now.type,
        text=now.text,
        detail={"media_ref": media.ref, "mime": media.mime} if media and media.ref else {},
    )


def _happening(
    event: str, message: Fields, external_id: str, said_by: Origin, *, target: str | None = None
) -> Happening:
    return Happening(event=event, origin=said_by, external_id=external_id, timestamp=moment(message), target=target)

"""Addresses on the way out: the chats and messages our calls name."""

from typing import Any

from frontdesk.channels.telegram.payloads import whole
from frontdesk.errors import DeliveryRejected


def address(conversation: str, thread: str | None) -> dict[str, Any]:
    """Return chat and forum topic as Telegram takes them; a public channel's @name stays a name."""
    fields: dict[str, Any] = {"chat_id": _chat(conversation)}
    if thread is not None and (topic := whole({"thread": thread}, "thread")) is not None:
        fields["message_thread_id"] = topic
    return fields


def place_of(external_id: str | None) -> tuple[int | str, int] | None:
    """Split `chat:message`; None for any other id, such as that of a press."""
    chat, _, number = (external_id or "").rpartition(":")
    message_id = whole({"message": number}, "message")
    return (_chat(chat), message_id) if chat and message_id is not None else None


def target_of(external_id: str | None) -> dict[str, Any]:
    """Return chat and message a change is about; DeliveryRejected where the id names none."""
    place = place_of(external_id)
    if place is None:
        raise DeliveryRejected(f"{external_id!r} names no Telegram message: a target is written chat:message")
    return {"chat_id": place[0], "message_id": place[1]}


def _chat(conversation: str) -> int | str:
    number = whole({"chat": conversation}, "chat")
    return conversation if number is None else number

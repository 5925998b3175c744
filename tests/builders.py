"""Small makers of the values tests need."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from frontdesk.channels import adapter
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, Outbound
from frontdesk.core.conversation import Contact, Conversation, Said, SentMessage
from frontdesk.core.message import Message, Origin
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Turn
from frontdesk.services.provisioning import complete_credentials

UPDATES = itertools.count(1000)


def a_channel(kind: str = "telegram", *, credentials: Mapping[str, str] | None = None, **changes: Any) -> Channel:
    """Return a channel as the store would load it."""
    given = {"token": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"} if kind == "telegram" else {}
    values: dict[str, Any] = {
        "id": UUID(int=1),
        "tenant": "acme",
        "kind": kind,
        "name": kind,
        "api_base": adapter(kind).API_BASE,
        "credentials": complete_credentials(kind, {**given, **(credentials or {})}),
    }
    return Channel(**{**values, **changes})


def an_outbound(content: Content | None = None, **changes: Any) -> Outbound:
    """Return a message on its way."""
    return Outbound(
        **{"key": str(uuid4()), "conversation": "5550001", "content": content or Content(text="hello"), **changes}
    )


def a_telegram_text(
    text: str = "hello", *, chat: int = 5550001, message_id: int = 1, update_id: int = 1
) -> dict[str, Any]:
    """Return the update of a private text message."""
    person = {"id": chat, "is_bot": False, "first_name": "Ada", "language_code": "en"}
    return {
        "update_id": update_id,
        "message": {
            "message_id": message_id,
            "date": 1_700_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "Ada"},
            "from": person,
            "text": text,
        },
    }


def an_origin(**changes: Any) -> Origin:
    """Return where a private message of Ada's comes from."""
    return Origin(**{"conversation": "5550001", "sender": "5550001", "sender_name": "Ada", **changes})


def a_turn(
    text: str = "hello",
    *,
    settings: TenantSettings | None = None,
    language: str = "en",
    about: SentMessage | None = None,
    history: tuple[Said, ...] = (),
    opted_out: bool = False,
    **conversation: Any,
) -> Turn:
    """Return the turn of a text message, as the journey would open it."""
    return Turn(
        id=uuid4(),
        event=Message(type="text", external_id="5550001:1", origin=an_origin(), text=text),
        text=text,
        conversation=Conversation(id=UUID(int=5), external_id="5550001", **conversation),
        contact=Contact(id=UUID(int=6), name="Ada Lovelace", opted_out=opted_out),
        settings=settings or TenantSettings(),
        language=language,
        now=datetime(2025, 1, 1, 12, tzinfo=UTC),
        history=history,
        about=about,
    )


def a_telegram_update(kind: str, *, chat: int = 5550001, chat_type: str = "private", **fields: Any) -> dict[str, Any]:
    """Return an update of another kind than a message: a reaction, an edit, a change of membership …"""
    person = {"id": 5550001, "is_bot": False, "first_name": "Ada", "language_code": "en"}
    common = {"chat": {"id": chat, "type": chat_type}, "date": 1_700_000_000}
    return {
        "update_id": next(UPDATES),
        kind: {**common, "user" if kind == "message_reaction" else "from": person, **fields},
    }


def a_telegram_press(data: str, *, message_id: int, chat: int = 5550001, query: str = "") -> dict[str, Any]:
    """Return the update of a pressed inline button under a message of ours."""
    person = {"id": chat, "is_bot": False, "first_name": "Ada"}
    below = {"message_id": message_id, "date": 1_700_000_000, "chat": {"id": chat, "type": "private"}}
    fields = {
        "id": query or str(uuid4().int)[:17],
        "from": person,
        "data": data,
        "message": below,
        "chat_instance": "-7",
    }
    return {"update_id": next(UPDATES), "callback_query": fields}


def a_membership(old: str, new: str, *, chat: int = 5550001, chat_type: str = "private") -> dict[str, Any]:
    """Return the update that says what became of the bot's membership in a chat."""
    bot = {"id": 110201543, "is_bot": True, "first_name": "Desk", "username": "DeskBot"}
    changed = {f"{when}_chat_member": {"user": bot, "status": status} for when, status in (("old", old), ("new", new))}
    return a_telegram_update("my_chat_member", chat=chat, chat_type=chat_type, **changed)

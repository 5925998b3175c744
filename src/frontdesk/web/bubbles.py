"""A message as the web chat's element shows it."""

from collections.abc import Callable, Sequence
from typing import Any

import asyncpg

from frontdesk.channels.web.inbound import shown_id
from frontdesk.core import wire
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content
from frontdesk.core.message import Message
from frontdesk.store import messages
from frontdesk.store.pool import Transaction

Link = Callable[[Channel, str], str]


async def shown(tx: Transaction, channel: Channel, rows: Sequence[asyncpg.Record], link: Link) -> list[dict[str, Any]]:
    """Return rows as bubbles, with the visitor's own reactions, each emoji once."""
    found = await messages.reactions(tx, [row["id"] for row in rows if row["direction"] == "outbound"])
    return [
        bubble(row, channel, link)
        | {"reactions": [{"emoji": emoji, "own": True} for emoji in dict.fromkeys(found.get(row["id"], ()))]}
        for row in rows
    ]


def bubble(row: asyncpg.Record, channel: Channel, link: Link) -> dict[str, Any]:
    """Return one message; ids are those the visitor's page knows."""
    inbound = row["direction"] == "inbound"
    common = {
        "id": shown_id(row["external_id"]) if inbound and row["external_id"] else str(row["id"]),
        "at": row["created_at"].isoformat(),
        "direction": row["direction"],
        "type": row["type"],
        "text": row["text"],
        "status": None if inbound else row["status"],
        "position": row["position"],
        "edited": row["edited_at"] is not None,
    }
    if inbound:
        event = wire.load_event(row["content"])
        return common | (_said(event, channel, link) if isinstance(event, Message) else {})
    return common | _sent(wire.load_content(row["content"]), channel, link)


def _said(message: Message, channel: Channel, link: Link) -> dict[str, Any]:
    media = [
        {
            "type": item.type,
            "url": link(channel, item.ref),
            "mime": item.mime,
            "filename": item.filename,
            "size": item.size,
            "voice": item.voice,
        }
        for item in message.media
    ]
    place = message.place
    return {
        "media": media,
        "place": {"latitude": place.latitude, "longitude": place.longitude} if place else None,
        "reply_to": message.reply_to,
    }


def _sent(content: Content, channel: Channel, link: Link) -> dict[str, Any]:
    media = [
        {
            "type": item.type,
            "url": item.url or (link(channel, item.stored) if item.stored else ""),
            "mime": item.mime,
            "filename": item.filename,
        }
        for item in content.media
    ]
    place = content.place
    return {
        "format": content.format,
        "media": media,
        "place": {
            "latitude": place.latitude,
            "longitude": place.longitude,
            "name": place.name,
            "address": place.address,
        }
        if place
        else None,
        "contacts": [{"name": card.name, "phones": list(card.phones)} for card in content.contacts],
        "buttons": [{"title": button.title, "payload": button.answer, "url": button.url} for button in content.buttons],
        "rows": [{"title": row.title, "payload": row.payload, "description": row.description} for row in content.rows],
        "keyboard": list(content.keyboard),
        "reply_to": content.reply_to,
    }

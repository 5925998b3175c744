"""Messages as they are shown, those sent from outside a turn, and the receipts of what we sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from frontdesk.core import wire
from frontdesk.core.message import Status
from frontdesk.core.wire import Delivery
from frontdesk.core.wording import storable
from frontdesk.errors import IdempotencyMismatch, NotFound
from frontdesk.store import reminder_fires
from frontdesk.store.pool import FIRST_ID, LAST_ID, Transaction

SHOWN = (
    "id, conversation_id, channel_id, turn_id, direction, author, type, text, content, external_id, reply_to, status, policy,"
    " error_code, error, attempts, in_doubt, position, trace_id, said_at, created_at, sent_at, edited_at, deleted_at, working_text"
)
RANK = {"sent": 1, "delivered": 2, "read": 3, "played": 3, "failed": 4}


async def load(tx: Transaction, message_id: UUID) -> asyncpg.Record:
    """Return one message with its raw webhook; NotFound where there is none."""
    row = await tx.fetchrow(f"SELECT {SHOWN}, raw FROM messages WHERE id = $1", message_id)
    if row is None:
        raise NotFound(f"no message {message_id}")
    return row


async def of_conversation(
    tx: Transaction, conversation_id: UUID, *, after: UUID | None, limit: int
) -> list[asyncpg.Record]:
    """Return messages of a conversation, oldest first, from the one after `after` on."""
    return list(
        await tx.fetch(
            f"SELECT {SHOWN} FROM messages WHERE conversation_id = $1 AND id > $2 ORDER BY id LIMIT $3",
            conversation_id,
            after or FIRST_ID,
            limit,
        )
    )


async def latest(tx: Transaction, conversation_id: UUID, *, before: UUID | None, limit: int) -> list[asyncpg.Record]:
    """Return what a visitor may see of a conversation, newest first, from the one before `before` on."""
    return list(
        await tx.fetch(
            f"SELECT {SHOWN} FROM messages WHERE conversation_id = $1 AND id < $2 AND deleted_at IS NULL"
            " AND (direction = 'inbound' OR status IN ('sent', 'delivered', 'read')) ORDER BY id DESC LIMIT $3",
            conversation_id,
            before or LAST_ID,
            limit,
        )
    )


async def stream(tx: Transaction, conversation_id: UUID, after: int, limit: int = 200) -> list[asyncpg.Record]:
    """Return what was delivered after stream position `after`, in order."""
    return list(
        await tx.fetch(
            f"SELECT {SHOWN} FROM messages WHERE conversation_id = $1 AND position > $2 ORDER BY position LIMIT $3",
            conversation_id,
            after,
            limit,
        )
    )


async def reactions(tx: Transaction, message_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return the emoji that stand on these messages of ours."""
    rows = await tx.fetch(
        "SELECT message_id, array_agg(emoji ORDER BY id) AS emoji FROM feedback"
        " WHERE message_id = ANY($1::uuid[]) AND kind = 'reaction' AND withdrawn_at IS NULL GROUP BY message_id",
        message_ids,
    )
    return {row["message_id"]: row["emoji"] for row in rows}


async def last_position(tx: Transaction, conversation_id: UUID) -> int:
    """Return the stream position of what was delivered last, 0 where nothing was."""
    return int(
        await tx.fetchval("SELECT coalesce(max(position), 0) FROM messages WHERE conversation_id = $1", conversation_id)
    )


async def latest_anchor(tx: Transaction, channel_id: UUID, external_id: str, before: datetime) -> UUID | None:
    """Return the latest message of a conversation that was said to the contact, or came before this time."""
    return await tx.fetchval(  # type: ignore[no-any-return]
        "SELECT m.id FROM conversations c JOIN messages m ON m.conversation_id = c.id"
        " WHERE c.channel_id = $1 AND c.external_id = $2 AND c.thread = ''"
        " AND (m.direction = 'outbound' OR m.created_at < $3) ORDER BY m.id DESC LIMIT 1",
        channel_id,
        external_id,
        before,
    )


async def mark_read(tx: Transaction, conversation_id: UUID, message_id: UUID) -> None:
    """Mark what we sent, up to this message, as read."""
    await tx.execute(
        "UPDATE messages SET status = 'read' WHERE conversation_id = $1 AND direction = 'outbound' AND status IN ('sent', 'delivered')"
        " AND id <= $2",
        conversation_id,
        message_id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """What makes a repeat of a request harmless: its key, and the hash of all it asked for."""

    key: str
    request_hash: bytes


async def add_outbound(
    tx: Transaction, delivery: Delivery, author: str, *, once: Once | None = None, traceparent: str | None = None
) -> UUID | None:
    """Store a message sent from outside a turn; the id of the earlier one where the same request came before.

    IdempotencyMismatch where its key came before with another request.
    """
    content = delivery.outbound.content
    added = await tx.fetchval(
        """
        INSERT INTO messages (id, conversation_id, channel_id, contact_id, direction, author, type, text, content, reply_to, status,
                              idempotency_key, request_hash, trace_id)
        SELECT $1, c.id, $3, c.contact_id, 'outbound', $4, $5, $6, $7, $8, 'queued', $9, $10, $11 FROM conversations c WHERE c.id = $2
        ON CONFLICT (channel_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING RETURNING id
        """,
        delivery.message_id,
        delivery.conversation_id,
        delivery.channel_id,
        author,
        content.type,
        content.text,
        wire.dump_content(content),
        content.reply_to,
        once and once.key,
        once and once.request_hash,
        traceparent and traceparent[3:35],
    )
    return await _earlier(tx, delivery.channel_id, once) if added is None and once else None


async def is_known(tx: Transaction, channel_id: UUID, idempotency_key: str) -> bool:
    """Say whether a request with this key came before."""
    return await tx.fetchval(  # type: ignore[no-any-return]
        "SELECT EXISTS (SELECT FROM messages WHERE channel_id = $1 AND idempotency_key = $2)",
        channel_id,
        f"{idempotency_key}#0",
    )


async def _earlier(tx: Transaction, channel_id: UUID, once: Once) -> UUID:
    row = await tx.fetchrow(
        "SELECT id, request_hash FROM messages WHERE channel_id = $1 AND idempotency_key = $2", channel_id, once.key
    )
    if row["request_hash"] != once.request_hash:
        raise IdempotencyMismatch(f"idempotency key {once.key.rpartition('#')[0]!r} was used for another message")
    return row["id"]  # type: ignore[no-any-return]


async def receive_status(tx: Transaction, channel_id: UUID, status: Status, now: datetime) -> UUID | None:
    """Keep a receipt of a message of ours; it never takes a message back to an earlier state. None: not our message."""
    row = await tx.fetchrow(
        "SELECT id, status FROM messages WHERE channel_id = $1 AND external_id = $2 AND direction = 'outbound' ORDER BY id DESC LIMIT 1",
        channel_id,
        status.external_id,
    ) or await _tracked(tx, channel_id, status)
    if row is None:
        return None
    await tx.execute(
        "INSERT INTO receipts (message_id, status, at, error_code, detail) VALUES ($1, $2, $3, $4, $5)",
        row["id"],
        status.status,
        status.timestamp or now,
        status.error_code,
        status.error_title,
    )
    if RANK[status.status] > RANK.get(row["status"], 0):
        shown = "read" if status.status == "played" else status.status
        await tx.execute(
            "UPDATE messages SET status = $2, error_code = coalesce($3, error_code), error = coalesce($4, error) WHERE id = $1",
            row["id"],
            shown,
            status.error_code,
            status.error_title and storable(status.error_title)[:1000],
        )
    if status.status == "failed":
        await reminder_fires.try_elsewhere(tx, row["id"])
    return UUID(bytes=row["id"].bytes)


TRACKED = """
UPDATE messages SET external_id = $3, sent_at = coalesce(sent_at, now()), position = coalesce(position, nextval('message_position')),
       status = CASE WHEN status IN ('queued', 'held') THEN 'sent' ELSE status END
WHERE id = $2 AND channel_id = $1 AND direction = 'outbound' AND external_id IS NULL RETURNING id, status
"""


async def _tracked(tx: Transaction, channel_id: UUID, status: Status) -> asyncpg.Record | None:
    """Return the message whose key a receipt bears, now known by the provider's id: it comes before the provider's answer,
    or where that was lost on its way. What waits to be sent again because of that doubt is sent.
    """
    try:
        message_id = UUID(status.tracker or "")
    except ValueError:
        return None
    return await tx.fetchrow(TRACKED, channel_id, message_id, status.external_id)

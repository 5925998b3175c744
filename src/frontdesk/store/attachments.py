"""Files contacts sent: whose they are, what they are and what became of them; the bytes are the package `media`'s."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from frontdesk.errors import NotFound
from frontdesk.store.pool import Transaction

Status = Literal["pending", "kept", "failed", "refused", "expired"]
COLUMNS = "id, message_id, number, sender, status, error, file_id, mime, filename, size, sha256, kept_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file: `number` counts within its message, from 0; a visitor's upload has a sender and no message.

    `file_id` names the bytes in the store. `error` says in words why a file is not here.
    """

    id: UUID
    mime: str
    filename: str
    size: int
    sender: str = ""
    message_id: UUID | None = None
    number: int | None = None
    status: Status = "pending"
    error: str | None = None
    file_id: UUID | None = None
    sha256: bytes = b""
    kept_at: datetime | None = None


async def add(tx: Transaction, channel_id: UUID, attachment: Attachment, sha256: bytes) -> None:
    """Note a visitor's upload, whose bytes are kept under its id."""
    await tx.execute(
        "INSERT INTO attachments (id, channel_id, sender, mime, filename, size, sha256, status, file_id, kept_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 'kept', $1, now())",
        attachment.id,
        channel_id,
        attachment.sender,
        attachment.mime,
        attachment.filename,
        attachment.size,
        sha256,
    )


async def load(tx: Transaction, channel_id: UUID, attachment_id: UUID) -> Attachment:
    """Return a kept file of this channel; NotFound otherwise."""
    row = await tx.fetchrow(
        f"SELECT {COLUMNS} FROM attachments WHERE id = $1 AND channel_id = $2 AND status = 'kept'",
        attachment_id,
        channel_id,
    )
    if row is None:
        raise NotFound(f"no file {attachment_id}")
    return _attachment(row)


async def by_id(tx: Transaction, attachment_id: UUID) -> Attachment:
    """Return a file of the tenant, whatever became of it; NotFound where there is none."""
    row = await tx.fetchrow(f"SELECT {COLUMNS} FROM attachments WHERE id = $1", attachment_id)
    if row is None:
        raise NotFound(f"no file {attachment_id}")
    return _attachment(row)


async def of_message(tx: Transaction, message_id: UUID) -> dict[int, Attachment]:
    """Return what is known of a message's files, by number."""
    rows = await tx.fetch(f"SELECT {COLUMNS} FROM attachments WHERE message_id = $1 ORDER BY number", message_id)
    return {row["number"]: _attachment(row) for row in rows}


async def claim(
    tx: Transaction, channel_id: UUID, message_id: UUID, number: int, patience: timedelta
) -> tuple[Attachment, bool]:
    """Return one file of a message, and whether it is now ours to fetch: nobody else gets that for `patience`.

    NotFound where the message is gone.
    """
    claimed = await tx.fetchrow(
        f"""
        INSERT INTO attachments AS a (id, channel_id, message_id, number, claimed_until)
        SELECT $1, $2, $3, $4, now() + $5 WHERE EXISTS (SELECT FROM messages WHERE id = $3)
        ON CONFLICT (message_id, number) DO UPDATE SET claimed_until = excluded.claimed_until
        WHERE a.status = 'pending' AND (a.claimed_until IS NULL OR a.claimed_until < now()) RETURNING {COLUMNS}
        """,
        uuid7(),
        channel_id,
        message_id,
        number,
        patience,
    )
    if claimed:
        return _attachment(claimed), True
    row = await tx.fetchrow(
        f"SELECT {COLUMNS} FROM attachments WHERE message_id = $1 AND number = $2", message_id, number
    )
    if row is None:
        raise NotFound(f"message {message_id} is gone")
    return _attachment(row), False


async def release(tx: Transaction, attachment_id: UUID, error: str) -> None:
    """Give a claim back: the file can be fetched again at once."""
    await tx.execute(
        "UPDATE attachments SET claimed_until = NULL, error = $2 WHERE id = $1 AND status = 'pending'",
        attachment_id,
        error,
    )


async def reopen(tx: Transaction, attachment_id: UUID) -> None:
    """Have a file fetched again whose bytes are gone."""
    await tx.execute(
        "UPDATE attachments SET status = 'pending', claimed_until = NULL WHERE id = $1 AND status = 'kept'",
        attachment_id,
    )


async def same_bytes(tx: Transaction, sha256: bytes) -> UUID | None:
    """Return the name under which these bytes are kept already; until the transaction ends they stay."""
    row = await tx.fetchrow(
        "SELECT file_id FROM attachments WHERE sha256 = $1 AND status = 'kept' LIMIT 1 FOR NO KEY UPDATE", sha256
    )
    return row["file_id"] if row else None


async def settle(tx: Transaction, attachment: Attachment) -> bool:
    """Store what became of a claimed file; whoever settled it first is right. False where its row is gone."""
    await tx.execute(
        "UPDATE attachments SET status = $2, error = $3, file_id = $4, mime = $5, filename = $6, size = $7, sha256 = $8,"
        " claimed_until = NULL, kept_at = CASE WHEN $2 = 'kept' THEN now() END WHERE id = $1 AND status = 'pending'",
        attachment.id,
        attachment.status,
        attachment.error,
        attachment.file_id,
        attachment.mime,
        attachment.filename,
        attachment.size,
        attachment.sha256,
    )
    return bool(await tx.fetchval("SELECT EXISTS (SELECT FROM attachments WHERE id = $1)", attachment.id))


async def expire(tx: Transaction, before: datetime, limit: int) -> tuple[int, Sequence[UUID]]:
    """Mark kept files from before a time as expired, the oldest first; return how many, and which bytes nobody has now.

    The bytes are to be deleted before this transaction ends: until then nobody takes them over.
    """
    rows = await tx.fetch(
        """
        UPDATE attachments SET status = 'expired' WHERE id IN (
            SELECT id FROM attachments WHERE status = 'kept' AND kept_at < $1 ORDER BY kept_at LIMIT $2
            FOR NO KEY UPDATE SKIP LOCKED) RETURNING file_id, sha256
        """,
        before,
        limit,
    )
    used = await tx.fetch(
        "SELECT DISTINCT file_id FROM attachments WHERE status = 'kept' AND sha256 = ANY($1)",
        [row["sha256"] for row in rows],
    )
    return len(rows), list({row["file_id"] for row in rows} - {row["file_id"] for row in used})


async def try_alone(session: asyncpg.Connection) -> bool:
    """Say whether this session is the one that may delete old files; it stays so until it ends."""
    return bool(await session.fetchval("SELECT pg_try_advisory_lock(hashtextextended('frontdesk.retention', 0))"))


def _attachment(row: asyncpg.Record) -> Attachment:
    return Attachment(**dict(row))

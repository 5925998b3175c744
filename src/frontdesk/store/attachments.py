"""Files web chat visitors sent: who sent them and what they are; the bytes are `media.py`'s."""

from dataclasses import dataclass
from uuid import UUID

from frontdesk.errors import NotFound
from frontdesk.store.pool import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file."""

    id: UUID
    sender: str
    mime: str
    filename: str
    size: int


async def add(tx: Transaction, channel_id: UUID, attachment: Attachment, sha256: bytes) -> None:
    """Note a file that is kept."""
    await tx.execute(
        "INSERT INTO attachments (id, channel_id, sender, mime, filename, size, sha256) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        attachment.id,
        channel_id,
        attachment.sender,
        attachment.mime,
        attachment.filename,
        attachment.size,
        sha256,
    )


async def load(tx: Transaction, channel_id: UUID, attachment_id: UUID) -> Attachment:
    """Return a file of this channel; NotFound otherwise."""
    row = await tx.fetchrow(
        "SELECT id, sender, mime, filename, size FROM attachments WHERE id = $1 AND channel_id = $2",
        attachment_id,
        channel_id,
    )
    if row is None:
        raise NotFound(f"no file {attachment_id}")
    return Attachment(**dict(row))

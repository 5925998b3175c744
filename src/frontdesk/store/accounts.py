"""What the platform knows of all tenants' channels: whose a provider's account is, and which are listened to.

The rows stand in the primary database. They are written before the channel itself is, so that none is ever missing; one may
name a channel that is gone, or not there yet.
"""

from dataclasses import dataclass
from uuid import UUID

from frontdesk.core.channel import Channel
from frontdesk.store.pool import Transaction


@dataclass(frozen=True, slots=True)
class Place:
    """Where a channel is found."""

    tenant: str
    channel_id: UUID


async def note(tx: Transaction, channel: Channel, account: str | None, *, listens: bool) -> None:
    """Keep what is true of a channel now, instead of what was: the account that is its own, and whether it is listened to."""
    await tx.fetchval(
        """
        WITH owned AS (
            INSERT INTO frontdesk.accounts (kind, account, tenant, channel_id)
            SELECT $1, $2::text, $3, $4 WHERE $2::text IS NOT NULL
            ON CONFLICT (channel_id) DO UPDATE SET account = excluded.account
        ), disowned AS (
            DELETE FROM frontdesk.accounts WHERE channel_id = $4 AND $2::text IS NULL
        ), listening AS (
            INSERT INTO frontdesk.listened (channel_id, tenant, kind) SELECT $4, $3, $1 WHERE $5
            ON CONFLICT (channel_id) DO NOTHING
        )
        DELETE FROM frontdesk.listened WHERE channel_id = $4 AND NOT $5
        """,
        channel.kind,
        account,
        channel.tenant,
        channel.id,
        listens,
    )


async def forget(tx: Transaction, channel_id: UUID) -> None:
    """Drop what is known of a channel that is gone."""
    await tx.fetchval(
        """
        WITH disowned AS (DELETE FROM frontdesk.accounts WHERE channel_id = $1)
        DELETE FROM frontdesk.listened WHERE channel_id = $1
        """,
        channel_id,
    )


async def of_account(tx: Transaction, kind: str, account: str) -> list[Place]:
    """Return the channels a provider's account belongs to, of whatever tenant, the oldest first."""
    rows = await tx.fetch(
        "SELECT tenant, channel_id FROM frontdesk.accounts WHERE kind = $1 AND account = $2 ORDER BY channel_id",
        kind,
        account,
    )
    return [Place(row["tenant"], UUID(bytes=row["channel_id"].bytes)) for row in rows]


async def listened(tx: Transaction) -> list[Place]:
    """Return every channel that is to be listened to."""
    rows = await tx.fetch("SELECT tenant, channel_id FROM frontdesk.listened ORDER BY channel_id")
    return [Place(row["tenant"], UUID(bytes=row["channel_id"].bytes)) for row in rows]

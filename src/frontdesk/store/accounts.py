"""What the platform knows of all tenants' channels: whose a provider's account is, and which are listened to.

The rows stand in the primary database. They are written before the channel itself is, so that none is ever missing; one may
name a channel that is gone, or not there yet.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from asyncpg import Connection

from frontdesk.core.channel import Channel
from frontdesk.store.pool import Transaction


@dataclass(frozen=True, slots=True)
class Place:
    """Where a channel is found."""

    tenant: str
    channel_id: UUID


async def note(tx: Transaction, channel: Channel, account: str | None, *, listens: bool) -> None:
    """Keep what is true of a channel now, instead of what was: the account that is its own, and whether it is listened to.

    Without either nothing is kept, as for a channel that is gone.
    """
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


async def of_account(tx: Transaction, kind: str, account: str) -> list[Place]:
    """Return the channels a provider's account belongs to, of whatever tenant, the oldest first."""
    rows = await tx.fetch(
        "SELECT tenant, channel_id FROM frontdesk.accounts WHERE kind = $1 AND account = $2 ORDER BY channel_id",
        kind,
        account,
    )
    return [Place(row["tenant"], UUID(bytes=row["channel_id"].bytes)) for row in rows]


async def listened(tx: Transaction | Connection) -> list[Place]:
    """Return every channel that is to be listened to."""
    rows = await tx.fetch("SELECT tenant, channel_id FROM frontdesk.listened ORDER BY channel_id")
    return [Place(row["tenant"], UUID(bytes=row["channel_id"].bytes)) for row in rows]


async def claim(session: Connection, channel_ids: Collection[UUID]) -> set[UUID]:
    """Claim channels for as long as the session lives, and return those nobody else holds; never one it holds already."""
    wanted = list(channel_ids)
    rows = await session.fetch(
        "SELECT number FROM unnest($1::bigint[]) AS number WHERE pg_try_advisory_lock(number)",
        [_number(channel_id) for channel_id in wanted],
    )
    got = {row["number"] for row in rows}
    return {channel_id for channel_id in wanted if _number(channel_id) in got}


async def unclaim(session: Connection, channel_ids: Collection[UUID]) -> None:
    """Let go of channels."""
    if channel_ids:
        await session.fetch(
            "SELECT pg_advisory_unlock(number) FROM unnest($1::bigint[]) AS number",
            [_number(channel_id) for channel_id in channel_ids],
        )


async def end_other_sessions(session: Connection, name: str) -> None:
    """End what is left at the server of earlier sessions of this name: it would hold their claims for minutes."""
    await session.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()",
        name,
    )


def _number(channel_id: UUID) -> int:
    """Return the random half of an id, which is what an advisory lock can hold."""
    return int.from_bytes(channel_id.bytes[8:], signed=True)

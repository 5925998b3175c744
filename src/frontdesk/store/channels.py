"""A tenant's channels; credentials are sealed, the path token is known by its hash."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from frontdesk.core.channel import Channel
from frontdesk.core.sealing import Seal, digest
from frontdesk.errors import ChannelUnknown, Conflict
from frontdesk.store.pool import Transaction

COLUMNS = "id, kind, name, api_base, credentials, settings, status, status_reason, version, created_at"


async def add(
    tx: Transaction,
    seal: Seal,
    *,
    tenant: str,
    kind: str,
    name: str,
    token: str,
    api_base: str,
    credentials: Mapping[str, str],
    settings: Mapping[str, Any],
) -> Channel:
    """Keep a new channel; Conflict where the tenant has one of that name."""
    sealed = seal.close({**credentials, "path_token": token})
    try:
        row = await tx.fetchrow(
            f"INSERT INTO channels (kind, name, token_hash, api_base, credentials, settings)"
            f" VALUES ($1, $2, $3, $4, $5, $6) RETURNING {COLUMNS}",
            kind,
            name,
            digest(token),
            api_base,
            sealed,
            json.dumps(dict(settings)),
        )
    except asyncpg.UniqueViolationError:
        raise Conflict(f"the tenant has a channel named {name!r} already: choose another name") from None
    return _channel(row, tenant, seal)


async def by_token(tx: Transaction, seal: Seal, tenant: str, kind: str, token: str) -> Channel | None:
    """Return the channel of this kind and path token."""
    row = await tx.fetchrow(
        f"SELECT {COLUMNS} FROM channels WHERE token_hash = $1 AND kind = $2 AND status <> 'removed'",
        digest(token),
        kind,
    )
    return _channel(row, tenant, seal) if row else None


async def load(tx: Transaction, seal: Seal, tenant: str, channel_id: UUID) -> Channel:
    """Return the channel; ChannelUnknown where the tenant has none of that id."""
    row = await tx.fetchrow(f"SELECT {COLUMNS} FROM channels WHERE id = $1", channel_id)
    if row is None:
        raise ChannelUnknown(f"tenant {tenant!r} has no channel {channel_id}")
    return _channel(row, tenant, seal)


async def listed(tx: Transaction, seal: Seal, tenant: str) -> list[Channel]:
    """Return all channels that are not removed, oldest first."""
    rows = await tx.fetch(f"SELECT {COLUMNS} FROM channels WHERE status <> 'removed' ORDER BY id")
    return [_channel(row, tenant, seal) for row in rows]


async def names(tx: Transaction) -> set[str]:
    """Return what the tenant calls its channels."""
    return {row["name"] for row in await tx.fetch("SELECT name FROM channels WHERE status <> 'removed'")}


async def stopped(tx: Transaction) -> list[asyncpg.Record]:
    """Return name and reason of channels that do not run."""
    return list(await tx.fetch("SELECT name, status_reason FROM channels WHERE status = 'stopped' ORDER BY name"))


async def set_status(tx: Transaction, channel_id: UUID, status: str, reason: str | None = None) -> None:
    """Start, stop or remove a channel, with the reason an operator reads."""
    tag = await tx.execute(
        "UPDATE channels SET status = $2, status_reason = $3, version = version + 1 WHERE id = $1 AND status <> 'removed'",
        channel_id,
        status,
        reason,
    )
    if tag == "UPDATE 0":
        raise ChannelUnknown(f"no channel {channel_id}")


async def change(
    tx: Transaction,
    seal: Seal,
    channel: Channel,
    *,
    credentials: Mapping[str, str],
    settings: Mapping[str, Any],
    api_base: str,
) -> Channel:
    """Replace what the tenant chose for a channel; Conflict where it changed since it was read."""
    row = await tx.fetchrow(
        f"UPDATE channels SET credentials = $2, settings = $3, api_base = $4, version = version + 1"
        f" WHERE id = $1 AND version = $5 RETURNING {COLUMNS}",
        channel.id,
        seal.close(credentials),
        json.dumps(dict(settings)),
        api_base,
        channel.version,
    )
    if row is None:
        raise Conflict(f"channel {channel.name!r} changed meanwhile: read it again, and repeat the change")
    return _channel(row, channel.tenant, seal)


def _channel(row: asyncpg.Record, tenant: str, seal: Seal) -> Channel:
    return Channel(
        id=UUID(bytes=row["id"].bytes),
        tenant=tenant,
        kind=row["kind"],
        name=row["name"],
        api_base=row["api_base"],
        credentials=seal.open(row["credentials"]),
        settings=json.loads(row["settings"]),
        status=row["status"],
        version=row["version"],
    )

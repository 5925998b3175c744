"""API keys, known by their hashes, and the audit trail."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from frontdesk.core.sealing import digest, new_token
from frontdesk.errors import NotFound
from frontdesk.store.pool import Transaction

PREFIX = "fd_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Who asks, and what it may: `tenant` None is the whole installation."""

    id: UUID | None
    name: str
    tenant: str | None
    scopes: frozenset[str]
    created_at: datetime | None = None


async def add(
    tx: Transaction, name: str, tenant: str | None, scopes: Sequence[str], expires_at: datetime | None = None
) -> tuple[Key, str]:
    """Make a key and return it with its secret, which is never shown again."""
    secret = new_token(PREFIX)
    row = await tx.fetchrow(
        "INSERT INTO frontdesk.api_keys (name, hash, tenant, scopes, expires_at) VALUES ($1, $2, $3, $4, $5)"
        " RETURNING id, name, tenant, scopes, created_at",
        name,
        digest(secret),
        tenant,
        list(scopes),
        expires_at,
    )
    return _key(row), secret


async def add_for_a_day(tx: Transaction, name: str, tenant: str | None, scopes: Sequence[str]) -> str:
    """Make a key that ends by itself tomorrow, and return its secret."""
    _, secret = await add(tx, name, tenant, scopes, datetime.now(UTC) + timedelta(days=1))
    return secret


async def by_secret(tx: Transaction, secret: str) -> Key | None:
    """Return the key of this secret, unless it is revoked or has expired."""
    row = await tx.fetchrow(
        "SELECT id, name, tenant, scopes, created_at FROM frontdesk.api_keys"
        " WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())",
        digest(secret),
    )
    return _key(row) if row else None


async def listed(tx: Transaction, tenant: str | None) -> list[Key]:
    """Return the keys in force: a tenant's, or with None all."""
    rows = await tx.fetch(
        "SELECT id, name, tenant, scopes, created_at FROM frontdesk.api_keys"
        " WHERE revoked_at IS NULL AND ($1::text IS NULL OR tenant = $1) ORDER BY id",
        tenant,
    )
    return [_key(row) for row in rows]


async def revoke(tx: Transaction, key_id: UUID, tenant: str | None) -> None:
    """End a key at once; NotFound where the tenant has none of that id."""
    tag = await tx.execute(
        "UPDATE frontdesk.api_keys SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL AND ($2::text IS NULL OR tenant = $2)",
        key_id,
        tenant,
    )
    if tag == "UPDATE 0":
        raise NotFound(f"no key {key_id}")


async def note(
    tx: Transaction,
    actor: str,
    action: str,
    subject: str,
    tenant: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write one line of the audit trail."""
    await tx.execute(
        "INSERT INTO frontdesk.audit (actor, tenant, action, subject, detail) VALUES ($1, $2, $3, $4, $5)",
        actor,
        tenant,
        action,
        subject,
        json.dumps(dict(detail or {})),
    )


def _key(row: asyncpg.Record) -> Key:
    return Key(
        id=row["id"],
        name=row["name"],
        tenant=row["tenant"],
        scopes=frozenset(row["scopes"]),
        created_at=row["created_at"],
    )

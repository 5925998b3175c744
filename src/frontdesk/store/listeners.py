"""A tenant's intent listeners; their secrets are sealed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from frontdesk.core.sealing import Seal
from frontdesk.core.signatures import key_of
from frontdesk.errors import Conflict, InvalidInput, NotFound
from frontdesk.store.pool import Transaction

MOST = 50
ROTATION = timedelta(hours=24)
"""How long an earlier secret signs beside the new one."""
COLUMNS = "id, name, intents, url, secret, deadline_ms, enabled, version, created_at, changed_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """An address and what it is told of: the intents named, or all of them."""

    id: UUID
    name: str
    intents: tuple[str, ...] | None
    url: str = field(repr=False)
    deadline: timedelta
    enabled: bool
    version: int
    created_at: datetime
    changed_at: datetime
    sealed: bytes = field(repr=False)

    def hears(self, intent: str) -> bool:
        return self.intents is None or intent in self.intents

    def keys(self, seal: Seal, now: datetime) -> list[bytes]:
        """Return what it is signed with, the newest first; ConfigurationError where no key of ours opens it."""
        kept = seal.open(self.sealed)
        secrets = [kept["secret"]]
        if "previous" in kept and now < datetime.fromisoformat(kept["until"]):
            secrets.append(kept["previous"])
        return [key_of(secret) for secret in secrets]


async def add(tx: Transaction, seal: Seal, given: Mapping[str, Any], secret: str) -> Listener:
    """Keep a new listener; Conflict where its name is taken, InvalidInput where there are too many."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('listeners of ' || current_schema()))")
    if await tx.fetchval("SELECT count(*) FROM listeners") >= MOST:
        raise InvalidInput(f"there are {MOST} listeners, which is the limit: remove some")
    try:
        row = await tx.fetchrow(
            "INSERT INTO listeners (name, intents, url, secret, deadline_ms, enabled) VALUES ($1, $2, $3, $4, $5, $6)"
            f" RETURNING {COLUMNS}",
            given["name"],
            given["intents"],
            given["url"],
            seal.close({"secret": secret}),
            given["deadline_ms"],
            given["enabled"],
        )
    except asyncpg.UniqueViolationError:
        raise _taken(given["name"]) from None
    return _listener(row)


async def load(tx: Transaction, listener_id: UUID) -> Listener:
    """Return one; NotFound where there is none."""
    row = await tx.fetchrow(f"SELECT {COLUMNS} FROM listeners WHERE id = $1", listener_id)
    if row is None:
        raise NotFound(f"no listener {listener_id}")
    return _listener(row)


async def listed(tx: Transaction) -> list[Listener]:
    """Return all listeners by name."""
    return [_listener(row) for row in await tx.fetch(f'SELECT {COLUMNS} FROM listeners ORDER BY name COLLATE "C"')]


async def names(tx: Transaction) -> list[str]:
    """Return the names of all listeners, also of those switched off."""
    return [row["name"] for row in await tx.fetch("SELECT name FROM listeners")]


async def change(tx: Transaction, listener_id: UUID, version: int | None, given: Mapping[str, Any]) -> Listener:
    """Change what is given; Conflict where it has another version by now, or its new name is taken."""
    document = json.dumps({name: value for name, value in given.items() if name != "intents"})
    intents = {"intents": given["intents"]} if "intents" in given else {}
    try:
        row = await tx.fetchrow(
            """
            UPDATE listeners l SET
                name = coalesce($3::jsonb->>'name', l.name), url = coalesce($3::jsonb->>'url', l.url),
                deadline_ms = coalesce(($3::jsonb->>'deadline_ms')::int, l.deadline_ms),
                enabled = coalesce(($3::jsonb->>'enabled')::boolean, l.enabled),
                intents = CASE WHEN $4 THEN $5::text[] ELSE l.intents END, version = version + 1, changed_at = now()
            WHERE id = $1 AND ($2::int IS NULL OR version = $2) RETURNING """
            + COLUMNS,
            listener_id,
            version,
            document,
            bool(intents),
            intents.get("intents"),
        )
    except asyncpg.UniqueViolationError:
        raise _taken(given["name"]) from None
    return _listener(row) if row else await _changed(tx, listener_id)


async def rotate(tx: Transaction, seal: Seal, listener_id: UUID, secret: str, now: datetime) -> Listener:
    """Let a new secret sign; the one before signs beside it for a while."""
    before = (await load(tx, listener_id)).sealed
    kept = {"secret": secret, "previous": seal.open(before)["secret"], "until": (now + ROTATION).isoformat()}
    row = await tx.fetchrow(
        "UPDATE listeners SET secret = $2, version = version + 1, changed_at = now() WHERE id = $1 AND secret = $3"
        f" RETURNING {COLUMNS}",
        listener_id,
        seal.close(kept),
        before,
    )
    return _listener(row) if row else await _changed(tx, listener_id)


async def remove(tx: Transaction, listener_id: UUID) -> str:
    """Remove a listener and return its name; NotFound where there is none."""
    name: str | None = await tx.fetchval("DELETE FROM listeners WHERE id = $1 RETURNING name", listener_id)
    if name is None:
        raise NotFound(f"no listener {listener_id}")
    return name


def _taken(name: str) -> Conflict:
    return Conflict(f"the tenant has a listener {name!r} already: choose another name")


async def _changed(tx: Transaction, listener_id: UUID) -> Listener:
    found = await load(tx, listener_id)
    raise Conflict(f"listener {found.name!r} has version {found.version} by now: read it again, and repeat the change")


def _listener(row: asyncpg.Record) -> Listener:
    known = {name: row[name] for name in ("name", "url", "enabled", "version", "created_at", "changed_at")}
    return Listener(
        **known,
        id=UUID(bytes=row["id"].bytes),
        intents=None if row["intents"] is None else tuple(row["intents"]),
        deadline=timedelta(milliseconds=row["deadline_ms"]),
        sealed=row["secret"],
    )

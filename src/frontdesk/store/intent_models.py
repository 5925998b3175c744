"""Versions of the intents: what was defined and said when each was wanted, the model made of it, and which one is live."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import asyncpg
from pydantic import TypeAdapter

from frontdesk import queue
from frontdesk.core import wire
from frontdesk.core.intents import Intent
from frontdesk.core.wire import Wanted
from frontdesk.core.wording import storable
from frontdesk.errors import Conflict, NotFound
from frontdesk.queue import Item, Lane
from frontdesk.store.pool import Transaction

Status = Literal["queued", "training", "ready", "failed"]
_definitions = TypeAdapter(dict[str, Intent])
MOST_ERROR_CHARACTERS = 2000
NEWEST = 2**31 - 1

COLUMNS = """v.version, v.status, v.promote, v.wanted_by, v.wanted_at, v.started_at, v.ended_at, v.error,
    octet_length(v.model) AS model_bytes,
    v.version IS NOT DISTINCT FROM (SELECT p.version FROM intent_promotions p ORDER BY p.id DESC LIMIT 1) AS is_live"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What is shown of a version. `promote` says it goes live as soon as it is ready; without a model it knows patterns alone."""

    version: int
    status: Status
    is_live: bool
    promote: bool
    model_bytes: int | None
    metrics: Mapping[str, Any] | None
    error: str | None
    wanted_by: str
    wanted_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a version was made of (definitions by name, training data as Rasa NLU YAML), and its model."""

    version: int
    status: Status
    intents: Mapping[str, Intent]
    training: str
    model: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """From `promoted_at` on this version was live; None: none was."""

    version: int | None
    is_rollback: bool
    promoted_by: str
    promoted_at: datetime


async def add(
    tx: Transaction,
    tenant: str,
    *,
    intents: Mapping[str, Intent],
    training: str,
    wanted_by: str,
    promote: bool = False,
    traceparent: str | None = None,
) -> int:
    """Keep a new version, queue its training in the same transaction, and return its number.

    `tenant` is the transaction's tenant; its versions are trained one after the other. After the commit, wake a worker.
    """
    await _lock(tx)
    version: int = await tx.fetchval(
        "INSERT INTO intent_models (version, intents, training, promote, wanted_by)"
        " SELECT coalesce(max(version), 0) + 1, $1, $2, $3, $4 FROM intent_models RETURNING version",
        _definitions.dump_json(dict(intents), exclude_defaults=True).decode(),
        training,
        promote,
        wanted_by,
    )
    payload = wire.dump_wanted(Wanted(version=version))
    item = Item(
        tenant=tenant,
        group=f"train:{tenant}",
        kind=wire.TRAIN,
        payload=payload,
        lane=Lane.NORMAL,
        traceparent=traceparent,
    )
    await queue.put(tx, [item])
    return version


async def listed(tx: Transaction, *, before: int | None = None, limit: int = 50) -> list[Version]:
    """Return versions, the newest first, from the one before `before` on, without what was measured of each intent."""
    rows = await tx.fetch(
        f"SELECT {COLUMNS}, v.metrics - '{{intents,confused,calibration}}'::text[] AS metrics"
        " FROM intent_models v WHERE v.version < $1 ORDER BY v.version DESC LIMIT $2",
        NEWEST if before is None else before,
        limit,
    )
    return [_version(row) for row in rows]


async def load(tx: Transaction, version: int) -> Version:
    """Return one version without what it is made of; NotFound where there is none."""
    row = await tx.fetchrow(f"SELECT {COLUMNS}, v.metrics FROM intent_models v WHERE v.version = $1", version)
    return _version(_found(row, version))


async def snapshot(tx: Transaction, version: int) -> Snapshot:
    """Return all a version is made of; NotFound where there is none."""
    row = await tx.fetchrow(
        "SELECT version, status, intents, training, model FROM intent_models WHERE version = $1", version
    )
    return _snapshot(_found(row, version))


async def trained(tx: Transaction, version: int) -> Snapshot:
    """Return what a version needs to be recognised by: its training data only where it has no model; NotFound."""
    row = await tx.fetchrow(
        "SELECT version, status, intents, CASE WHEN model IS NULL THEN training ELSE '' END AS training, model"
        " FROM intent_models WHERE version = $1",
        version,
    )
    return _snapshot(_found(row, version))


async def start(tx: Transaction, version: int) -> Snapshot | None:
    """Note that training begins and return what to train on; None where the version is ready or failed already.

    One that was begun and not finished begins again: whoever had it is gone.
    """
    row = await tx.fetchrow(
        "UPDATE intent_models SET status = 'training', started_at = now()"
        " WHERE version = $1 AND status IN ('queued', 'training')"
        " RETURNING version, status, intents, training, NULL::bytea AS model",
        version,
    )
    return _snapshot(row) if row else None


async def finish(tx: Transaction, version: int, model: bytes | None, metrics: Mapping[str, Any]) -> bool:
    """Keep the model and what was measured; True where the version is live now.

    It goes live if that was wanted, and no newer one is.
    """
    row = await tx.fetchrow(
        "UPDATE intent_models SET status = 'ready', model = $2, metrics = $3, error = NULL, ended_at = now()"
        " WHERE version = $1 AND status = 'training' RETURNING promote, wanted_by",
        version,
        model,
        json.dumps(metrics),
    )
    if row is None or not row["promote"]:
        return False
    await _lock(tx)
    if (await live(tx) or 0) > version:
        return False
    await _promote(tx, version, row["wanted_by"])
    return True


async def fail(tx: Transaction, version: int, error: str) -> None:
    """Note that no model can be made of a version, and why."""
    await tx.execute(
        "UPDATE intent_models SET status = 'failed', error = $2, ended_at = now() WHERE version = $1 AND status = 'training'",
        version,
        storable(error)[:MOST_ERROR_CHARACTERS],
    )


async def live(tx: Transaction) -> int | None:
    """Return the version that is live, or None."""
    return await tx.fetchval("SELECT version FROM intent_promotions ORDER BY id DESC LIMIT 1")  # type: ignore[no-any-return]


async def promote(tx: Transaction, version: int | None, by: str) -> None:
    """Make a version live, or none: every turn that begins after the commit goes by it, in every process.

    NotFound where there is no such version, Conflict where it has not been trained (yet).
    """
    await _lock(tx)
    if version is not None and (found := await load(tx, version)).status != "ready":
        why = {"failed": f"could not be trained ({found.error})"}.get(found.status, f"is {found.status}")
        raise Conflict(f"version {version} of the intents {why}: only a version that is ready can be promoted")
    if await live(tx) != version:
        await _promote(tx, version, by)


async def rollback(tx: Transaction, by: str) -> int | None:
    """Make the version live that was live before the present one, and return it; None: none was.

    Each rollback goes a step further back. Conflict where there is nothing to go back from, or that version is not kept.
    """
    await _lock(tx)
    rows = await tx.fetch("SELECT version, is_rollback FROM intent_promotions ORDER BY id")
    standing = _standing([(row["version"], row["is_rollback"]) for row in rows])
    if not standing:
        raise Conflict("no version of the intents was promoted before: there is nothing to roll back")
    before = standing[-2] if len(standing) > 1 else None
    if before is not None and (await load(tx, before)).status != "ready":
        raise Conflict(f"version {before}, live before, is kept no more: promote a version that is ready, or none")
    await _promote(tx, before, by, is_rollback=True)
    return before


async def history(tx: Transaction, *, limit: int = 50) -> list[Promotion]:
    """Return what was live when, the latest first."""
    rows = await tx.fetch(
        "SELECT version, is_rollback, promoted_by, promoted_at FROM intent_promotions ORDER BY id DESC LIMIT $1", limit
    )
    return [Promotion(**row) for row in rows]


def _standing(promotions: Sequence[tuple[int | None, bool]]) -> list[int | None]:
    """Return the promotions, oldest first, that no rollback took back."""
    standing: list[int | None] = []
    for version, is_rollback in promotions:
        if is_rollback:
            standing.pop()
        else:
            standing.append(version)
    return standing


async def _promote(tx: Transaction, version: int | None, by: str, *, is_rollback: bool = False) -> None:
    await tx.execute(
        "INSERT INTO intent_promotions (version, is_rollback, promoted_by) VALUES ($1, $2, $3)",
        version,
        is_rollback,
        by,
    )


async def _lock(tx: Transaction) -> None:
    """Let one transaction at a time give a number or say what is live."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('intents of ' || current_schema()))")


def _found(row: asyncpg.Record | None, version: int) -> asyncpg.Record:
    if row is None:
        raise NotFound(f"no version {version} of the intents")
    return row


def _version(row: asyncpg.Record) -> Version:
    return Version(**{**row, "metrics": json.loads(row["metrics"]) if row["metrics"] else None})


def _snapshot(row: asyncpg.Record) -> Snapshot:
    return Snapshot(**{**row, "intents": dict(sorted(_definitions.validate_json(row["intents"]).items()))})

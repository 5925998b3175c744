"""Intents as they are being written: what a tenant defines, and how much is said for each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from frontdesk.core.intents import Intent
from frontdesk.errors import Conflict, InvalidInput, NotFound
from frontdesk.store.pool import Transaction

MOST = 1_000

# Counted in the statement that reads the page.
SHOWN = """
SELECT i.id, i.name, i.document, i.further, i.version, i.created_at, i.changed_at,
       (SELECT count(*) FROM utterances u WHERE u.intent_id = i.id AND NOT u.is_note) AS utterances
FROM intents i
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An intent with its version and the number of its utterances; `further` is what else training files say of it."""

    id: UUID
    intent: Intent
    further: Mapping[str, Any]
    utterances: int
    version: int
    created_at: datetime
    changed_at: datetime


async def lock(tx: Transaction) -> None:
    """Let one transaction at a time change a tenant's intents and training data, or take a copy of all of them."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('training data of ' || current_schema()))")


async def add(tx: Transaction, intent: Intent, further: Mapping[str, Any] | None = None) -> UUID:
    """Keep a new intent; Conflict where the name is taken, InvalidInput where there are too many."""
    if await tx.fetchval("SELECT count(*) FROM intents") >= MOST:
        raise InvalidInput(f"there are {MOST} intents, which is the limit: remove some, or join those that are alike")
    try:
        return await tx.fetchval(  # type: ignore[no-any-return]
            "INSERT INTO intents (name, document, further) VALUES ($1, $2, $3) RETURNING id",
            intent.name,
            _document(intent),
            json.dumps(dict(further or {})),
        )
    except asyncpg.UniqueViolationError:
        raise Conflict(f"there is an intent {intent.name!r} already: change that one") from None


async def listed(tx: Transaction, *, prefix: str = "", after: str = "", limit: int = MOST) -> list[Stored]:
    """Return intents in the order of their names, from the one after `after` on; with a prefix, those it begins."""
    rows = await tx.fetch(
        f'{SHOWN} WHERE i.name COLLATE "C" > $1 AND starts_with(lower(i.name), lower($2))'
        ' ORDER BY i.name COLLATE "C" LIMIT $3',
        after,
        prefix,
        limit,
    )
    return [_stored(row) for row in rows]


async def load(tx: Transaction, intent_id: UUID) -> Stored:
    """Return one intent; NotFound where there is none."""
    row = await tx.fetchrow(f"{SHOWN} WHERE i.id = $1", intent_id)
    if row is None:
        raise NotFound(f"no intent {intent_id}")
    return _stored(row)


async def ids(tx: Transaction) -> dict[str, UUID]:
    """Return the ids of all intents by their names, in the order in which they were made."""
    return {row["name"]: row["id"] for row in await tx.fetch("SELECT id, name FROM intents ORDER BY id")}


async def replace(tx: Transaction, intent_id: UUID, intent: Intent, version: int | None = None) -> None:
    """Define an intent anew; Conflict where it has another version by now than the one given, or its new name is taken."""
    try:
        found = await tx.fetchval(
            "UPDATE intents SET name = $2, document = $3, version = version + 1, changed_at = now()"
            " WHERE id = $1 AND ($4::int IS NULL OR version = $4) RETURNING id",
            intent_id,
            intent.name,
            _document(intent),
            version,
        )
    except asyncpg.UniqueViolationError:
        raise Conflict(f"there is another intent {intent.name!r}: choose another name") from None
    if found is None:
        await _explain(tx, intent_id, version)


async def keep_further(tx: Transaction, intent_id: UUID, further: Mapping[str, Any]) -> None:
    """Keep what else a training file says of an intent."""
    await tx.execute("UPDATE intents SET further = $2 WHERE id = $1", intent_id, json.dumps(dict(further)))


async def remove(tx: Transaction, intent_id: UUID, version: int | None = None) -> None:
    """Remove an intent with its utterances; versions that were trained keep their copy."""
    found = await tx.fetchval(
        "DELETE FROM intents WHERE id = $1 AND ($2::int IS NULL OR version = $2) RETURNING id", intent_id, version
    )
    if found is None:
        await _explain(tx, intent_id, version)


async def remove_undefined(tx: Transaction, kept: Sequence[str]) -> list[str]:
    """Remove intents that consist of training data alone, except those named, and return their names."""
    rows = await tx.fetch(
        "DELETE FROM intents WHERE document = '{}' AND NOT name = ANY($1::text[]) RETURNING name", kept
    )
    return sorted(row["name"] for row in rows)


async def _explain(tx: Transaction, intent_id: UUID, version: int | None) -> None:
    now = await load(tx, intent_id)
    raise Conflict(
        f"intent {now.intent.name!r} has version {now.version} by now, not {version}: load it again and repeat the change"
    )


def _document(intent: Intent) -> str:
    return intent.model_dump_json(exclude={"name"}, exclude_defaults=True)


def _stored(row: asyncpg.Record) -> Stored:
    return Stored(
        id=row["id"],
        intent=Intent.model_validate({**json.loads(row["document"]), "name": row["name"]}),
        further=json.loads(row["further"]),
        utterances=row["utterances"],
        version=row["version"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
    )

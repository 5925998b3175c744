"""Contacts as they are shown and changed: a person, with the identities channels know them by."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from frontdesk.errors import Conflict, NotFound
from frontdesk.store.pool import LAST_ID, Transaction

SHOWN = "id, name, language, time_zone, fields, opted_out_at, merged_into, created_at"

IDENTITIES = """
SELECT i.id, i.channel_id, h.name AS channel, h.kind, i.external_id, i.former_ids, i.name, i.blocked_at IS NOT NULL AS blocked,
       i.created_at
FROM identities i JOIN channels h ON h.id = i.channel_id WHERE i.contact_id = $1 ORDER BY i.id
"""

# A prefix as a range, so that one plan with the index of names is good for all.
NAMED = f"""
SELECT {SHOWN} FROM contacts
WHERE lower(name) COLLATE "C" >= lower($3) AND lower(name) COLLATE "C" < lower($3) || chr(1114111)
AND id < $1 AND merged_into IS NULL ORDER BY id DESC LIMIT $2
"""

DUPLICATES = """
SELECT d.id, d.contact_id, a.name AS contact, d.other_id, b.name AS other, d.channel_id, d.noticed_at
FROM contact_duplicates d JOIN contacts a ON a.id = d.contact_id JOIN contacts b ON b.id = d.other_id
WHERE d.id < $1 AND a.merged_into IS NULL AND b.merged_into IS NULL ORDER BY d.id DESC LIMIT $2
"""

CHANGE = """
UPDATE contacts SET name = CASE WHEN $2 THEN $3 ELSE name END, language = CASE WHEN $4 THEN $5 ELSE language END,
       fields = (fields || $6::jsonb) - $7::text[], time_zone = CASE WHEN $8 THEN $9 ELSE time_zone END
WHERE id = $1 AND merged_into IS NULL
"""


async def listed(tx: Transaction, *, prefix: str = "", before: UUID | None, limit: int) -> list[asyncpg.Record]:
    """Return contacts that are merged into no other, the newest first, from the one before `before` on.

    With a prefix, those whose name begins with it, in any case.
    """
    start = before or LAST_ID
    if prefix:
        return list(await tx.fetch(NAMED, start, limit, prefix))
    query = f"SELECT {SHOWN} FROM contacts WHERE id < $1 AND merged_into IS NULL ORDER BY id DESC LIMIT $2"
    return list(await tx.fetch(query, start, limit))


async def load(tx: Transaction, contact_id: UUID) -> dict[str, Any]:
    """Return one contact with its identities and those merged into it; NotFound where there is none."""
    row = await tx.fetchrow(f"SELECT {SHOWN} FROM contacts WHERE id = $1", contact_id)
    if row is None:
        raise NotFound(f"no contact {contact_id}")
    merged = await tx.fetch("SELECT id FROM contacts WHERE merged_into = $1 ORDER BY merged_at, id", contact_id)
    return {
        **dict(row),
        "identities": [dict(identity) for identity in await tx.fetch(IDENTITIES, contact_id)],
        "merged": [child["id"] for child in merged],
    }


async def duplicates(tx: Transaction, *, before: UUID | None, limit: int) -> list[asyncpg.Record]:
    """Return pairs of contacts that a provider spoke of as one, what was noticed last first."""
    return list(await tx.fetch(DUPLICATES, before or LAST_ID, limit))


async def change(tx: Transaction, contact_id: UUID, changes: Mapping[str, Any]) -> None:
    """Change name, language and time zone where they are given, and single fields; a field that is None goes.

    NotFound where there is no such contact, Conflict where it is merged into another.
    """
    fields = changes.get("fields") or {}
    tag = await tx.execute(
        CHANGE,
        contact_id,
        "name" in changes,
        changes.get("name"),
        "language" in changes,
        changes.get("language"),
        json.dumps({name: value for name, value in fields.items() if value is not None}),
        [name for name, value in fields.items() if value is None],
        "time_zone" in changes,
        changes.get("time_zone"),
    )
    if tag == "UPDATE 0":
        into = (await load(tx, contact_id))["merged_into"]
        raise Conflict(f"contact {contact_id} is merged into {into}: change that one")

"""Synonyms, regexes and lookups of a tenant's training data, and what else stood in files that were imported."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from frontdesk.errors import InvalidInput, NotFound
from frontdesk.store.pool import Transaction

MOST = 10_000

Kind = Literal["synonym", "regex", "lookup", "unknown", "further"]

PUT = """
INSERT INTO training_sections AS s (kind, name, content)
SELECT f.kind, f.name, f.content
FROM unnest($1::text[], $2::text[], $3::jsonb[]) WITH ORDINALITY AS f (kind, name, content, nr) ORDER BY f.nr
ON CONFLICT (kind, name) DO UPDATE SET content = EXCLUDED.content WHERE s.content <> EXCLUDED.content
RETURNING xmax = 0 AS is_new
"""


@dataclass(frozen=True, slots=True)
class Section:
    """One of them; unknown ones are named by what they hold, further keys of a file by themselves."""

    kind: Kind
    name: str
    content: Any


async def listed(tx: Transaction, kind: Kind, *, after: str = "", limit: int) -> list[Section]:
    """Return sections of a kind in the order of their names, from the one after `after` on."""
    rows = await tx.fetch(
        'SELECT kind, name, content FROM training_sections WHERE kind = $1 AND name COLLATE "C" > $2'
        ' ORDER BY name COLLATE "C" LIMIT $3',
        kind,
        after,
        limit,
    )
    return [Section(row["kind"], row["name"], json.loads(row["content"])) for row in rows]


async def whole(tx: Transaction) -> list[Section]:
    """Return all of them, in the order they came."""
    rows = await tx.fetch("SELECT kind, name, content FROM training_sections ORDER BY id")
    return [Section(row["kind"], row["name"], json.loads(row["content"])) for row in rows]


async def find(tx: Transaction, kind: Kind, name: str) -> Section | None:
    """Return one, or None."""
    content = await tx.fetchval("SELECT content FROM training_sections WHERE kind = $1 AND name = $2", kind, name)
    return None if content is None else Section(kind, name, json.loads(content))


async def put(tx: Transaction, sections: list[Section]) -> tuple[int, int]:
    """Keep sections in place of those of their names, and return how many are new and how many changed.

    No name may come twice for a kind. InvalidInput where there are too many.
    """
    rows = await tx.fetch(
        PUT,
        [section.kind for section in sections],
        [section.name for section in sections],
        [json.dumps(section.content) for section in sections],
    )
    count = await tx.fetchval("SELECT count(*) FROM training_sections")
    if count > MOST:
        raise InvalidInput(f"that would make {count:,} sections beside the intents: {MOST:,} is the limit")
    new = sum(row["is_new"] for row in rows)
    return new, len(rows) - new


async def keep_only(tx: Transaction, sections: list[Section]) -> int:
    """Remove all but those of these kinds and names, and return how many went."""
    tag = await tx.execute(
        "DELETE FROM training_sections s WHERE NOT EXISTS ("
        " SELECT FROM unnest($1::text[], $2::text[]) AS f (kind, name) WHERE f.kind = s.kind AND f.name = s.name)",
        [section.kind for section in sections],
        [section.name for section in sections],
    )
    return int(tag.rpartition(" ")[2])


async def remove(tx: Transaction, kind: Kind, name: str) -> None:
    """Remove one; NotFound where there is none."""
    tag = await tx.execute("DELETE FROM training_sections WHERE kind = $1 AND name = $2", kind, name)
    if tag == "DELETE 0":
        raise NotFound(f"no {kind} {name!r}")

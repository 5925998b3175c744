"""What contacts may say for each intent, with the entities marked in it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg

from frontdesk.errors import InvalidInput, NotFound
from frontdesk.store.pool import FIRST_ID, Transaction

MOST = 100_000

Source = Literal["written", "imported", "message"]
SHOWN = "id, intent_id, text, entities, metadata, is_note, source, message_id, created_by, created_at"

# One row a text: the files people import repeat themselves. In the order given, which the ids keep.
ADD = """
INSERT INTO utterances AS u (intent_id, text, entities, metadata, is_note, source, message_id, created_by)
SELECT f.intent_id, f.text, f.entities, f.metadata, f.is_note, $6, f.message_id, $8
FROM unnest($1::uuid[], $2::text[], $3::jsonb[], $4::jsonb[], $5::bool[], $7::uuid[])
    WITH ORDINALITY AS f (intent_id, text, entities, metadata, is_note, message_id, nr)
ORDER BY f.nr
ON CONFLICT (intent_id, md5(text)) DO """

# What a file says of a text counts; where it says nothing, what is known stays, unless the file is to be all there is.
RENEW = """
UPDATE SET is_note = EXCLUDED.is_note,
    entities = CASE WHEN $9 OR EXCLUDED.entities <> '[]' THEN EXCLUDED.entities ELSE u.entities END,
    metadata = CASE WHEN $9 THEN EXCLUDED.metadata ELSE coalesce(EXCLUDED.metadata, u.metadata) END
WHERE u.is_note <> EXCLUDED.is_note
    OR (u.entities <> EXCLUDED.entities AND ($9 OR EXCLUDED.entities <> '[]'))
    OR (u.metadata IS DISTINCT FROM EXCLUDED.metadata AND ($9 OR EXCLUDED.metadata IS NOT NULL))
RETURNING xmax = 0 AS is_new
"""

KEEP_ONLY = """
DELETE FROM utterances u WHERE NOT EXISTS (
    SELECT FROM unnest($1::uuid[], $2::text[]) AS f (intent_id, text) WHERE f.intent_id = u.intent_id AND f.text = u.text)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of an intent: an utterance, or a note, which trains nothing. `message_id` is the message it was taken from."""

    intent_id: UUID
    text: str
    entities: Sequence[Mapping[str, Any]] = ()
    metadata: Any = None
    is_note: bool = False
    message_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance(Line):
    """A line as it is kept."""

    id: UUID
    source: Source
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A message as something to learn from: its text in the tenant's working language."""

    direction: str
    text: str | None


async def originals(tx: Transaction, message_ids: Sequence[UUID]) -> dict[UUID, Original]:
    """Return those messages that there are."""
    rows = await tx.fetch(
        "SELECT id, direction, coalesce(nullif(working_text, ''), text) AS text FROM messages"
        " WHERE id = ANY($1::uuid[]) AND deleted_at IS NULL",
        message_ids,
    )
    return {row["id"]: Original(direction=row["direction"], text=row["text"]) for row in rows}


async def add(tx: Transaction, lines: Sequence[Line], source: Source, by: str) -> list[UUID]:
    """Keep those whose text the intent does not have yet, and return their ids; InvalidInput where there are too many."""
    rows = await tx.fetch(f"{ADD} NOTHING RETURNING id", *_columns(lines, source, by))
    await _limit(tx)
    return [row["id"] for row in rows]


async def renew(tx: Transaction, lines: Sequence[Line], by: str, *, whole: bool) -> tuple[int, int]:
    """Keep imported lines, also where the text is known, and return how many are new and how many changed.

    `whole` takes away entities and metadata the lines lack. No text may come twice for an intent.
    """
    rows = await tx.fetch(ADD + RENEW, *_columns(lines, "imported", by), whole)
    await _limit(tx)
    new = sum(row["is_new"] for row in rows)
    return new, len(rows) - new


async def keep_only(tx: Transaction, lines: Sequence[Line]) -> int:
    """Remove every line but these, and return how many went."""
    tag = await tx.execute(KEEP_ONLY, [line.intent_id for line in lines], [line.text for line in lines])
    return int(tag.rpartition(" ")[2])


async def listed(
    tx: Transaction, intent_id: UUID, *, containing: str = "", after: UUID | None = None, limit: int
) -> list[Utterance]:
    """Return an intent's lines in the order they came, from the one after `after` on."""
    rows = await tx.fetch(
        f"SELECT {SHOWN} FROM utterances WHERE intent_id = $1 AND id > $2 AND position(lower($3) IN lower(text)) > 0"
        " ORDER BY id LIMIT $4",
        intent_id,
        after or FIRST_ID,
        containing,
        limit,
    )
    return [_utterance(row) for row in rows]


async def whole(tx: Transaction) -> list[Line]:
    """Return every line of every intent, in the order they came."""
    rows = await tx.fetch("SELECT intent_id, text, entities, metadata, is_note, message_id FROM utterances ORDER BY id")
    return [Line(**_read(row)) for row in rows]


async def remove(tx: Transaction, intent_id: UUID, utterance_id: UUID) -> None:
    """Remove one; NotFound where the intent has none of that id."""
    tag = await tx.execute("DELETE FROM utterances WHERE id = $1 AND intent_id = $2", utterance_id, intent_id)
    if tag == "DELETE 0":
        raise NotFound(f"intent {intent_id} has no utterance {utterance_id}")


async def _limit(tx: Transaction) -> None:
    count = await tx.fetchval("SELECT count(*) FROM utterances")
    if count > MOST:
        raise InvalidInput(
            f"that would make {count:,} utterances: {MOST:,} is the limit; remove some that say the same"
        )


def _columns(lines: Sequence[Line], source: Source, by: str) -> tuple[Any, ...]:
    return (
        [line.intent_id for line in lines],
        [line.text for line in lines],
        [json.dumps(list(line.entities)) for line in lines],
        [None if line.metadata is None else json.dumps(line.metadata) for line in lines],
        [line.is_note for line in lines],
        source,
        [line.message_id for line in lines],
        by,
    )


def _read(row: asyncpg.Record) -> dict[str, Any]:
    metadata = row["metadata"]
    return {
        **row,
        "entities": tuple(json.loads(row["entities"])),
        "metadata": None if metadata is None else json.loads(metadata),
    }


def _utterance(row: asyncpg.Record) -> Utterance:
    return Utterance(**_read(row))

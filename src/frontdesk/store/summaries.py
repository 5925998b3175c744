"""Summaries of long conversations, and the messages that are to go into them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from frontdesk.store.pool import FIRST_ID, Transaction

MOST_CHARACTERS = 4000
"""Of one message: who writes more says the gist of it before."""

# What was said, as it is summed up: in the tenant's working language where there is such a text.
SAID = "coalesce(nullif(working_text, ''), text)"
COUNTED = f"conversation_id = $1 AND id > $2 AND deleted_at IS NULL AND {SAID} <> ''"

# The last message that is to go in: all but the latest `keep` ones do.
LAST = f"SELECT id FROM messages WHERE {COUNTED} ORDER BY id DESC OFFSET $3 LIMIT 1"
STRETCH = f"""
SELECT id, direction, left({SAID}, {MOST_CHARACTERS}) AS text FROM messages
WHERE {COUNTED} AND id <= $3 ORDER BY id LIMIT $4
"""
LATEST = f"""
SELECT * FROM (
    SELECT id, direction, left({SAID}, {MOST_CHARACTERS}) AS text FROM messages WHERE {COUNTED} ORDER BY id DESC LIMIT $3
) AS said ORDER BY id
"""

UNCHANGED = """
SELECT (SELECT summary->>'until' FROM conversations WHERE id = $1) IS NOT DISTINCT FROM $2
    AND (SELECT count(*) FROM messages WHERE id = ANY($3::uuid[]) AND deleted_at IS NULL) = cardinality($3::uuid[])
"""
KEEP = f"""
WITH loose AS (
    SELECT count(*) AS messages, coalesce(sum(array_length(regexp_split_to_array(btrim({SAID}), '\\s+'), 1)), 0) AS words
    FROM messages WHERE {COUNTED} AND status <> 'received'
)
UPDATE conversations SET summary = $3, loose_messages = loose.messages, loose_words = loose.words FROM loose
WHERE conversations.id = $1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A conversation's summary as it is kept (None: there is none), and what turns have counted since."""

    summary: Mapping[str, Any] | None
    loose_messages: int
    loose_words: int


async def standing(tx: Transaction, conversation_id: UUID) -> Standing | None:
    """Return how a conversation's summary stands; None where the conversation is gone."""
    row = await tx.fetchrow(
        "SELECT summary, loose_messages, loose_words FROM conversations WHERE id = $1", conversation_id
    )
    return row and Standing(**{**row, "summary": orjson.loads(row["summary"]) if row["summary"] else None})


async def last_due(tx: Transaction, conversation_id: UUID, after: UUID | None, keep: int) -> UUID | None:
    """Return the last message that is to go into the summary, so that `keep` stay outside; None where there is none."""
    return await tx.fetchval(LAST, conversation_id, after or FIRST_ID, keep)  # type: ignore[no-any-return]


async def stretch(
    tx: Transaction, conversation_id: UUID, after: UUID | None, last: UUID, limit: int
) -> list[asyncpg.Record]:
    """Return what was said after one message and up to another, oldest first; deleted messages are left out."""
    return list(await tx.fetch(STRETCH, conversation_id, after or FIRST_ID, last, limit))


async def latest(tx: Transaction, conversation_id: UUID, after: UUID | None, limit: int) -> list[asyncpg.Record]:
    """Return the latest things said after a message, oldest first."""
    return list(await tx.fetch(LATEST, conversation_id, after or FIRST_ID, limit))


async def keep(
    tx: Transaction,
    conversation_id: UUID,
    before: Mapping[str, Any] | None,
    document: Mapping[str, Any],
    summed: Sequence[UUID],
) -> bool:
    """Replace the summary and count anew what stands outside it.

    False, and nothing changes, where the summary is another than `before` by now, or one of the messages `summed` up is gone.
    """
    # locked first: a turn that ends meanwhile adds to the count made here, and an erasure is seen
    if not await tx.fetchval("SELECT true FROM conversations WHERE id = $1 FOR NO KEY UPDATE", conversation_id):
        return False
    if not await tx.fetchval(UNCHANGED, conversation_id, before and before["until"], summed):
        return False
    await tx.execute(KEEP, conversation_id, UUID(document["until"]), orjson.dumps(document).decode())
    return True

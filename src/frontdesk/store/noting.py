"""What is noted down of conversations and contacts: tags, fields of the profile, and what is forgotten."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import orjson

from frontdesk.core.noting import ForgetVariables, MeanFor, NoteEffect, SetField, Tag, Untag
from frontdesk.errors import InvalidInput, NotFound
from frontdesk.store.conversations import LISTED
from frontdesk.store.pool import LAST_ID, Transaction

FORGET_VARIABLES = "UPDATE conversations SET variables = variables - $2::text[] WHERE id = $1"
SET_FIELD = """
UPDATE contacts SET fields = (fields || $2::jsonb) - $3::text[]
WHERE id = $1 AND fields IS DISTINCT FROM (fields || $2::jsonb) - $3::text[]
"""
MOST_TAGS = 200
# With too many, those that were there stay. Where all are there, as for most messages, nothing is written.
TAGGED = f"""
ARRAY(SELECT tag FROM (
    SELECT DISTINCT tag = ANY (tags) AS stays, tag FROM unnest(tags || $2::text[]) AS tag ORDER BY stays DESC, tag LIMIT {MOST_TAGS}
) AS one ORDER BY tag)
"""
TAG = {
    "conversation": f"UPDATE conversations SET tags = {TAGGED} WHERE id = $1 AND NOT tags @> $2::text[]",
    "contact": f"UPDATE contacts SET tags = {TAGGED} WHERE id = $1 AND NOT tags @> $2::text[]",
}
UNTAGGED = "ARRAY(SELECT tag FROM unnest(tags) AS tag WHERE tag <> ALL($2::text[]))"
# Tags of contacts that were merged into this one count as its own.
UNTAG = {
    "conversation": f"UPDATE conversations SET tags = {UNTAGGED} WHERE id = $1",
    "contact": f"""
WITH RECURSIVE family AS (
    SELECT $1::uuid AS id UNION SELECT c.id FROM contacts c JOIN family ON c.merged_into = family.id
)
UPDATE contacts SET tags = {UNTAGGED} WHERE id IN (SELECT id FROM family) AND tags && $2::text[]
""",
}

# By name, since rules name agents; one who is gone by now is nobody. What waits already is meant for them from now on.
MEAN_FOR = """
WITH meant AS (
    UPDATE conversations SET meant_agent = (SELECT id FROM agents WHERE name = $2), meant_team = $3 WHERE id = $1
    RETURNING id, meant_agent, meant_team
)
UPDATE handoffs h SET for_agent = meant_agent, for_team = meant_team FROM meant
WHERE h.conversation_id = meant.id AND h.status = 'waiting'
"""


async def apply(tx: Transaction, effect: NoteEffect, conversation_id: UUID, contact_id: UUID) -> None:
    """Carry out an effect."""
    whose = {"conversation": conversation_id, "contact": contact_id}
    match effect:
        case ForgetVariables(names=names):
            await tx.execute(FORGET_VARIABLES, conversation_id, list(names))
        case Tag(tags=tags, of=of):
            await tx.execute(TAG[of], whose[of], list(tags))
        case Untag(tags=tags, of=of):
            await tx.execute(UNTAG[of], whose[of], list(tags))
        case SetField(field=field, value=value):
            given = {} if value is None else {field: value}
            await tx.execute(SET_FIELD, contact_id, orjson.dumps(given).decode(), [field] if value is None else [])
        case MeanFor(agent=agent, team=team):
            await tx.execute(MEAN_FOR, conversation_id, agent, team)


async def tags(tx: Transaction, conversation_id: UUID) -> list[str]:
    """Return the tags of a conversation; NotFound where there is none."""
    found = await tags_of(tx, [conversation_id])
    if conversation_id not in found:
        raise NotFound(f"no conversation {conversation_id}")
    return found[conversation_id]


async def tags_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return the tags of conversations, by conversation."""
    rows = await tx.fetch("SELECT id, tags FROM conversations WHERE id = ANY($1)", ids)
    return {UUID(bytes=row["id"].bytes): list(row["tags"]) for row in rows}


async def tagged(tx: Transaction, tag: str, *, before: UUID | None, limit: int) -> list[asyncpg.Record]:
    """Return conversations with a tag, the newest first, from the one before `before` on."""
    query = f"{LISTED} WHERE c.tags @> ARRAY[$3::text] AND c.tags <> '{{}}' AND c.id < $1 ORDER BY c.id DESC LIMIT $2"
    return list(await tx.fetch(query, before or LAST_ID, limit, tag))


async def tag(tx: Transaction, conversation_id: UUID, new: Sequence[str]) -> list[str]:
    """Put tags on a conversation and return all it has; NotFound where there is none, InvalidInput where these are too many."""
    await tx.execute(TAG["conversation"], conversation_id, list(new))
    found = await tags(tx, conversation_id)
    if not set(new) <= set(found):
        raise InvalidInput(f"a conversation has at most {MOST_TAGS} tags: take some off")
    return found


async def untag(tx: Transaction, conversation_id: UUID, tag: str) -> None:
    """Take a tag off a conversation; NotFound where it has none of this name."""
    if tag not in await tags(tx, conversation_id):
        raise NotFound(f"conversation {conversation_id} has no tag {tag[:60]!r}")
    await tx.execute(UNTAG["conversation"], conversation_id, [tag])

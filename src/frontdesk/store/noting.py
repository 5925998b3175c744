"""What is noted down of conversations and contacts: tags, fields of the profile, and what is forgotten."""

from uuid import UUID

import orjson

from frontdesk.core.noting import ForgetVariables, NoteEffect, SetField, Tag, Untag
from frontdesk.store.pool import Transaction

FORGET_VARIABLES = "UPDATE conversations SET variables = variables - $2::text[] WHERE id = $1"
SET_FIELD = "UPDATE contacts SET fields = (fields || $2::jsonb) - $3::text[] WHERE id = $1"
MOST_TAGS = 200
TAGGED = f"ARRAY(SELECT DISTINCT tag FROM unnest(tags || $2::text[]) AS tag ORDER BY tag LIMIT {MOST_TAGS})"
TAG = {
    "conversation": f"UPDATE conversations SET tags = {TAGGED} WHERE id = $1",
    "contact": f"UPDATE contacts SET tags = {TAGGED} WHERE id = $1",
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

"""A conversation as a whole: all that was said and reacted in it, each with what its turn made of it."""

from uuid import UUID

import asyncpg

from frontdesk.errors import NotFound
from frontdesk.store.pool import Transaction

MOST = 500

# Ids grow with time on every table, so they are the order of what happened.
SAID = """
SELECT * FROM (
    SELECT m.id, m.direction, m.author, m.type, m.text, m.content, m.contact_id, m.created_at AS at, t.handler, t.record
    FROM messages m LEFT JOIN turns t ON t.message_id = m.id
    WHERE m.conversation_id = $1 AND m.deleted_at IS NULL AND m.status <> 'held'
    UNION ALL
    SELECT f.id, 'inbound', 'contact', 'reaction', f.emoji, NULL, f.contact_id, f.created_at, NULL, NULL
    FROM feedback f WHERE f.conversation_id = $1 AND f.kind = 'reaction' AND f.withdrawn_at IS NULL
) AS said ORDER BY id LIMIT $2
"""
ABOUT = """
SELECT c.id, h.kind, coalesce(p.language, '') AS language, p.name FROM conversations c JOIN channels h ON h.id = c.channel_id
LEFT JOIN contacts p ON p.id = c.contact_id WHERE c.id = $1
"""
NAMED = """
SELECT DISTINCT unnest(ARRAY[p.name, i.name]) AS name FROM messages m JOIN contacts p ON p.id = m.contact_id
LEFT JOIN identities i ON i.contact_id = p.id WHERE m.conversation_id = $1 AND m.direction = 'inbound'
"""


async def load(tx: Transaction, conversation_id: UUID) -> tuple[asyncpg.Record, list[asyncpg.Record], list[str]]:
    """Return a conversation's kind of channel and language, its first 500 lines, and the names of its people; NotFound where
    there is none.
    """
    about = await tx.fetchrow(ABOUT, conversation_id)
    if about is None:
        raise NotFound(f"no conversation {conversation_id}")
    said = list(await tx.fetch(SAID, conversation_id, MOST))
    return about, said, [row["name"] for row in await tx.fetch(NAMED, conversation_id) if row["name"]]

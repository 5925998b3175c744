"""What people at the desk write down about a conversation; contacts never see it."""

from uuid import UUID

import asyncpg

from frontdesk.errors import NotFound
from frontdesk.store.pool import Transaction

SHOWN = """
SELECT n.id, n.conversation_id, n.agent_id, a.name AS agent, n.text, n.created_at
FROM notes n LEFT JOIN agents a ON a.id = n.agent_id
"""


async def add(tx: Transaction, conversation_id: UUID, agent_id: UUID | None, text: str) -> asyncpg.Record:
    """Keep a note; NotFound where the agent or the conversation is unknown."""
    if agent_id and not await tx.fetchval("SELECT true FROM agents WHERE id = $1", agent_id):
        raise NotFound(f"no agent {agent_id}")
    # locked, so that it is not erased meanwhile
    if not await tx.fetchval("SELECT true FROM conversations WHERE id = $1 FOR KEY SHARE", conversation_id):
        raise NotFound(f"no conversation {conversation_id}")
    note_id = await tx.fetchval(
        "INSERT INTO notes (conversation_id, agent_id, text) VALUES ($1, $2, $3) RETURNING id",
        conversation_id,
        agent_id,
        text,
    )
    return await tx.fetchrow(f"{SHOWN} WHERE n.id = $1", note_id)


async def listed(tx: Transaction, conversation_id: UUID, *, after: UUID, limit: int) -> list[asyncpg.Record]:
    """Return notes of a conversation, oldest first, from the one after `after` on; NotFound where there is no conversation."""
    query = f"{SHOWN} WHERE n.conversation_id = $1 AND n.id > $2 ORDER BY n.id LIMIT $3"
    rows = list(await tx.fetch(query, conversation_id, after, limit))
    if not rows and not await tx.fetchval("SELECT true FROM conversations WHERE id = $1", conversation_id):
        raise NotFound(f"no conversation {conversation_id}")
    return rows


async def remove(tx: Transaction, note_id: UUID) -> UUID:
    """Delete a note and return whose it was; NotFound where there is none."""
    found = await tx.fetchval("DELETE FROM notes WHERE id = $1 RETURNING conversation_id", note_id)
    if found is None:
        raise NotFound(f"no note {note_id}")
    return UUID(bytes=found.bytes)

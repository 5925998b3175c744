"""One message followed on its way: what was heard before it, the turn it caused, and what that said."""

from uuid import UUID

import asyncpg

from frontdesk.store.pool import Transaction


async def heard(tx: Transaction, channel_id: UUID, conversation: str) -> int:
    """Return how many messages of a conversation were received."""
    return int(
        await tx.fetchval(
            "SELECT count(*) FROM messages m JOIN conversations c ON c.id = m.conversation_id"
            " WHERE c.channel_id = $1 AND c.external_id = $2 AND m.direction = 'inbound'",
            channel_id,
            conversation,
        )
    )


async def turn_of(tx: Transaction, channel_id: UUID, external_id: str) -> asyncpg.Record | None:
    """Return the turn of a message received, None while it has none."""
    return await tx.fetchrow(
        "SELECT t.* FROM messages m JOIN turns t ON t.id = m.turn_id"
        " WHERE m.channel_id = $1 AND m.external_id = $2 AND m.direction = 'inbound'",
        channel_id,
        external_id,
    )


async def replies(tx: Transaction, turn: asyncpg.Record) -> list[asyncpg.Record]:
    """Return what a turn said, in order."""
    return list(
        await tx.fetch(
            "SELECT id, type, text, content, status, policy, error FROM messages"
            " WHERE conversation_id = $1 AND turn_id = $2 AND direction = 'outbound' ORDER BY id",
            turn["conversation_id"],
            turn["id"],
        )
    )

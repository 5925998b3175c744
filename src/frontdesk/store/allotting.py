"""Giving those who wait to people who have room, as the tenant's settings say."""

from uuid import UUID

import asyncpg

from frontdesk.core.desk import Assignment
from frontdesk.core.handoff import assignee
from frontdesk.store import agents
from frontdesk.store.pool import Transaction

MOST = 100
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('desk of ' || current_schema(), 0))"
# Rows somebody has in hand just now are left: nobody waits here, so no two can wait for each other.
WAITING = """
SELECT id, conversation_id, skill, language FROM handoffs WHERE status = 'waiting' AND ($1::uuid IS NULL OR conversation_id = $1)
ORDER BY priority, coalesce(first_due_at, 'infinity'), id LIMIT $2 FOR UPDATE SKIP LOCKED
"""
GIVE = "UPDATE handoffs SET status = 'assigned', agent_id = $2, assigned_at = now() WHERE id = $1"


async def allot(tx: Transaction, assignment: Assignment, conversation_id: UUID | None = None) -> dict[UUID, str]:
    """Give away what waits (or one conversation), the most urgent first; return to whom each went, by conversation.

    One transaction of a tenant at a time, so that nobody is given more than they have room for.
    """
    if assignment == "manual" or not await tx.fetchval("SELECT EXISTS (SELECT FROM handoffs WHERE status = 'waiting')"):
        return {}
    await tx.execute(LOCK)
    given: dict[UUID, str] = {}
    for row in await tx.fetch(WAITING, conversation_id, MOST):
        agent = assignee(assignment, await agents.at_work(tx), row["skill"], row["language"])
        if agent is None:
            continue
        await tx.execute(GIVE, row["id"], agent.id)
        await tx.execute("UPDATE agents SET given_at = clock_timestamp() WHERE id = $1", agent.id)
        given[row["conversation_id"]] = agent.name
    return given


async def try_alone(session: asyncpg.Connection) -> bool:
    """Say whether this session is the one that goes round the desks; it stays so until it ends."""
    return bool(await session.fetchval("SELECT pg_try_advisory_lock(hashtextextended('frontdesk.desk', 0))"))

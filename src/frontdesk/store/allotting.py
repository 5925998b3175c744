"""Giving those who wait to people who have room, as the tenant's settings say."""

from dataclasses import replace
from uuid import UUID

import asyncpg

from frontdesk.core.desk import Assignment
from frontdesk.core.handoff import Wanted, assignee
from frontdesk.store import agents
from frontdesk.store.pool import Transaction

MOST = 1_000
"""Looked through at once: who waits for what nobody can do is in nobody's way."""
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('desk of ' || current_schema(), 0))"
# With `manual` only what a rule assigned to somebody is given away.
GIVEN = "status = 'waiting' AND ($1 <> 'manual' OR for_agent IS NOT NULL OR for_team IS NOT NULL)"
WAITING = f"""
SELECT id, conversation_id, skill, language, for_agent AS agent, for_team AS team, released_by FROM handoffs
WHERE {GIVEN} AND ($2::uuid IS NULL OR conversation_id = $2) ORDER BY priority, coalesce(first_due_at, 'infinity'), id LIMIT $3
"""
# What somebody has in hand just now is left: nobody waits here, so no two can wait for each other. An agent who is removed
# at this moment is no row any more, and is given nothing.
GIVE = """
WITH free AS (
    SELECT id FROM handoffs WHERE id = $1 AND status = 'waiting' FOR UPDATE SKIP LOCKED
), turn AS (
    UPDATE agents SET given_at = clock_timestamp() WHERE id = $2 AND EXISTS (SELECT FROM free) RETURNING id, given_at
)
UPDATE handoffs SET status = 'assigned', agent_id = turn.id, assigned_at = now() FROM free, turn WHERE handoffs.id = free.id
RETURNING turn.given_at
"""


async def allot(tx: Transaction, assignment: Assignment, conversation_id: UUID | None = None) -> dict[UUID, str]:
    """Give away what waits (or one conversation), the most urgent first; return to whom each went, by conversation.

    One transaction of a tenant at a time, so that nobody is given more than they have room for.
    """
    waits = f"SELECT EXISTS (SELECT FROM handoffs WHERE {GIVEN} AND ($2::uuid IS NULL OR conversation_id = $2))"
    if not await tx.fetchval(waits, assignment, conversation_id):
        return {}
    await tx.execute(LOCK)
    given: dict[UUID, str] = {}
    people = {agent.id: agent for agent in await agents.at_work(tx)}
    for row in await tx.fetch(WAITING, assignment, conversation_id, MOST):
        if not any(agent.has_room for agent in people.values()):
            break
        wanted = Wanted(**{name: row[name] for name in ("skill", "language", "agent", "team", "released_by")})
        agent = assignee(assignment, list(people.values()), wanted)
        if agent and (at := await tx.fetchval(GIVE, row["id"], agent.id)):
            people[agent.id] = replace(agent, load=agent.load + 1, given_at=at)
            given[row["conversation_id"]] = agent.name
    return given


async def try_alone(session: asyncpg.Connection) -> bool:
    """Say whether this session is the one that goes round the desks; it stays so until it ends."""
    return bool(await session.fetchval("SELECT pg_try_advisory_lock(hashtextextended('frontdesk.desk', 0))"))

"""The people who answer: what they can do, how much they have in hand."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from frontdesk.core.handoff import Agent
from frontdesk.errors import Conflict, InvalidInput, NotFound
from frontdesk.store.pool import Transaction

MOST = 1_000
COLUMNS = ("name", "email", "skills", "teams", "languages", "capacity", "status")

SHOWN = """
SELECT a.id, a.name, a.email, a.skills, a.teams, a.languages, a.capacity, a.status, a.created_at, a.given_at,
       (SELECT count(*) FROM handoffs h WHERE h.agent_id = a.id AND h.status = 'assigned') AS load
FROM agents a
"""


async def add(tx: Transaction, given: Mapping[str, Any]) -> UUID:
    """Keep a new agent; Conflict where the name is taken, InvalidInput where there are too many."""
    if await tx.fetchval("SELECT count(*) FROM agents") >= MOST:
        raise InvalidInput(f"there are {MOST} agents, which is the limit: remove some")
    try:
        return await tx.fetchval(  # type: ignore[no-any-return]
            f"INSERT INTO agents ({', '.join(COLUMNS)}) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            *(given[column] for column in COLUMNS),
        )
    except asyncpg.UniqueViolationError:
        raise Conflict(f"there is an agent {given['name']!r} already: choose another name") from None


async def load(tx: Transaction, agent_id: UUID) -> asyncpg.Record:
    """Return one agent; NotFound where there is none."""
    row = await tx.fetchrow(f"{SHOWN} WHERE a.id = $1", agent_id)
    if row is None:
        raise NotFound(f"no agent {agent_id}")
    return row


async def listed(tx: Transaction, *, after: str = "", limit: int = MOST) -> list[asyncpg.Record]:
    """Return agents by name, from the one after `after` on."""
    query = f'{SHOWN} WHERE a.name COLLATE "C" > $1 ORDER BY a.name COLLATE "C" LIMIT $2'
    return list(await tx.fetch(query, after, limit))


async def names(tx: Transaction) -> dict[str, set[str]]:
    """Return the names rules may assign conversations to: of agents, and of the teams they are in."""
    row = await tx.fetchrow(
        "SELECT (SELECT array_agg(name) FROM agents) AS agents, ARRAY(SELECT DISTINCT unnest(teams) FROM agents) AS teams"
    )
    return {"agents": set(row["agents"] or ()), "teams": set(row["teams"])}


async def change(tx: Transaction, agent_id: UUID, given: Mapping[str, Any]) -> None:
    """Change what is given of an agent; NotFound where there is none, Conflict where the new name is taken."""
    await load(tx, agent_id)
    names = [column for column in COLUMNS if column in given]
    if not names:
        return
    changes = ", ".join(f"{column} = ${number}" for number, column in enumerate(names, 2))
    try:
        await tx.execute(f"UPDATE agents SET {changes} WHERE id = $1", agent_id, *(given[column] for column in names))
    except asyncpg.UniqueViolationError:
        raise Conflict(f"there is another agent {given['name']!r}: choose another name") from None


async def remove(tx: Transaction, agent_id: UUID) -> None:
    """Remove an agent who has nothing in hand; NotFound where there is none, Conflict where conversations are theirs."""
    found = await tx.fetchrow("SELECT name FROM agents WHERE id = $1 FOR UPDATE", agent_id)
    if found is None:
        raise NotFound(f"no agent {agent_id}")
    if await tx.fetchval("SELECT count(*) FROM handoffs WHERE agent_id = $1 AND status = 'assigned'", agent_id):
        raise Conflict(f"agent {found['name']!r} has conversations in hand: release or resolve them first")
    await tx.execute("DELETE FROM agents WHERE id = $1", agent_id)


async def at_work(tx: Transaction) -> list[Agent]:
    """Return who is available, with how much each has in hand."""
    return [
        Agent(
            id=row["id"],
            name=row["name"],
            skills=tuple(row["skills"]),
            teams=tuple(row["teams"]),
            languages=tuple(row["languages"]),
            capacity=row["capacity"],
            status=row["status"],
            load=row["load"],
            given_at=row["given_at"],
        )
        for row in await tx.fetch(f"{SHOWN} WHERE a.status = 'available' ORDER BY a.id")
    ]

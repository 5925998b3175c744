"""Conversations handed to people: who waits, who has what; each change bears the conversation's row, which says whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from frontdesk.core.handoff import Due
from frontdesk.errors import ConversationTaken, NotFound
from frontdesk.store.pool import Transaction

OPEN = "status IN ('waiting', 'assigned')"

REQUEST = """
INSERT INTO handoffs (conversation_id, reason, detail, priority, skill, language, first_due_at, resolve_due_at,
                      for_agent, for_team)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, meant_agent, meant_team FROM conversations WHERE id = $1
ON CONFLICT (conversation_id) WHERE status IN ('waiting', 'assigned') DO NOTHING RETURNING id
"""
# An agent who takes what nobody asked for begins a handoff that is assigned from its start.
TAKE = """
INSERT INTO handoffs (conversation_id, reason, status, agent_id, assigned_at) VALUES ($1, 'taken', 'assigned', $2, now())
ON CONFLICT (conversation_id) WHERE status IN ('waiting', 'assigned')
DO UPDATE SET status = 'assigned', agent_id = excluded.agent_id, assigned_at = now()
"""
ANSWERED = f"""
UPDATE handoffs SET first_answered_at = coalesce(first_answered_at, now()), last_answered_at = now()
WHERE conversation_id = $1 AND {OPEN}
"""
# Given back by the contact before anybody answered, it was for nothing.
CLOSE = f"""
UPDATE handoffs SET resolved_at = now(), summary = coalesce($2, summary),
       status = CASE WHEN $3 OR first_answered_at IS NOT NULL THEN 'resolved' ELSE 'abandoned' END,
       agent_id = CASE WHEN status = 'assigned' THEN agent_id END
WHERE conversation_id = $1 AND {OPEN} RETURNING id
"""
OWN = "UPDATE conversations SET owner = $2, status = $3, version = version + 1 WHERE id = $1"
IDLE = f"SELECT conversation_id FROM handoffs WHERE {OPEN} AND last_answered_at < now() - $1::int * interval '1 minute'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a conversation stands, its row locked: whose it is, and which handoff of it is open."""

    conversation_id: UUID
    channel_id: UUID
    external_id: str
    thread: str
    contact: str | None
    language: str | None
    owner: str
    handoff_id: UUID | None = None
    agent_id: UUID | None = None
    agent: str | None = None
    was_answered: bool = False

    def check(self, agent_id: UUID | None) -> None:
        """Raise ConversationTaken where another agent has it."""
        if self.agent_id is not None and self.agent_id != agent_id:
            raise ConversationTaken(f"{self.agent or 'another agent'} has conversation {self.conversation_id}")


async def hold(tx: Transaction, conversation_id: UUID) -> Standing:
    """Lock a conversation and return how it stands; NotFound where there is none.

    Turns and people change it one after the other: a turn that was under way finds another version afterwards.
    """
    await tx.execute("LOCK TABLE messages IN ROW EXCLUSIVE MODE")  # before the row, as an erasure does
    row = await tx.fetchrow(
        "SELECT channel_id, external_id, thread, owner, (SELECT name FROM contacts p WHERE p.id = contact_id) AS contact,"
        " (SELECT language FROM contacts p WHERE p.id = contact_id) AS language FROM conversations WHERE id = $1 FOR UPDATE",
        conversation_id,
    )
    if row is None:
        raise NotFound(f"no conversation {conversation_id}")
    # by a statement of its own: one that waited for the lock would see the handoff as it was before
    handoff = await tx.fetchrow(
        "SELECT id AS handoff_id, agent_id, first_answered_at IS NOT NULL AS was_answered,"
        " (SELECT name FROM agents a WHERE a.id = agent_id) AS agent"
        f" FROM handoffs WHERE conversation_id = $1 AND {OPEN} FOR UPDATE",
        conversation_id,
    )
    return Standing(conversation_id=conversation_id, **row, **(handoff or {}))


async def request(
    tx: Transaction,
    conversation_id: UUID,
    *,
    reason: str,
    detail: str = "",
    priority: int = 3,
    skill: str | None = None,
    language: str | None = None,
    due: Due,
) -> UUID | None:
    """Let a conversation wait for a person; None where it does already, or somebody has it."""
    return await tx.fetchval(  # type: ignore[no-any-return]
        REQUEST, conversation_id, reason, detail[:500], priority, skill, language, due.first, due.resolved
    )


async def take(tx: Transaction, standing: Standing, agent_id: UUID) -> None:
    """Give a held conversation to an agent; ConversationTaken where another has it, NotFound where the agent is unknown."""
    standing.check(agent_id)
    if standing.agent_id == agent_id and standing.owner == "human":
        return
    # locked, so that the agent is not removed meanwhile
    if not await tx.fetchval("SELECT true FROM agents WHERE id = $1 FOR KEY SHARE", agent_id):
        raise NotFound(f"no agent {agent_id}")
    await tx.execute(TAKE, standing.conversation_id, agent_id)
    await tx.execute(OWN, standing.conversation_id, "human", "open")


async def note_answer(tx: Transaction, standing: Standing) -> None:
    """A person answers; with the first answer every turn under way loses."""
    if standing.owner != "human" or not standing.was_answered:
        await tx.execute(OWN, standing.conversation_id, "human", "open")
    await tx.execute(ANSWERED, standing.conversation_id)


async def release(tx: Transaction, standing: Standing, agent_id: UUID | None) -> None:
    """Let a conversation wait again; ConversationTaken where another agent has it, NotFound where nobody has."""
    standing.check(agent_id)
    if standing.agent_id is None:
        raise NotFound(f"nobody has conversation {standing.conversation_id}")
    await tx.execute(
        "UPDATE handoffs SET status = 'waiting', agent_id = NULL, assigned_at = NULL, released_by = agent_id WHERE id = $1",
        standing.handoff_id,
    )
    # once a person has written, the bot is silent also while nobody else has come
    await tx.execute(OWN, standing.conversation_id, "human", "open" if standing.was_answered else "waiting")


async def resolve(tx: Transaction, standing: Standing, summary: str | None = None) -> None:
    """Give a held conversation back to the bot; `summary` is what came of it."""
    await tx.execute(CLOSE, standing.conversation_id, summary, True)
    await tx.execute(OWN, standing.conversation_id, "bot", "open")


async def give_back(tx: Transaction, conversation_id: UUID) -> None:
    """End what was asked for: the contact wants the bot again, in a turn that changes the conversation itself."""
    await tx.execute(CLOSE, conversation_id, None, False)


async def wait(tx: Transaction, conversation_id: UUID) -> None:
    """Take a conversation from the bot, for whoever comes; every turn under way loses."""
    await tx.execute(OWN, conversation_id, "human", "waiting")


async def unanswered(tx: Transaction, channel_id: UUID, external_id: str) -> UUID | None:
    """Return the conversation of a message that is stored and had no answer; None where there is no such message."""
    return await tx.fetchval(  # type: ignore[no-any-return]
        "SELECT conversation_id FROM messages"
        " WHERE channel_id = $1 AND external_id = $2 AND direction = 'inbound' AND status = 'received'",
        channel_id,
        external_id,
    )


async def idle(tx: Transaction, minutes: int, limit: int) -> list[UUID]:
    """Return conversations whose person gave no answer for so long after one."""
    return [row["conversation_id"] for row in await tx.fetch(f"{IDLE} ORDER BY id LIMIT $2", minutes, limit)]


async def is_idle(tx: Transaction, conversation_id: UUID, minutes: int) -> bool:
    """Say whether a held conversation is still one of those."""
    return bool(await tx.fetchval(f"SELECT EXISTS ({IDLE} AND conversation_id = $2)", minutes, conversation_id))


async def load(tx: Transaction, handoff_id: UUID) -> asyncpg.Record:
    """Return one handoff; NotFound where there is none."""
    row = await tx.fetchrow(f"{SHOWN} WHERE h.id = $1", handoff_id)
    if row is None:
        raise NotFound(f"no handoff {handoff_id}")
    return row


async def briefing(tx: Transaction, handoff_id: UUID) -> dict[str, Any] | None:
    """Return the briefing that is kept of a handoff."""
    found = await tx.fetchval("SELECT briefing FROM handoffs WHERE id = $1", handoff_id)
    return orjson.loads(found) if found else None


async def keep_briefing(tx: Transaction, handoff_id: UUID, briefing: Mapping[str, Any]) -> None:
    """Keep what a language model wrote of a handoff."""
    document = orjson.dumps(briefing).decode()
    await tx.execute("UPDATE handoffs SET briefing = $2 WHERE id = $1", handoff_id, document)


SHOWN = """
SELECT h.id, h.conversation_id, h.reason, h.detail, h.priority, h.skill, h.language, h.for_agent, h.for_team, h.status,
       h.agent_id, h.summary, h.requested_at, h.assigned_at, h.first_answered_at, h.last_answered_at, h.resolved_at,
       h.first_due_at, h.resolve_due_at, a.name AS agent, c.owner, c.external_id, c.is_group,
       p.name AS contact, k.kind AS channel_kind, k.name AS channel, c.last_message_at
FROM handoffs h JOIN conversations c ON c.id = h.conversation_id JOIN channels k ON k.id = c.channel_id
LEFT JOIN agents a ON a.id = h.agent_id LEFT JOIN contacts p ON p.id = c.contact_id
"""
# In the order of the index handoffs_queue; the cursor is the last one seen, wherever it is by now.
WAITING = f"""
{SHOWN} WHERE h.status = 'waiting' AND ($1::uuid IS NULL OR (h.priority, coalesce(h.first_due_at, 'infinity'), h.id) > (
    SELECT priority, coalesce(first_due_at, 'infinity'), id FROM handoffs WHERE id = $1))
ORDER BY h.priority, coalesce(h.first_due_at, 'infinity'), h.id LIMIT $2
"""
LISTED = (
    f"{SHOWN} WHERE h.status = $3 AND h.id < $1 AND ($4::uuid IS NULL OR h.agent_id = $4) ORDER BY h.id DESC LIMIT $2"
)


async def waiting(tx: Transaction, *, after: UUID | None, limit: int) -> list[asyncpg.Record]:
    """Return who waits: the most urgent first, then who is due first, then who asked first."""
    return list(await tx.fetch(WAITING, after, limit))


async def listed(
    tx: Transaction, status: str, *, agent_id: UUID | None, before: UUID, limit: int
) -> list[asyncpg.Record]:
    """Return handoffs of one status, the newest first, from the one before `before` on."""
    return list(await tx.fetch(LISTED, before, limit, status, agent_id))


async def counts(tx: Transaction) -> dict[str, Any]:
    """Return how many wait, and how many people have in hand; `mark` changes with any of them."""
    return dict(
        await tx.fetchrow(
            "SELECT count(*) FILTER (WHERE status = 'waiting') AS waiting, count(*) FILTER (WHERE status = 'assigned') AS assigned,"
            " md5(string_agg(id || status || coalesce(agent_id::text, ''), ',' ORDER BY id)) AS mark"
            f" FROM handoffs WHERE {OPEN}"
        )
    )

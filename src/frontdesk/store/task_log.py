"""What is said about tasks, and what happened to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from frontdesk.errors import NotFound
from frontdesk.store.pool import FIRST_ID, Transaction

CONTACT = "contact"
"""What a contact who acts is called: who it was says their id, which goes with them."""

COMMENT = """
INSERT INTO task_comments (task_id, author, contact_id, text) SELECT id, $2, $3, $4 FROM tasks WHERE id = $1
RETURNING id, author, contact_id, text, created_at
"""
NOTE = "INSERT INTO task_events (task_id, kind, actor, contact_id, changes) VALUES ($1, $2, $3, $4, $5)"
COMMENTS = """
SELECT id, author, contact_id, text, created_at FROM task_comments WHERE task_id = $1 AND id > $2 ORDER BY id LIMIT $3
"""
EVENTS = """
SELECT id, kind, actor, contact_id, changes, created_at FROM task_events WHERE task_id = $1 AND id > $2 ORDER BY id LIMIT $3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does something to a task: a key or user by name, or a contact."""

    name: str = CONTACT
    contact_id: UUID | None = None


async def note(
    tx: Transaction, task_id: UUID, kind: str, actor: Actor, changes: Mapping[str, Any] | None = None
) -> None:
    """Write a line of a task's log."""
    await tx.execute(NOTE, task_id, kind, actor.name, actor.contact_id, orjson.dumps(dict(changes or {})).decode())


async def comment(tx: Transaction, task_id: UUID, text: str, actor: Actor) -> asyncpg.Record:
    """Keep what somebody says about a task; NotFound where there is none."""
    row = await tx.fetchrow(COMMENT, task_id, actor.name, actor.contact_id, text)
    if row is None:
        raise NotFound(f"no task {task_id}")
    await note(tx, task_id, "commented", actor)
    return row


async def comments(tx: Transaction, task_id: UUID, *, after: UUID | None = None, limit: int) -> list[asyncpg.Record]:
    """Return what was said about a task, the oldest first."""
    return list(await tx.fetch(COMMENTS, task_id, after or FIRST_ID, limit))


async def events(tx: Transaction, task_id: UUID, *, after: UUID | None = None, limit: int) -> list[asyncpg.Record]:
    """Return what happened to a task, the oldest first."""
    return list(await tx.fetch(EVENTS, task_id, after or FIRST_ID, limit))

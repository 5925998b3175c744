"""Tasks as they are stored: every change in one transaction with its line in the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from frontdesk.core import clock, tasks
from frontdesk.core.tasks import Draft, Filter, FollowUp, Item, Task, plain_value
from frontdesk.errors import Conflict, NotFound
from frontdesk.store import task_log
from frontdesk.store.facts import FAMILY
from frontdesk.store.pool import LAST_ID, Transaction
from frontdesk.store.task_log import Actor

COLUMNS = """
id, number, title, details, status, due_at, due_all_day, contact_id, agent_id, conversation_id, checklist, follow_up, created_by,
version, created_at, changed_at, done_at
"""
ADD = f"""
INSERT INTO tasks (number, title, details, due_at, due_all_day, contact_id, agent_id, conversation_id, checklist, follow_up, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
RETURNING {COLUMNS}
"""
TAKE_NUMBER = """
INSERT INTO task_numbers (last) VALUES (1) ON CONFLICT (is_only) DO UPDATE SET last = task_numbers.last + 1 RETURNING last
"""
CHANGE = f"""
UPDATE tasks SET title = $2, details = $3, due_at = $4, due_all_day = $5, contact_id = $6, agent_id = $7, conversation_id = $8,
    checklist = $9, follow_up = $10, status = $11, version = $12, changed_at = $13, done_at = $14
WHERE id = $1 RETURNING {COLUMNS}
"""
# A contact's are also those of whoever was merged into it.
LISTED = f"""
{FAMILY}
SELECT {COLUMNS} FROM tasks WHERE id < $2 AND ($1::uuid IS NULL OR contact_id IN (SELECT id FROM family))
AND ($3::text[] IS NULL OR status = ANY ($3)) AND ($4::uuid IS NULL OR agent_id = $4)
AND ($5::timestamptz IS NULL OR due_at >= $5) AND ($6::timestamptz IS NULL OR due_at < $6)
ORDER BY id DESC LIMIT $7
"""
OF_CONTACT = f"""
{FAMILY}
SELECT {COLUMNS} FROM tasks WHERE contact_id IN (SELECT id FROM family)
ORDER BY status IN ('open', 'doing') DESC, id DESC LIMIT $2
"""
# The task's own conversation may be somebody else's, where it was given to another contact; a group is everybody's.
PLACE = f"""
{FAMILY}
SELECT channel_id, external_id, thread, (SELECT language FROM contacts WHERE id = $1) AS language,
       (SELECT time_zone FROM contacts WHERE id = $1) AS time_zone
FROM conversations
WHERE (contact_id IN (SELECT id FROM family) OR id = $2 AND is_group AND NOT EXISTS (
    SELECT FROM contacts WHERE id = $1 AND opted_out_at IS NOT NULL)) AND status <> 'closed'
AND channel_id IN (SELECT id FROM channels WHERE status <> 'removed')
ORDER BY id IS NOT DISTINCT FROM $2 DESC, last_message_at DESC LIMIT 1
"""
KNOWN = {
    "contact_id": "SELECT true FROM contacts WHERE id = $1 AND merged_into IS NULL FOR KEY SHARE",
    "agent_id": "SELECT true FROM agents WHERE id = $1 FOR KEY SHARE",
    "conversation_id": "SELECT true FROM conversations WHERE id = $1 FOR KEY SHARE",
}
MOST_OF_A_CONTACT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of a task: as it was, as it is, and the task made next because it is done."""

    before: Task
    after: Task
    following: Task | None = None


async def number(tx: Transaction) -> int:
    """Return the number the next task will have, if nobody makes one before."""
    return await tx.fetchval("SELECT coalesce((SELECT last FROM task_numbers), 0) + 1")  # type: ignore[no-any-return]


async def add(
    tx: Transaction, draft: Draft, actor: Actor, number: int | None = None, owner: UUID | None = None
) -> Task:
    """Keep a new task; NotFound where its contact, agent or conversation isn't there, Conflict where its number is taken.

    It is the `owner`'s, where one is named: a contact that is merged into the draft's.
    """
    await _known(tx, {name: getattr(draft, name) for name in KNOWN})
    taken = await tx.fetchval(TAKE_NUMBER)
    if number is not None and number != taken:
        raise Conflict(f"the next task has number {taken}, not {number}: take that")
    row = await tx.fetchrow(
        ADD,
        taken,
        draft.title,
        draft.details,
        draft.due_at,
        draft.due_all_day,
        owner or draft.contact_id,
        draft.agent_id,
        draft.conversation_id,
        _json(draft.checklist),
        _json(draft.follow_up),
        actor.name,
    )
    task = _task(row)
    await task_log.note(tx, task.id, "created", actor)
    return task


async def load(tx: Transaction, task_id: UUID, *, locked: bool = False) -> Task:
    """Return one task; NotFound where there is none."""
    row = await tx.fetchrow(f"SELECT {COLUMNS} FROM tasks WHERE id = $1{' FOR UPDATE' if locked else ''}", task_id)
    if row is None:
        raise NotFound(f"no task {task_id}")
    return _task(row)


async def listed(tx: Transaction, wanted: Filter, *, before: UUID | None = None, limit: int = 50) -> list[Task]:
    """Return tasks, the newest first, from the one before `before` on."""
    statuses = list(wanted.statuses) or None
    bounds = wanted.due_from, wanted.due_before
    rows = await tx.fetch(LISTED, wanted.contact_id, before or LAST_ID, statuses, wanted.agent_id, *bounds, limit)
    return [_task(row) for row in rows]


async def of_contact(tx: Transaction, contact_id: UUID) -> list[Task]:
    """Return the tasks of a contact, those to be done before the others, the newest first."""
    return [_task(row) for row in await tx.fetch(OF_CONTACT, contact_id, MOST_OF_A_CONTACT)]


async def change(
    tx: Transaction, task_id: UUID, version: int | None, wanted: Mapping[str, Any], actor: Actor
) -> Change:
    """Change a task, and make the one that follows where it is done now.

    Conflict where it has another version by now than the one given, or its status can't follow; NotFound where it or what it
    names isn't there.
    """
    before, now = await load(tx, task_id, locked=True), clock.now()
    if version is not None and version != before.version:
        raise Conflict(
            f"task {before.number} has version {before.version} by now, not {version}: load it again and repeat the change"
        )
    after = tasks.changed(before, wanted, now)
    if after is before:
        return Change(before=before, after=before)
    await _known(tx, {name: wanted[name] for name in KNOWN if name in wanted})
    after = _task(await tx.fetchrow(CHANGE, *_arguments(after)))
    await task_log.note(tx, task_id, "changed", actor, tasks.differences(before, after))
    draft = tasks.following(after, now) if after.status == "done" != before.status else None
    return Change(before=before, after=after, following=await add(tx, draft, actor) if draft else None)


async def remove(tx: Transaction, task_id: UUID) -> None:
    """Remove a task with all that was said about it; NotFound where there is none."""
    if not await tx.fetchval("DELETE FROM tasks WHERE id = $1 RETURNING true", task_id):
        raise NotFound(f"no task {task_id}")


async def place(tx: Transaction, task: Task) -> asyncpg.Record | None:
    """Return where a task's contact hears of it: its own conversation, else the one they last spoke in; None where there is none."""
    return await tx.fetchrow(PLACE, task.contact_id, task.conversation_id)


async def owner(tx: Transaction, conversation_id: UUID, contact_id: UUID) -> UUID:
    """Return whose a task made in a conversation is with every merge undone; in a group, the merged one's."""
    query = "SELECT coalesce((SELECT own_contact_id FROM conversations WHERE id = $1), $2)"
    return await tx.fetchval(query, conversation_id, contact_id)  # type: ignore[no-any-return]


async def _known(tx: Transaction, named: Mapping[str, UUID | None]) -> None:
    for field, value in named.items():
        if value is not None and not await tx.fetchval(KNOWN[field], value):
            what = field.removesuffix("_id")
            merged = " that stands for itself" if what == "contact" else ""
            raise NotFound(f"no {what} {value}{merged}: name one there is, or none")


def _arguments(task: Task) -> tuple[Any, ...]:
    return (
        task.id,
        task.title,
        task.details,
        task.due_at,
        task.due_all_day,
        task.contact_id,
        task.agent_id,
        task.conversation_id,
        _json(task.checklist),
        _json(task.follow_up),
        task.status,
        task.version,
        task.changed_at,
        task.done_at,
    )


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(plain_value(value)).decode()


def _task(row: asyncpg.Record | None) -> Task:
    assert row is not None
    given: dict[str, Any] = {
        name: UUID(bytes=value.bytes) if isinstance(value, UUID) else value for name, value in row.items()
    }
    items = tuple(Item.model_validate(item) for item in orjson.loads(row["checklist"]))
    follow_up = FollowUp.model_validate_json(row["follow_up"]) if row["follow_up"] else None
    given |= {"checklist": items, "follow_up": follow_up}
    return Task(**given)

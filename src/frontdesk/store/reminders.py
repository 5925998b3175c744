"""Reminders, each with its wake in `frontdesk.scheduled`; every change of one locks its row and sets its wake anew."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from frontdesk.core import wire
from frontdesk.core.recurrence import Schedule
from frontdesk.core.recurrence_plain import plain, schedule
from frontdesk.core.reminders import (
    MOST_ACTIVE,
    ChangeReminder,
    EndReminder,
    MakeReminder,
    Reminder,
    ReminderEffect,
    SnoozeReminder,
)
from frontdesk.core.reminding import moved_out_of_quiet, wakes_at
from frontdesk.core.tenant import QuietHours
from frontdesk.errors import Conflict, NotFound
from frontdesk.queue import Lane
from frontdesk.store.pool import LAST_ID, Transaction

SHOWN = "id, contact_id, conversation_id, text, schedule, status, since, snoozed, wakes_at, channels"

# A reminder made while contacts are merged stays with the one whose conversation it is; a group is nobody's.
MAKE = """
INSERT INTO reminders (contact_id, conversation_id, text, schedule, zone, since, made_by, channels)
SELECT coalesce(c.own_contact_id, c.contact_id, $2), c.id, $3, $4, $5, $6, $7, $8 FROM conversations c WHERE c.id = $1 RETURNING id
"""
FAMILY = """
WITH RECURSIVE family AS (
    SELECT $1::uuid AS id UNION SELECT c.id FROM contacts c JOIN family ON c.merged_into = family.id
)
"""
ACTIVE = f"""{FAMILY}
SELECT {SHOWN} FROM reminders WHERE contact_id IN (SELECT id FROM family) AND status = 'active'
ORDER BY wakes_at NULLS LAST, id LIMIT $2
"""
OF = f"""{FAMILY}
SELECT {SHOWN} FROM reminders WHERE id = $2 AND contact_id IN (SELECT id FROM family)
"""
LISTED = f"""{FAMILY}
SELECT {SHOWN}, zone, made_by, created_at, changed_at FROM reminders
WHERE ($1::uuid IS NULL OR contact_id IN (SELECT id FROM family)) AND ($2::text IS NULL OR status = $2) AND id < $3
ORDER BY id DESC LIMIT $4
"""
CHANGE = """
UPDATE reminders SET text = $2, schedule = $3, zone = $4, since = $5, snoozed = $6, status = $7, changed_at = now() WHERE id = $1
"""
# One row in `scheduled` a reminder: the one before goes. Where that is in `work` already, whoever takes it finds nothing due.
WAKE = f"""
WITH gone AS (
    DELETE FROM frontdesk.scheduled WHERE id = (SELECT scheduled_id FROM reminders WHERE id = $1)
), waits AS (
    INSERT INTO frontdesk.scheduled (tenant, lane, group_key, kind, due_at, payload)
    SELECT substr(current_user, 8), {Lane.NORMAL}, $3, '{wire.REMIND}', $2, $4 WHERE $2::timestamptz IS NOT NULL RETURNING id
)
UPDATE reminders SET wakes_at = $2, scheduled_id = (SELECT id FROM waits) WHERE id = $1
"""


async def make(tx: Transaction, of: MakeReminder, contact_id: UUID, conversation_id: UUID, made_by: str) -> UUID:
    """Keep a reminder with its wake and return its id; Conflict where the conversation is gone."""
    document = orjson.dumps(plain(of.schedule)).decode()
    arguments = (conversation_id, contact_id, of.text, document, of.schedule.zone, of.now, made_by, _names(of.channels))
    made = await tx.fetchval(MAKE, *arguments)
    if made is None:
        raise Conflict(f"conversation {conversation_id} was erased meanwhile")
    await wake(tx, made, wakes_at(of.schedule, of.now, None, of.quiet))
    return UUID(bytes=made.bytes)


async def active(tx: Transaction, contact_id: UUID) -> tuple[Reminder, ...]:
    """Return the reminders of a contact and of those merged into it, the next one first."""
    return tuple(_reminder(row) for row in await tx.fetch(ACTIVE, contact_id, MOST_ACTIVE))


async def of(tx: Transaction, contact_id: UUID, reminder_id: UUID, *, lock: bool = False) -> Reminder | None:
    """Return a reminder of a contact or of those merged into it; None where there is none, or it is somebody else's."""
    row = await tx.fetchrow(f"{OF} {'FOR UPDATE' if lock else ''}", contact_id, reminder_id)
    return _reminder(row) if row else None


async def apply(tx: Transaction, effect: ReminderEffect, contact_id: UUID, conversation_id: UUID) -> None:
    """Carry out what a turn decided about one of the contact's reminders; nothing where it is gone, or not theirs."""
    if isinstance(effect, MakeReminder):
        await make(tx, effect, contact_id, conversation_id, "contact")
        return
    if await of(tx, contact_id, effect.id, lock=True) is None:
        return
    match effect:
        case ChangeReminder():
            await change(tx, effect)
        case SnoozeReminder():
            await snooze(tx, effect)
        case EndReminder():
            await end(tx, effect)


async def listed(
    tx: Transaction, *, contact_id: UUID | None, status: str | None, before: UUID | None, limit: int
) -> list[asyncpg.Record]:
    """Return reminders, the newest first, from the one before `before` on."""
    return list(await tx.fetch(LISTED, contact_id, status, before or LAST_ID, limit))


async def shown(tx: Transaction, reminder_id: UUID) -> asyncpg.Record:
    """Return one reminder as `listed` does; NotFound where there is none."""
    row = await tx.fetchrow(
        f"SELECT {SHOWN}, zone, made_by, created_at, changed_at FROM reminders WHERE id = $1", reminder_id
    )
    if row is None:
        raise NotFound(f"no reminder {reminder_id}")
    return row


async def locked(tx: Transaction, reminder_id: UUID) -> Reminder | None:
    """Return a reminder nobody else changes until this transaction ends; None where it is gone."""
    row = await tx.fetchrow(f"SELECT {SHOWN} FROM reminders WHERE id = $1 FOR UPDATE", reminder_id)
    return _reminder(row) if row else None


async def find(tx: Transaction, reminder_id: UUID) -> Reminder | None:
    """Return a reminder; None where it is gone."""
    row = await tx.fetchrow(f"SELECT {SHOWN} FROM reminders WHERE id = $1", reminder_id)
    return _reminder(row) if row else None


async def change(tx: Transaction, of: ChangeReminder) -> None:
    """Change what it says, its channels or its schedule; NotFound where it is gone.

    What was missed by the old schedule is not sent. Only a new schedule lets one that is over come again.
    """
    before = await _present(tx, of.id)
    following = of.schedule or before.schedule
    since = of.now if of.schedule else before.since
    snoozed = None if of.schedule else before.snoozed
    status = "active" if of.schedule else before.status
    await _write(tx, before, of.text or before.text, following, since, snoozed, status)
    if of.channels is not None:
        await tx.execute("UPDATE reminders SET channels = $2 WHERE id = $1", of.id, _names(of.channels))
    await wake(tx, of.id, wakes_at(following, since, snoozed, of.quiet) if status == "active" else None)


async def snooze(tx: Transaction, of: SnoozeReminder) -> None:
    """Let a reminder come again; one that is over is active again, one that was cancelled stays so."""
    before = await _present(tx, of.id)
    if before.status == "cancelled":
        return
    await _write(tx, before, before.text, before.schedule, before.since, of.until, "active")
    await wake(tx, of.id, wakes_at(before.schedule, before.since, of.until))


async def end(tx: Transaction, of: EndReminder) -> None:
    """End a reminder; of one that is done and repeats only a snooze ends."""
    before = await _present(tx, of.id)
    following = wakes_at(before.schedule, before.since) if of.status == "done" and before.status == "active" else None
    status = before.status if following or before.status == "cancelled" else of.status
    await _write(tx, before, before.text, before.schedule, before.since, None, status)
    await wake(tx, of.id, following)


async def sent(tx: Transaction, of: Reminder, since: datetime, quiet: QuietHours | None) -> None:
    """Note that an occurrence went out: the snooze is over, and the next wake is set; without one it is done."""
    following = wakes_at(of.schedule, since, None, quiet)
    await _write(tx, of, of.text, of.schedule, since, None, "active" if following else "done")
    await wake(tx, of.id, following)


async def look_again(tx: Transaction, of: Reminder, now: datetime, quiet: QuietHours | None) -> None:
    """Set the wake of a reminder of which nothing can be sent now; what was missed waits for the end of the quiet hours."""
    at = wakes_at(of.schedule, of.since, of.snoozed, quiet)
    await wake(tx, of.id, moved_out_of_quiet(now, quiet, of.schedule.zone) if at and at <= now else at)


async def wake(tx: Transaction, reminder_id: UUID, at: datetime | None) -> None:
    """Let the reminder be looked at then, and at no other time."""
    key = f"{wire.REMIND}:{reminder_id}"
    await tx.execute(WAKE, reminder_id, at, key, wire.dump_waking(wire.Waking(reminder_id=reminder_id)))


async def delete(tx: Transaction, reminder_id: UUID) -> None:
    """Delete a reminder with all that is known of it; NotFound where it is gone."""
    await _present(tx, reminder_id)
    await wake(tx, reminder_id, None)
    await tx.execute("DELETE FROM reminder_fires WHERE reminder_id = $1", reminder_id)
    await tx.execute("DELETE FROM reminders WHERE id = $1", reminder_id)


async def _present(tx: Transaction, reminder_id: UUID) -> Reminder:
    found = await locked(tx, reminder_id)
    if found is None:
        raise NotFound(f"no reminder {reminder_id}")
    return found


async def _write(
    tx: Transaction, of: Reminder, text: str, when: Schedule, since: datetime, snoozed: datetime | None, status: str
) -> None:
    document = orjson.dumps(plain(when)).decode()
    await tx.execute(CHANGE, of.id, text, document, when.zone, since, snoozed, status)


def _names(channels: Sequence[str]) -> str:
    return orjson.dumps(list(channels)).decode()


def _reminder(row: Mapping[str, Any]) -> Reminder:
    ids = {name: UUID(bytes=row[name].bytes) for name in ("id", "contact_id", "conversation_id")}
    rest = {name: row[name] for name in ("text", "status", "since", "snoozed", "wakes_at")}
    known: dict[str, Any] = {**ids, **rest}
    channels = tuple(orjson.loads(row["channels"]))
    return Reminder(**known, schedule=schedule(orjson.loads(row["schedule"])), channels=channels)

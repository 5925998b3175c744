"""Work that waits for its time, in a table of its own: in `work` it would stand at the head of its group and block it."""

from datetime import datetime, timedelta

from frontdesk import queue
from frontdesk.core import clock
from frontdesk.queue import Item, Work
from frontdesk.store.db import affected
from frontdesk.store.pool import Transaction


async def add(tx: Transaction, item: Item, due_at: datetime) -> int:
    """Keep work until `due_at`; the sweep queues it then. Returns the id `drop` takes."""
    return int(
        await tx.fetchval(
            "INSERT INTO frontdesk.scheduled (tenant, lane, group_key, kind, due_at, payload, traceparent)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            item.tenant,
            item.lane,
            item.group,
            item.kind,
            due_at,
            item.payload,
            item.traceparent,
        )
    )


async def put_off(tx: Transaction, work: Work, after: timedelta) -> None:
    """Move leased work here for a while: its group goes on without it, and it comes back at the group's end."""
    item = Item(
        tenant=work.tenant,
        group=work.group,
        kind=work.kind,
        payload=work.payload,
        lane=work.lane,
        traceparent=work.traceparent,
    )
    await queue.done(tx, work)
    await add(tx, item, clock.now() + after)


async def drop(tx: Transaction, scheduled_id: int) -> bool:
    """Drop scheduled work; False where it is gone or queued already."""
    return affected(await tx.execute("DELETE FROM frontdesk.scheduled WHERE id = $1", scheduled_id)) == 1


async def promote(tx: Transaction, limit: int = 500) -> list[str]:
    """Queue what is due, in order of its time, and return the tenants it belongs to."""
    rows = await tx.fetch(
        """
        WITH due AS (
            DELETE FROM frontdesk.scheduled WHERE id IN (
                SELECT id FROM frontdesk.scheduled WHERE due_at <= now() ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED
            ) RETURNING *
        ), queued AS (
            INSERT INTO frontdesk.work (tenant, lane, group_key, kind, payload, traceparent)
            SELECT tenant, lane, group_key, kind, payload, traceparent FROM due ORDER BY due_at, id RETURNING tenant
        )
        SELECT DISTINCT tenant FROM queued
        """,
        limit,
    )
    return [row["tenant"] for row in rows]

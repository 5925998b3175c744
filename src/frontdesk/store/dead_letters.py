"""Work that failed for good: kept, shown, edited, replayed, discarded."""

from uuid import UUID

import asyncpg

from frontdesk import queue
from frontdesk.core import wire
from frontdesk.core.wording import storable
from frontdesk.errors import NotFound
from frontdesk.queue import Item, Lane, Work
from frontdesk.store.pool import LAST_ID, Transaction

COLUMNS = "id, lane, group_key, kind, attempts, error_code, error, queued_at, died_at"


async def bury(tx: Transaction, work: Work, error_code: str, error: str) -> None:
    """Move leased work to the dead letters; its group goes on with the next."""
    await queue.done(tx, work)
    await tx.execute(
        "INSERT INTO dead_letters (lane, group_key, kind, payload, traceparent, attempts, error_code, error, queued_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        work.lane,
        work.group,
        work.kind,
        work.payload,
        work.traceparent,
        work.attempts,
        error_code,
        storable(error)[:2000],
        work.created_at,
    )
    if work.kind == wire.DELIVERY and (message_id := wire.message_of(work.payload)):
        await tx.execute(
            "UPDATE messages SET status = CASE WHEN $2 = 'delivery_in_doubt' THEN 'held' ELSE 'failed' END,"
            " in_doubt = in_doubt OR $2 = 'delivery_in_doubt', error_code = $2, error = $3 WHERE id = $1",
            message_id,
            error_code,
            storable(error)[:1000],
        )


async def listed(tx: Transaction, *, before: UUID | None = None, limit: int = 50) -> list[asyncpg.Record]:
    """Return dead letters, the newest first."""
    return list(
        await tx.fetch(
            f"SELECT {COLUMNS} FROM dead_letters WHERE id < $1 ORDER BY id DESC LIMIT $2",
            before or LAST_ID,
            limit,
        )
    )


async def load(tx: Transaction, letter_id: UUID) -> asyncpg.Record:
    """Return one with its payload; NotFound where there is none."""
    row = await tx.fetchrow(f"SELECT {COLUMNS}, payload, traceparent FROM dead_letters WHERE id = $1", letter_id)
    if row is None:
        raise NotFound(f"no dead letter {letter_id}")
    return row


async def edit(tx: Transaction, letter_id: UUID, payload: str) -> None:
    """Replace the payload; the caller has checked that it reads as this kind of work."""
    if await tx.execute("UPDATE dead_letters SET payload = $2 WHERE id = $1", letter_id, payload) == "UPDATE 0":
        raise NotFound(f"no dead letter {letter_id}")


async def replay(tx: Transaction, tenant: str, letter_id: UUID) -> None:
    """Queue it again, at the end of its group, and drop it from the dead letters."""
    row = await tx.fetchrow("DELETE FROM dead_letters WHERE id = $1 RETURNING *", letter_id)
    if row is None:
        raise NotFound(f"no dead letter {letter_id}")
    item = Item(
        tenant=tenant,
        lane=Lane(row["lane"]),
        group=row["group_key"],
        kind=row["kind"],
        payload=row["payload"],
        traceparent=row["traceparent"],
    )
    if row["kind"] == wire.DELIVERY and (message_id := wire.message_of(row["payload"])):
        await tx.execute(
            "UPDATE messages SET status = 'queued', error = NULL, error_code = NULL WHERE id = $1", message_id
        )
    await queue.put(tx, [item])


async def discard(tx: Transaction, letter_id: UUID) -> None:
    """Drop it for good."""
    if await tx.execute("DELETE FROM dead_letters WHERE id = $1", letter_id) == "DELETE 0":
        raise NotFound(f"no dead letter {letter_id}")

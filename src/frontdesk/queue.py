"""The `work` table: put, lease, extend, finish, retry, bury; order per conversation is a property of the lease query.

A row is one piece of work of a group (a conversation); only the first row of a group can be leased, so a group's work
is done in order, one at a time. A lease ends at `due_at`; whoever finishes must still hold it (the fence).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

import asyncpg

from frontdesk.errors import LeaseLost
from frontdesk.store.db import affected
from frontdesk.store.pool import Transaction


class Lane(IntEnum):
    """Who goes first."""

    HIGH = 0
    NORMAL = 1
    LOW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Work to be queued."""

    tenant: str
    group: str
    kind: str
    payload: str
    lane: Lane = Lane.HIGH
    traceparent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Leased work. `attempts` counts this lease; `in_doubt` says that an earlier holder vanished or lost its answer."""

    id: int
    tenant: str
    lane: Lane
    group: str
    kind: str
    payload: str
    attempts: int
    leased_by: str
    in_doubt: bool
    traceparent: str | None
    created_at: datetime


@dataclass(slots=True)
class Cursor:
    """Where the last read of one tenant ended, a group a lane, so that its conversations take turns."""

    after: list[str] = field(default_factory=lambda: ["", "", ""])

    def stretches(self) -> list[tuple[Lane, str, str | None]]:
        """Return lane, start and end of the stretches to read: from the cursor on, then from the beginning up to it."""
        return [
            stretch
            for lane, after in zip(Lane, self.after, strict=True)
            for stretch in ((lane, after, None), (lane, "", after))
            if stretch[2] != ""
        ]

    def advance(self, read: Sequence[Work]) -> None:
        """Move past what was read; groups up to the cursor were read last, after going round."""
        for lane in Lane:
            groups = [work.group for work in read if work.lane == lane]
            if groups:
                after = self.after[lane]
                self.after[lane] = max([group for group in groups if group <= after] or groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How much waits in one lane of one tenant, and for how long the oldest has."""

    tenant: str
    lane: Lane
    waiting: int
    leased: int
    oldest: timedelta


HELD = "id = $1 AND attempts = $2 AND leased_by = $3"
"""The fence: the row as its holder knows it."""

PUT = """
INSERT INTO frontdesk.work (tenant, lane, group_key, kind, payload, traceparent)
SELECT * FROM unnest($1::text[], $2::smallint[], $3::text[], $4::text[], $5::text[], $6::text[])
"""

# For each tenant up to six stretches of the index: each lane from the cursor on, then from its start up to the cursor.
# Within a stretch the recursive scan jumps from one group's first row to the next group's, so it costs the same behind
# any backlog, and stops as soon as enough heads are found. The lock comes after the scan: a head taken meanwhile is
# passed over. Rows are found again by ctid: statistics of a queue are always stale, and this leaves the planner nothing
# to guess.
LEASE = """
WITH head AS MATERIALIZED (
    SELECT of_tenant.place
    FROM unnest($1::text[]) WITH ORDINALITY AS reader (tenant, nr),
    LATERAL (
        SELECT found.place
        FROM unnest($2::int[], $3::smallint[], $4::text[], $5::text[]) AS stretch (nr, lane, past, upto),
        LATERAL (
            WITH RECURSIVE heads AS (
                (SELECT w.group_key, w.ctid AS place, w.due_at FROM frontdesk.work w
                 WHERE w.tenant = reader.tenant AND w.lane = stretch.lane AND w.group_key > stretch.past
                 ORDER BY w.group_key, w.id LIMIT 1)
                UNION ALL
                SELECT next.* FROM heads, LATERAL (
                    SELECT w.group_key, w.ctid, w.due_at FROM frontdesk.work w
                    WHERE w.tenant = reader.tenant AND w.lane = stretch.lane AND w.group_key > heads.group_key
                    ORDER BY w.group_key, w.id LIMIT 1
                ) AS next
                WHERE stretch.upto IS NULL OR heads.group_key < stretch.upto
            )
            SELECT place FROM heads WHERE due_at <= now() AND (stretch.upto IS NULL OR group_key <= stretch.upto)
        ) AS found
        WHERE stretch.nr = reader.nr
        LIMIT $6
    ) AS of_tenant
    LIMIT $7
), taken AS MATERIALIZED (
    SELECT w.ctid AS place FROM frontdesk.work w
    WHERE w.ctid = ANY (ARRAY(SELECT place FROM head)) AND w.due_at <= now()
    FOR UPDATE SKIP LOCKED
)
UPDATE frontdesk.work AS w
SET due_at = now() + $8, attempts = w.attempts + 1, leased_by = $9, in_doubt = w.in_doubt OR w.leased_by IS NOT NULL
WHERE w.ctid = ANY (ARRAY(SELECT place FROM taken))
RETURNING w.id, w.tenant, w.lane, w.group_key, w.kind, w.payload, w.attempts, w.leased_by, w.in_doubt, w.traceparent, w.created_at
"""

PLANNER = {
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_sort": "off",
}
"""Settings for the connection that leases, for the same reason: the right plan is known, and always the same."""


async def put(tx: Transaction, items: Sequence[Item]) -> None:
    """Queue work in the order given; it becomes visible with the transaction's commit."""
    await tx.execute(
        PUT,
        [item.tenant for item in items],
        [item.lane for item in items],
        [item.group for item in items],
        [item.kind for item in items],
        [item.payload for item in items],
        [item.traceparent for item in items],
    )


async def lease(
    tx: Transaction, readers: Mapping[str, Cursor], worker: str, *, limit: int, lasting: timedelta
) -> list[Work]:
    """Take up to `limit` heads of these tenants' groups, as many of each tenant as of the others.

    High lanes go first, and each lane goes round from the tenant's cursor, which moves on.
    """
    stretches = [(nr, *stretch) for nr, cursor in enumerate(readers.values(), 1) for stretch in cursor.stretches()]
    each = max(1, limit // len(readers))
    columns = [list(column) for column in zip(*stretches, strict=True)]
    rows = await tx.fetch(LEASE, list(readers), *columns, each, limit, lasting, worker)
    read = sorted((_work(row) for row in rows), key=lambda work: work.id)
    for tenant, cursor in readers.items():
        cursor.advance([work for work in read if work.tenant == tenant])
    return read


async def extend(tx: Transaction, ids: Sequence[int], worker: str, lasting: timedelta) -> list[int]:
    """Prolong the leases the worker still holds and return their ids: those missing are lost."""
    rows = await tx.fetch(
        "UPDATE frontdesk.work SET due_at = now() + $3 WHERE id = ANY($1::bigint[]) AND leased_by = $2 RETURNING id",
        ids,
        worker,
        lasting,
    )
    return [row["id"] for row in rows]


async def done(tx: Transaction, work: Work) -> None:
    """Delete finished work; LeaseLost where it is no longer ours, so that the transaction changes nothing."""
    _fence(await tx.execute(f"DELETE FROM frontdesk.work WHERE {HELD}", work.id, work.attempts, work.leased_by), work)


async def retry(tx: Transaction, work: Work, after: timedelta, *, in_doubt: bool = False, counted: bool = True) -> None:
    """Give work back until `after` from now; it stays the head of its group. `counted=False` takes this try back."""
    tag = await tx.execute(
        "UPDATE frontdesk.work SET due_at = now() + $4, leased_by = NULL, in_doubt = in_doubt OR $5, attempts = attempts - $6"
        f" WHERE {HELD}",
        work.id,
        work.attempts,
        work.leased_by,
        after,
        in_doubt,
        0 if counted else 1,
    )
    _fence(tag, work)


async def release(tx: Transaction, worker: str, in_hand: Sequence[int]) -> int:
    """Give back at once what is leased to the worker but never reached it (its connection broke); return how many."""
    tag = await tx.execute(
        "UPDATE frontdesk.work SET due_at = now(), leased_by = NULL, attempts = attempts - 1"
        " WHERE leased_by = $1 AND NOT id = ANY($2::bigint[])",
        worker,
        in_hand,
    )
    return affected(tag)


async def give_up(tx: Transaction, worker: str) -> None:
    """Let go of all the worker holds, at once; its name stays on the rows, so that the next holder knows of the doubt."""
    await tx.execute("UPDATE frontdesk.work SET due_at = now() WHERE leased_by = $1", worker)


async def tenants_with_work(tx: Transaction) -> list[str]:
    """Return every tenant that has a row, by one jump of the index each."""
    rows = await tx.fetch(
        """
        WITH RECURSIVE found AS (
            (SELECT tenant FROM frontdesk.work ORDER BY tenant LIMIT 1)
            UNION ALL
            SELECT (SELECT w.tenant FROM frontdesk.work w WHERE w.tenant > found.tenant ORDER BY w.tenant LIMIT 1)
            FROM found WHERE found.tenant IS NOT NULL
        )
        SELECT tenant FROM found WHERE tenant IS NOT NULL
        """
    )
    return [row["tenant"] for row in rows]


async def depths(tx: Transaction, tenant: str | None = None) -> list[Depth]:
    """Return depth and age a tenant and lane."""
    rows = await tx.fetch(
        """
        SELECT tenant, lane, count(*) AS waiting, count(*) FILTER (WHERE leased_by IS NOT NULL) AS leased,
               extract(epoch FROM now() - min(created_at))::float8 AS oldest
        FROM frontdesk.work WHERE $1::text IS NULL OR tenant = $1 GROUP BY tenant, lane ORDER BY tenant, lane
        """,
        tenant,
    )
    return [
        Depth(
            tenant=row["tenant"],
            lane=Lane(row["lane"]),
            waiting=row["waiting"],
            leased=row["leased"],
            oldest=timedelta(seconds=row["oldest"]),
        )
        for row in rows
    ]


def _fence(tag: str, work: Work) -> None:
    if affected(tag) != 1:
        raise LeaseLost(f"work {work.id} of {work.tenant} is no longer leased to {work.leased_by}")


def _work(row: asyncpg.Record) -> Work:
    return Work(
        id=row["id"],
        tenant=row["tenant"],
        lane=Lane(row["lane"]),
        group=row["group_key"],
        kind=row["kind"],
        payload=row["payload"],
        attempts=row["attempts"],
        leased_by=row["leased_by"],
        in_doubt=row["in_doubt"],
        traceparent=row["traceparent"],
        created_at=row["created_at"],
    )

"""Tallies of what routing did, and how far the turns are counted: each once, whatever breaks off and whoever counts beside.

A turn draws its number when it is stored and is seen only once its transaction ends, so numbers appear out of order. An
interval of numbers is therefore closed before it is counted: its end is read first, then an id of a transaction is drawn
(the fence). Whoever drew a number up to the end has an older id; when none of those runs any more, nothing is missing.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import asyncpg
import orjson

from frontdesk.core.analytics import ENDINGS, Dimension, Key, Names, Taken, Tally
from frontdesk.store.db import affected
from frontdesk.store.people import floor
from frontdesk.store.pool import Transaction

SLACK = timedelta(days=1)

DRAWN = """
SELECT substr(n.nspname, 8) AS code, coalesce(pg_sequence_last_value(c.oid), 0) AS drawn
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = 'turn_number' AND c.relkind = 'S' AND starts_with(n.nspname, 'tenant_')
"""
LAST = "coalesce(pg_sequence_last_value('turn_number'::regclass), 0)"
# The end is read in a statement before the one that draws the fence. A fence from the future is that of another cluster
# (the tables were restored from a dump): none of its transactions can run here.
CLOSE = """
UPDATE routing_counted SET
    closing = CASE WHEN number = closing THEN $1 ELSE closing END,
    closing_at = CASE WHEN number = closing THEN now() ELSE closing_at END,
    fence = pg_current_xact_id()
WHERE (number = closing AND closing < $1) OR fence >= pg_snapshot_xmax(pg_current_snapshot())
"""
HOLD = """
SELECT number, closing, fence <= pg_snapshot_xmin(pg_current_snapshot()) AS is_closed FROM routing_counted FOR UPDATE
"""
# No words of anybody are read. A button may have been made up: its intent counts only where there is one.
COUNTS = """
t.number, t.started_at, t.handler, t.milliseconds::float8 AS milliseconds,
(SELECT c.name FROM conversations v JOIN channels c ON c.id = v.channel_id WHERE v.id = t.conversation_id) AS channel,
jsonb_build_object(
    'event', t.record->'event', 'effects', t.record->'effects', 'rules', t.record->'rules', 'language', t.record->'language',
    'missed', t.record->'missed',
    'route', jsonb_build_object('handler', t.record #> '{route,handler}', 'by', t.record #> '{route,by}',
                                'argument', t.record #> '{route,argument}'),
    'intent', CASE WHEN t.record #>> '{route,handler}' = 'intent' AND (t.record #>> '{route,by}' = 'intent'
                        OR EXISTS (SELECT FROM intents i WHERE i.name = t.record #>> '{route,argument}'))
                   THEN t.record #> '{route,argument}' ELSE t.record #> '{recognition,intent}' END
) AS record
"""
TAKE = f"SELECT {COUNTS} FROM turns t WHERE t.number > $1 AND t.number <= $2 ORDER BY t.number LIMIT $3"
# Ids tell the time, so a span reads no more of the table than it has to; the slack is for clocks that differ.
AGAIN = f"""
SELECT t.id, {COUNTS} FROM turns t WHERE t.id > $1 AND t.id < $2 AND t.started_at >= $3 AND t.started_at < $4 AND t.number <= $5
ORDER BY t.id LIMIT $6
"""
KNOWN = (
    "SELECT day, dimension, array_agg(name) AS names FROM routing_tallies WHERE day = ANY($1) GROUP BY day, dimension"
)
ADDED = ", ".join(f"{name} = t.{name} + excluded.{name}" for name in ("turns", *ENDINGS, "microseconds"))
FIELDS = "day date, dimension text, name text, turns bigint, {} bigint, microseconds bigint, buckets bigint[]"
ADD = f"""
INSERT INTO routing_tallies AS t SELECT * FROM jsonb_to_recordset($1::jsonb) AS new ({FIELDS.format(" bigint, ".join(ENDINGS))})
ON CONFLICT (day, dimension, name) DO UPDATE SET {ADDED},
    buckets = ARRAY(SELECT one + more FROM unnest(t.buckets, excluded.buckets) WITH ORDINALITY AS b (one, more, nr) ORDER BY nr)
"""
ADVANCE = """
UPDATE routing_counted SET number = $1, counted_at = CASE WHEN closing = $1 THEN closing_at ELSE counted_at END WHERE number < $1
"""
REPORT = """
WITH most AS (
    SELECT name FROM routing_tallies WHERE day BETWEEN $1 AND $2 AND dimension = $3 AND ($4::text IS NULL OR name = $4)
    GROUP BY name ORDER BY sum(turns) DESC, name LIMIT $5
)
SELECT t.* FROM routing_tallies t JOIN most USING (name) WHERE day BETWEEN $1 AND $2 AND dimension = $3
ORDER BY day, turns DESC, name
"""
DROP = """
DELETE FROM routing_tallies WHERE (day, dimension, name) IN (
    SELECT day, dimension, name FROM routing_tallies WHERE day < $1 ORDER BY day LIMIT $2
)
"""


@dataclass(frozen=True, slots=True)
class Part:
    """Turns to be counted next, and the number up to which everything is counted with them; `last` is the last one drawn.

    While some are still being stored it is not `closed`, and holds none.
    """

    turns: Sequence[Taken]
    upto: int
    last: int
    closed: bool = True


async def try_alone(session: asyncpg.Connection) -> bool:
    """Say whether this session is the one that goes round to count; it stays so until it ends."""
    return bool(await session.fetchval("SELECT pg_try_advisory_lock(hashtextextended('frontdesk.analytics', 0))"))


async def drawn(session: asyncpg.Connection) -> dict[str, int]:
    """Return the last number drawn by a turn of each tenant of this database: one that stands still has nothing new."""
    return {row["code"]: row["drawn"] for row in await session.fetch(DRAWN)}


async def take(tx: Transaction, limit: int) -> Part:
    """Hold the counts, and return the next turns. Nothing in this transaction may have written before."""
    last = await tx.fetchval(f"SELECT {LAST}")
    await tx.execute(CLOSE, last)
    held = await tx.fetchrow(HOLD)
    if held["number"] == held["closing"]:
        return Part((), held["number"], last)
    if not held["is_closed"]:
        return Part((), held["number"], last, closed=False)
    rows = await tx.fetch(TAKE, held["number"], held["closing"], limit)
    upto = rows[-1]["number"] if len(rows) == limit else held["closing"]
    return Part([_taken(row) for row in rows], upto, last)


async def clear(tx: Transaction, day: date) -> int:
    """Hold the counts and delete those of a day; return up to which number turns were counted."""
    upto = int(await tx.fetchval("SELECT number FROM routing_counted FOR UPDATE"))
    await tx.execute("DELETE FROM routing_tallies WHERE day = $1", day)
    return upto


async def again(
    tx: Transaction, begin: datetime, end: datetime, upto: int, limit: int
) -> AsyncIterator[Sequence[Taken]]:
    """Yield the turns of a time that were counted before, so many at once."""
    after, before = floor(begin - SLACK), floor(end + SLACK)
    while rows := await tx.fetch(AGAIN, after, before, begin, end, upto, limit):
        yield [_taken(row) for row in rows]
        after = rows[-1]["id"]


async def known(tx: Transaction, days: Sequence[date]) -> Names:
    """Return the names these days have counts of."""
    return {(row["day"], row["dimension"]): row["names"] for row in await tx.fetch(KNOWN, days)}


async def add(tx: Transaction, tallies: Mapping[Key, Tally]) -> None:
    """Add to the counts."""
    rows = [
        {
            **{"day": key.day, "dimension": key.dimension, "name": key.name, "turns": one.turns},
            **dict(zip(ENDINGS, one.endings, strict=True)),
            **{"microseconds": one.microseconds, "buckets": one.buckets},
        }
        for key, one in sorted(tallies.items())
    ]
    if rows:
        await tx.execute(ADD, orjson.dumps(rows).decode())


async def advance(tx: Transaction, upto: int) -> None:
    """Note that turns up to this number are counted."""
    await tx.execute(ADVANCE, upto)


async def counted_until(tx: Transaction) -> datetime | None:
    """Return since when turns may be missing in the counts: those stored before are in them. None: nothing was counted."""
    until = f"SELECT CASE WHEN number >= {LAST} THEN now() ELSE counted_at END FROM routing_counted"
    found: datetime | None = await tx.fetchval(until)
    return found


async def report(
    tx: Transaction, by: Dimension, since: date, until: date, name: str | None, names: int
) -> dict[Key, Tally]:
    """Return the counts of these days, both included, of one name or of so many, those with the most turns; by day."""
    rows = await tx.fetch(REPORT, since, until, by, name, names)
    return {Key(row["day"], row["dimension"], row["name"]): _tally(row) for row in rows}


async def drop(tx: Transaction, before: date, limit: int) -> int:
    """Delete some counts of days before this one; return how many."""
    return affected(await tx.execute(DROP, before, limit))


def _taken(row: asyncpg.Record) -> Taken:
    return Taken(
        at=row["started_at"],
        channel=row["channel"],
        handler=row["handler"],
        milliseconds=row["milliseconds"],
        record=orjson.loads(row["record"]),
    )


def _tally(row: asyncpg.Record) -> Tally:
    return Tally(tuple(row[name] for name in ENDINGS), row["microseconds"], tuple(row["buckets"]))

"""(e) The same with a thousand tenants, with a long queue, and with a long history."""

import asyncio
import time

from bench import draining, filling
from bench.figures import Figure, at_least, at_most, median
from bench.place import Place
from frontdesk import queue
from frontdesk.core.tenant import schema_of
from frontdesk.queue import Cursor
from frontdesk.settings import PRIMARY

PART = "e"
FEW = 1_000
READS = 120
PARALLEL = 4
SHAPES = {
    "every row its own conversation": "'g' || lpad(n::text, 8, '0')",
    "1,000 conversations": "'g' || lpad((n % 1000)::text, 8, '0')",
    "a quarter of one conversation in front": "CASE WHEN n <= {count} / 4 THEN 'a' ELSE 'g' || lpad(n::text, 8, '0') END",
}
ROWS = """
INSERT INTO frontdesk.work (tenant, lane, group_key, kind, payload)
SELECT 'queued', 0, {group}, 'event', repeat('payload ', 110) FROM generate_series(1, {count}) AS n
"""
PAST = """
INSERT INTO {schema}.messages (conversation_id, channel_id, contact_id, direction, author, type, text, content, status, created_at)
SELECT c.id, c.channel_id, c.contact_id, CASE WHEN n % 2 = 0 THEN 'outbound' ELSE 'inbound' END,
       CASE WHEN n % 2 = 0 THEN 'bot' ELSE 'contact' END, 'text', 'said long ago', '{{"type":"text","text":"said long ago"}}',
       CASE WHEN n % 2 = 0 THEN 'sent' ELSE 'answered' END, now() - interval '1 day'
FROM {schema}.conversations c, generate_series(1, {count}) AS n
"""


async def measure(place: Place) -> list[Figure]:
    """Measure one round of all three."""
    return [await _tenants(place), *await _reads(place), await _history(place)]


async def _tenants(place: Place) -> Figure:
    """Drain with two workers: all of one tenant, and spread over many."""
    count, each = place.scale.tenants, 5
    codes = await _prepare_tenants(place, count)
    a_tenant = place.scale.drained // count
    work = []
    for code in codes:
        first = place.chats(max(1, a_tenant // each))
        work += list(filling.items(await place.bot(code), range(first, first + max(1, a_tenant // each)), each))
    spread = await draining.drain(place, work, 2)
    first = place.chats(len(work) // each)
    alone = list(filling.items(await place.bot(), range(first, first + len(work) // each), each))
    one = await draining.drain(place, alone, 2)
    return Figure(
        part=PART,
        what=f"turns drained, two workers, {count:,} tenants",
        value=spread.speed,
        unit="/s",
        beside="one tenant",
        other=one.speed,
        goal=at_least(0.5, "ratio"),
    )


async def _prepare_tenants(place: Place, count: int) -> list[str]:
    codes = [f"many{n:04}" for n in range(count)]
    if "tenants" in place.kept:
        return codes
    started, gate = time.monotonic(), asyncio.Semaphore(PARALLEL)

    async def make(code: str) -> None:
        async with gate:
            await place.bot(code)

    await asyncio.gather(*map(make, codes))
    place.say(f"  {count:,} tenants made in {time.monotonic() - started:.0f} s")
    place.kept["tenants"] = True
    return codes


async def _reads(place: Place) -> list[Figure]:
    """Time reads of the queue by the query the workers use, few and many waiting."""
    figures = []
    for name, group in SHAPES.items():
        few = await _read_ms(place, group, FEW)
        many = await _read_ms(place, group, place.scale.waiting)
        figures.append(
            Figure(
                part=PART,
                what=f"a read at {place.scale.waiting:,} waiting, {name}",
                value=many,
                unit="ms",
                beside=f"at {FEW:,}",
                other=few,
                goal=at_most(2, "ratio"),
            )
        )
    return figures


async def _read_ms(place: Place, group: str, count: int) -> float:
    """Return the median time of a read of eight heads; each is rolled back, and the next goes on behind it."""
    await place.sql("TRUNCATE frontdesk.work", ROWS.format(group=group.format(count=count), count=count))
    settings, cursor, took = place.installation.settings, Cursor(), []
    session = await place.installation.databases.session(PRIMARY, queue.PLANNER)
    try:
        for _ in range(READS):
            reading = session.transaction()
            await reading.start()
            started = time.perf_counter()
            works = await queue.lease(session, {"queued": cursor}, "bench", limit=8, lasting=settings.lease)
            took.append(time.perf_counter() - started)
            await reading.rollback()
            if not works:
                raise RuntimeError("the queue is full, and nothing was read")
    finally:
        await session.close()
        await place.sql("TRUNCATE frontdesk.work")
    return 1000 * median(took[READS // 6 :])


async def _history(place: Place) -> Figure:
    """Drain conversations that have hardly said anything, and ones with a long past."""
    short = await _with_history(place, "short", 10)
    long = await _with_history(place, "long", place.scale.history)
    return Figure(
        part=PART,
        what=f"time a turn with {place.scale.history:,} messages of history",
        value=1000 / long,
        unit="ms",
        beside="with 10",
        other=1000 / short,
        goal=at_most(1.2, "ratio"),
    )


async def _with_history(place: Place, code: str, count: int) -> float:
    """Return turns a second of conversations with `count` messages behind them."""
    bot, chats = await place.bot(code), place.scale.history_chats
    key = f"history {code}"
    if key not in place.kept:
        first = place.kept[key] = place.chats(chats)
        place.kept[f"{key} next"] = 2
        await draining.drain(place, list(filling.items(bot, range(first, first + chats), 1)), 1)
        await place.sql(PAST.format(schema=schema_of(code), count=count), f"ANALYZE {schema_of(code)}.messages")
    first, number = place.kept[key], place.kept[f"{key} next"]
    each = place.scale.history_drained // chats
    place.kept[f"{key} next"] = number + each
    work = list(filling.items(bot, range(first, first + chats), each, number))
    return (await draining.drain(place, work, 2)).speed

"""(g) Without Redis, and after a crash of PostgreSQL."""

import asyncio
import contextlib
import time

from bench import filling
from bench.figures import Figure, at_most, percentile
from bench.latency import steady
from bench.place import Place
from frontdesk.errors import DatabaseUnavailable

PART = "g"
RATE = 50
SLOW_PROVIDER = (0.05, 0.15)


async def measure(place: Place) -> list[Figure]:
    """Measure one round of both."""
    return [await _without_redis(place), *await _after_a_crash(place)]


async def _without_redis(place: Place) -> Figure:
    redis = place.installation.servers.redis
    assert redis
    async with place.serving("serve") as (_, address):
        await steady(place, address, rate=20, seconds=1)
        with_redis = await steady(place, address, rate=RATE, seconds=place.scale.steady_seconds / 2)
        await asyncio.to_thread(redis.crash)
        try:
            without = await steady(place, address, rate=RATE, seconds=place.scale.steady_seconds)
        finally:
            await asyncio.to_thread(redis.start)
    return Figure(
        part=PART,
        what=f"webhook to provider without Redis at {RATE}/s, p99",
        value=1000 * percentile(without, 0.99),
        unit="ms",
        beside="with Redis",
        other=1000 * percentile(with_redis, 0.99),
        goal=at_most(1500),
    )


async def _after_a_crash(place: Place) -> list[Figure]:
    """Crash PostgreSQL while workers drain a queue; what they had in hand must go on within lease + 2 s."""
    bot, postgres = await place.bot(), place.installation.servers.postgres
    assert postgres
    count = place.scale.crashed
    first = place.chats(count)  # one message a chat, so that every answer can be told
    await place.provider.forget()
    await place.provider.order(latency=SLOW_PROVIDER)
    async with place.working(2):
        await filling.fill(place, list(filling.items(bot, range(first, first + count), 1)))
        await place.provider.wait_for(count // 4)
        in_hand = await _in_hand(place)
        crashed_at = time.monotonic()
        await asyncio.to_thread(postgres.crash)
        await asyncio.to_thread(postgres.start)
        up_at = time.monotonic()
        await _settled(place, in_hand)
        settled_at = time.monotonic()
        await place.provider.wait_for(count)
        heard = await place.provider.heard()
    await place.provider.order(latency=(0, 0))
    place.say(f"  {len(in_hand)} pieces of work were in hand at the crash")
    again = min((each.at for each in heard if each.at > up_at), default=up_at)
    return [
        Figure(
            part=PART,
            what="in hand at a crash of PostgreSQL, all of it done after",
            value=settled_at - crashed_at,
            unit="s",
            goal=at_most(place.installation.settings.lease_seconds + 2),
        ),
        Figure(part=PART, what="deliveries flow again after PostgreSQL is up", value=again - up_at, unit="s"),
        Figure(part=PART, what="PostgreSQL is up again after its crash", value=up_at - crashed_at, unit="s"),
    ]


async def _in_hand(place: Place) -> list[int]:
    """Return the work that workers hold right now."""
    async with place.installation.databases.platform() as tx:
        return [row["id"] for row in await tx.fetch("SELECT id FROM frontdesk.work WHERE leased_by IS NOT NULL")]


async def _settled(place: Place, in_hand: list[int]) -> None:
    """Return once none of this work is left."""
    while True:
        with contextlib.suppress(DatabaseUnavailable):
            async with place.installation.databases.platform() as tx:
                if not await tx.fetchval("SELECT count(*) FROM frontdesk.work WHERE id = ANY($1::bigint[])", in_hand):
                    return
        await asyncio.sleep(0.02)

"""(g) Without Redis, and after a crash of PostgreSQL."""

import asyncio
import time

from bench.figures import Figure, at_most, percentile
from bench.latency import paired, steady
from bench.place import Place
from bench.provider import Heard

PART = "g"
RATE = 50
SLOW_PROVIDER = (0.1, 0.4)


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
    """Crash PostgreSQL while messages flow; what was taken and not yet delivered then must go on within lease + 2 s."""
    bot, postgres = await place.bot(), place.installation.servers.postgres
    assert postgres
    seconds = max(4.0, place.scale.steady_seconds)
    chats = int(RATE * seconds)  # one message a chat, so that question and answer pair even where some are refused
    await place.provider.forget()
    await place.provider.order(latency=SLOW_PROVIDER)
    async with place.serving("api") as (_, address), place.working(2):
        order = {"connections": 64, "seconds": seconds, "rate": RATE, "chats": chats, "first_chat": place.chats(chats)}
        writing = asyncio.create_task(place.write(address, bot, records=True, **order))
        await asyncio.sleep(seconds / 2 + 0.5)
        crashed_at = time.monotonic()
        await asyncio.to_thread(postgres.crash)
        await asyncio.to_thread(postgres.start)
        up_at = time.monotonic()
        result = await writing
        taken = {record[0] for record in result["records"] if 200 <= record[3] < 300}
        heard = await _until_heard(place, taken)
    await place.provider.order(latency=(0, 0))
    pairs = paired(result["records"], heard)
    hung = [answer.at - up_at for record, answer in pairs if record[1] <= crashed_at < answer.at]
    limit = place.installation.settings.lease_seconds + 2
    place.say(f"  {len(hung)} messages were in flight at the crash; {len(result['records']) - len(taken)} refused")
    first = min((each.at for each in heard if each.at > up_at), default=up_at)
    return [
        Figure(
            part=PART,
            what="in flight at a crash of PostgreSQL, the last continues after",
            value=max(hung, default=0.0),
            unit="s",
            goal=at_most(limit),
        ),
        Figure(part=PART, what="deliveries flow again after PostgreSQL is up", value=first - up_at, unit="s"),
        Figure(part=PART, what="PostgreSQL is up again after its crash", value=up_at - crashed_at, unit="s"),
    ]


async def _until_heard(place: Place, chats: set[int]) -> list[Heard]:
    deadline = time.monotonic() + 40
    while True:
        heard = await place.provider.heard()
        if chats <= {each.chat_id for each in heard} or time.monotonic() > deadline:
            break
        await asyncio.sleep(0.2)
    missing = len(chats - {each.chat_id for each in heard})
    if missing:
        raise RuntimeError(f"{missing} messages that were taken had no answer after 40 s")
    return heard

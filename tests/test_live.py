"""What Redis carries, and what happens without it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from frontdesk.embedded import Servers
from frontdesk.live import GAP, Live
from frontdesk.servers.redis import Redis

NextWord = Callable[[float], Awaitable[dict[str, Any] | None]]


@pytest.fixture
async def live(servers: Servers) -> AsyncIterator[Live]:
    live = Live(f"{servers.redis_url}?db=5")
    yield live
    await live.close()


@pytest.fixture
async def another(servers: Servers) -> AsyncIterator[Live]:
    """The same Redis, seen by another process."""
    live = Live(f"{servers.redis_url}?db=5")
    yield live
    await live.close()


@pytest.fixture
def database() -> str:
    return uuid4().hex


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis that may be stopped."""
    server = Redis(tmp_path)
    server.start()
    yield server
    server.stop()


async def heard(next_word: NextWord) -> dict[str, Any]:
    """Wait for the next word that says something."""
    async with asyncio.timeout(5):
        while True:
            word = await next_word(0.5)
            if word and word != GAP:
                return word


async def test_one_worker_hears_of_a_tenant_with_work(live: Live, another: Live, database: str) -> None:
    waiting = [asyncio.create_task(each.next_ready(database, 0.5)) for each in (live, another)]
    await asyncio.sleep(0.05)
    live.wake(database, ["acme"])
    assert sorted(map(str, await asyncio.gather(*waiting))) == ["None", "acme"]


async def test_the_longest_waiting_tenant_is_heard_first_and_once(live: Live, database: str) -> None:
    for code in ("zeta", "acme", "zeta", "mill"):
        live.wake(database, [code])
        await asyncio.sleep(0.02)
    assert [await live.next_ready(database, 0.1) for _ in range(4)] == ["zeta", "acme", "mill", None]


async def test_databases_do_not_wake_each_other(live: Live, database: str) -> None:
    live.wake(database + "x", ["acme"])
    assert await live.next_ready(database, 0.1) is None


async def test_a_word_reaches_every_listener(live: Live, another: Live, database: str) -> None:
    async with live.listening(database) as here, another.listening(database) as there:
        await live.publish(database, {"event": "message", "n": 1})
        assert [await heard(word) for word in (here, there)] == [{"event": "message", "n": 1}] * 2
        assert await here(0.05) is None


async def test_counters_are_shared_and_end(live: Live, another: Live, database: str) -> None:
    assert [await each.count(database, 60) for each in (live, another, live)] == [1, 2, 3]
    assert 0 < await live.client.ttl(database) <= 60
    totals = await live.add_counts({database: 2, f"{database}:b": 5}, 60)
    assert totals == {database: 5, f"{database}:b": 5}


async def test_without_redis_nothing_raises_and_nothing_hangs(redis: Redis, database: str) -> None:
    live = Live(redis.url)
    assert await live.ping()
    redis.crash()
    async with asyncio.timeout(8):
        assert not await live.ping()
        assert not live.up
        assert await live.count(database, 5) is None
        assert await live.add_counts({database: 1}, 5) is None
        assert await live.next_ready(database, 0.1) is None
        live.wake(database, ["acme"])
        await live.publish(database, {})
        async with live.listening(database) as next_word:
            assert await next_word(0.1) is None
    await live.close()


async def test_a_listener_hears_again_once_redis_is_back(redis: Redis, database: str) -> None:
    live = Live(redis.url)
    async with asyncio.timeout(15), live.listening(database) as next_word:
        redis.crash()
        await next_word(0.2)
        redis.start()
        words: list[Any] = []
        while {"n": 1} not in words:
            await live.publish(database, {"n": 1})
            words.append(await next_word(0.2))
        assert GAP in words, "whoever listens hears that words may have been missed"
        assert live.up
    await live.close()

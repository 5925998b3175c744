"""How much somebody may still do."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from frontdesk import rates
from frontdesk.embedded import Servers
from frontdesk.live import Live
from frontdesk.rates import Pace, Rates
from tests.minutes import uncut_minute


@pytest.fixture
async def live(servers: Servers) -> AsyncIterator[Live]:
    live = Live(f"{servers.redis_url}?db=6")
    yield live
    await live.close()


@pytest.fixture
async def alone() -> AsyncIterator[Live]:
    """A process without Redis."""
    live = Live("unix:///nowhere/redis.sock")
    yield live
    await live.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time `rates` sees: set it by its one item."""
    now = [6_000_000.0]
    monkeypatch.setattr(rates.time, "time", lambda: now[0])
    return now


def test_a_limit_holds_for_the_rest_of_its_minute(alone: Live, clock: list[float]) -> None:
    counted = Rates(alone)
    clock[0] += 45
    assert [counted.take("a", 3) for _ in range(5)] == [None] * 3 + [timedelta(seconds=15)] * 2
    assert counted.take("b", 3) is None
    assert (counted.spent("a", 3), counted.spent("b", 3), counted.rest()) == (True, False, timedelta(seconds=15))
    clock[0] += 15
    assert counted.take("a", 3) is None


@pytest.mark.parametrize("limit", [0, None])
def test_no_limit_is_no_limit(alone: Live, limit: int | None) -> None:
    counted = Rates(alone)
    assert {counted.take("a", limit) for _ in range(1000)} == {None}
    assert not counted.spent("a", limit)


def test_a_flood_of_keys_does_not_fill_the_memory(alone: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_KEYS", 10)
    counted = Rates(alone)
    for number in range(100):
        counted.take(str(number), 5)
    assert len(counted._totals) == 10


@contextlib.asynccontextmanager
async def sharing(*all_of_them: Rates) -> AsyncIterator[None]:
    """Let processes exchange their counts."""
    tasks = [asyncio.create_task(each.share()) for each in all_of_them]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_processes_share_a_limit(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    await uncut_minute()
    monkeypatch.setattr(rates, "SHARE_SECONDS", 0.01)
    key, one, other = f"source:{uuid4()}", Rates(live), Rates(live)
    taken = 0
    async with sharing(one, other):
        for _ in range(20):
            taken += sum(each.take(key, 6) is None for each in (one, other))
            await asyncio.sleep(0.05)
    assert 6 <= taken <= 8
    assert one.take(key, 6)
    assert other.take(key, 6)


async def test_a_process_without_redis_counts_for_itself(alone: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    await uncut_minute()
    monkeypatch.setattr(rates, "SHARE_SECONDS", 0.01)
    counted = Rates(alone)
    async with sharing(counted):
        assert [counted.take("a", 2) for _ in range(2)] == [None] * 2
        await asyncio.sleep(0.1)
        assert counted.take("a", 2)


async def test_a_channel_sends_no_faster_than_it_may_over_all_processes(live: Live, clock: list[float]) -> None:
    one, other, channel = Pace(live), Pace(live), uuid4().hex
    waits = [await pace.take(channel, 3) for pace in (one, other, one, other, one)]
    assert [wait is not None for wait in waits] == [False, False, False, True, True]
    assert waits[3] is not None
    clock[0] += waits[3].total_seconds()
    assert await one.take(channel, 3) is None
    assert await one.take(channel, None) is None


async def test_one_flood_is_about_a_chat_and_a_second_pauses_the_channel(live: Live, clock: list[float]) -> None:
    pace = Pace(live)
    pace.throttled("c", timedelta(seconds=30))
    assert await pace.take("c", None) is None
    clock[0] += 5
    pace.throttled("c", timedelta(seconds=30))
    assert await pace.take("c", None) == timedelta(seconds=30)
    assert await pace.take("d", None) is None
    clock[0] += 31
    assert await pace.take("c", None) is None


async def test_without_redis_nothing_is_held_back(alone: Live) -> None:
    pace = Pace(alone)
    assert [await pace.take("c", 1) for _ in range(3)] == [None] * 3

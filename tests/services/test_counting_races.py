"""Each turn is counted once, whatever breaks off, commits late, or counts at the same time."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from frontdesk.errors import DatabaseUnavailable
from frontdesk.services import counting
from frontdesk.services.counting import Counting
from frontdesk.services.tenants import tenancy
from frontdesk.store import analytics
from tests.services.counted import NOON, STORE, Counted, a_record
from tests.services.desk import Desk, until


@pytest.fixture
async def turns(desk: Desk) -> Counted:
    return await Counted.opened(desk)


async def test_a_turn_that_commits_late_is_waited_for_and_counted(
    turns: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "PATIENCE_SECONDS", ())
    async with turns.session() as late:
        transaction = late.transaction()
        await transaction.start()
        await late.execute(STORE, *turns.values([a_record()], NOON, 20))
        await turns.store()
        await turns.store()
        assert await turns.count() == 0, "a smaller number is still to come"
        assert await turns.behind() == 2
        await transaction.commit()
    await turns.count_all()
    assert await turns.total() == 3


async def test_a_turn_that_begins_after_an_interval_was_closed_is_not_waited_for(
    turns: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "PATIENCE_SECONDS", ())
    async with turns.session() as one, turns.session() as two:
        await one.execute("BEGIN")
        await one.execute(STORE, *turns.values([a_record()], NOON, 20))
        assert await turns.count() == 0
        await two.execute("BEGIN")
        await two.execute(STORE, *turns.values([a_record()], NOON, 20))
        await one.execute("COMMIT")
        async with asyncio.timeout(10):
            while not await turns.count():
                await asyncio.sleep(0.05)
        assert await turns.total() == 1
        await two.execute("COMMIT")
    await turns.count_all()
    assert await turns.total() == 2


async def test_numbers_of_turns_that_were_rolled_back_are_passed_over(turns: Counted) -> None:
    async with turns.session() as session:
        for end in ("ROLLBACK", "COMMIT", "ROLLBACK"):
            await session.execute("BEGIN")
            await session.execute(STORE, *turns.values([a_record(), a_record()], NOON, 20))
            await session.execute(end)
    await turns.count_all(batch=1)
    assert await turns.total() == 2
    async with turns.desk.databases.tenant(tenancy(turns.tenant)) as tx:
        until = await analytics.counted_until(tx)
    assert until
    assert datetime.now(UTC) - until < timedelta(seconds=20)


@contextlib.asynccontextmanager
async def stuck(turns: Counted, table: str) -> AsyncIterator[asyncio.Task[int]]:
    """Yield a count that waits for a table somebody has locked, and release it."""
    async with turns.session() as other:
        await other.execute(f"BEGIN; LOCK TABLE {table} IN SHARE MODE")
        count = asyncio.create_task(turns.count(batch=3))
        async with turns.session() as watching:
            await until(lambda: waits(watching))
        try:
            yield count
        finally:
            await other.execute("ROLLBACK")


WAITING = "pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace"


async def waits(session: asyncpg.Connection) -> bool:
    return bool(
        await session.fetch(f"SELECT l.pid FROM {WAITING} WHERE NOT l.granted AND n.nspname = current_schema()")
    )


@pytest.mark.parametrize("table", ["routing_counted", "routing_tallies"])
async def test_a_count_cancelled_in_the_middle_is_done_anew(turns: Counted, table: str) -> None:
    await turns.store(*[a_record()] * 10)
    async with stuck(turns, table) as count:
        count.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await count
    await turns.count_all()
    assert await turns.total() == 10


async def test_a_count_whose_connection_is_cut_is_done_anew(turns: Counted) -> None:
    await turns.store(*[a_record()] * 10)
    async with stuck(turns, "routing_tallies") as count:
        kill = f"SELECT pg_terminate_backend(l.pid) FROM {WAITING} WHERE NOT l.granted AND n.nspname = $1"
        async with turns.desk.databases.owner() as owner:
            await owner.execute(kill.replace("$1", f"'tenant_{turns.tenant.code}'"))
        with pytest.raises(DatabaseUnavailable):
            await count
    await turns.count_all()
    assert await turns.total() == 10


async def test_counts_cancelled_at_any_moment_lose_and_repeat_nothing(turns: Counted) -> None:
    chance = random.Random(5)
    await turns.store(*[a_record(rules=["a", "b"])] * 2000)
    cancelled = 0
    for _ in range(60):
        count = asyncio.create_task(turns.count(batch=23))
        await asyncio.sleep(chance.uniform(0, 0.03))
        cancelled += count.cancel()
        with contextlib.suppress(asyncio.CancelledError, DatabaseUnavailable, asyncpg.PostgresError):
            await count
    await turns.count_all()
    assert cancelled > 10
    assert await turns.total() == 2000
    assert await turns.tallies("rule") == {("03-04", "a"): 2000, ("03-04", "b"): 2000}


async def test_several_who_count_at_once_share_the_work(desk: Desk, turns: Counted) -> None:
    await turns.store(*[a_record()] * 200)
    others = [Counting(desk.databases, desk.directory) for _ in range(4)]
    storing = [turns.store(*[a_record()] * 5) for _ in range(10)]
    shares = await asyncio.gather(*(each.count(turns.tenant, 7) for each in others), *storing)
    await turns.count_all()
    assert await turns.total() == 250
    assert sum(share for share in shares if share) <= 250


async def test_whoever_counts_keeps_no_turn_from_being_stored(turns: Counted) -> None:
    await turns.store()
    async with turns.desk.databases.tenant(tenancy(turns.tenant)) as tx:
        await analytics.take(tx, 10)
        async with asyncio.timeout(5), turns.session() as session:
            await session.execute(STORE, *turns.values([a_record()], NOON, 20))
    await turns.count_all()
    assert await turns.total() == 2


async def test_tables_restored_into_another_cluster_are_counted_on(turns: Counted) -> None:
    await turns.store()
    await turns.count_all()
    await turns.store()
    await turns.desk.rows(
        turns.tenant, "UPDATE routing_counted SET closing = closing + 1, fence = '9000000000000000000'::xid8"
    )
    await turns.count_all()
    await turns.store()
    await turns.count_all()
    assert await turns.total() == 3

"""The queue: put, lease, extend, finish, retry, release, and what is read off it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from frontdesk import queue
from frontdesk.errors import LeaseLost
from frontdesk.queue import Cursor, Item, Lane, Work
from frontdesk.store import schedule
from frontdesk.store.db import Databases

SECOND = timedelta(seconds=1)


@pytest.fixture
def code() -> str:
    """A tenant whose queue is empty."""
    return f"q{uuid4().hex[:12]}"


@pytest.fixture
async def session(quiet: Databases) -> AsyncIterator[asyncpg.Connection]:
    """A worker's own connection."""
    connection = await quiet.session("primary", queue.PLANNER)
    yield connection
    await connection.close()


async def put(session: asyncpg.Connection, code: str, *groups: str, lane: Lane = Lane.HIGH) -> None:
    """Queue an item for each group; payloads count up."""
    items = [Item(tenant=code, group=group, kind="k", payload=str(n), lane=lane) for n, group in enumerate(groups)]
    await queue.put(session, items)


async def lease(
    session: asyncpg.Connection,
    code: str,
    limit: int = 8,
    worker: str = "w",
    seconds: float = 10,
    after: Cursor | None = None,
) -> list[Work]:
    lasting = timedelta(seconds=seconds)
    return await queue.lease(session, {code: after or Cursor()}, worker, limit=limit, lasting=lasting)


async def pass_time(session: asyncpg.Connection, code: str, seconds: float) -> None:
    """Let a tenant's rows be due earlier, as if time had passed."""
    await session.execute(
        "UPDATE frontdesk.work SET due_at = due_at - $2::interval WHERE tenant = $1", code, timedelta(seconds=seconds)
    )


def places(works: list[Work]) -> list[tuple[str, str]]:
    return sorted((work.group, work.payload) for work in works)


async def test_only_the_head_of_each_group_is_leased(session: asyncpg.Connection, code: str) -> None:
    await put(session, code, "a", "a", "b", "a", "c", "b")
    assert places(await lease(session, code)) == [("a", "0"), ("b", "2"), ("c", "4")]
    assert await lease(session, code) == []


async def test_the_next_of_a_group_follows_when_its_head_is_done(session: asyncpg.Connection, code: str) -> None:
    await put(session, code, "a", "a", "a")
    for payload in "012":
        (work,) = await lease(session, code)
        assert (work.payload, work.attempts, work.in_doubt) == (payload, 1, False)
        await queue.done(session, work)
    assert await lease(session, code) == []


async def test_a_read_takes_no_more_than_asked(session: asyncpg.Connection, code: str) -> None:
    await put(session, code, *"abcdef")
    assert len(await lease(session, code, 4)) == 4
    assert len(await lease(session, code, 4)) == 2


async def test_high_lanes_go_first(session: asyncpg.Connection, code: str) -> None:
    for lane, groups in ((Lane.LOW, "ab"), (Lane.NORMAL, "cd"), (Lane.HIGH, "ef")):
        await put(session, code, *groups, lane=lane)
    leased = [{work.lane for work in await lease(session, code, 2)} for _ in range(3)]
    assert leased == [{Lane.HIGH}, {Lane.NORMAL}, {Lane.LOW}]


async def test_groups_take_turns_from_the_cursor_on(session: asyncpg.Connection, code: str) -> None:
    await put(session, code, *("abcde" * 3))
    cursor, seen = Cursor(), []
    for _ in range(5):
        works = await lease(session, code, 2, after=cursor)
        seen += [work.group for work in works]
        for work in works:
            await queue.done(session, work)
    assert sorted(seen) == sorted("abcde" * 2), "every group had two turns before any had a third"


async def test_a_busy_conversation_starves_nobody(session: asyncpg.Connection, code: str) -> None:
    await put(session, code, *(["busy"] * 200), "a", "z")
    cursor, seen = Cursor(), []
    for _ in range(6):
        (work,) = await lease(session, code, 1, after=cursor)
        seen.append(work.group)
        await queue.done(session, work)
    assert seen[:3].count("busy") == 1
    assert {"a", "z"} <= set(seen)


async def test_heads_are_found_behind_five_thousand_of_one_group(session: asyncpg.Connection, code: str) -> None:
    await put(session, code, *(["flood"] * 5000), *(f"g{n}" for n in range(5)))
    assert {work.group for work in await lease(session, code)} == {"flood", *(f"g{n}" for n in range(5))}
    await session.execute("DELETE FROM frontdesk.work WHERE tenant = $1", code)


async def test_several_tenants_share_a_read_evenly(session: asyncpg.Connection, code: str) -> None:
    codes = [f"{code}_{number}" for number in range(4)]
    for each in codes:
        await put(session, each, *"abcdef", "a")
    cursors = {each: Cursor() for each in codes}
    for expected in ("ab", "cd", "ef"):
        works = await queue.lease(session, cursors, "w", limit=8, lasting=10 * SECOND)
        assert sorted((work.tenant, work.group) for work in works) == [(each, g) for each in codes for g in expected]
    assert await queue.lease(session, cursors, "w", limit=8, lasting=10 * SECOND) == []


async def test_another_tenants_work_is_not_seen(session: asyncpg.Connection, code: str) -> None:
    await put(session, code + "x", "a")
    await put(session, code[:-1], "a")
    assert await lease(session, code) == []


async def test_two_workers_at_once_never_hold_the_same(quiet: Databases, code: str) -> None:
    sessions = [await quiet.session("primary", queue.PLANNER) for _ in range(4)]
    await put(sessions[0], code, *(f"g{n:02}" for n in range(40)))
    reads = await asyncio.gather(
        *(lease(session, code, 8, f"w{n}") for n, session in enumerate(sessions) for session in [session])
    )
    ids = [work.id for read in reads for work in read]
    assert len(ids) == len(set(ids))
    for session in sessions:
        await session.close()


async def test_an_expired_lease_is_taken_over_and_marked_in_doubt(session: asyncpg.Connection, code: str) -> None:
    await put(session, code, "a")
    (first,) = await lease(session, code, worker="dead")
    await pass_time(session, code, 10.1)
    (second,) = await lease(session, code, worker="next")
    assert (second.id, second.attempts, second.in_doubt, second.leased_by) == (first.id, 2, True, "next")
    with pytest.raises(LeaseLost, match="no longer leased to dead"):
        await queue.done(session, first)
    await queue.done(session, second)


async def test_a_heartbeat_keeps_the_lease_and_tells_what_is_lost(session: asyncpg.Connection, code: str) -> None:
    await put(session, code, "a", "b")
    kept, lost = sorted(await lease(session, code, worker="w"), key=lambda work: work.group)
    await pass_time(session, code, 9)
    assert await queue.extend(session, [kept.id], "w", 10 * SECOND) == [kept.id]
    await pass_time(session, code, 2)
    (taken,) = await lease(session, code, worker="other")
    assert taken.id == lost.id
    assert await queue.extend(session, [kept.id, lost.id], "w", SECOND) == [kept.id]


@pytest.mark.parametrize("end", [queue.done, lambda tx, work: queue.retry(tx, work, SECOND)])
async def test_who_lost_the_lease_changes_nothing(session: asyncpg.Connection, code: str, end: object) -> None:
    await put(session, code, "a")
    (mine,) = await lease(session, code, worker="w")
    await pass_time(session, code, 11)
    (again,) = await lease(session, code, worker="w")
    with pytest.raises(LeaseLost):
        await end(session, mine)  # type: ignore[operator]
    await queue.done(session, again)
    with pytest.raises(LeaseLost):
        await end(session, again)  # type: ignore[operator]


async def test_a_retry_blocks_its_group_until_it_is_due(session: asyncpg.Connection, code: str) -> None:
    await put(session, code, "a", "a", "b")
    works = {work.group: work for work in await lease(session, code)}
    await queue.retry(session, works["a"], 30 * SECOND)
    await queue.done(session, works["b"])
    assert await lease(session, code) == []
    await pass_time(session, code, 31)
    (again,) = await lease(session, code)
    assert (again.payload, again.attempts, again.in_doubt) == ("0", 2, False)


async def test_a_retry_can_take_its_try_back_or_leave_a_doubt(session: asyncpg.Connection, code: str) -> None:
    await put(session, code, "a")
    (work,) = await lease(session, code)
    await queue.retry(session, work, timedelta(0), counted=False)
    (work,) = await lease(session, code)
    assert (work.attempts, work.in_doubt) == (1, False)
    await queue.retry(session, work, timedelta(0), in_doubt=True)
    (work,) = await lease(session, code)
    assert (work.attempts, work.in_doubt) == (2, True)
    await queue.retry(session, work, timedelta(0))
    assert (await lease(session, code))[0].in_doubt, "a doubt is never forgotten"


async def test_what_never_reached_the_worker_is_released_without_a_doubt(
    session: asyncpg.Connection, code: str
) -> None:
    await put(session, code, "a", "b", "c")
    name = uuid4().hex
    held = await lease(session, code, worker=name)
    assert await queue.release(session, name, [held[0].id]) == 2
    again = await lease(session, code, worker="other")
    assert {(work.attempts, work.in_doubt) for work in again} == {(1, False)}
    assert held[0].id not in {work.id for work in again}


async def test_what_a_stopping_worker_gives_up_is_due_at_once_and_in_doubt(
    session: asyncpg.Connection, code: str
) -> None:
    await put(session, code, "a")
    name = uuid4().hex
    await lease(session, code, worker=name)
    await queue.give_up(session, name)
    (again,) = await lease(session, code, worker="other")
    assert (again.attempts, again.in_doubt) == (2, True)


async def test_scheduled_work_is_queued_in_the_order_of_its_time(session: asyncpg.Connection, code: str) -> None:
    now = datetime.now(UTC)
    for seconds in (-1, -3, -2, 60):
        item = Item(tenant=code, group="g", kind="k", payload=str(seconds), lane=Lane.NORMAL, traceparent="t")
        await schedule.add(session, item, now + timedelta(seconds=seconds))
    assert await schedule.promote(session) == [code]
    assert code not in await schedule.promote(session)
    seen = []
    while works := await lease(session, code):
        seen += [(work.payload, work.lane, work.traceparent) for work in works]
        await queue.done(session, works[0])
    assert seen == [(payload, Lane.NORMAL, "t") for payload in ("-3", "-2", "-1")]


async def test_what_is_unscheduled_never_comes(session: asyncpg.Connection, code: str) -> None:
    item = Item(tenant=code, group="g", kind="k", payload="p")
    kept = await schedule.add(session, item, datetime.now(UTC) - SECOND)
    dropped = await schedule.add(session, item, datetime.now(UTC) - SECOND)
    assert await schedule.drop(session, dropped)
    await schedule.promote(session)
    assert len(await lease(session, code)) == 1
    assert not await schedule.drop(session, dropped)
    assert not await schedule.drop(session, kept)


async def test_several_sweeps_at_once_promote_each_thing_once(quiet: Databases, code: str) -> None:
    async with quiet.platform() as tx:
        for number in range(30):
            item = Item(tenant=code, group=f"g{number}", kind="k", payload="p")
            await schedule.add(tx, item, datetime.now(UTC) - SECOND)

    async def sweep() -> None:
        async with quiet.platform() as tx:
            await schedule.promote(tx, limit=10)

    await asyncio.gather(*(sweep() for _ in range(8)))
    await sweep()
    async with quiet.platform() as tx:
        assert await tx.fetchval("SELECT count(*) FROM frontdesk.work WHERE tenant = $1", code) == 30


async def test_tenants_with_work_are_found_by_name(session: asyncpg.Connection, code: str) -> None:
    others = [f"{code}_{n}" for n in range(3)]
    for other in others:
        await put(session, other, *"abc")
    found = await queue.tenants_with_work(session)
    assert found == sorted(found)
    assert set(others) <= set(found)
    assert code not in found


async def test_depths_tell_how_much_waits_and_for_how_long(session: asyncpg.Connection, code: str) -> None:
    await put(session, code, "a", "a", "b")
    await put(session, code, "c", lane=Lane.LOW)
    await session.execute("UPDATE frontdesk.work SET created_at = now() - interval '1 hour' WHERE tenant = $1", code)
    await lease(session, code, 1)
    high, low = await queue.depths(session, code)
    assert (high.lane, high.waiting, high.leased, low.lane, low.waiting) == (Lane.HIGH, 3, 1, Lane.LOW, 1)
    assert timedelta(minutes=59) < high.oldest < timedelta(minutes=61)
    assert [depth.waiting for depth in await queue.depths(session) if depth.tenant == code] == [3, 1]
    assert await queue.depths(session, f"{code}_") == []

"""The pool of children: bounded, warm, and unharmed by what breaks, hangs or eats one of them."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psutil
import pytest

from frontdesk.errors import MediaUnavailable
from frontdesk.understanding.media.tasks import Found, Task
from frontdesk.understanding.media.values import Limits, Unread
from frontdesk.understanding.media.work import Bounds, Pool
from tests.understanding.media.making import SPOKEN, bomb, tone

HEAR = Task(what="sound", form="ogg")
READ = Task(what="picture", form="image/png")
TONE = Task(what="sound", form="wav")


@asynccontextmanager
async def a_pool(**bounds: float) -> AsyncIterator[Pool]:
    pool = Pool(Bounds(**{"at_once": 1, **bounds}))  # type: ignore[arg-type]
    try:
        yield pool
    finally:
        await pool.close()


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.01)


async def test_a_child_is_kept_for_the_next_file() -> None:
    async with a_pool() as pool:
        await pool.warm()
        first = pool.idle[0].process.pid
        assert isinstance(await pool.run(TONE, tone(0.2)), Found)
        assert isinstance(await pool.run(TONE, tone(0.2)), Found)
        assert [child.process.pid for child in pool.idle] == [first]


async def test_no_more_children_than_allowed() -> None:
    async with a_pool() as pool:
        await asyncio.gather(*(pool.run(TONE, tone(0.2)) for _ in range(4)))
        assert (len(pool.idle), len(pool.busy)) == (1, 0)
        assert pool.idle[0].tasks == 4


@pytest.mark.alone
async def test_a_hung_child_is_ended_at_the_deadline_and_the_next_file_is_read() -> None:
    async with a_pool(seconds=1) as pool:
        await pool.warm()
        hung = pool.idle[0].process
        os.kill(hung.pid, signal.SIGSTOP)
        assert await pool.run(TONE, tone(0.2)) == Unread("timeout", "not read within 1 s")
        assert hung.returncode == -signal.SIGKILL
        assert isinstance(await pool.run(TONE, tone(0.2)), Found)


async def test_a_child_that_broke_before_is_not_this_file_s_fault() -> None:
    async with a_pool() as pool:
        await pool.warm()
        os.kill(pool.idle[0].process.pid, signal.SIGSEGV)
        assert isinstance(await pool.run(TONE, tone(0.2)), Found)


async def test_a_file_that_breaks_fresh_children_is_unreadable() -> None:
    async with a_pool() as pool:
        running = asyncio.create_task(pool.run(HEAR, SPOKEN))
        await until(lambda: pool.busy)
        os.kill(next(iter(pool.busy)).process.pid, signal.SIGSEGV)
        assert await running == Unread("unreadable", f"reading it ended a process with {-signal.SIGSEGV}")


async def test_a_file_that_takes_too_much_memory_is_told_so() -> None:
    async with a_pool(memory_bytes=300 << 20) as pool:
        found = await pool.run(READ, bomb(7900, 7900))
        assert found == Unread("too_large", "the file takes too much memory")
        assert not pool.idle


async def test_waiting_for_a_turn_has_an_end() -> None:
    async with a_pool(wait_seconds=0.05) as pool:
        running = asyncio.create_task(pool.run(TONE, tone(0.2)))
        await until(pool.free.locked)
        late = await pool.run(TONE, tone(0.2))
        assert isinstance(late, Unread)
        assert late.reason == "timeout"
        await running


async def test_a_cancelled_task_ends_its_child() -> None:
    async with a_pool() as pool:
        running = asyncio.create_task(pool.run(HEAR, SPOKEN))
        await until(lambda: pool.busy)
        process = next(iter(pool.busy)).process
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert process.returncode == -signal.SIGKILL
        assert (pool.idle, pool.busy, pool.free.locked()) == ([], set(), False)


async def test_closing_ends_work_under_way_and_says_it_is_worth_a_retry() -> None:
    pool = Pool(Bounds(at_once=1))
    running = asyncio.create_task(pool.run(HEAR, SPOKEN))
    await until(lambda: pool.busy)
    child = psutil.Process(next(iter(pool.busy)).process.pid)
    await pool.close()
    with pytest.raises(MediaUnavailable, match="restart"):
        await running
    with pytest.raises(MediaUnavailable, match="restart"):
        await pool.run(HEAR, SPOKEN)
    assert not child.is_running()


async def test_a_child_without_work_is_let_go() -> None:
    async with a_pool(idle_seconds=0.2) as pool:
        await pool.warm()
        process = pool.idle[0].process
        await until(lambda: process.returncode is not None)
        assert not pool.idle
        assert isinstance(await pool.run(TONE, tone(0.2)), Found)


async def test_a_child_is_replaced_after_its_share() -> None:
    async with a_pool(most_tasks=1) as pool:
        await pool.run(TONE, tone(0.2))
        assert not pool.idle


async def test_a_child_has_no_environment_of_ours_and_writes_no_file() -> None:
    async with a_pool() as pool:
        await pool.warm()
        child = psutil.Process(pool.idle[0].process.pid)
        assert all(name.endswith("_NUM_THREADS") or name == "LC_CTYPE" for name in child.environ())
        assert child.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
        assert child.rlimit(psutil.RLIMIT_AS)[0] == pool.bounds.memory_bytes


async def test_a_tenant_s_limit_reaches_the_child() -> None:
    async with a_pool() as pool:
        found = await pool.run(Task(what="picture", form="image/png", limits=Limits(most_pixels=99)), bomb(10, 10))
        assert isinstance(found, Unread)
        assert found.reason == "too_large"

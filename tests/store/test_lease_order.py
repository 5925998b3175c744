"""Order under fire: many groups, several workers that finish, fail, crash and stall at random."""

import asyncio
import contextlib
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from frontdesk import queue
from frontdesk.errors import LeaseLost
from frontdesk.queue import Cursor, Item, Lane, Work
from frontdesk.store.db import Databases

LEASE = timedelta(milliseconds=60)


@dataclass(slots=True)
class Ledger:
    """What was finished, in order, a group each."""

    chosen: random.Random
    finished: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


async def finish(session: asyncpg.Connection, work: Work, ledger: Ledger) -> None:
    """End a piece of work in a transaction, as a turn does; who lost the lease leaves no trace."""
    try:
        async with session.transaction():
            await queue.done(session, work)
            ledger.finished[work.group].append(int(work.payload))
    except LeaseLost:
        pass


async def work_through(databases: Databases, code: str, ledger: Ledger, name: str) -> None:
    """Lease and finish until nothing is left; now and then fail, crash (forget the work) or stall past the lease."""
    session = await databases.session("primary", queue.PLANNER)
    cursor, lives = Cursor(), 0
    while await session.fetchval("SELECT 1 FROM frontdesk.work WHERE tenant = $1 LIMIT 1", code):
        limit = ledger.chosen.randint(1, 4)
        works = await queue.lease(session, {code: cursor}, f"{name}.{lives}", limit=limit, lasting=LEASE)
        for work in works:
            match ledger.chosen.random():
                case luck if luck < 0.1:
                    lives += 1  # dead: somebody takes it over after the lease
                case luck if luck < 0.2:
                    await asyncio.sleep(0.08)  # stalled: perhaps somebody has it by now
                    await finish(session, work, ledger)
                case luck if luck < 0.3:
                    await retry(session, work, ledger)
                case _:
                    await finish(session, work, ledger)
        if not works:
            await asyncio.sleep(0.005)
    await session.close()


async def retry(session: asyncpg.Connection, work: Work, ledger: Ledger) -> None:
    with contextlib.suppress(LeaseLost):
        await queue.retry(session, work, timedelta(milliseconds=ledger.chosen.randint(0, 20)))


@pytest.mark.parametrize("seed", range(4))
async def test_every_group_is_finished_in_order_and_nothing_twice_or_lost(quiet: Databases, seed: int) -> None:
    code, ledger = f"o{uuid4().hex[:12]}", Ledger(random.Random(seed))
    groups = [f"g{number:02}" for number in range(ledger.chosen.randint(3, 20))]
    each = ledger.chosen.randint(5, 12)
    async with quiet.platform() as tx:
        for number in range(each):
            lane = {group: Lane(index % 3) for index, group in enumerate(groups)}
            items = [Item(tenant=code, group=g, kind="k", payload=str(number), lane=lane[g]) for g in groups]
            await queue.put(tx, ledger.chosen.sample(items, len(items)))
    async with asyncio.timeout(60):
        await asyncio.gather(*(work_through(quiet, code, ledger, f"w{n}") for n in range(4)))
    assert ledger.finished == {group: list(range(each)) for group in groups}


async def test_work_queued_while_others_work_keeps_its_order(quiet: Databases) -> None:
    code, ledger = f"o{uuid4().hex[:12]}", Ledger(random.Random(7))

    async def write() -> None:
        for number in range(60):
            async with quiet.platform() as tx:
                items = [Item(tenant=code, group=f"g{g}", kind="k", payload=str(number)) for g in range(5)]
                await queue.put(tx, items)

    writing = asyncio.create_task(write())
    await asyncio.sleep(0.05)
    await asyncio.gather(*(work_through(quiet, code, ledger, f"w{n}") for n in range(4)))
    await writing
    await work_through(quiet, code, ledger, "last")
    assert ledger.finished == {f"g{g}": list(range(60)) for g in range(5)}

"""The clock of a conversation test moves only while nothing is in hand; work that was given back or is being queued is no rest."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, cast

import asyncpg
import pytest

from frontdesk import queue
from frontdesk.core.tenant import Tenant, TenantSettings
from frontdesk.embedded import Servers
from frontdesk.queue import Cursor, Item, Work
from frontdesk.rehearsal.conversations import passing, stored
from frontdesk.rehearsal.conversations.clock import Clock
from frontdesk.rehearsal.conversations.lane import Lane
from frontdesk.rehearsal.conversations.passing import Impossible
from frontdesk.store import migrate, schedule
from frontdesk.store.db import Databases
from tests.services.desk import new_database

CODE = "acme"
TENANT = Tenant(code=CODE, name="Acme", database="primary", status="active", settings=TenantSettings(), version=1)
ITEM = Item(tenant=CODE, group="g", kind="event", payload="{}")
LEASE = timedelta(seconds=10)


@pytest.fixture(scope="module")
async def still(servers: Servers) -> AsyncIterator[Lane]:
    """A lane without a worker: what is queued, a test has to take itself."""
    url = await new_database(servers)
    owner = await asyncpg.connect(url)
    clock = Clock(owner)
    await clock.install()
    databases = Databases({"primary": url}, None, 4)
    async with databases.owner() as migrating:
        await migrate.migrate_platform(migrating, None)
        await migrate.migrate_tenant(migrating, CODE)
    nothing = cast("Any", None)
    yield Lane(nothing, databases, owner, clock, "", nothing, "lane")
    await databases.close()
    await owner.close()


@pytest.fixture(autouse=True)
async def _empty(still: Lane) -> None:
    await still.owner.execute("TRUNCATE frontdesk.work, frontdesk.scheduled")
    await still.clock.reset()


async def taken(lane: Lane) -> Work:
    async with lane.databases.platform() as tx:
        await queue.put(tx, [ITEM])
        (work,) = await queue.lease(tx, {CODE: Cursor()}, "w", limit=1, lasting=LEASE)
    return work


async def test_under_work_in_hand_the_clock_stands_so_that_nothing_is_done_twice(still: Lane) -> None:
    work, aim = await taken(still), still.clock.now + timedelta(days=1000)
    moving = asyncio.create_task(passing.show(still, aim))
    await asyncio.sleep(0.15)
    async with still.databases.platform() as tx:
        again = await queue.lease(tx, {CODE: Cursor()}, "w", limit=1, lasting=LEASE)
        assert again == [], "its lease ran out under it"
        await queue.done(tx, work)
    await moving
    assert still.clock.now >= aim


async def test_a_step_that_begins_with_time_waits_for_what_came_before(still: Lane) -> None:
    work = await taken(still)
    going = asyncio.create_task(passing.until(still, TENANT, still.clock.now + timedelta(days=1)))
    await asyncio.sleep(0.1)
    assert not await still.owner.fetchval("SELECT ahead > '1 hour' FROM frontdesk_clock.clock")
    going.cancel()
    async with still.databases.platform() as tx:
        await queue.done(tx, work)


async def test_what_is_given_back_for_a_moment_is_no_rest(still: Lane) -> None:
    """A turn that lost against a change of its conversation comes again: the bot has not answered yet."""
    work = await taken(still)
    async with still.databases.platform() as tx:
        await queue.retry(tx, work, timedelta(milliseconds=50), counted=False)
    assert await stored.is_busy(still.databases, CODE)


async def test_what_failed_is_rest_and_is_told(still: Lane) -> None:
    work = await taken(still)
    async with still.databases.platform() as tx:
        await queue.retry(tx, work, timedelta(seconds=5))
    assert not await stored.is_busy(still.databases, CODE)
    assert await stored.mishaps(still.databases, TENANT) == [
        "a turn failed, and would be tried again: the log says why"
    ]


async def test_what_is_being_queued_is_no_rest(still: Lane) -> None:
    """The sweep moves due work in a transaction: until it commits, the work stands nowhere else."""
    async with still.databases.platform() as tx:
        await schedule.add(tx, ITEM, still.clock.now - timedelta(seconds=1))
    async with still.databases.platform() as tx:
        await tx.execute("BEGIN")
        await schedule.promote(tx)
        assert await stored.is_busy(still.databases, CODE)
        await tx.execute("COMMIT")
    assert await stored.is_busy(still.databases, CODE)


async def test_time_does_not_go_back(still: Lane) -> None:
    with pytest.raises(Impossible, match="does not go back"):
        await passing.until(still, TENANT, still.clock.now - timedelta(hours=1))

"""A lane's clock: PostgreSQL's now(), its defaults, the queue and our own clock move together; other databases don't notice."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from frontdesk import queue
from frontdesk.core import clock
from frontdesk.embedded import Servers
from frontdesk.queue import Cursor, Item
from frontdesk.rehearsal.conversations.clock import Clock
from frontdesk.store import migrate, schedule
from frontdesk.store.db import Databases, Tenancy
from tests.services.desk import new_database

NEAR = timedelta(seconds=5)
AIM = datetime(2031, 5, 6, 7, 8, tzinfo=UTC)
ITEM = Item(tenant="acme", group="g", kind="event", payload="{}")


@pytest.fixture(scope="module")
async def moved(servers: Servers) -> AsyncIterator[tuple[Databases, Clock]]:
    url = await new_database(servers)
    owner = await asyncpg.connect(url)
    made = Clock(owner)
    await made.install()
    databases = Databases({"primary": url}, None, 4)
    async with databases.owner() as migrating:
        await migrate.migrate_platform(migrating, None)
        await migrate.migrate_tenant(migrating, "acme")
    yield databases, made
    await databases.close()
    await owner.close()


async def test_every_statement_and_every_default_follows(moved: tuple[Databases, Clock]) -> None:
    databases, made = moved
    await made.set(AIM)
    async with databases.tenant(Tenancy("acme")) as tx:
        contact = await tx.fetchrow("INSERT INTO contacts (name) VALUES ('Ada') RETURNING created_at, now() AS now")
        assert contact["created_at"] == contact["now"]
        assert AIM <= contact["now"] < AIM + NEAR
        plain = await tx.fetchval("SELECT count(*) FROM contacts WHERE created_at > now() - interval '1 minute'")
        assert plain == 1
    await made.set(AIM + timedelta(days=1))
    async with databases.tenant(Tenancy("acme")) as tx:
        assert await tx.fetchval("SELECT count(*) FROM contacts WHERE created_at > now() - interval '1 minute'") == 0


async def test_the_queue_and_what_is_scheduled_fall_due_as_it_moves(moved: tuple[Databases, Clock]) -> None:
    databases, made = moved
    await made.set(AIM)
    async with databases.platform() as tx:
        await schedule.add(tx, ITEM, AIM + timedelta(hours=2))
        assert await schedule.promote(tx) == []
        await made.set(AIM + timedelta(hours=2, seconds=1))
        assert await schedule.promote(tx) == ["acme"]
        (work,) = await queue.lease(tx, {"acme": Cursor()}, "w", limit=1, lasting=timedelta(seconds=10))
        await queue.retry(tx, work, timedelta(days=3))
        assert await queue.lease(tx, {"acme": Cursor()}, "w", limit=1, lasting=timedelta(seconds=10)) == []
        await made.set(AIM + timedelta(days=4))
        (work,) = await queue.lease(tx, {"acme": Cursor()}, "w", limit=1, lasting=timedelta(seconds=10))
        await queue.done(tx, work)


async def test_our_own_clock_follows_for_whoever_wears_it(moved: tuple[Databases, Clock]) -> None:
    _, made = moved
    await made.set(AIM)
    assert abs(clock.now() - datetime.now(UTC)) < NEAR
    token = clock.ahead.set(lambda: made.ahead)
    try:
        assert AIM <= clock.now() < AIM + NEAR
        assert abs(clock.now() - made.now) < NEAR
    finally:
        clock.ahead.reset(token)


async def test_other_databases_keep_the_machines_time(moved: tuple[Databases, Clock], servers: Servers) -> None:
    await moved[1].set(AIM)
    other = await asyncpg.connect(servers.database_url)
    try:
        assert abs(await other.fetchval("SELECT now()") - datetime.now(UTC)) < NEAR
    finally:
        await other.close()


async def test_reset_shows_the_machines_time_again(moved: tuple[Databases, Clock]) -> None:
    databases, made = moved
    await made.set(AIM)
    await made.reset()
    async with databases.platform() as tx:
        assert abs(await tx.fetchval("SELECT now()") - datetime.now(UTC)) < NEAR


async def test_functions_and_triggers_follow_too(moved: tuple[Databases, Clock]) -> None:
    databases, made = moved
    await made.set(AIM)
    async with databases.owner() as owner:
        await owner.execute(
            "CREATE FUNCTION pg_temp.told() RETURNS timestamptz LANGUAGE plpgsql AS $$"
            " DECLARE found timestamptz; BEGIN found := now(); RETURN found; END $$"
        )
        assert AIM <= await owner.fetchval("SELECT pg_temp.told()") < AIM + NEAR
        statement = await owner.prepare("SELECT now() + $1::interval")
        first = await statement.fetchval(timedelta())
        await made.set(AIM + timedelta(days=9))
        assert abs(await statement.fetchval(timedelta()) - first - timedelta(days=9)) < NEAR

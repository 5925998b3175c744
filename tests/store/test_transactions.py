"""A tenant's transaction: its role and search path end with it, whatever happens in between."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from frontdesk.core.tenant import Tenant
from frontdesk.errors import ConfigurationError, DatabaseUnavailable
from frontdesk.services.tenants import tenancy
from frontdesk.settings import Settings
from frontdesk.store.db import Databases, Tenancy, affected, app_url
from tests.services.desk import Desk

WHO = "SELECT current_user::text, current_setting('search_path')"
OUTSIDE = ("frontdesk_app", "")


@pytest.fixture
async def single(desk: Desk) -> AsyncIterator[Databases]:
    """The same database through one connection, so that every transaction meets what the one before left."""
    databases = Databases(desk.databases.owner_urls, None, 1)
    yield databases
    await databases.close()


async def outside(databases: Databases) -> tuple[str, ...]:
    async with databases.platform() as tx:
        return tuple(await tx.fetchrow(WHO))


@pytest.mark.parametrize("durable", [True, False])
async def test_inside_it_is_the_tenant_and_afterwards_nobody(single: Databases, desk: Desk, durable: bool) -> None:
    tenant = await desk.tenant()
    async with single.tenant(tenancy(tenant), durable=durable) as tx:
        assert tuple(await tx.fetchrow(WHO)) == (f"tenant_{tenant.code}",) * 2
        assert await tx.fetchval("SHOW synchronous_commit") == ("on" if durable else "off")
    assert await outside(single) == OUTSIDE
    async with single.platform() as tx:
        assert await tx.fetchval("SHOW synchronous_commit") == "on"


@pytest.mark.parametrize("statement", ["SELECT 1/0", "SELECT * FROM nowhere", "SELEC", "COMMIT"])
async def test_after_an_error_in_sql_the_same_connection_is_clean(
    single: Databases, desk: Desk, statement: str
) -> None:
    tenant = await desk.tenant()
    with contextlib.suppress(asyncpg.PostgresError):
        async with single.tenant(tenancy(tenant)) as tx:
            await tx.execute(statement)
    assert await outside(single) == OUTSIDE


async def test_an_exception_undoes_everything(single: Databases, desk: Desk) -> None:
    tenant = await desk.tenant()
    with contextlib.suppress(ZeroDivisionError):
        async with single.tenant(tenancy(tenant)) as tx:
            await tx.execute("INSERT INTO contacts (name) VALUES ('gone')")
            raise ZeroDivisionError
    assert await outside(single) == OUTSIDE
    assert await desk.rows(tenant, "SELECT * FROM contacts") == []


async def test_tenants_take_turns_on_one_connection(single: Databases, desk: Desk) -> None:
    tenants = [await desk.tenant() for _ in range(3)]

    async def add(tenant: Tenant, number: int) -> None:
        async with single.tenant(tenancy(tenant)) as tx:
            await tx.execute("INSERT INTO contacts (name) VALUES ($1)", f"{tenant.code} {number}")

    await asyncio.gather(*(add(tenant, number) for number in range(10) for tenant in tenants))
    for tenant in tenants:
        names = {row["name"] for row in await desk.rows(tenant, "SELECT name FROM contacts")}
        assert names == {f"{tenant.code} {number}" for number in range(10)}


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_a_cancelled_transaction_leaves_a_clean_connection(single: Databases, desk: Desk, times: int) -> None:
    """Cancelled at every moment there is, also while the first cancellation is still being cleaned up."""
    tenant = await desk.tenant()

    async def use() -> None:
        async with single.tenant(tenancy(tenant)) as tx:
            await tx.execute("INSERT INTO contacts (name) VALUES ('x')")
            await tx.fetch("SELECT pg_sleep(0.001)")

    for step in range(30):
        task = asyncio.create_task(use())
        for _ in range(step):
            await asyncio.sleep(0)
        await asyncio.sleep(step / 10_000)
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert await outside(single) == OUTSIDE
        async with single.platform() as tx:
            assert not tx.connection.is_in_transaction()


async def test_a_connection_cut_in_the_middle_says_so_and_is_replaced(single: Databases, desk: Desk) -> None:
    tenant = await desk.tenant()

    async def use() -> None:
        async with single.tenant(tenancy(tenant)) as tx:
            async with desk.databases.owner() as owner:
                await owner.execute("SELECT pg_terminate_backend($1)", await tx.fetchval("SELECT pg_backend_pid()"))
            await tx.fetch("SELECT 1")

    with pytest.raises(DatabaseUnavailable):
        await use()
    assert await outside(single) == OUTSIDE


async def test_a_connection_cut_while_idle_is_replaced(single: Databases, desk: Desk) -> None:
    async with single.platform() as tx:
        pid = await tx.fetchval("SELECT pg_backend_pid()")
    async with desk.databases.owner() as owner:
        await owner.execute("SELECT pg_terminate_backend($1)", pid)
    await asyncio.sleep(0.1)
    assert await outside(single) == OUTSIDE


async def test_what_a_caller_gives_wrongly_is_not_called_an_outage(single: Databases, desk: Desk) -> None:
    tenant = await desk.tenant()
    for value in ("\ud800", 7):
        with pytest.raises(Exception) as raised:  # noqa: PT011 - any error but the one below
            async with single.tenant(tenancy(tenant)) as tx:
                await tx.execute("INSERT INTO contacts (name) VALUES ($1)", value)
        assert not isinstance(raised.value, DatabaseUnavailable)
    assert await outside(single) == OUTSIDE


async def test_a_database_nobody_configured_is_named(databases: Databases) -> None:
    with pytest.raises(ConfigurationError, match="FRONTDESK_DATABASES"):
        async with databases.tenant(Tenancy("acme", "elsewhere")):
            pass


async def test_postgresql_away_is_said_as_such(installation_settings: Settings) -> None:
    nowhere = Databases({"primary": "postgresql://postgres@127.0.0.1:9/x"}, None, 2)
    for use in (nowhere.platform(), nowhere.tenant(Tenancy("acme")), nowhere.owner()):
        with pytest.raises(DatabaseUnavailable):
            async with use:
                pass
    await nowhere.close()


@pytest.mark.parametrize(
    ("owner", "password", "app"),
    [
        ("postgresql://postgres@/frontdesk?host=/tmp/x", None, "postgresql://frontdesk_app@/frontdesk?host=/tmp/x"),
        (
            "postgresql://o:s3@db:5/f?sslmode=require",
            "p/w@",
            "postgresql://frontdesk_app:p%2Fw%40@db:5/f?sslmode=require",
        ),
        ("postgresql://db/f?user=o&password=s3&a=b", "p", "postgresql://frontdesk_app:p@db/f?a=b"),
    ],
)
def test_the_applications_address_names_its_own_role(owner: str, password: str | None, app: str) -> None:
    assert app_url(owner, password) == app


@pytest.mark.parametrize(("tag", "count"), [("UPDATE 3", 3), ("INSERT 0 2", 2), ("DELETE 0", 0)])
def test_a_command_tag_tells_the_count(tag: str, count: int) -> None:
    assert affected(tag) == count


async def test_a_connection_that_does_not_know_the_tenants_role_is_replaced(single: Databases, desk: Desk) -> None:
    tenant, role = await desk.tenant(), f"stranger_{uuid4().hex[:8]}"
    async with single.owner() as owner:
        await owner.execute(f"CREATE ROLE {role} LOGIN")
    stranger = await asyncpg.connect(single.owner_urls["primary"], user=role)
    slot = single.pool().slots[0]
    known, slot.connection = slot.connection, stranger
    async with single.tenant(tenancy(tenant)) as tx:
        assert await tx.fetchval("SELECT current_user::text") == f"tenant_{tenant.code}"
    assert stranger.is_closed()
    if known:
        await known.close()


async def test_who_holds_a_connection_and_needs_another_never_waits_for_himself(desk: Desk) -> None:
    tenant, held = await desk.tenant(), asyncio.Event()
    databases = Databases(desk.databases.owner_urls, None, 2)
    enough = asyncio.Event()

    async def busy() -> None:
        async with databases.platform():
            held.set()
            await enough.wait()

    async with databases.tenant(tenancy(tenant)):
        other = asyncio.create_task(busy())
        await held.wait()
        asyncio.get_running_loop().call_later(0.1, enough.set)
        async with asyncio.timeout(5), databases.platform() as tx:
            assert await tx.fetchval("SELECT 1") == 1
    await other
    await databases.close()

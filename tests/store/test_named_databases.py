"""Several named databases: a tenant lives in one of them, and its work is queued and done there."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from frontdesk import settings
from frontdesk.core.tenant import Tenant
from frontdesk.embedded import Servers
from frontdesk.errors import ConfigurationError
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.store.db import Tenancy
from tests.builders import a_telegram_text
from tests.services.desk import Desk, beside, new_database


@pytest.fixture
async def two_databases(servers: Servers, tmp_path: Path) -> AsyncIterator[Desk]:
    loaded = settings.load(
        data_dir=tmp_path,
        secret_keys=["a-key"],
        databases={"second": await new_database(servers)},
        lease_seconds=2,
        provider_seconds=0.9,
    )
    async with Desk.opened(loaded, beside(servers, await new_database(servers), 2)) as desk:
        yield desk


async def in_second(desk: Desk) -> Tenant:
    return await desk.provisioning.create_tenant("elsewhere", "Elsewhere", database="second", actor="tests")


async def test_a_tenant_lives_in_its_database_alone(two_databases: Desk) -> None:
    desk = two_databases
    tenant = await in_second(desk)
    assert (await desk.directory.tenant("elsewhere")).database == "second"
    assert await desk.rows(tenant, "SELECT * FROM contacts") == []
    async with desk.databases.owner() as owner:
        assert await owner.fetchval("SELECT to_regclass('tenant_elsewhere.contacts')") is None
    async with desk.databases.owner("second") as owner:
        assert await owner.fetchval("SELECT count(*) FROM frontdesk.tenants") == 0
    async with desk.databases.tenant(Tenancy("elsewhere")) as tx:
        with pytest.raises(asyncpg.UndefinedTableError):
            await tx.fetch("SELECT * FROM contacts")


async def test_work_is_queued_and_done_where_the_tenant_lives(two_databases: Desk, telegram: TelegramStub) -> None:
    desk = two_databases
    tenant = await in_second(desk)
    near = await desk.tenant("near")
    channels = [await desk.channel(each, telegram.url) for each in (tenant, near)]
    for number, (each, channel) in enumerate(zip((tenant, near), channels, strict=True)):
        await desk.hear(each, channel, a_telegram_text("help", chat=100 + number))
    async with desk.databases.platform() as tx:
        assert await tx.fetchval("SELECT array_agg(tenant) FROM frontdesk.work") == ["near"]
    async with desk.databases.platform("second") as tx:
        assert await tx.fetchval("SELECT array_agg(tenant) FROM frontdesk.work") == ["elsewhere"]
    async with desk.working():
        await desk.finished(near)
    assert len(await desk.work(tenant)) == 1
    worker = await desk.worker("second")
    running = asyncio.create_task(worker.run())
    await desk.finished(tenant)
    worker.stop()
    await running
    assert [len(telegram.said(chat)) for chat in (100, 101)] == [1, 1]


async def test_a_tenant_is_not_made_in_a_database_nobody_configured(two_databases: Desk) -> None:
    with pytest.raises(ConfigurationError, match="FRONTDESK_DATABASES"):
        await two_databases.provisioning.create_tenant("lost", "Lost", database="third")
    async with two_databases.databases.platform() as tx:
        assert await tx.fetchval("SELECT count(*) FROM frontdesk.tenants WHERE code = 'lost'") == 0

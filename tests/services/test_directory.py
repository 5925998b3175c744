"""Every process's copy of tenants and channels: used for a while, dropped at once when something changes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from frontdesk.core.sealing import Seal
from frontdesk.core.tenant import Tenant
from frontdesk.embedded import Servers
from frontdesk.errors import ChannelUnknown, DatabaseUnavailable, TenantSuspended, TenantUnknown
from frontdesk.live import Live
from frontdesk.servers.redis import Redis
from frontdesk.services import tenants as directories
from frontdesk.services.tenants import Directory
from frontdesk.store import tenants
from frontdesk.store.db import Databases
from tests.services.desk import Desk, until

CHANGED = {"persona": {"name": "Changed"}}


async def forget_nothing(desk: Desk, code: str) -> None:
    """Change a tenant's settings behind everybody's back."""
    async with desk.databases.platform() as tx:
        await tenants.change_settings(tx, code, tenants.read_settings(CHANGED))


@contextlib.asynccontextmanager
async def process(desk: Desk, redis_url: str, ttl: float = 60) -> AsyncIterator[Directory]:
    """Another process's directory, following changes."""
    live = Live(redis_url)
    directory = Directory(desk.databases, live, Seal(["a-key"]), ttl)
    following = asyncio.create_task(directory.follow())
    await asyncio.sleep(0.1)
    try:
        yield directory
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await live.close()


async def name_in(directory: Directory, tenant: Tenant) -> str:
    return (await directory.tenant(tenant.code)).settings.persona.name


async def test_a_copy_is_used_until_its_time_is_over(desk: Desk, servers: Servers) -> None:
    tenant = await desk.tenant()
    async with process(desk, servers.redis_url, ttl=0.3) as directory:
        assert await name_in(directory, tenant) == "Frontdesk"
        await forget_nothing(desk, tenant.code)
        assert await name_in(directory, tenant) == "Frontdesk"
        await asyncio.sleep(0.3)
        assert await name_in(directory, tenant) == "Changed"


async def test_a_change_is_known_in_every_process_at_once_for_that_tenant_alone(desk: Desk, servers: Servers) -> None:
    tenant, other = await desk.tenant(), await desk.tenant()
    async with process(desk, servers.redis_url) as one, process(desk, servers.redis_url) as two:
        dropped: list[str] = []
        two.dropped.append(dropped.append)
        for directory in (one, two):
            await directory.tenant(tenant.code)
            await directory.tenant(other.code)
        await forget_nothing(desk, tenant.code)
        await forget_nothing(desk, other.code)
        await one.changed(tenant.code)
        assert await name_in(one, tenant) == "Changed"
        await until(lambda: tenant.code in dropped, 2)
        assert await name_in(two, tenant) == "Changed"
        assert (await name_in(one, other), await name_in(two, other)) == ("Frontdesk", "Frontdesk")


@pytest.mark.parametrize("away_seconds", [0.0, 1.5])
async def test_a_change_while_redis_was_away_is_known_soon_after(
    desk: Desk, tmp_path: Path, away_seconds: float
) -> None:
    redis = Redis(tmp_path)
    redis.start()
    tenant = await desk.tenant()
    async with contextlib.AsyncExitStack() as afterwards:
        afterwards.callback(redis.stop)
        directory = await afterwards.enter_async_context(process(desk, redis.url))
        assert await name_in(directory, tenant) == "Frontdesk"
        redis.crash()
        await forget_nothing(desk, tenant.code)
        await asyncio.sleep(away_seconds)
        redis.start()

        async def known() -> bool:
            return await name_in(directory, tenant) == "Changed"

        await until(known, 10)


@pytest.mark.parametrize("code", ["nobody", "", "A" * 500, "../etc", "acme\0", "tenant'; --", "ä"])
async def test_a_tenant_that_is_none_is_refused(desk: Desk, code: str) -> None:
    for _ in range(2):
        with pytest.raises(TenantUnknown):
            await desk.directory.tenant(code)


async def test_a_tenant_made_after_it_was_asked_for_is_found(desk: Desk) -> None:
    code = f"late{uuid4().hex[:8]}"
    with pytest.raises(TenantUnknown):
        await desk.directory.tenant(code)
    await desk.tenant(code)
    assert (await desk.directory.tenant(code)).code == code


@pytest.mark.parametrize(
    ("status", "refusal"), [("suspended", TenantSuspended), ("deleted", TenantUnknown), ("creating", TenantUnknown)]
)
async def test_only_active_tenants_are_served(desk: Desk, status: str, refusal: type[Exception]) -> None:
    tenant = await desk.tenant()
    await desk.directory.tenant(tenant.code)
    await desk.provisioning.set_status(tenant.code, status)
    with pytest.raises(refusal):
        await desk.directory.tenant(tenant.code)


async def test_a_channel_is_found_by_its_token_and_by_no_other(desk: Desk) -> None:
    tenant, other = await desk.tenant(), await desk.tenant()
    channel, token = await desk.provisioning.add_channel(tenant, "web", "front")
    found = await desk.directory.channel_by_token(tenant, "web", token)
    assert (found.id, found.credentials) == (channel.id, channel.credentials)
    for whose, kind, given in ((other, "web", token), (tenant, "telegram", token), (tenant, "web", token + "x")):
        with pytest.raises(ChannelUnknown):
            await desk.directory.channel_by_token(whose, kind, given)
    with pytest.raises(ChannelUnknown):
        await desk.directory.channel(other, channel.id)


async def test_many_asking_at_once_cost_one_look(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant, looks = await desk.tenant(), []
    directory = Directory(desk.databases, desk.live, Seal(["a-key"]), 60)
    load = directory._load

    async def counted(code: str) -> object:
        looks.append(code)
        return await load(code)

    monkeypatch.setattr(directory, "_load", counted)
    await asyncio.gather(*(directory.tenant(tenant.code) for _ in range(50)))
    assert looks == [tenant.code]


NOBODY = "postgresql://nobody@127.0.0.1:1/nothing"
"""An address at which no PostgreSQL listens."""


async def test_while_the_database_is_away_old_copies_serve(desk: Desk) -> None:
    tenant, other = await desk.tenant(), await desk.tenant()
    channel, token = await desk.provisioning.add_channel(tenant, "web", "front")
    unseen, _ = await desk.provisioning.add_channel(tenant, "web", "side")
    directory = Directory(desk.databases, desk.live, Seal(["a-key"]), 0.05)
    for _ in range(2):  # what the copy before last knew serves, too
        assert (await directory.channel_by_token(tenant, "web", token)).id == channel.id
        await asyncio.sleep(0.1)
        await directory.tenant(tenant.code)
    directory.databases = Databases({"primary": NOBODY}, None, 2)
    for _ in range(2):
        assert (await directory.tenant(tenant.code)).code == tenant.code
        assert (await directory.channel_by_token(tenant, "web", token)).id == channel.id
        await asyncio.sleep(0.1)
        directory.drop(tenant.code)
    for nothing in (
        directory.tenant(other.code),
        directory.channel(tenant, unseen.id),
        directory.channel_by_token(tenant, "web", "x"),
    ):
        with pytest.raises(DatabaseUnavailable):
            await nothing


async def test_an_old_copy_does_not_serve_for_ever(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directories, "STALE_SECONDS", 0.2)
    tenant = await desk.tenant()
    directory = Directory(desk.databases, desk.live, Seal(["a-key"]), 0.05)
    await directory.tenant(tenant.code)
    directory.databases = Databases({"primary": NOBODY}, None, 2)
    await asyncio.sleep(0.3)
    with pytest.raises(DatabaseUnavailable):
        await directory.tenant(tenant.code)


async def test_after_an_outage_the_database_is_believed_again(desk: Desk) -> None:
    tenant = await desk.tenant()
    directory = Directory(desk.databases, desk.live, Seal(["a-key"]), 0.05)
    await directory.tenant(tenant.code)
    directory.databases = Databases({"primary": NOBODY}, None, 2)
    await asyncio.sleep(0.1)
    assert await name_in(directory, tenant) == "Frontdesk"
    await forget_nothing(desk, tenant.code)
    directory.databases = desk.databases
    await asyncio.sleep(0.6)
    assert await name_in(directory, tenant) == "Changed"

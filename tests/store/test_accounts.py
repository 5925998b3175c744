"""What the platform knows of all tenants' channels, kept by whatever changes one."""

import ast
import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from frontdesk import channels as kinds
from frontdesk.core.channel import Channel, Source
from frontdesk.errors import ChannelUnknown, Conflict
from frontdesk.services.tenants import tenancy
from frontdesk.store import accounts, channels
from frontdesk.store.accounts import Place
from tests.services.desk import TOKEN, Desk

SRC = Path(accounts.__file__).parents[1]


def account(channel: Channel) -> str | None:
    return channel.settings.get("account")


def source(channel: Channel) -> Source | None:
    url = channel.settings.get("listen")
    return Source(way="poll", url=url, every=timedelta(seconds=1)) if url else None


@pytest.fixture(autouse=True)
def telegram_with_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the settings of a Telegram channel say whose account it is, and where it is listened to."""
    real = kinds.adapters()
    changed = SimpleNamespace(**{**vars(real["telegram"]), "account": account, "source": source})
    monkeypatch.setattr(kinds, "adapters", lambda: {**real, "telegram": changed})


async def of_account(desk: Desk, name: str) -> Sequence[Place]:
    async with desk.databases.platform() as tx:
        return await accounts.of_account(tx, "telegram", name)


async def listened(desk: Desk) -> set[UUID]:
    async with desk.databases.platform() as tx:
        return {place.channel_id for place in await accounts.listened(tx)}


async def a_channel(desk: Desk, **settings: Any) -> Channel:
    return await desk.channel(await desk.tenant(), "http://127.0.0.1:9", settings=settings)


async def test_an_account_leads_to_its_channels_of_any_tenant(desk: Desk) -> None:
    name = f"a{uuid4().hex}"
    found = [await a_channel(desk, account=name) for _ in range(2)]
    await a_channel(desk, account=name + "x")
    await a_channel(desk)
    assert await of_account(desk, name) == [Place(channel.tenant, channel.id) for channel in found]


async def test_a_change_takes_the_account_and_the_listening_with_it(desk: Desk) -> None:
    old, new = f"a{uuid4().hex}", f"b{uuid4().hex}"
    channel = await a_channel(desk, account=old, listen="http://127.0.0.1:9")
    tenant = await desk.directory.tenant(channel.tenant)
    assert channel.id in await listened(desk)
    changed = await desk.provisioning.change_channel(tenant, channel, settings={"account": new})
    assert (changed.settings, changed.credentials) == ({"account": new}, channel.credentials)
    assert (await of_account(desk, old), len(await of_account(desk, new))) == ([], 1)
    assert channel.id not in await listened(desk)
    await desk.provisioning.change_channel(tenant, changed, settings={"listen": "http://127.0.0.1:9"})
    assert await of_account(desk, new) == []
    assert channel.id in await listened(desk)


async def test_only_a_removed_channel_is_forgotten(desk: Desk) -> None:
    name = f"a{uuid4().hex}"
    channel = await a_channel(desk, account=name, listen="http://127.0.0.1:9")
    tenant = await desk.directory.tenant(channel.tenant)
    await desk.provisioning.set_channel_status(tenant, channel.id, "stopped")
    assert (len(await of_account(desk, name)), channel.id in await listened(desk)) == (1, True)
    await desk.provisioning.set_channel_status(tenant, channel.id, "removed")
    assert (await of_account(desk, name), channel.id in await listened(desk)) == ([], False)
    with pytest.raises(ChannelUnknown):
        await desk.provisioning.set_channel_status(tenant, channel.id, "active")


async def test_a_channel_that_was_not_added_leaves_no_account(desk: Desk) -> None:
    name = f"a{uuid4().hex}"
    channel = await a_channel(desk)
    tenant = await desk.directory.tenant(channel.tenant)
    with pytest.raises(Conflict):
        await desk.channel(tenant, "http://127.0.0.1:9", settings={"account": name})
    assert await of_account(desk, name) == []


async def test_a_tenants_role_sees_none_of_it(desk: Desk) -> None:
    tenant = await desk.tenant()
    for table in ("accounts", "listened"):
        with pytest.raises(Exception, match="permission denied"):
            async with desk.databases.tenant(tenancy(tenant)) as tx:
                await tx.fetch(f"SELECT * FROM frontdesk.{table}")


def test_nothing_changes_a_channel_but_by_way_of_provisioning() -> None:
    # the others only ever stop one
    doors = {SRC / "services" / "provisioning.py", SRC / "store" / "deliveries.py", SRC / "journey.py"}
    faults = [
        f"{path.relative_to(SRC)}:{node.lineno}"
        for path in SRC.rglob("*.py")
        if path not in doors
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if node.value.id == channels.__name__.rpartition(".")[2] and node.attr in ("add", "change", "set_status")
    ]
    assert not faults


async def test_many_channels_added_at_once_do_not_wait_for_each_other_for_ever(desk: Desk) -> None:
    tenant = await desk.tenant()
    count = 2 * desk.settings.pool_size
    added = [
        desk.provisioning.add_channel(tenant, "telegram", f"bot {n}", credentials={"token": TOKEN})
        for n in range(count)
    ]
    await asyncio.wait_for(asyncio.gather(*added), 20)

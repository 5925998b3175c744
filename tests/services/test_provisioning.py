"""Tenants and channels made and changed; keys and the trail they leave."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from frontdesk.errors import ChannelUnknown, Conflict, InvalidInput, NotFound, TenantUnknown
from frontdesk.services.provisioning import complete_credentials, webhook_path
from frontdesk.services.tenants import tenancy
from frontdesk.store import channels, keys, tenants
from tests.services.desk import TOKEN, Desk


def a_code() -> str:
    return f"p{uuid4().hex[:12]}"


async def test_a_code_is_given_once(desk: Desk) -> None:
    tenant = await desk.tenant()
    with pytest.raises(Conflict, match="choose another code"):
        await desk.tenant(tenant.code)


async def test_several_at_once_make_one_tenant(desk: Desk) -> None:
    code = a_code()
    made = await asyncio.gather(*(desk.tenant(code) for _ in range(4)), return_exceptions=True)
    assert [made for made in made if not isinstance(made, Exception | Conflict)]
    assert (await desk.directory.tenant(code)).status == "active"


async def test_an_attempt_that_broke_off_may_be_repeated(desk: Desk) -> None:
    code = a_code()
    async with desk.databases.platform() as tx:
        await tenants.add(tx, code, "Half", "primary", tenants.read_settings({}))
    with pytest.raises(TenantUnknown):
        await desk.directory.tenant(code)
    assert (await desk.tenant(code)).status == "active"


@pytest.mark.parametrize("code", ["Acme", "", "a" * 41, "a-b"])
async def test_a_code_that_cannot_be_used_makes_nothing(desk: Desk, code: str) -> None:
    with pytest.raises(InvalidInput):
        await desk.provisioning.create_tenant(code, "x")


async def test_settings_changed_by_two_at_once_are_not_lost(desk: Desk) -> None:
    tenant = await desk.tenant()
    changed = await desk.provisioning.change_settings(tenant.code, {"fallback_reply": "A"}, tenant.version)
    with pytest.raises(Conflict, match="changed since"):
        await desk.provisioning.change_settings(tenant.code, {"fallback_reply": "B"}, tenant.version)
    assert (await desk.directory.tenant(tenant.code)).settings.fallback_reply == "A"
    assert changed.version == tenant.version + 1
    with pytest.raises(TenantUnknown):
        await desk.provisioning.change_settings("nobody", {})


async def test_every_change_is_in_the_audit_trail(desk: Desk) -> None:
    tenant = await desk.tenant()
    await desk.provisioning.add_channel(tenant, "web", "front", actor="ada")
    await desk.provisioning.set_status(tenant.code, "suspended", actor="ada")
    async with desk.databases.owner() as owner:
        rows = await owner.fetch("SELECT actor, action FROM frontdesk.audit WHERE tenant = $1 ORDER BY id", tenant.code)
    assert [tuple(row) for row in rows] == [
        ("tests", "tenant.create"),
        ("ada", "channel.add"),
        ("ada", "tenant.suspended"),
    ]


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("telegram", {}, "token"),
        ("telegram", {"token": ""}, "token"),
        ("telegram", {"token": TOKEN, "password": "x"}, "password"),
        ("web", {"token": "x"}, "token"),
    ],
)
def test_wrong_credentials_are_named(kind: str, given: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        complete_credentials(kind, given)


def test_what_can_be_made_up_is_made_up() -> None:
    made = complete_credentials("telegram", {"token": TOKEN})
    assert made.keys() == {"token", "secret_token"}
    assert complete_credentials("telegram", {"token": TOKEN, "secret_token": "mine"})["secret_token"] == "mine"
    with pytest.raises(ChannelUnknown, match="telegram"):
        complete_credentials("pigeon", {})


async def test_a_channels_credentials_are_sealed_in_the_table(desk: Desk) -> None:
    tenant = await desk.tenant()
    channel = await desk.channel(tenant, "http://127.0.0.1:9/")
    (row,) = await desk.rows(tenant, "SELECT credentials, token_hash, api_base FROM channels")
    assert TOKEN.encode() not in row["credentials"]
    assert row["api_base"] == "http://127.0.0.1:9"
    assert (await desk.directory.channel(tenant, channel.id)).secret("token") == TOKEN
    assert "AAHdq" not in repr(channel)
    with pytest.raises(Conflict, match="choose another name"):
        await desk.channel(tenant, "http://127.0.0.1:9")


async def test_a_removed_channel_is_unknown(desk: Desk) -> None:
    tenant = await desk.tenant()
    channel, token = await desk.provisioning.add_channel(tenant, "web", "front")
    assert token in webhook_path(tenant.code, "web", token)
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        await channels.set_status(tx, channel.id, "removed")
        with pytest.raises(ChannelUnknown):
            await channels.set_status(tx, uuid4(), "removed")
    await desk.directory.changed(tenant.code)
    with pytest.raises(ChannelUnknown):
        await desk.directory.channel_by_token(tenant, "web", token)


async def test_a_key_opens_until_it_is_revoked_or_over(desk: Desk) -> None:
    tenant = await desk.tenant()
    async with desk.databases.platform() as tx:
        key, secret = await keys.add(tx, "shop", tenant.code, ["messages:send"])
        _, over = await keys.add(tx, "old", tenant.code, [], datetime.now(UTC) - timedelta(seconds=1))
        found = await keys.by_secret(tx, secret)
        assert found
        assert (found.tenant, found.scopes) == (tenant.code, {"messages:send"})
        assert [await keys.by_secret(tx, wrong) for wrong in (over, secret + "x", "", "\ud800")] == [None] * 4
        assert secret not in str(await tx.fetch("SELECT * FROM frontdesk.api_keys"))
        with pytest.raises(NotFound):
            await keys.revoke(tx, _id(key), "another")
        await keys.revoke(tx, _id(key), tenant.code)
        assert await keys.by_secret(tx, secret) is None
        with pytest.raises(NotFound):
            await keys.revoke(tx, _id(key), tenant.code)


def _id(key: keys.Key) -> Any:
    return key.id

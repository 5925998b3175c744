"""Channels checked, changed and registered over the API."""

import socket
from collections.abc import AsyncIterator

import pytest

from frontdesk.core.tenant import Tenant
from frontdesk.rehearsal.telegram import TelegramStub
from tests.installation import Installation
from tests.web.conftest import Installed
from tests.web.lines import BOT_TOKEN, ask

ADMIN = "an-operators-key"


@pytest.fixture
async def public(installed: Installed) -> AsyncIterator[Installation]:
    """An installation with a public address, which is its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with installed(port=port, public_url=f"http://127.0.0.1:{port}") as desk:
        yield desk


async def a_channel(desk: Installation, tenant: Tenant, telegram: TelegramStub) -> str:
    """Add a channel and return its path below the API."""
    channel, _ = await desk.add_channel(tenant, credentials={"token": BOT_TOKEN}, api_base=telegram.url)
    return f"/tenants/{tenant.code}/channels/{channel.id}"


async def test_a_check_says_what_is_wrong_until_it_is_mended(
    public: Installation, tenant: Tenant, telegram: TelegramStub
) -> None:
    path = await a_channel(public, tenant, telegram)
    before = await public.api("POST", f"{path}/check")
    assert before["ok"] is False
    (fault,) = [item for item in before["items"] if not item["ok"]]
    assert (fault["what"], fault["code"]) == ("webhook", "operator_needed")
    assert "none is set" in fault["detail"]
    assert "webhook" in (await public.api("POST", f"{path}/register"))["detail"]
    after = await public.api("POST", f"{path}/check")
    assert after["ok"] is True
    (token,) = [item for item in after["items"] if item["what"] == "token"]
    assert token["learned"] == {"bot_user_id": 110201543, "bot_username": "stub_bot"}
    assert BOT_TOKEN not in str(before) + str(after)


async def test_without_a_public_address_nothing_is_registered(
    installation: Installation, tenant: Tenant, telegram: TelegramStub
) -> None:
    path = await a_channel(installation, tenant, telegram)
    refused = await ask(installation, "POST", f"/api/v1{path}/register", ADMIN)
    assert "FRONTDESK_PUBLIC_URL" in refused.problem(422, "invalid_input")["detail"]
    assert telegram.calls == []
    check = await installation.api("POST", f"{path}/check")
    assert [item["what"] for item in check["items"] if not item["ok"]] == ["public address"]


async def test_a_change_keeps_what_it_does_not_name(
    installation: Installation, tenant: Tenant, telegram: TelegramStub
) -> None:
    path = await a_channel(installation, tenant, telegram)
    first = await installation.api("PATCH", path, json={"settings": {"bot_username": "stub_bot", "per_second": 5}})
    assert first["settings"] == {"bot_username": "stub_bot", "per_second": 5}
    second = await installation.api("PATCH", path, json={"settings": {"per_second": None}, "version": first["version"]})
    assert (second["settings"], second["token"]) == ({"bot_username": "stub_bot"}, first["token"])
    stale = await ask(
        installation, "PATCH", f"/api/v1{path}", ADMIN, json={"settings": {"x": 1}, "version": first["version"]}
    )
    stale.problem(409, "conflict")
    assert await installation.api("GET", path) == second


async def test_a_new_token_is_used_at_once(installation: Installation, tenant: Tenant, telegram: TelegramStub) -> None:
    path = await a_channel(installation, tenant, telegram)
    new = "220201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
    answer = await installation.api("PATCH", path, json={"credentials": {"token": new}})
    assert new not in str(answer)
    await installation.api("POST", f"{path}/check")
    assert {call.token for call in telegram.calls} == {new}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"credentials": {"tokn": "x"}}, "tokn"),
        ({"credentials": {"token": ""}}, "needs token"),
        ({"api_base": "ftp://example.org"}, "api_base"),
        ({"settings": []}, "settings"),
    ],
)
async def test_a_change_that_can_not_be_is_422_and_changes_nothing(
    installation: Installation, tenant: Tenant, telegram: TelegramStub, body: dict[str, object], words: str
) -> None:
    path = await a_channel(installation, tenant, telegram)
    before = await installation.api("GET", path)
    refused = await ask(installation, "PATCH", f"/api/v1{path}", ADMIN, json=body)
    assert words in refused.problem(422, "invalid_input")["detail"]
    assert await installation.api("GET", path) == before


async def test_a_channel_that_is_gone_or_another_s_is_not_checked(
    installation: Installation, tenant: Tenant, other_tenant: Tenant, telegram: TelegramStub
) -> None:
    path = await a_channel(installation, tenant, telegram)
    theirs = path.replace(tenant.code, other_tenant.code)
    for verb in ("check", "register"):
        (await ask(installation, "POST", f"/api/v1{theirs}/{verb}", ADMIN)).problem(404, "channel_unknown")
    await installation.api("DELETE", path, status=204)
    (await ask(installation, "POST", f"/api/v1{path}/check", ADMIN)).problem(404, "channel_unknown")
    (await ask(installation, "PATCH", f"/api/v1{path}", ADMIN, json={})).problem(404, "channel_unknown")
    assert telegram.calls == []


async def test_a_key_that_may_only_look_changes_nothing(
    installation: Installation, tenant: Tenant, telegram: TelegramStub
) -> None:
    path = await a_channel(installation, tenant, telegram)
    made = await installation.api(
        "POST", f"/tenants/{tenant.code}/keys", status=201, json={"name": "eyes", "scopes": ["channels:read"]}
    )
    assert (await ask(installation, "POST", f"/api/v1{path}/check", made["key"])).status == 200
    for method, verb in (("PATCH", ""), ("POST", "/register")):
        refused = await ask(installation, method, f"/api/v1{path}{verb}", made["key"], json={})
        refused.problem(403, "forbidden")


async def test_kinds_say_what_each_credential_is(installation: Installation, tenant: Tenant) -> None:
    kinds = {item["kind"]: item for item in await installation.api("GET", f"/tenants/{tenant.code}/channels/kinds")}
    telegram = kinds["telegram"]
    assert telegram["api_base"] == "https://api.telegram.org"
    assert "BotFather" in telegram["credentials"]["token"]["help"]
    assert [(each["required"], each["generated"]) for each in telegram["credentials"].values()] == [
        (True, False),
        (False, True),
    ]

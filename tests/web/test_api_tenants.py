"""Tenants and channels over the API."""

from typing import Any

import pytest
from uuid_utils.compat import uuid7

from frontdesk.services.tenants import tenancy
from frontdesk.store import channels
from frontdesk.store.db import Databases
from tests.installation import Installation
from tests.web.bot_api import FILE
from tests.web.lines import BOT_TOKEN, Line, ask

ADMIN = "an-operators-key"


def a_code() -> str:
    return f"t{uuid7().hex[-12:]}"


async def test_a_tenant_is_created_shown_and_listed(installation: Installation) -> None:
    code = a_code()
    settings = {"persona": {"name": "Marina"}, "languages": ["en", "es"]}
    body = {"code": code, "name": "Harbour", "settings": settings}
    made = await installation.api("POST", "/tenants", status=201, json=body)
    assert (made["code"], made["name"], made["status"], made["version"]) == (code, "Harbour", "active", made["version"])
    assert made["settings"]["persona"]["name"] == "Marina"
    assert await installation.api("GET", f"/tenants/{code}") == made
    again = await ask(installation, "POST", "/api/v1/tenants", ADMIN, json=body)
    again.problem(409, "conflict")


@pytest.mark.parametrize(
    "body",
    [
        {"code": "Upper", "name": "x"},
        {"code": "9lives", "name": "x"},
        {"code": "a" * 41, "name": "x"},
        {"code": "a-b", "name": "x"},
        {"code": 'a"; drop schema x', "name": "x"},
        {"code": "", "name": "x"},
        {"code": "fine", "name": ""},
        {"code": "fine", "name": "x" * 201},
        {"code": "fine", "name": "x", "settings": {"time_zone": "Moon/Crater"}},
        {"code": "fine", "name": "x", "settings": {"nonsense": 1}},
        {"code": "fine", "name": "x", "database": "elsewhere"},
        {"name": "x"},
    ],
)
async def test_a_tenant_that_can_not_be_is_422(installation: Installation, body: dict[str, Any]) -> None:
    (await ask(installation, "POST", "/api/v1/tenants", ADMIN, json=body)).problem(422, "invalid_input")
    assert (await ask(installation, "GET", "/api/v1/tenants/fine", ADMIN)).status == 404


async def test_wrong_settings_name_every_fault(line: Line) -> None:
    settings = {"time_zone": "Moon/Crater", "languages": [], "persona": {"tone": "rude"}, "nonsense": 1}
    path = f"/api/v1/tenants/{line.tenant.code}/settings"
    answer = await ask(line.desk, "PUT", path, ADMIN, json={"settings": settings})
    detail = answer.problem(422, "invalid_input")["detail"]
    assert [name for name in settings if name not in detail] == []


async def test_settings_change_at_once_and_only_from_the_version_they_were_read_at(line: Line) -> None:
    before = await line.api("GET")
    body = {"settings": {"fallback_reply": "Now this."}, "version": before["version"]}
    after = await line.api("PUT", "/settings", json=body)
    assert after["version"] == before["version"] + 1
    stale = await ask(line.desk, "PUT", f"/api/v1/tenants/{line.tenant.code}/settings", ADMIN, json=body)
    stale.problem(409, "conflict")
    await line.say("whatever it may be")
    assert await line.answers(1) == ["Now this."]
    reset = await line.api("PUT", "/settings", json={"settings": {}})
    assert reset["settings"]["fallback_reply"] is None


async def test_tenants_are_paged_without_gaps_or_doubles(installation: Installation) -> None:
    codes = {a_code() for _ in range(5)}
    for code in codes:
        await installation.api("POST", "/tenants", status=201, json={"code": code, "name": code})
    seen: list[str] = []
    cursor = ""
    while True:
        page = await installation.api("GET", "/tenants", params={"limit": 2, "cursor": cursor})
        seen += [item["code"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert seen == sorted(set(seen))
    assert codes <= set(seen)


async def test_an_unknown_tenant_is_404_on_every_way(installation: Installation) -> None:
    for path in ("", "/channels", "/conversations", "/queues", "/dead-letters", "/keys"):
        (await ask(installation, "GET", f"/api/v1/tenants/nobody{path}", ADMIN)).problem(404, "tenant_unknown")


async def test_a_suspended_tenant_answers_nothing_but_itself(line: Line) -> None:
    await line.say("before")
    await line.answers(1)
    assert (await line.api("POST", "/suspend"))["status"] == "suspended"
    assert (await line.api("GET"))["status"] == "suspended"
    path = f"/api/v1/tenants/{line.tenant.code}/conversations"
    (await ask(line.desk, "GET", path, ADMIN)).problem(403, "tenant_suspended")
    send = await ask(line.desk, "POST", line.send_address, ADMIN, json={"to": "1", "text": "x"})
    send.problem(403, "tenant_suspended")
    assert (await line.api("POST", "/resume"))["status"] == "active"
    assert len(await line.conversations()) == 1


async def test_a_channel_is_added_shown_listed_and_removed_for_good(line: Line) -> None:
    body = {"kind": "telegram", "name": "Second", "credentials": {"token": BOT_TOKEN}, "api_base": line.bot.url}
    made = await line.api("POST", "/channels", status=201, json=body)
    assert made["webhook_path"].endswith(f"/channels/telegram/tokens/{made['token']}")
    assert (made["kind"], made["name"], made["status"], made["api_base"]) == (
        "telegram",
        "Second",
        "active",
        line.bot.url,
    )
    assert await line.api("GET", f"/channels/{made['id']}") == made
    assert {item["name"] for item in (await line.api("GET", "/channels"))["items"]} == {"front", "Second"}
    await line.api("DELETE", f"/channels/{made['id']}", status=204)
    assert (await line.api("GET", f"/channels/{made['id']}"))["status"] == "removed"
    await line.api("POST", f"/channels/{made['id']}/start", status=404)


async def test_a_stopped_channel_is_started_again(line: Line, databases: Databases) -> None:
    async with databases.tenant(tenancy(line.tenant)) as tx:
        await channels.set_status(tx, line.channel.id, "stopped", "its token was revoked")
    await line.api("POST", f"/channels/{line.channel.id}/start", status=204)
    assert (await line.api("GET", f"/channels/{line.channel.id}"))["status"] == "active"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "telegram", "name": "x"}, 422, "invalid_input"),
        ({"kind": "telegram", "name": "x", "credentials": {"tokn": "1"}}, 422, "invalid_input"),
        ({"kind": "pigeon", "name": "x"}, 404, "channel_unknown"),
        ({"kind": "web", "name": ""}, 422, "invalid_input"),
        ({"kind": "web", "name": "x", "api_base": "file:///etc/passwd"}, 422, "invalid_input"),
        ({"kind": "web", "name": "x", "credentials": {"session_key": 5}}, 422, "invalid_input"),
        ({"kind": "web", "name": "front", "settings": []}, 422, "invalid_input"),
    ],
)
async def test_a_channel_that_can_not_be_is_refused(line: Line, body: dict[str, Any], status: int, code: str) -> None:
    path = f"/api/v1/tenants/{line.tenant.code}/channels"
    (await ask(line.desk, "POST", path, ADMIN, json=body)).problem(status, code)


async def test_kinds_name_their_credentials(line: Line) -> None:
    kinds = {item["kind"]: item["credentials"] for item in await line.api("GET", "/channels/kinds")}
    assert {"telegram", "web"} <= kinds.keys()
    assert "token" in kinds["telegram"]


async def test_a_picture_is_downloaded_from_its_provider(line: Line) -> None:
    sizes = [
        {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 60},
        {"file_id": "large", "file_unique_id": "l", "width": 900, "height": 600},
    ]
    person = {"id": 5, "is_bot": False, "first_name": "Ada"}
    chat = {"id": 5, "type": "private"}
    message = {"message_id": 1, "date": 1_700_000_000, "chat": chat, "from": person, "photo": sizes}
    assert (await line.post({"update_id": 1, "message": message})).status == 200
    await line.answers(1)
    (inbound,) = [row for row in await line.messages() if row["direction"] == "inbound"]
    path = f"/api/v1/tenants/{line.tenant.code}/messages/{inbound['id']}/media"
    answer = await ask(line.desk, "GET", f"{path}/0", ADMIN)
    assert (answer.status, answer.body) == (200, FILE)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert [call.fields for call in line.bot.calls if call.method == "getFile"] == [{"file_id": "large"}]
    for index in ("1", "-1", "x"):
        assert (await ask(line.desk, "GET", f"{path}/{index}", ADMIN)).status in (404, 422)

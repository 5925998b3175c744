"""Intent listeners over the API: kept, changed, tried, removed; their secrets shown once."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from frontdesk.core.tenant import Tenant
from tests.installation import Installation
from tests.services.listeners import SECRET, ListenerStub, Order
from tests.web.lines import Line, ask

ADMIN = "an-operators-key"
NEW = {"name": "crm", "url": "https://crm.example.org/frontdesk?k=v"}


@pytest.fixture
async def stub() -> AsyncIterator[ListenerStub]:
    async with ListenerStub({"replies": [{"text": "Hi!"}], "tags": ["vip"]}) as made:
        yield made


def of(tenant: Tenant, rest: str = "") -> str:
    return f"/tenants/{tenant.code}/listeners{rest}"


async def test_a_listener_is_kept_shown_changed_and_removed(installation: Installation, tenant: Tenant) -> None:
    made = await installation.api("POST", of(tenant), status=201, json=NEW)
    assert (made["intents"], made["deadline_ms"], made["enabled"], made["version"]) == (None, 3000, True, 1)
    shown = {name: value for name, value in made.items() if name != "secret"}
    assert await installation.api("GET", of(tenant, f"/{made['id']}")) == shown
    assert await installation.api("GET", of(tenant)) == {"items": [shown], "next": None}
    changes = {"intents": ["book", "pay"], "deadline_ms": 500, "version": 1}
    changed = await installation.api("PATCH", of(tenant, f"/{made['id']}"), json=changes)
    assert (changed["intents"], changed["deadline_ms"], changed["version"]) == (["book", "pay"], 500, 2)
    assert (changed["name"], changed["url"], changed["enabled"]) == ("crm", NEW["url"], True)
    off = await installation.api("PATCH", of(tenant, f"/{made['id']}"), json={"enabled": False, "intents": None})
    assert (off["enabled"], off["intents"], off["deadline_ms"]) == (False, None, 500)
    stale = await ask(
        installation, "PATCH", f"/api/v1{of(tenant)}/{made['id']}", ADMIN, json={"name": "x", "version": 1}
    )
    assert "version 3 by now" in stale.problem(409, "conflict")["detail"]
    await installation.api("DELETE", of(tenant, f"/{made['id']}"), status=204)
    for method, more in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/secret"), ("POST", "/try")):
        path = f"/api/v1{of(tenant)}/{made['id']}{more}"
        body = None if method in ("GET", "DELETE") else {}
        (await ask(installation, method, path, ADMIN, json=body)).problem(404, "not_found")


async def test_names_are_taken_once(installation: Installation, tenant: Tenant) -> None:
    await installation.api("POST", of(tenant), status=201, json=NEW)
    other = await installation.api("POST", of(tenant), status=201, json={**NEW, "name": "other"})
    (await ask(installation, "POST", f"/api/v1{of(tenant)}", ADMIN, json=NEW)).problem(409, "conflict")
    taken = await ask(installation, "PATCH", f"/api/v1{of(tenant)}/{other['id']}", ADMIN, json={"name": "crm"})
    taken.problem(409, "conflict")
    names = [each["name"] for each in (await installation.api("GET", of(tenant)))["items"]]
    assert names == ["crm", "other"]


async def test_a_secret_is_shown_when_it_is_made_and_never_again(installation: Installation, tenant: Tenant) -> None:
    with capture_logs() as logs:
        made = await installation.api("POST", of(tenant), status=201, json={**NEW, "secret": SECRET})
        assert made["secret"] == SECRET
        fresh = await installation.api("POST", of(tenant, f"/{made['id']}/secret"), json={})
        assert fresh["secret"] not in (SECRET, "")
        rest = [
            await installation.api("GET", of(tenant)),
            await installation.api("GET", of(tenant, f"/{made['id']}")),
            await installation.api("PATCH", of(tenant, f"/{made['id']}"), json={"deadline_ms": 400}),
        ]
    said = json.dumps(rest) + str(logs)
    assert SECRET not in said
    assert fresh["secret"] not in said


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"url": "ftp://crm.example.org"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "https:///path"}, "url"),
        ({"url": "https://user:pass@crm.example.org"}, "credentials"),
        ({"url": "http://169.254.169.254/latest"}, "link-local or metadata"),
        ({"url": "http://[fe80::1]/"}, "link-local or metadata"),
        ({"url": "https://crm.example.org/\n"}, "url"),
        ({"url": "x" * 3000}, "url"),
        ({"url": None}, "url"),
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"intents": []}, "intents"),
        ({"intents": [""]}, "intents"),
        ({"deadline_ms": 99}, "deadline_ms"),
        ({"deadline_ms": 10_001}, "deadline_ms"),
        ({"enabled": None}, "enabled"),
        ({"more": 1}, "more"),
    ],
)
async def test_what_can_not_work_is_refused(
    installation: Installation, tenant: Tenant, changes: dict[str, Any], why: str
) -> None:
    answer = await ask(installation, "POST", f"/api/v1{of(tenant)}", ADMIN, json={**NEW, **changes})
    assert why in answer.problem(422, "invalid_input")["detail"]
    assert b"pass@" not in answer.body
    made = await installation.api("POST", of(tenant), status=201, json=NEW)
    changed = await ask(installation, "PATCH", f"/api/v1{of(tenant)}/{made['id']}", ADMIN, json=changes)
    changed.problem(422, "invalid_input")


@pytest.mark.parametrize("secret", ["short", "whsec_c2hvcnQ=", "whsec_" + "!" * 40])
async def test_a_secret_that_is_none_is_refused_and_not_repeated(
    installation: Installation, tenant: Tenant, secret: str
) -> None:
    made = await installation.api("POST", of(tenant), status=201, json=NEW)
    for path, body in (("", {**NEW, "name": "b", "secret": secret}), (f"/{made['id']}/secret", {"secret": secret})):
        answer = await ask(installation, "POST", f"/api/v1{of(tenant)}{path}", ADMIN, json=body)
        assert secret not in answer.problem(422, "invalid_input")["detail"]


async def test_a_try_sends_a_sample_and_shows_what_came_back(
    installation: Installation, tenant: Tenant, stub: ListenerStub
) -> None:
    made = await installation.api("POST", of(tenant), status=201, json={**NEW, "url": stub.url, "enabled": False})
    body = {"intent": "book", "text": "tomorrow", "language": "es", "values": {"day": "2026-12-24"}}
    tried = await installation.api("POST", of(tenant, f"/{made['id']}/try"), json=body)
    assert (tried["status"], tried["attempts"], tried["http_status"], tried["detail"]) == ("answered", 1, 200, None)
    assert (tried["answer"]["replies"][0]["text"], tried["answer"]["tags"]) == ("Hi!", ["vip"])
    (heard,) = stub.heard
    assert heard.event == tried["sent"]
    assert (heard.data["trial"], heard.data["intent"], heard.data["text"]) == (True, "book", "tomorrow")
    assert (heard.data["values"], heard.data["language"]) == ({"day": "2026-12-24"}, "es")
    signed = f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}.".encode() + heard.body
    key = base64.b64decode(made["secret"].removeprefix("whsec_"))
    assert (
        heard.headers["webhook-signature"]
        == f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"
    )


async def test_a_try_says_why_nothing_came_of_it(
    installation: Installation, tenant: Tenant, stub: ListenerStub
) -> None:
    made = await installation.api("POST", of(tenant), status=201, json={**NEW, "url": stub.url, "deadline_ms": 200})
    orders = [Order(status=404), Order(raw=b'{"replies": "private words"}'), Order(seconds=9)]
    for order, status in zip(orders, ("failed", "refused", "late"), strict=True):
        stub.orders = [order]
        tried = await installation.api("POST", of(tenant, f"/{made['id']}/try"), json={})
        assert (tried["status"], tried["answer"]) == (status, None)
        assert tried["detail"]
        assert "private" not in json.dumps(tried)


async def test_a_key_that_may_read_listeners_may_not_change_or_try_them(line: Line) -> None:
    made = await line.api("POST", "/listeners", status=201, json=NEW)
    key = (await line.api("POST", "/keys", status=201, json={"name": "k", "scopes": ["listeners:read"]}))["key"]
    path = f"/api/v1/tenants/{line.tenant.code}/listeners"
    assert len((await ask(line.desk, "GET", path, key)).json["items"]) == 1
    for method, more in (
        ("POST", ""),
        ("PATCH", f"/{made['id']}"),
        ("DELETE", f"/{made['id']}"),
        ("POST", f"/{made['id']}/try"),
    ):
        (await ask(line.desk, method, path + more, key, json=NEW if not more else {})).problem(403, "forbidden")


async def test_one_tenants_listeners_are_never_anothers(
    installation: Installation, tenant: Tenant, other_tenant: Tenant
) -> None:
    made = await installation.api("POST", of(tenant), status=201, json=NEW)
    assert (await installation.api("GET", of(other_tenant)))["items"] == []
    (await ask(installation, "GET", f"/api/v1{of(other_tenant)}/{made['id']}", ADMIN)).problem(404, "not_found")
    (await ask(installation, "DELETE", f"/api/v1{of(other_tenant)}/{made['id']}", ADMIN)).problem(404, "not_found")
    assert len((await installation.api("GET", of(tenant)))["items"]) == 1

"""API keys: scopes, the wall around each tenant, revoking, expiry, the operator's key."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from frontdesk.core.scopes import SCOPES
from tests.installation import Installation
from tests.web.lines import Line, ask

ADMIN = "an-operators-key"
NOWHERE = "00000000-0000-0000-0000-000000000000"
BODIES: dict[str, Any] = {
    "settings": {"settings": {}},
    "channels": {"kind": "web", "name": "x"},
    "messages": {"text": "x"},
    "owner": {"owner": "bot"},
    "{letter_id}": {"payload": {}},
    "keys": {"name": "x", "scopes": ["messages:send"]},
    "merge": {"into": NOWHERE},
    "{name}": {"value": "x"},
    "{token}": {"to": "1", "text": "x"},
}


async def a_key(line: Line, *scopes: str, **more: Any) -> dict[str, Any]:
    return await line.api("POST", "/keys", status=201, json={"name": "k", "scopes": list(scopes), **more})


async def guarded(desk: Installation) -> list[tuple[str, str]]:
    """Return method and path of every operation below a tenant that wants an API key."""
    document = (await ask(desk, "GET", "/api/openapi.json")).json
    return [
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
        if "{tenant}" in path
        and not path.startswith(("/web/", "/media/", "/calendars/"))  # a visitor's session, signed links
    ]


def filled(path: str, line: Line) -> str:
    """Return the path with this tenant's own names in it."""
    values = {"tenant": line.tenant.code, "token": line.token, "channel": "telegram", "index": "0"}
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    return path.replace("{channel_id}", str(line.channel.id)).replace("{", "").replace("}", "").replace("//", "/")


async def call(line: Line, method: str, path: str, key: str) -> Any:
    body = BODIES.get(path.rsplit("/", 1)[1])
    address = filled(path, line)
    for name in ("conversation_id", "message_id", "turn_id", "letter_id", "key_id", "contact_id"):
        address = address.replace(name, NOWHERE)
    return await ask(line.desk, method, address, key, json=body if method in ("POST", "PUT") else None)


async def test_another_tenants_key_opens_no_route(line: Line, other_tenant: Any) -> None:
    path = f"/tenants/{other_tenant.code}/keys"
    foreign = await line.desk.api("POST", path, status=201, json={"name": "foreign", "scopes": ["*"]})
    routes = await guarded(line.desk)
    assert len(routes) >= 25
    for method, route in routes:
        answer = await call(line, method, route, foreign["key"])
        assert answer.status == 403, (method, route, answer.body)
        answer.problem(403, "forbidden")


async def test_no_route_opens_without_a_key(line: Line) -> None:
    for method, route in await guarded(line.desk):
        (await call(line, method, route, "")).problem(401, "unauthenticated")
        (await call(line, method, route, "fd_made_up")).problem(401, "unauthenticated")


async def test_no_route_opens_to_a_key_without_its_scope(line: Line) -> None:
    held = (await a_key(line, "messages:send"))["key"]
    for method, route in await guarded(line.desk):
        if route.startswith("/messages/send"):
            continue
        (await call(line, method, route, held)).problem(403, "forbidden")


async def test_a_tenants_key_reaches_nothing_of_the_installation(line: Line) -> None:
    key = (await a_key(line, "*"))["key"]
    made = await ask(line.desk, "POST", "/api/v1/tenants", key, json={"code": "mine", "name": "x"})
    made.problem(403, "forbidden")
    (await ask(line.desk, "GET", "/api/v1/tenants", key)).problem(403, "forbidden")
    for action in ("suspend", "resume"):
        path = f"/api/v1/tenants/{line.tenant.code}/{action}"
        (await ask(line.desk, "POST", path, key)).problem(403, "forbidden")
    assert (await ask(line.desk, "GET", f"/api/v1/tenants/{line.tenant.code}", key)).status == 200


@pytest.mark.parametrize(
    ("scope", "path", "status"),
    [
        ("conversations:read", "/conversations", 200),
        ("conversations:write", "/conversations", 403),
        ("queues:read", "/queues", 200),
        ("queues:read", "/dead-letters", 403),
        ("channels:read", "/channels", 200),
        ("keys:read", "/keys", 200),
        ("tenants:read", "", 200),
        ("dead-letters:read", "/dead-letters", 200),
    ],
)
async def test_a_scope_opens_what_it_names(line: Line, scope: str, path: str, status: int) -> None:
    key = (await a_key(line, scope))["key"]
    assert (await ask(line.desk, "GET", f"/api/v1/tenants/{line.tenant.code}{path}", key)).status == status


async def test_a_key_gives_no_more_than_it_has(line: Line) -> None:
    key = (await a_key(line, "keys:write"))["key"]
    path = f"/api/v1/tenants/{line.tenant.code}/keys"
    for scopes in (["*"], ["messages:send"], ["keys:write", "tenants:write"]):
        answer = await ask(line.desk, "POST", path, key, json={"name": "more", "scopes": scopes})
        answer.problem(403, "forbidden")
    assert (await ask(line.desk, "POST", path, key, json={"name": "same", "scopes": ["keys:write"]})).status == 201


@pytest.mark.parametrize("body", [{"name": "x", "scopes": []}, {"name": "x", "scopes": ["all"]}, {"scopes": ["*"]}])
async def test_a_key_that_can_not_be_is_422(line: Line, body: dict[str, Any]) -> None:
    path = f"/api/v1/tenants/{line.tenant.code}/keys"
    (await ask(line.desk, "POST", path, ADMIN, json=body)).problem(422, "invalid_input")


async def test_keys_end_when_they_are_revoked_or_expire(line: Line) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=0.4)).isoformat()
    expiring, revoked = await a_key(line, "*", expires_at=soon), await a_key(line, "*")
    path = f"/api/v1/tenants/{line.tenant.code}"
    for key in (expiring, revoked):
        assert (await ask(line.desk, "GET", path, key["key"])).status == 200
    await line.api("DELETE", f"/keys/{revoked['id']}", status=204)
    await asyncio.sleep(0.5)
    for key in (expiring, revoked):
        (await ask(line.desk, "GET", path, key["key"])).problem(401, "unauthenticated")
    ids = {item["id"] for item in (await line.api("GET", "/keys"))["items"]}
    assert revoked["id"] not in ids


async def test_a_key_can_not_be_revoked_from_another_tenant(line: Line, other_tenant: Any) -> None:
    key = await a_key(line, "*")
    path = f"/api/v1/tenants/{other_tenant.code}/keys/{key['id']}"
    (await ask(line.desk, "DELETE", path, ADMIN)).problem(404, "not_found")
    assert (await ask(line.desk, "GET", f"/api/v1/tenants/{line.tenant.code}", key["key"])).status == 200


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "an-operators-key", "Bearer an-operators-ke"]
)
async def test_the_operators_key_must_be_whole_and_a_bearer(installation: Installation, header: str) -> None:
    answer = await ask(installation, "GET", "/api/v1/tenants", headers={"authorization": header})
    answer.problem(401, "unauthenticated")


async def test_the_operators_key_opens_everything(installation: Installation) -> None:
    for header in ("Bearer an-operators-key", "bearer an-operators-key"):
        answer = await ask(installation, "GET", "/api/v1/tenants", headers={"authorization": header})
        assert answer.status == 200


async def test_every_scope_can_be_given(line: Line) -> None:
    key = await a_key(line, *SCOPES)
    assert sorted(key["scopes"]) == sorted(SCOPES)
    assert json.dumps(key).count(key["key"]) == 1

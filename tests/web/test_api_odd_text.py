"""Text that PostgreSQL can't hold, and JSON that is none, get an answer and never a fault of ours."""

import json
from typing import Any

import pytest

from tests.installation import Installation
from tests.web.lines import Line, ask

NUL = "a\0b"
LONE = "a\ud800b"
ADMIN = "an-operators-key"


@pytest.mark.parametrize("odd", [NUL, LONE])
@pytest.mark.parametrize(
    ("method", "path", "make"),
    [
        ("POST", "/api/v1/tenants", lambda odd: {"code": odd, "name": "x"}),
        ("POST", "/api/v1/tenants", lambda odd: {"code": "ok", "name": "x", "database": odd}),
        ("POST", "/api/v1/tenants", lambda odd: {"code": "ok", "name": "x", "settings": {odd: odd}}),
        ("PUT", "/settings", lambda odd: {"settings": {"fallback_reply": odd}}),
        ("PUT", "/settings", lambda odd: {"settings": {"persona": {"name": odd}}}),
        ("POST", "/channels", lambda odd: {"kind": odd, "name": "x"}),
        ("POST", "/channels", lambda odd: {"kind": "web", "name": odd}),
        ("POST", "/channels", lambda odd: {"kind": "web", "name": "x", "settings": {"greeting": odd}}),
        ("POST", "/channels", lambda odd: {"kind": "web", "name": "x", "settings": {odd: 1}}),
        ("POST", "/channels", lambda odd: {"kind": "telegram", "name": "x", "credentials": {"token": odd}}),
        ("POST", "/channels", lambda odd: {"kind": "web", "name": "x", "api_base": "http://" + odd}),
        ("POST", "/keys", lambda odd: {"name": odd, "scopes": ["*"]}),
        ("POST", "/keys", lambda odd: {"name": "x", "scopes": [odd]}),
        ("SEND", "", lambda odd: {"to": odd, "text": "x"}),
        ("SEND", "", lambda odd: {"to": "1", "thread": odd, "text": "x"}),
        ("SEND", "", lambda odd: {"to": "1", "content": {"text": odd}}),
        ("SEND", "", lambda odd: {"to": "1", "content": {"text": "x", "buttons": [{"title": odd}]}}),
        ("SEND", "", lambda odd: {"to": "1", "content": {"text": "x", "reply_to": odd}}),
    ],
)
async def test_odd_text_in_a_body_is_taken_or_refused(line: Line, method: str, path: str, make: Any, odd: str) -> None:
    address = line.send_address if method == "SEND" else path
    if path and not path.startswith("/api"):
        address = f"/api/v1/tenants/{line.tenant.code}{path}"
    answer = await ask(line.desk, "POST" if method == "SEND" else method, address, ADMIN, json=make(odd))
    assert answer.status in (201, 202, 200, 409, 422, 404), answer.body
    if answer.status >= 400:
        answer.problem(answer.status, answer.json["code"])
    await line.settled()


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/tenants?cursor=%00",
        "/api/v1/tenants/%00",
        "/api/v1/tenants/a%00b/channels",
        "/api/v1/tenants/{tenant}/conversations?cursor=%00",
        "/api/v1/tenants/{tenant}/messages/%00",
        "/api/v1/tenants/{tenant}/messages/00000000-0000-0000-0000-000000000000/media/99999999999999999999",
        "/web/tenants/{tenant}/channels/%00/messages",
        "/web/tenants/%00/channels/x/messages",
    ],
)
async def test_odd_text_in_an_address_is_refused(installation: Installation, line: Line, path: str) -> None:
    answer = await ask(installation, "GET", path.replace("{tenant}", line.tenant.code), ADMIN)
    assert answer.status in (200, 401, 404, 422), answer.body


@pytest.mark.parametrize("action", ["suspend", "resume"])
async def test_nobody_of_that_name_can_be_suspended(installation: Installation, action: str) -> None:
    (await ask(installation, "POST", f"/api/v1/tenants/nobody/{action}", ADMIN)).problem(404, "tenant_unknown")
    (await ask(installation, "POST", f"/api/v1/tenants/%00/{action}", ADMIN)).problem(422, "invalid_input")


@pytest.mark.parametrize(
    "value",
    ["NaN", "Infinity", "1e999", "1" * 5000, "[" * 5000 + "]" * 5000],
    ids=["nan", "inf", "over", "long", "deep"],
)
@pytest.mark.parametrize(
    ("path", "frame"),
    [
        ("/api/v1/tenants/{tenant}/channels", '{"kind":"web","name":"x","settings":{"a":%s}}'),
        ("/api/v1/tenants/{tenant}/settings", '{"settings":{"a":%s}}'),
        ("/messages/send", '{"to":"1","content":{"type":"location","place":{"latitude":%s,"longitude":0}}}'),
    ],
)
async def test_numbers_that_are_none_and_deep_json_are_refused(line: Line, path: str, frame: str, value: str) -> None:
    method = "PUT" if path.endswith("/settings") else "POST"
    address = line.send_address if path == "/messages/send" else path.replace("{tenant}", line.tenant.code)
    headers = {"content-type": "application/json"}
    answer = await ask(line.desk, method, address, ADMIN, data=frame % value, headers=headers)
    assert 400 <= answer.status < 500, answer.body
    answer.problem(answer.status, answer.json["code"])


async def test_a_body_that_is_no_json_names_the_place(installation: Installation) -> None:
    headers = {"content-type": "application/json"}
    answer = await ask(installation, "POST", "/api/v1/tenants", ADMIN, data=b'{"code": ', headers=headers)
    assert "JSON" in json.dumps(answer.problem(422, "invalid_input"))

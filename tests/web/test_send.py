"""The send endpoint: who may, once per key, and as the right call of the provider."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.web.lines import Answer, Line, ask

Send = Callable[..., Awaitable[Answer]]
PNG = "https://example.org/a.png"


async def a_key(line: Line, *scopes: str, tenant: str = "", **more: Any) -> str:
    path = f"/tenants/{tenant or line.tenant.code}/keys"
    made = await line.desk.api("POST", path, status=201, json={"name": "outside", "scopes": list(scopes), **more})
    return str(made["key"])


@pytest.fixture
async def send(line: Line) -> Send:
    """Return what sends with a key of the tenant that may."""
    key = await a_key(line, "messages:send")

    async def sending(body: dict[str, Any], idempotency_key: str = "", **headers: str) -> Answer:
        given = {**headers, **({"idempotency-key": idempotency_key} if idempotency_key else {})}
        return await ask(line.desk, "POST", line.send_address, key, json=body, headers=given)

    return sending


async def test_a_message_from_outside_reaches_its_recipient(line: Line, send: Send) -> None:
    answer = await send({"to": "777", "text": "Your results are ready."})
    assert answer.status == 202
    assert len(answer.json["ids"]) == 1
    assert await line.answers(1) == ["Your results are ready."]
    assert line.bot.said[0].fields["chat_id"] == 777
    stored = await line.api("GET", f"/messages/{answer.json['ids'][0]}")
    assert (stored["status"], stored["author"], stored["direction"]) == ("sent", "api", "outbound")


async def test_without_a_key_or_with_a_wrong_one_it_is_401(line: Line) -> None:
    for key in ("", "fd_wrong", "an-operators-keyy"):
        answer = await ask(line.desk, "POST", line.send_address, key, json={"to": "1", "text": "x"})
        answer.problem(401, "unauthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_key_without_the_scope_or_of_another_tenant_is_403(line: Line, other_tenant: Any) -> None:
    keys = [await a_key(line, "conversations:read"), await a_key(line, "messages:send", tenant=other_tenant.code)]
    for key in keys:
        answer = await ask(line.desk, "POST", line.send_address, key, json={"to": "1", "text": "x"})
        answer.problem(403, "forbidden")


async def test_an_expired_or_revoked_key_is_401(line: Line) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=0.5)).isoformat()
    expiring = await a_key(line, "messages:send", expires_at=soon)
    revoked = await line.api("POST", "/keys", status=201, json={"name": "x", "scopes": ["messages:send"]})
    await line.api("DELETE", f"/keys/{revoked['id']}", status=204)
    await asyncio.sleep(0.6)
    for key in (expiring, revoked["key"]):
        answer = await ask(line.desk, "POST", line.send_address, key, json={"to": "1", "text": "x"})
        answer.problem(401, "unauthenticated")


async def test_the_path_token_and_kind_must_be_right_too(line: Line) -> None:
    key = await a_key(line, "messages:send")
    for address in (line.send_address + "x", line.send_address.replace("/telegram/", "/web/")):
        (await ask(line.desk, "POST", address, key, json={"to": "1", "text": "x"})).problem(404, "channel_unknown")
    odd = line.send_address.replace("/telegram/", "/%00/")
    (await ask(line.desk, "POST", odd, key, json={"to": "1", "text": "x"})).problem(404, "channel_unknown")


async def test_the_same_idempotency_key_sends_once_and_returns_the_same_ids(line: Line, send: Send) -> None:
    body = {"to": "777", "text": "once"}
    together = await asyncio.gather(*(send(body, "order-1") for _ in range(4)))
    later = await send(body, "order-1")
    assert {answer.status for answer in (*together, later)} == {202}
    assert len({tuple(answer.json["ids"]) for answer in (*together, later)}) == 1
    assert (await send(body, "order-2")).json != later.json
    assert await line.answers(2) == ["once", "once"]


async def test_the_same_idempotency_key_with_another_text_is_422(line: Line, send: Send) -> None:
    assert (await send({"to": "777", "text": "once"}, "order-1")).status == 202
    (await send({"to": "777", "text": "other"}, "order-1")).problem(422, "idempotency_mismatch")
    assert await line.answers(1) == ["once"]


async def test_the_same_idempotency_key_with_another_recipient_is_422(send: Send) -> None:
    assert (await send({"to": "777", "text": "once"}, "order-1")).status == 202
    (await send({"to": "778", "text": "once"}, "order-1")).problem(422, "idempotency_mismatch")


async def test_the_same_idempotency_key_with_a_longer_text_is_422(send: Send) -> None:
    whole = "word " * 810
    assert (await send({"to": "777", "text": whole.strip()}, "order-1")).status == 202
    (await send({"to": "777", "text": whole + "x" * 4000}, "order-1")).problem(422, "idempotency_mismatch")


async def test_a_long_text_is_split_and_nothing_of_it_lost(line: Line, send: Send) -> None:
    text = " ".join(f"Sentence number {n} ends here." for n in range(400))
    answer = await send({"to": "777", "text": text}, "long")
    assert len(answer.json["ids"]) == -(-len(text) // 4096)
    texts = await line.answers(len(answer.json["ids"]))
    assert " ".join(texts) == text
    assert all(len(part) <= 4096 and part.endswith(".") for part in texts)
    assert (await send({"to": "777", "text": text}, "long")).json == answer.json


@pytest.mark.parametrize(
    ("content", "method", "fields"),
    [
        (
            {
                "text": "Choose",
                "buttons": [{"title": "Yes", "payload": "y"}, {"title": "Site", "url": "https://e.org"}],
            },
            "sendMessage",
            {"text": "Choose"},
        ),
        (
            {"type": "location", "place": {"latitude": 38.7, "longitude": -9.1}},
            "sendLocation",
            {"latitude": 38.7, "longitude": -9.1},
        ),
        (
            {"type": "location", "place": {"latitude": 1, "longitude": 2, "name": "Quay", "address": "12"}},
            "sendVenue",
            {"title": "Quay", "address": "12"},
        ),
        (
            {"type": "image", "text": "A map", "media": [{"type": "image", "url": PNG}]},
            "sendPhoto",
            {"photo": PNG, "caption": "A map"},
        ),
        (
            {"type": "document", "media": [{"type": "document", "url": PNG}]},
            "sendDocument",
            {"document": PNG},
        ),
        (
            {"type": "contacts", "contacts": [{"name": "Ada", "phones": ["+351 1"]}]},
            "sendContact",
            {"first_name": "Ada", "phone_number": "+351 1"},
        ),
    ],
)
async def test_contents_become_the_providers_own_calls(
    line: Line, send: Send, content: dict[str, Any], method: str, fields: dict[str, Any]
) -> None:
    assert (await send({"to": "777", "content": content})).status == 202
    await line.answers(1)
    (call,) = line.bot.said
    assert call.method == method
    assert {name: call.fields.get(name) for name in fields} == fields
    if "buttons" in content:
        keys = [key for row in call.fields["reply_markup"]["inline_keyboard"] for key in row]
        assert [(key["text"], key.get("url")) for key in keys] == [("Yes", None), ("Site", "https://e.org")]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"to": "1"},
        {"to": "", "text": "x"},
        {"to": "1", "text": ""},
        {"to": "1", "text": "x", "content": {"text": "x"}},
        {"to": "1", "content": {"type": "parcel"}},
        {"to": "1", "text": "x" * 20_001},
        {"to": 5, "text": "x"},
        [],
    ],
)
async def test_what_can_not_be_sent_is_422_and_names_the_field(line: Line, send: Send, body: Any) -> None:
    (await send(body)).problem(422, "invalid_input")
    await line.settled()
    assert line.bot.said == []


async def test_nul_and_unpaired_surrogates_are_sent_as_replacements(line: Line, send: Send) -> None:
    answer = await send({"to": "777", "text": "a\0b\ud800c"}, "k")
    assert answer.status == 202
    assert await line.answers(1) == ["a\ufffdb\ufffdc"]


async def test_a_refusal_of_the_provider_is_kept_with_its_words(line: Line, send: Send) -> None:
    line.bot.failing = (400, "Bad Request: chat not found")
    message_id = (await send({"to": "777", "text": "x"})).json["ids"][0]
    await line.answers(1)
    stored = await line.api("GET", f"/messages/{message_id}")
    assert (stored["status"], stored["error_code"]) == ("failed", "delivery_rejected")
    assert "chat not found" in stored["error"]

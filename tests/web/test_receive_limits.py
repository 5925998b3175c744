"""What the receive endpoint refuses, how it says so, and that nothing of it is kept."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.builders import a_telegram_text
from tests.installation import Installation
from tests.minutes import uncut_minute
from tests.web.bot_api import BotApi, compact
from tests.web.conftest import Installed, a_line
from tests.web.lines import SECRET, Line, ask

A_MINUTE = 60
MOST = 4_194_304


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
        await asyncio.sleep(0)


async def kept(line: Line) -> int:
    await line.settled()
    return len(await line.conversations())


async def test_an_accepted_update_is_answered_with_nothing(line: Line) -> None:
    answer = await line.post(a_telegram_text())
    assert (answer.status, answer.body) == (200, b"")  # Telegram would execute a JSON answer as a call


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"not json", b"\xff\xfe{}", b'{"a":NaN}', b'{"a":' + b"1" * 5000 + b"}", b"[" * 200_000],
    ids=["empty", "cut", "text", "not-utf8", "nan", "huge-number", "too-deep"],
)
async def test_a_body_that_is_no_json_is_400(line: Line, body: bytes) -> None:
    (await line.post(body)).problem(400, "malformed_payload")
    assert await kept(line) == 0


@pytest.mark.parametrize("body", [{}, [], "text", 7, None, {"update_id": 1, "poll": {}}, {"message": []}])
async def test_authentic_json_we_do_not_use_is_200(line: Line, body: Any) -> None:
    answer = await line.post(compact(body))
    assert (answer.status, answer.body) == (200, b"")
    assert await kept(line) == 0


@pytest.mark.parametrize("secret", ["-", "", "wrong", "sécret", "x" * 300])
async def test_a_missing_or_wrong_secret_is_403(line: Line, secret: str) -> None:
    (await line.post(a_telegram_text(), {SECRET: secret})).problem(403, "secret_refused")
    assert await kept(line) == 0


async def test_a_body_over_the_limit_is_413_when_declared(line: Line) -> None:
    (await line.post(b" " * (MOST + 1))).problem(413, "payload_too_large")


async def test_a_body_over_the_limit_is_413_when_chunked(line: Line) -> None:
    headers = {SECRET: line.channel.secret("secret_token"), "content-type": "application/json"}
    data = chunks(*[b" " * 65_536] * (MOST // 65_536 + 1))
    answer = await ask(line.desk, "POST", line.address, data=data, headers=headers)
    answer.problem(413, "payload_too_large")


async def test_a_body_at_the_limit_is_read_even_in_chunks(line: Line) -> None:
    body = compact(a_telegram_text())
    whole = chunks(b" " * (MOST - len(body)), body)
    headers = {SECRET: line.channel.secret("secret_token"), "content-type": "application/json"}
    assert (await ask(line.desk, "POST", line.address, data=whole, headers=headers)).status == 200
    assert await kept(line) == 1


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json"])
async def test_another_content_type_is_415(line: Line, kind: str) -> None:
    (await line.post(a_telegram_text(), {"content-type": kind})).problem(415, "unsupported_media_type")
    assert await kept(line) == 0


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
async def test_json_by_any_spelling_is_read(line: Line, kind: str) -> None:
    assert (await line.post(a_telegram_text(), {"content-type": kind})).status == 200


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("/tenants/t", "/tenants/nobody", "tenant_unknown"),
        ("/tenants/t", "/tenants/Not-A-Code;", "tenant_unknown"),
        ("/tenants/t", "/tenants/%00", "tenant_unknown"),
        ("/telegram/", "/slack/", "channel_unknown"),
        ("/telegram/", "/web/", "channel_unknown"),
        ("/telegram/", "/%00/", "channel_unknown"),
        ("/tokens/", "/tokens/x", "channel_unknown"),
        ("/tokens/", "/tokens/more/", "channel_unknown"),
        ("/tokens/", "/token/", "channel_unknown"),
        ("/tenants/", "/", "channel_unknown"),
    ],
)
async def test_a_path_that_names_no_channel_is_404(line: Line, old: str, new: str, code: str) -> None:
    address = line.address.replace(old, new, 1)
    (await line.post(a_telegram_text(), address=address)).problem(404, code)
    assert await kept(line) == 0


async def test_a_tenants_token_opens_nothing_at_another_tenant(line: Line, other_tenant: Any) -> None:
    address = line.address.replace(line.tenant.code, other_tenant.code)
    (await line.post(a_telegram_text(), address=address)).problem(404, "channel_unknown")


async def test_a_suspended_tenant_is_403_until_it_is_resumed(line: Line) -> None:
    await line.api("POST", "/suspend")
    (await line.post(a_telegram_text())).problem(403, "tenant_suspended")
    await line.api("POST", "/resume")
    assert (await line.post(a_telegram_text())).status == 200
    assert await kept(line) == 1


async def test_a_removed_channel_is_404_at_once(line: Line) -> None:
    assert await line.say() == 200
    await line.api("DELETE", f"/channels/{line.channel.id}", status=204)
    (await line.post(a_telegram_text())).problem(404, "channel_unknown")


async def test_get_is_refused_for_a_provider_without_a_handshake(line: Line) -> None:
    (await line.post(None, {SECRET: "-"}, method="GET")).problem(403, "secret_refused")
    (await line.post(None, method="GET")).problem(400, "malformed_payload")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_405(line: Line, method: str) -> None:
    answer = await line.post(a_telegram_text(), method=method)
    answer.problem(405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, POST"
    assert await kept(line) == 0


async def test_a_channel_over_its_rate_is_429_and_others_are_not(
    installed: Installed, line: Line, bot: BotApi, other_tenant: Any
) -> None:
    await uncut_minute()
    async with installed(rate_channel=3) as desk:
        limited, free = await a_line(desk, line.tenant, bot, name="2"), await a_line(desk, other_tenant, bot)
        statuses = [await limited.say() for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        assert await free.say() == 200
        answer = await limited.post(a_telegram_text())
        answer.problem(429, "rate_limited")
        assert 1 <= int(answer.headers["retry-after"]) <= A_MINUTE


async def test_a_tenant_over_its_own_rate_is_429_on_every_channel(line: Line, bot: BotApi) -> None:
    await uncut_minute()
    await line.api("PUT", "/settings", json={"settings": {"webhooks_per_minute": 3}})
    second = await a_line(line.desk, line.tenant, bot, name="second")
    assert [await each.say() for each in (line, second, line, second, line)] == [200, 200, 200, 429, 429]


async def test_a_source_of_many_refused_requests_is_429_even_with_the_right_secret(
    installed: Installed, line: Line, bot: BotApi
) -> None:
    await uncut_minute()
    async with installed(rate_source=3) as desk:
        here = await a_line(desk, line.tenant, bot, name="2")
        attacker = {"x-forwarded-for": "203.0.113.7"}
        for _ in range(3):
            assert (await here.post(a_telegram_text(), {SECRET: "guess", **attacker})).status == 403
        answer = await here.post(a_telegram_text(), attacker)
        answer.problem(429, "rate_limited")
        assert 1 <= int(answer.headers["retry-after"]) <= A_MINUTE
        assert (await here.post(a_telegram_text(), {"x-forwarded-for": "203.0.113.8"})).status == 200
        # what a client writes in front of what our proxy adds names nobody
        forged = await here.post(a_telegram_text(), {"x-forwarded-for": "203.0.113.9, 203.0.113.7"})
        assert forged.status == 429


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/api/v1/nowhere", 404, "not_found"),
        ("DELETE", "/api/v1/tenants", 405, "method_not_allowed"),
        ("POST", "/health", 405, "method_not_allowed"),
        ("GET", "/api/v1/tenants?limit=0", 422, "invalid_input"),
        ("GET", "/api/v1/tenants?limit=many", 422, "invalid_input"),
        ("GET", "/widget/nothing.js", 404, "not_found"),
        ("GET", "/widget/..%2f..%2fpyproject.toml", 404, "not_found"),
        ("POST", "/widget/demo.html", 405, "method_not_allowed"),
    ],
)
async def test_every_error_is_a_problem_document(
    installation: Installation, method: str, path: str, status: int, code: str
) -> None:
    (await ask(installation, method, path, "an-operators-key")).problem(status, code)


@pytest.mark.parametrize(
    ("path", "key"),
    [("/api/v1/tenants", "an-operators-key"), ("/api/v1/tenants", ""), ("/web/tenants/x/channels/y/sessions", "")],
)
@pytest.mark.parametrize("declared", [True, False])
async def test_no_endpoint_reads_a_body_without_end(
    installation: Installation, path: str, key: str, declared: bool
) -> None:
    data = io.BytesIO(b" " * (MOST + 100_000)) if declared else chunks(*[b" " * 65_536] * (MOST // 65_536 + 4))
    headers = {"content-type": "application/json"}
    (await ask(installation, "POST", path, key, data=data, headers=headers)).problem(413, "payload_too_large")

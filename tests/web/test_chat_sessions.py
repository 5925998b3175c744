"""Who may speak on the web chat: sessions, their signatures, and the pages they come from."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from frontdesk.core.sealing import sign
from tests.installation import Installation
from tests.minutes import uncut_minute
from tests.web.chats import Chat
from tests.web.conftest import Installed, a_chat
from tests.web.lines import ask

PAGE = "https://clinic.example"


async def test_a_passer_by_gets_a_session_and_the_channels_looks(installation: Installation, tenant: Any) -> None:
    chat = await a_chat(installation, tenant, heading="Harbour", greeting="Hi!", accent="#123456", secret_plan="x")
    opened = (await chat.enter()).json
    assert opened["visitor"].startswith("v-")
    assert datetime.fromisoformat(opened["expires_at"]) > datetime.now(UTC) + timedelta(days=29)
    config = opened["config"]
    assert (config["heading"], config["greeting"], config["accent"], config["language"]) == (
        "Harbour",
        "Hi!",
        "#123456",
        "en",
    )
    assert "secret_plan" not in config


async def test_a_renewed_session_is_the_same_visitor(chat: Chat) -> None:
    first, visitor = chat.session, chat.visitor
    await chat.say("hello")
    await chat.answers(1)
    await chat.enter(session=first)
    assert chat.visitor == visitor
    assert len(await chat.history()) == 2
    await chat.enter(session="not a session")
    assert chat.visitor != visitor
    assert await chat.history() == []


async def test_a_signed_in_user_is_the_same_person_on_every_device(chat: Chat) -> None:
    user = chat.user("user-7", name="Ada Lovelace")
    first, second = await chat.another(user=user), await chat.another(user=user)
    assert first.visitor == second.visitor == "u-user-7"
    await first.say("hello")
    await first.answers(1)
    assert len(await second.history()) == 2
    conversations = (await chat.desk.api("GET", f"/tenants/{chat.tenant.code}/conversations"))["items"]
    assert [item["contact"] for item in conversations] == ["Ada Lovelace"]


@pytest.mark.parametrize(
    "change", [{"hmac": "0" * 64}, {"hmac": ""}, {"hmac": None}, {"hmac": "é"}, {"id": "user-8"}, {"hmac": ["x"]}]
)
async def test_nobody_can_claim_to_be_somebody(chat: Chat, change: dict[str, Any]) -> None:
    (await chat.enter(user={**chat.user("user-7"), **change})).problem(401, "signature_invalid")


@pytest.mark.parametrize("user", [{}, {"id": ""}, {"id": "x" * 201}, {"id": 7}, "user-7", []])
async def test_a_user_without_a_proper_id_is_422(chat: Chat, user: Any) -> None:
    (await chat.enter(user=user)).problem(422, "invalid_input")


async def test_a_signed_in_session_is_not_renewed_without_its_proof(chat: Chat) -> None:
    await chat.enter(user=chat.user("user-7"))
    await chat.enter(session=chat.session)
    assert chat.visitor.startswith("v-")


def tokens(chat: Chat, foreign: Chat) -> dict[str, str]:
    """Return sessions that must open nothing."""
    key = chat.channel.secret("session_key").encode()
    later, before = (int((datetime.now(UTC) + timedelta(days=days)).timestamp()) for days in (1, -1))
    body, _, signature = chat.session.partition(".")
    return {
        "none": "",
        "garbage": "garbage",
        "dots": "...",
        "not ascii": "é.é",
        "unsigned": f"{body}.",
        "cut": chat.session[:-2],
        "other body": f"{body[:-4]}AAAA.{signature}",
        "of another channel": foreign.session,
        "past its end": sign({"v": chat.visitor, "c": str(chat.channel.id), "exp": before}, key),
        "for another channel": sign({"v": chat.visitor, "c": str(foreign.channel.id), "exp": later}, key),
        "by another key": sign({"v": chat.visitor, "c": str(chat.channel.id), "exp": later}, b"guess"),
        "of a file link": sign({"f": "x", "exp": later}, key),
    }


async def test_forged_foreign_and_expired_sessions_are_401_everywhere(chat: Chat, other_tenant: Any) -> None:
    foreign = await a_chat(chat.desk, other_tenant)
    good = chat.session
    for name, token in tokens(chat, foreign).items():
        chat.session = token
        for method, path, body in (
            ("GET", "/messages", None),
            ("POST", "/messages", {"text": "x"}),
            ("GET", "/events", None),
            ("POST", "/read", {"id": "x"}),
            ("POST", "/typing", {}),
        ):
            answer = await chat.ask(method, path, json=body)
            assert answer.status == 401, (name, method, path, answer.body)
            answer.problem(401, "unauthenticated")
        assert (await chat.upload(b"x")).status == 401, name
    chat.session = good
    assert await chat.history() == []


async def test_sessions_open_only_on_a_web_channel_that_is_there(chat: Chat) -> None:
    for path in (
        f"/web/tenants/{chat.tenant.code}/channels/wrong/sessions",
        f"/web/tenants/nobody/channels/{chat.token}/sessions",
    ):
        answer = await ask(chat.desk, "POST", path, json={})
        answer.problem(404, answer.json["code"])
    await chat.desk.api("POST", f"/tenants/{chat.tenant.code}/suspend")
    (await chat.enter()).problem(403, "tenant_suspended")
    (await chat.ask("POST", "/messages", json={"text": "x"})).problem(403, "tenant_suspended")


async def test_pages_of_other_origins_need_to_be_on_the_list(installation: Installation, tenant: Any) -> None:
    chat = await a_chat(installation, tenant, origins=[PAGE, "https://*.partner.example"])
    for origin, allowed in (
        (PAGE, True),
        ("https://shop.partner.example", True),
        ("https://evil.example", False),
        ("https://clinic.example.evil.example", False),
        ("http://clinic.example", False),
        ("null", False),
        ("http://[", False),
    ):
        preflight = {"origin": origin, "access-control-request-method": "POST"}
        for answer in (
            await ask(installation, "OPTIONS", f"{chat.path}/messages", headers=preflight),
            await ask(installation, "POST", f"{chat.path}/sessions", headers={"origin": origin}, json={}),
        ):
            if allowed:
                assert answer.status in (201, 204)
                assert answer.headers["access-control-allow-origin"] == origin
                assert "Origin" in answer.headers["vary"]
            else:
                answer.problem(403, "forbidden")
                assert "access-control-allow-origin" not in answer.headers
    asked = await ask(installation, "OPTIONS", f"{chat.path}/messages", headers={"origin": PAGE})
    assert "authorization" in asked.headers["access-control-allow-headers"]
    assert "last-event-id" in asked.headers["access-control-allow-headers"]
    assert "POST" in asked.headers["access-control-allow-methods"]


async def test_our_own_pages_and_programs_need_no_list(chat: Chat) -> None:
    for headers in ({}, {"origin": chat.desk.base_url}):
        assert (await ask(chat.desk, "POST", f"{chat.path}/sessions", headers=headers, json={})).status == 201


async def test_refusals_can_be_read_by_a_page_on_the_list(installation: Installation, tenant: Any) -> None:
    chat = await a_chat(installation, tenant, origins=[PAGE])
    answer = await ask(installation, "GET", f"{chat.path}/messages", "forged", headers={"origin": PAGE})
    answer.problem(401, "unauthenticated")
    assert answer.headers["access-control-allow-origin"] == PAGE


async def test_the_element_is_served_to_every_page_with_safe_headers(installation: Installation) -> None:
    answer = await ask(installation, "GET", "/widget/frontdesk-chat.js", headers={"origin": "https://any.example"})
    assert answer.status == 200
    assert "javascript" in answer.headers["content-type"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-content-type-options"] == "nosniff"
    page = await ask(installation, "GET", "/widget/demo.html")
    assert "default-src 'self'" in page.headers["content-security-policy"]


async def test_a_visitor_over_the_rate_is_429_and_others_are_not(installed: Installed, tenant: Any) -> None:
    await uncut_minute()
    async with installed(rate_visitor=3) as desk:
        chat = await a_chat(desk, tenant)
        for number in range(3):
            await chat.say(f"hello {number}")
        answer = await chat.ask("POST", "/messages", json={"text": "more"})
        answer.problem(429, "rate_limited")
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        other = await chat.another()
        await other.say("hello")

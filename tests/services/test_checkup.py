"""A look at a channel: its provider, and what this installation knows of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from frontdesk.channels import telegram as telegram_kind
from frontdesk.core.channel import Channel, Check, Found
from frontdesk.core.exchange import Exchange, Request
from frontdesk.core.tenant import Tenant
from frontdesk.http import Http
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.checkup import Checkup, Finding, learned_of, news
from frontdesk.services.provisioning import changed_credentials, changed_settings
from frontdesk.services.tenants import tenancy
from frontdesk.settings import Settings
from frontdesk.store import channels
from tests.builders import a_channel
from tests.services.desk import TOKEN, Desk

PUBLIC = "https://desk.example.org"


async def a_checkup(desk: Desk, public_url: str = PUBLIC) -> Checkup:
    settings: Settings = desk.settings.model_copy(update={"public_url": public_url})
    return Checkup(settings, desk.databases, await desk.app.get(Http))


def of(findings: list[Finding], what: str) -> Finding:
    (finding,) = [finding for finding in findings if finding.what == what]
    return finding


async def registered(checkup: Checkup, channel: Channel) -> None:
    url = checkup.webhook_url(channel)
    assert url
    await checkup.http.perform(telegram_kind.register(channel, url))


async def test_a_channel_in_order_has_no_fault(desk: Desk, telegram: TelegramStub) -> None:
    tenant, checkup = await desk.tenant(), await a_checkup(desk)
    channel = await desk.channel(tenant, telegram.url)
    await registered(checkup, channel)
    findings = await checkup.examine(tenant, channel)
    assert [finding.what for finding in findings] == ["status", "public address", "token", "webhook"]
    assert [finding for finding in findings if not finding.ok] == []
    assert learned_of(findings) == {"bot_user_id": 110201543, "bot_username": "stub_bot"}


async def test_a_wrong_token_is_said_by_every_check_and_shown_by_none(desk: Desk) -> None:
    tenant, checkup = await desk.tenant(), await a_checkup(desk)
    async with TelegramStub(tokens=()) as stub:
        findings = await checkup.examine(tenant, await desk.channel(tenant, stub.url))
    assert {of(findings, what).code for what in ("token", "webhook")} == {"channel_unauthorised"}
    assert "BotFather" in of(findings, "token").detail
    assert TOKEN not in str(findings)


async def test_one_check_that_fails_does_not_stop_the_next(desk: Desk, telegram: TelegramStub) -> None:
    tenant, checkup = await desk.tenant(), await a_checkup(desk)
    telegram.refuse(method="getMe", status=502)
    findings = await checkup.examine(tenant, await desk.channel(tenant, telegram.url))
    assert of(findings, "token").code == "channel_unreachable"
    assert "none is set" in of(findings, "webhook").detail


async def test_a_provider_that_is_away_is_said_to_be(desk: Desk) -> None:
    tenant, checkup = await desk.tenant(), await a_checkup(desk)
    findings = await checkup.examine(tenant, await desk.channel(tenant, "http://127.0.0.1:9"))
    assert of(findings, "token").code == "channel_unreachable"
    assert "127.0.0.1:9" in of(findings, "token").detail


async def test_a_provider_that_never_answers_is_not_waited_for(desk: Desk, telegram: TelegramStub) -> None:
    checkup, channel = await a_checkup(desk), a_channel(api_base=telegram.url)
    telegram.delay(30, times=None)
    before = asyncio.get_running_loop().time()
    findings = await checkup.ask(channel, None, seconds=0.3)
    assert asyncio.get_running_loop().time() - before < 2
    assert [finding.ok for finding in findings] == [False, False]


def broken() -> Exchange[Found]:
    yield from ()
    raise KeyError("a secret thing")


def slow(url: str) -> Exchange[Found]:
    for _ in range(1000):
        yield Request.get(url)
    return Found(detail="never")


def good() -> Exchange[Found]:
    yield from ()
    return Found(detail="fine")


async def test_a_check_that_breaks_or_goes_on_for_ever_is_a_finding(desk: Desk, telegram: TelegramStub) -> None:
    checkup = await a_checkup(desk)
    telegram.latency = (0.05, 0.05)
    exchanges = broken(), slow(f"{telegram.url}/bot{TOKEN}/getMe"), good()
    checks = [Check(f"check {number}", exchange) for number, exchange in enumerate(exchanges)]
    found = await checkup.make(checks, a_channel(), seconds=0.3)
    assert [(finding.what, finding.ok, finding.code) for finding in found] == [
        ("check 0", False, "internal_error"),
        ("check 1", False, "channel_unreachable"),
        ("check 2", True, None),
    ]
    assert "a secret thing" not in found[0].detail


@pytest.mark.parametrize(("url", "words"), [("", "FRONTDESK_PUBLIC_URL"), ("http://desk.example.org", "https only")])
async def test_an_address_no_provider_reaches_is_a_fault(desk: Desk, url: str, words: str) -> None:
    checkup = await a_checkup(desk, url)
    (found,) = checkup._address(a_channel())
    assert not found.ok
    assert words in found.detail


async def test_a_stub_may_be_posted_from_over_http_and_a_web_chat_is_not_posted_to(desk: Desk) -> None:
    checkup = await a_checkup(desk, "http://127.0.0.1:8080")
    assert [found.ok for found in checkup._address(a_channel(api_base="http://127.0.0.1:9"))] == [True]
    assert (await a_checkup(desk, ""))._address(a_channel("web")) == []


async def test_a_stopped_channel_says_why_and_how_to_start_it(desk: Desk, telegram: TelegramStub) -> None:
    tenant, checkup = await desk.tenant(), await a_checkup(desk)
    channel = await desk.channel(tenant, telegram.url)
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        await channels.set_status(tx, channel.id, "stopped", "Telegram answers 401")
    status = of(await checkup.examine(tenant, channel), "status")
    assert (status.ok, status.code) == (False, "channel_stopped")
    assert "Telegram answers 401" in status.detail
    assert f"channel start {tenant.code} 'bot'" in status.detail


async def test_a_suspended_tenant_is_a_fault_of_all_its_channels(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant()
    channel = await desk.channel(tenant, telegram.url)
    suspended = await desk.provisioning.set_status(tenant.code, "suspended")
    status = of(await (await a_checkup(desk)).examine(suspended, channel), "status")
    assert status.code == "tenant_suspended"
    assert f"tenant resume {tenant.code}" in status.detail


async def test_dead_letters_and_old_work_of_this_channel_are_counted(desk: Desk, telegram: TelegramStub) -> None:
    tenant, checkup = await desk.tenant(), await a_checkup(desk)
    channel = await desk.channel(tenant, telegram.url)
    other = await desk.channel(tenant, telegram.url, name="other")
    await waiting(desk, tenant, channel)
    findings = await checkup.examine(tenant, channel)
    assert of(findings, "dead letters").detail.startswith("2 wait for you: `frontdesk dead list")
    assert "0:10:00" in of(findings, "queue").detail
    whats = [finding.what for finding in await checkup.examine(tenant, other)]
    assert not {"dead letters", "queue"} & set(whats)


async def waiting(desk: Desk, tenant: Tenant, channel: Channel) -> None:
    """Leave two dead letters and a delivery ten minutes old."""
    for group in (f"{channel.id}:5550001:", f">{channel.id}:5550001:"):
        await desk.rows(
            tenant,
            "INSERT INTO dead_letters (lane, group_key, kind, payload, attempts, error_code, error, queued_at)"
            " VALUES (0, $1, 'event', '{}', 3, 'x', 'x', now())",
            group,
        )
    await desk.rows(
        tenant,
        "INSERT INTO frontdesk.work (tenant, lane, group_key, kind, payload, created_at, due_at)"
        " VALUES ($1, 1, $2, 'delivery', '{}', now() - $3::interval, now() + interval '1 day')",
        tenant.code,
        f">{channel.id}:5550001:",
        timedelta(minutes=10),
    )


async def test_what_the_operator_set_is_not_learned_anew_and_told_where_it_differs(
    desk: Desk, telegram: TelegramStub
) -> None:
    checkup = await a_checkup(desk)
    same = a_channel(api_base=telegram.url, settings={"bot_username": "@Stub_Bot"})
    findings = await checkup.ask(same, None, seconds=5)
    assert news(same, learned_of(findings)) == {"bot_user_id": 110201543}
    assert all(finding.ok for finding in findings)
    wrong = replace(same, settings={"bot_username": "harbour_bot"})
    findings = await checkup.ask(wrong, None, seconds=5)
    assert news(wrong, learned_of(findings)) == {"bot_user_id": 110201543}
    differing = of(findings, "setting bot_username")
    assert not differing.ok
    assert "'harbour_bot'" in differing.detail
    assert "'stub_bot'" in differing.detail


def test_a_change_keeps_what_it_does_not_name() -> None:
    channel = a_channel(settings={"bot_username": "a", "per_second": 5})
    channel = replace(channel, credentials={**channel.credentials, "path_token": "p"})
    changed = changed_credentials(channel, {"token": "1:new"})
    assert changed == {**channel.credentials, "token": "1:new"}
    anew = changed_credentials(channel, {"secret_token": ""})
    assert anew["secret_token"] not in ("", channel.secret("secret_token"))
    assert changed_settings(channel, {"bot_username": "", "in_doubt": "hold"}) == {"per_second": 5, "in_doubt": "hold"}

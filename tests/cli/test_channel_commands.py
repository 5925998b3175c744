"""What the channel commands print and decide, with a container that is open already."""

from dataclasses import replace

import pytest

from frontdesk.channels import adapters
from frontdesk.cli import adding, channels, checkup, lookup, simulation
from frontdesk.cli.adding import Wish
from frontdesk.core.tenant import Tenant
from frontdesk.errors import ConfigurationError, Conflict, InvalidInput, NotFound
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.provisioning import Provisioning, changed_credentials
from tests.cli.test_channel_setup import TOKEN, WRONG
from tests.installation import Installation

DEAD = "http://127.0.0.1:9"
Printed = pytest.CaptureFixture[str]


def a_wish(tenant: Tenant, api_base: str) -> Wish:
    return Wish(
        tenant=tenant.code, kind="telegram", name="bot", credentials={"token": TOKEN}, settings={}, api_base=api_base
    )


async def names(desk: Installation, tenant: Tenant) -> list[str]:
    return [channel.name for channel in await lookup.channels_of(desk.app, tenant.code)]


async def test_what_the_provider_told_is_kept(
    installation: Installation, tenant: Tenant, telegram: TelegramStub, capsys: Printed
) -> None:
    await adding.added(installation.app, a_wish(tenant, telegram.url))
    kept = await lookup.channel(installation.app, tenant.code, "bot")
    assert kept.settings == {"bot_user_id": 110201543, "bot_username": "stub_bot"}
    printed = capsys.readouterr()
    assert "set FRONTDESK_PUBLIC_URL" in printed.out
    assert f"next: frontdesk channel register {tenant.code} 'bot'" in printed.out
    assert TOKEN not in printed.out + printed.err


async def test_what_was_given_is_kept_and_the_difference_told_until_it_is_taken_back(
    installation: Installation, tenant: Tenant, telegram: TelegramStub, capsys: Printed
) -> None:
    given = replace(a_wish(tenant, telegram.url), settings={"bot_username": "other_bot"})
    await adding.added(installation.app, given)
    assert "setting bot_username: it is 'other_bot', and the provider says 'stub_bot'" in capsys.readouterr().err
    kept = await lookup.channel(installation.app, tenant.code, "bot")
    assert kept.settings["bot_username"] == "other_bot"
    await (await installation.app.get(Provisioning)).change_channel(tenant, kept, settings={})
    (report,) = await checkup.examined(installation.app, tenant.code, "bot", True)
    assert report.mended == ["kept bot_user_id=110201543, bot_username=stub_bot"]
    assert [finding.what for finding in report.findings if not finding.ok] == ["public address"]


async def test_a_script_is_warned_and_the_channel_kept_when_the_provider_is_away(
    installation: Installation, tenant: Tenant, capsys: Printed
) -> None:
    await adding.added(installation.app, a_wish(tenant, DEAD))
    printed = capsys.readouterr()
    assert "✗ token: can't connect to http://127.0.0.1:9" in printed.err
    assert "kept all the same" in printed.err
    assert "✗" not in printed.out
    assert await names(installation, tenant) == ["bot"]


async def test_with_check_a_fault_keeps_the_channel_out(
    installation: Installation, tenant: Tenant, capsys: Printed
) -> None:
    async with TelegramStub(tokens=[TOKEN]) as stub:
        wish = replace(a_wish(tenant, stub.url), check=True)
        with pytest.raises(InvalidInput, match="not kept: mend token, webhook"):
            await adding.added(installation.app, replace(wish, credentials={"token": WRONG}))
        assert "BotFather" in capsys.readouterr().err
        assert await names(installation, tenant) == []
        await adding.added(installation.app, wish)
        with pytest.raises(Conflict, match="choose another with --name"):
            await adding.added(installation.app, wish)


async def test_without_check_the_provider_is_not_asked(
    installation: Installation, tenant: Tenant, telegram: TelegramStub
) -> None:
    await adding.added(installation.app, replace(a_wish(tenant, telegram.url), check=False))
    assert telegram.calls == []


async def test_the_doctor_looks_at_all_channels_and_says_where_there_is_none(
    installation: Installation, tenant: Tenant
) -> None:
    assert await checkup.examined(installation.app, tenant.code, None, False) == []
    await installation.add_channel(tenant, "web", "page")
    await installation.add_channel(tenant, "web", "shut", settings={"origins": "here"})
    page, shut = await checkup.examined(installation.app, tenant.code, None, False)
    assert (page.ok, shut.ok) == (True, False)
    assert next(finding.detail for finding in shut.findings if not finding.ok).startswith(
        "the setting origins is no list"
    )
    with pytest.raises(NotFound, match="there are page, shut"):
        await checkup.examined(installation.app, tenant.code, "nowhere", False)


async def test_a_stopped_channel_says_why_and_works_with_a_new_token(
    installation: Installation, tenant: Tenant, capsys: Printed
) -> None:
    async with TelegramStub(tokens=[TOKEN]) as stub:
        await installation.add_channel(tenant, name="bot", credentials={"token": WRONG}, api_base=stub.url)
        await said(installation, tenant, "bot", "hello")
        assert "← failed (Telegram answers 401" in capsys.readouterr().out
        found, reasons = await channels._listed(installation.app, tenant.code)
        assert (found[0].status, list(reasons)) == ("stopped", [found[0].id])
        (report,) = await checkup.examined(installation.app, tenant.code, "bot", False)
        assert f"channel start {tenant.code} 'bot'" in report.findings[0].detail
        provisioning = await installation.app.get(Provisioning)
        await provisioning.change_channel(tenant, found[0], credentials=changed_credentials(found[0], {"token": TOKEN}))
        await provisioning.set_channel_status(tenant, found[0].id, "active")
        await said(installation, tenant, "bot", "thanks")
        assert "← sent: " in capsys.readouterr().out


async def said(desk: Installation, tenant: Tenant, name: str, text: str, person: int = 0) -> None:
    await simulation.simulated(desk.app, (tenant.code, name), person, text, 10, desk.base_url, False)


async def test_made_up_people_get_answers_of_their_own_and_the_reason(
    installation: Installation, tenant: Tenant, telegram: TelegramStub, capsys: Printed
) -> None:
    await installation.add_channel(tenant, name="bot", credentials={"token": TOKEN}, api_base=telegram.url)
    await installation.add_channel(tenant, "web", "page")
    for words, person in (("/start", 0), ("thanks", 4), ("thanks", 0)):
        await said(installation, tenant, "bot", words, person)
    await said(installation, tenant, "page", "hello")
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if line.startswith("→")] == [
        "→ 7000001: /start",
        "→ 7000005: thanks",
        "→ 7000001: thanks",
        "→ u-visitor-0: hello",
    ]
    assert "handler commands: " in out
    assert out.count("← sent: ") >= 4
    assert {call.chat_id for call in telegram.calls if call.message_id} == {7000001, 7000005}


async def test_a_rehearsal_says_why_it_can_not_be(
    installation: Installation, tenant: Tenant, telegram: TelegramStub
) -> None:
    await installation.add_channel(tenant, name="real", credentials={"token": TOKEN})
    with pytest.raises(ConfigurationError, match="may be somebody"):
        await said(installation, tenant, "real", "hi")
    await installation.add_channel(tenant, name="bot", credentials={"token": TOKEN}, api_base=telegram.url)
    with pytest.raises(ConfigurationError, match=f"no Frontdesk at {DEAD}.*--url"):
        await simulation.simulated(installation.app, (tenant.code, "bot"), 0, "hi", 1, DEAD, False)


def test_the_kinds_are_listed_with_what_they_need(capsys: Printed) -> None:
    adding.kinds()
    printed = capsys.readouterr().out
    missing = [
        f"{name}: {each.name}"
        for name, kind in adapters().items()
        for each in kind.CREDENTIALS
        if name not in printed or f"  {each.name} ({adding.need(each)}): {each.help}" not in printed
    ]
    assert not missing

"""Tenants, channels, keys and dead letters from the command line."""

import asyncio
import json
import re

import pytest

from tests.cli.command import Command
from tests.web.bot_api import BotApi

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
async def tenant(command: Command) -> str:
    done = await command("tenant", "create", "harbour", "--name", "Harbour Clinic")
    assert "tenant harbour is ready" in done.out
    await command("channel", "add", "web", "--tenant", "harbour", "--name", "site")
    return "harbour"


async def test_a_tenant_is_listed_suspended_and_resumed(command: Command, tenant: str) -> None:
    assert "Harbour Clinic" in (await command("tenant", "list")).out
    assert "tenant harbour is suspended" in (await command("tenant", "suspend", tenant)).out
    assert "suspended" in (await command("tenant", "list")).out
    assert "tenant harbour is active" in (await command("tenant", "resume", tenant)).out


async def test_a_tenant_can_not_be_made_twice_or_with_any_code(command: Command, tenant: str) -> None:
    taken, odd, far = await asyncio.gather(
        command("tenant", "create", tenant, code=1),
        command("tenant", "create", "No-Code", code=1),
        command("tenant", "create", "far", "--database", "elsewhere", code=1),
    )
    assert "exists already" in taken.err
    assert "can't be used" in odd.err
    assert "not configured" in far.err


async def test_settings_are_printed_and_replaced_from_a_file(command: Command, tenant: str) -> None:
    before = json.loads((await command("tenant", "settings", tenant)).out)
    assert before["languages"] == ["en"]
    file = command.data_dir / "settings.json"
    file.write_text(json.dumps({"languages": ["pt", "en"], "persona": {"name": "Marina"}}))
    after = json.loads((await command("tenant", "settings", tenant, str(file))).out)
    assert (after["languages"], after["persona"]["name"]) == (["pt", "en"], "Marina")
    file.write_text('{"time_zone": "Moon"}')
    assert "time_zone" in (await command("tenant", "settings", tenant, str(file), code=1)).err
    file.write_text("{")
    assert "is not JSON" in (await command("tenant", "settings", tenant, str(file), code=1)).err


async def test_an_unknown_tenant_is_said_with_those_there_are(command: Command, tenant: str) -> None:
    done = await command("tenant", "settings", "nobody", code=1)
    assert "no tenant 'nobody'" in done.err
    assert "harbour" in done.err


async def test_a_channel_is_added_listed_stopped_and_started(command: Command, tenant: str) -> None:
    added = await command(
        "channel",
        "add",
        "telegram",
        "--tenant",
        tenant,
        "--name",
        "front",
        "--credential",
        f"token={TOKEN}",
        "--no-check",
    )
    assert "channel front of harbour is ready" in added.out
    webhook = f"/messages/receive/tenants/{tenant}/channels/telegram/tokens/"
    assert webhook in added.out
    assert TOKEN not in added.said
    listed = (await command("channel", "list", "--tenant", tenant)).out
    assert "front" in listed
    assert webhook in listed
    assert "removed" in (await command("channel", "remove", tenant, "front")).out
    assert "no channel 'front'" in (await command("channel", "start", tenant, "front", code=1)).err


async def test_what_a_channel_lacks_is_said(command: Command, tenant: str) -> None:
    add, here = ("channel", "add"), ("--tenant", tenant)
    given = ("--name", "r", "--credential", f"token={TOKEN}")
    bare, pigeon, wrong, register = await asyncio.gather(
        command(*add, "telegram", *here, code=1),
        command(*add, "pigeon", *here, code=1),
        command(*add, "web", *here, "--credential", "x", code=1),
        command(*add, "telegram", *here, *given, "--register", code=1),
    )
    assert "needs token" in bare.err
    assert "no channel kind 'pigeon'" in pigeon.err
    assert "name=value" in wrong.err
    assert "FRONTDESK_PUBLIC_URL" in register.err
    assert " r " not in (await command("channel", "list", *here)).out


async def test_registering_points_the_provider_at_the_webhook(command: Command, tenant: str) -> None:
    async with BotApi() as bot:
        words = ("channel", "add", "telegram", "--tenant", tenant, "--name", "bot", "--api-base", bot.url)
        public = {"frontdesk_public_url": "https://desk.example.org"}
        await command(*words, "--credential", f"token={TOKEN}", "--register", **public)
        (call,) = [call for call in bot.calls if call.method == "setWebhook"]
        assert call.fields["url"].startswith(f"https://desk.example.org/messages/receive/tenants/{tenant}/")
        assert len(call.fields["secret_token"]) > 20
        assert "message_reaction" in call.fields["allowed_updates"]
        done = await command("channel", "register", tenant, "bot", **public)
        assert len([call for call in bot.calls if call.method == "setWebhook"]) == 2
        assert TOKEN not in done.said


async def test_keys_are_made_listed_and_revoked(command: Command, tenant: str) -> None:
    key = (await command("key", "create", "site", "--tenant", tenant, "--scope", "messages:send")).out.strip()
    assert re.fullmatch(r"fd_\w+", key)
    listed = (await command("key", "list", "--tenant", tenant)).out
    assert "site" in listed
    assert "messages:send" in listed
    assert key not in listed
    found = UUID.search(listed)
    assert found
    assert "revoked" in (await command("key", "revoke", found[0])).out
    assert "site" not in (await command("key", "list", "--tenant", tenant)).out
    assert "no key" in (await command("key", "revoke", found[0], code=1)).err
    assert "no scope everything" in (await command("key", "create", "x", "--scope", "everything", code=1)).err


async def test_no_dead_letters_is_said_so(command: Command, tenant: str) -> None:
    assert f"tenant {tenant} has no dead letters" in (await command("dead", "list", tenant)).out
    nowhere = "00000000-0000-0000-0000-000000000000"
    verbs = ("show", "replay", "discard")
    tried = await asyncio.gather(*(command("dead", verb, tenant, nowhere, code=1) for verb in verbs))
    assert [done for done in tried if "no dead letter" not in done.err] == []


async def test_migrating_twice_changes_nothing(command: Command, tenant: str) -> None:
    for _ in range(2):
        done = await command("migrate")
        assert re.search(r"\d+ tenants at revision \w+: 0 migrated now, 0 failed", done.out)


async def test_the_doctor_finds_nothing_serious_here(command: Command, tenant: str) -> None:
    done = await command("doctor")
    assert "PostgreSQL 18" in done.out
    assert "can't reach a tenant without the switch" in done.out
    assert "FRONTDESK_PUBLIC_URL" in done.out
    assert "fault" not in done.out


async def test_the_doctor_says_what_is_broken_and_how_to_mend_it(command: Command, tenant: str) -> None:
    away = {
        "frontdesk_database_url": "postgresql://nobody@127.0.0.1:9/none",
        "frontdesk_redis_url": "redis://127.0.0.1:9",
    }
    done = await command("doctor", code=1, **away)
    assert "FRONTDESK_DATABASE_URL" in done.out
    assert "FRONTDESK_REDIS_URL" in done.out
    other_key = await command("doctor", code=1, frontdesk_secret_keys="another-key")
    assert "FRONTDESK_SECRET_KEYS" in other_key.out


async def test_every_wrong_setting_is_named_at_once(command: Command) -> None:
    wrong = {
        "frontdesk_port": "70000",
        "frontdesk_log_level": "loud",
        "frontdesk_pool_size": "many",
        "frontdesk_databases": "second",
    }
    done = await command("tenant", "list", code=1, **wrong)
    assert [name.upper() for name in wrong if name.upper() not in done.err] == []
    pair = await command("tenant", "list", code=1, frontdesk_provider_seconds="6", frontdesk_lease_seconds="10")
    assert "FRONTDESK_LEASE_SECONDS" in pair.err

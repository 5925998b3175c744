"""Processes that serve: they start, answer, drain, stop what they started, and find what a crash left."""

import asyncio
import json
import signal
import socket

import aiohttp

from tests.builders import a_telegram_text
from tests.cli.command import Command, Running
from tests.web.bot_api import BotApi
from tests.web.lines import SECRET

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
ADMIN = {"authorization": "Bearer op-key"}
GIVEN = {"frontdesk_admin_key": "op-key", "frontdesk_secret_keys": "k", "frontdesk_log_level": "debug"}


async def a_channel(base_url: str, http: aiohttp.ClientSession, bot: BotApi) -> tuple[str, dict[str, str]]:
    """Make a tenant with a Telegram channel; return its webhook's address and its headers."""
    async with http.post(f"{base_url}/api/v1/tenants", json={"code": "acme", "name": "A"}, headers=ADMIN) as answer:
        assert answer.status in (201, 409)
    credentials = {"token": TOKEN, "secret_token": "hush-Secret_1"}
    body = {"kind": "telegram", "name": "front", "credentials": credentials, "api_base": bot.url}
    async with http.post(f"{base_url}/api/v1/tenants/acme/channels", json=body, headers=ADMIN) as answer:
        assert answer.status == 201
        return base_url + (await answer.json())["webhook_path"], {SECRET: "hush-Secret_1"}


async def said(bot: BotApi, count: int) -> None:
    for _ in range(600):
        if len(bot.said) >= count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{len(bot.said)} of {count}")


async def test_serve_answers_drains_and_stops_its_servers(alone: Command) -> None:
    async with BotApi() as bot, aiohttp.ClientSession() as http:
        async with alone.serving("serve", **GIVEN) as running:
            assert len(alone.servers()) >= 2
            address, headers = await a_channel(running.base_url, http, bot)
            for number in range(1, 6):
                update = a_telegram_text("hello", chat=number)
                async with http.post(address, json=update, headers=headers) as answer:
                    assert answer.status == 200
            await http.post(address, json=update, headers={SECRET: "a-wrong-guess"})
            running.process.send_signal(signal.SIGTERM)
            assert await running.end() == 0
        assert alone.servers() == []
        assert "Traceback" not in running.said
        secrets = (TOKEN, "hush-Secret_1", "a-wrong-guess", address.rpartition("/")[2], "op-key")
        assert [secret for secret in secrets if secret in running.said] == []
        assert all(json.loads(line)["event"] for line in running.err.splitlines())
        # what was taken is answered now or by the next process, and once
        async with alone.serving("serve", **GIVEN):
            await said(bot, 5)
            await asyncio.sleep(0.3)
        assert sorted(call.fields["chat_id"] for call in bot.said) == [1, 2, 3, 4, 5]


async def test_after_a_sigkill_the_servers_are_found_and_messages_flow(alone: Command) -> None:
    async with BotApi() as bot, aiohttp.ClientSession() as http:
        async with alone.serving("serve", **GIVEN) as running:
            address, headers = await a_channel(running.base_url, http, bot)
            left = alone.servers()
            async with http.post(address, json=a_telegram_text("hello"), headers=headers) as answer:
                assert answer.status == 200
            await running.end(signal.SIGKILL)
        assert set(alone.servers()) & set(left)
        async with alone.serving("serve", **GIVEN) as again:
            assert "postgres_found" in again.said
            assert "redis_found" in again.said
            await said(bot, 1)
        assert alone.servers() == []


async def test_api_and_worker_run_apart_and_the_last_one_stops_the_servers(alone: Command) -> None:
    async with BotApi() as bot, aiohttp.ClientSession() as http, alone.serving("api", **GIVEN) as api:
        worker = await alone.start("worker", "--metrics-port", "0", **GIVEN, FRONTDESK_LOG_FORMAT="json")
        try:
            await worker.listening()
            address, headers = await a_channel(api.base_url, http, bot)
            async with http.post(address, json=a_telegram_text("hello"), headers=headers) as answer:
                assert answer.status == 200
            await said(bot, 1)
            async with http.get(f"{worker.base_url}/metrics") as answer:
                assert "frontdesk_turn_seconds" in await answer.text()
        finally:
            assert await worker.end() == 0
        async with http.get(f"{api.base_url}/health/ready") as answer:
            assert answer.status == 200
    assert alone.servers() == []


async def test_a_port_that_is_taken_is_said_plainly(command: Command) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = await command("serve", "--port", str(port), code=1)
    assert f"can't listen on 127.0.0.1:{port}" in done.err
    assert "--port or FRONTDESK_PORT" in done.err


async def test_the_demo_prints_an_address_where_a_message_is_answered(alone: Command) -> None:
    running: Running = await alone.start("demo", "--port", "0")
    try:
        await running.heard(lambda text: "Frontdesk is ready" in text and "demo.html" in text, 30)
        page = next(word for word in running.said.split() if "demo.html?" in word)
        base, _, channel = page.partition("/widget/demo.html?tenant=demo&channel=")
        async with aiohttp.ClientSession() as http:
            async with http.get(page) as answer:
                assert answer.status == 200
                assert "frontdesk-chat.js" in await answer.text()
            chat = f"{base}/web/tenants/demo/channels/{channel}"
            async with http.post(f"{chat}/sessions", json={}) as answer:
                session = {"authorization": f"Bearer {(await answer.json())['session']}"}
            async with http.post(f"{chat}/messages", json={"text": "When are you open?"}, headers=session) as answer:
                assert answer.status == 202
            for _ in range(100):
                async with http.get(f"{chat}/messages", headers=session) as answer:
                    items = (await answer.json())["items"]
                if len(items) > 1:
                    break
                await asyncio.sleep(0.05)
            assert "Monday to Friday" in str([item["text"] for item in items])
            key = next(word for word in running.said.split() if word.startswith("fd_"))
            async with http.get(f"{base}/api/v1/tenants", headers={"authorization": f"Bearer {key}"}) as answer:
                assert [item["code"] for item in (await answer.json())["items"]] == ["demo"]
    finally:
        assert await running.end(signal.SIGINT) == 0
    assert alone.servers() == []

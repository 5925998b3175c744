"""What Signal's bridge posts while PostgreSQL is away outlives a SIGKILL of the process that took it."""

import asyncio
import contextlib
import signal
from typing import Any

import aiohttp
import psutil

from tests.cli.command import Command

ADMIN = {"authorization": "Bearer op-key"}
GIVEN = {"frontdesk_admin_key": "op-key", "frontdesk_secret_keys": "k", "frontdesk_request_seconds": "2"}
NUMBER, ADA = "+4915112345678", "0f3c1c2e-5a0b-4a39-9a3e-0a1b2c3d4e5f"


def a_frame(number: int) -> dict[str, Any]:
    said = {"timestamp": 1_700_000_000_000 + number, "message": f"say {number}"}
    envelope = {"sourceUuid": ADA, "sourceName": "Ada", "timestamp": said["timestamp"], "dataMessage": said}
    return {"jsonrpc": "2.0", "method": "receive", "params": {"envelope": envelope, "account": NUMBER}}


async def api(http: aiohttp.ClientSession, method: str, url: str, **given: Any) -> Any:
    async with http.request(method, url, headers=ADMIN, **given) as answer:
        assert answer.status in (200, 201), await answer.text()
        return await answer.json()


async def posted(http: aiohttp.ClientSession, address: str, *numbers: int) -> None:
    for number in numbers:
        async with http.post(address, json=a_frame(number)) as answer:
            assert answer.status == 200, await answer.text()


async def heard(http: aiohttp.ClientSession, base_url: str) -> list[str]:
    tenant = f"{base_url}/api/v1/tenants/acme"
    found = (await api(http, "GET", f"{tenant}/conversations"))["items"]
    if not found:
        return []
    page = await api(http, "GET", f"{tenant}/conversations/{found[0]['id']}/messages", params={"limit": 200})
    return [item["text"] for item in page["items"] if item["direction"] == "inbound"]


def kill_postgres(command: Command) -> list[int]:
    """Kill PostgreSQL as a machine out of memory would, and return the processes it was."""
    killed = []
    for pid in command.servers():
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if process.name() == "postgres":
                process.kill()
                killed.append(pid)
    return killed


async def gone(pids: list[int]) -> None:
    """Wait until nothing is left of processes: PostgreSQL won't start beside one that nobody has buried."""
    async with asyncio.timeout(20):
        while any(psutil.pid_exists(pid) for pid in pids):
            await asyncio.sleep(0.02)


async def test_what_was_answered_200_outlives_postgres_and_the_process(alone: Command) -> None:
    async with aiohttp.ClientSession() as http:
        async with alone.serving("serve", **GIVEN) as running:
            tenants = f"{running.base_url}/api/v1/tenants"
            await api(http, "POST", tenants, json={"code": "acme", "name": "A"})
            body = {
                "kind": "signal",
                "name": "front",
                "credentials": {"number": NUMBER},
                "api_base": "http://127.0.0.1:9",
            }
            path = (await api(http, "POST", f"{tenants}/acme/channels", json=body))["webhook_path"]
            await posted(http, running.base_url + path, 1)
            killed = kill_postgres(alone)
            await posted(http, running.base_url + path, *range(2, 40))
            await running.end(signal.SIGKILL)
        await gone(killed)
        async with alone.serving("serve", **GIVEN) as again:
            await posted(http, again.base_url + path, *range(40, 45))
            for _ in range(200):
                if len(texts := await heard(http, again.base_url)) >= 44:
                    break
                await asyncio.sleep(0.05)
            assert texts == [f"say {number}" for number in range(1, 45)]
    assert not list((alone.data_dir / "spill").iterdir())

"""The provider: the Telegram stub as a process of its own, and what it received."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp

POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Heard:
    """One message the provider took."""

    at: float
    token: str
    chat_id: int


@dataclass(slots=True)
class Provider:
    """A running stub."""

    url: str
    http: aiohttp.ClientSession

    async def count(self) -> int:
        return int((await self._ask("/_count"))["calls"])

    async def heard(self) -> list[Heard]:
        """Return the messages taken so far, in order."""
        return [Heard(call[0], call[1], call[2]) for call in await self._ask("/_calls") if call[3] == "sendMessage"]

    async def forget(self) -> None:
        await self._ask("/_clear")

    async def order(self, **order: Any) -> None:
        """Order an error, or `latency=(low, high)` for every answer."""
        async with self.http.post(f"{self.url}/_set", json=order) as answer:
            answer.raise_for_status()

    async def wait_for(self, count: int, *, stall_seconds: float = 30) -> float:
        """Return when (`time.monotonic`) the provider had taken `count` messages; TimeoutError where nothing moves."""
        seen, moved_at = -1, time.monotonic()
        while True:
            now = await self.count()
            if now >= count:
                return time.monotonic()
            if now != seen:
                seen, moved_at = now, time.monotonic()
            if time.monotonic() - moved_at > stall_seconds:
                raise TimeoutError(f"the provider got {now} of {count} messages, and nothing moves")
            await asyncio.sleep(POLL_SECONDS)

    async def _ask(self, path: str) -> Any:
        async with self.http.get(self.url + path) as answer:
            return await answer.json()


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Provider]:
    """Yield a stub that runs as long as the block."""
    argv = (sys.executable, "-m", "frontdesk.rehearsal.telegram")
    process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout
        url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
        async with aiohttp.ClientSession() as http:
            yield Provider(url, http)
    finally:
        process.terminate()
        await process.wait()

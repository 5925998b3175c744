"""The demo as a process of its own, and Chromium to visit it with."""

import asyncio
import itertools
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.cli.command import Command, Running
from tests.cli.conftest import somewhere

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


_numbers = itertools.count(1)


@dataclass(slots=True)
class Demo:
    """`frontdesk demo` on one port, to be killed and started again."""

    command: Command
    port: int
    running: Running

    @classmethod
    async def start(cls, command: Command) -> "Demo":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        demo = cls(command, port, await command.start("demo", "--port", str(port)))
        await demo.ready()
        return demo

    async def ready(self) -> None:
        await self.running.heard(lambda said: "Frontdesk is ready" in said and "Health" in said, 40)

    async def kill(self) -> None:
        await self.running.end(signal.SIGKILL)

    async def start_again(self) -> None:
        self.running = await self.command.start("demo", "--port", str(self.port))
        await self.ready()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def word(self, start: str) -> str:
        """Return the first word it printed that begins so."""
        return next(word for word in self.running.out.split() if word.startswith(start))

    @property
    def page(self) -> str:
        return self.word(f"{self.url}/widget/demo.html")

    async def add_channel(self, **settings: Any) -> str:
        """Add a web channel and return its token."""
        headers = {"authorization": f"Bearer {self.word('fd_')}"}
        body = {"kind": "web", "name": f"page {next(_numbers)}", "settings": settings}
        url = f"{self.url}/api/v1/tenants/demo/channels"
        async with aiohttp.ClientSession() as http, http.post(url, json=body, headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            return str((await answer.json())["token"])


@pytest.fixture(scope="session")
async def demo() -> AsyncIterator[Demo]:
    """A running demo."""
    with somewhere() as command:
        started = await Demo.start(command)
        try:
            yield started
        finally:
            await started.running.end()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.fail("no Chromium on this machine: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        await browser.close()
        await asyncio.sleep(0)


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """An empty page of a new visitor; what a script fails at fails the test."""
    context = await browser.new_context()
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.set_default_timeout(15_000)
    yield page
    await context.close()
    assert faults == []

"""A provider that can't push, and sends once: its websocket, its address to poll, and channels that listen there.

The kind is Telegram's, whose updates everybody here can write, with what a channel's settings say of where to listen.
"""

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace, TracebackType
from typing import Any

import pytest
from aiohttp import WSCloseCode, web

from frontdesk import channels as kinds
from frontdesk.core.channel import Channel, Source
from tests.builders import a_telegram_text


def source(channel: Channel) -> Source | None:
    """Return where the channel's settings say."""
    if not (way := channel.settings.get("way")):
        return None
    every = timedelta(seconds=0.05)
    return Source(way=way, url=channel.settings["listen"], headers={"x-number": channel.name}, every=every)


def send_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Telegram be a provider that sends once, and may be listened to."""
    real = kinds.adapters()
    changed = SimpleNamespace(**{**vars(real["telegram"]), "SENDS_ONCE": True, "source": source})
    monkeypatch.setattr(kinds, "adapters", lambda: {**real, "telegram": changed})


class Bridge:
    """Hands each frame to whoever is connected, and what nobody is there for to the next poll."""

    def __init__(self) -> None:
        self.sockets: list[web.WebSocketResponse] = []
        self.connections = 0
        self.numbers: list[str] = []
        self.polled: list[str] = []
        self.waiting: list[str] = []
        self.url = ""

    async def __aenter__(self) -> "Bridge":
        application = web.Application()
        application.router.add_get("/receive", self._socket)
        application.router.add_get("/poll", self._poll)
        self._runner = web.AppRunner(application, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.hang_up()
        await self._runner.cleanup()

    @property
    def websocket(self) -> dict[str, Any]:
        """Return the settings of a channel that listens to the websocket."""
        return {"way": "websocket", "listen": f"{self.url}/receive"}

    @property
    def poll(self) -> dict[str, Any]:
        return {"way": "poll", "listen": f"{self.url}/poll"}

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections += 1
        self.numbers.append(request.headers.get("x-number", ""))
        self.sockets.append(socket)
        async for _ in socket:
            pass
        self.sockets.remove(socket)
        return socket

    async def _poll(self, request: web.Request) -> web.Response:
        self.polled.append(request.headers.get("x-number", ""))
        return web.Response(text=self.waiting.pop(0) if self.waiting else "[]")

    async def push(self, frame: Mapping[str, Any] | str) -> None:
        """Send a frame to all who are connected."""
        text = frame if isinstance(frame, str) else json.dumps(frame)
        for socket in self.sockets:
            await socket.send_str(text)

    async def say(self, *message_ids: int) -> None:
        for number in message_ids:
            await self.push(a_telegram_text(f"say {number}", message_id=number, update_id=number))

    async def hang_up(self) -> None:
        await asyncio.gather(*(socket.close(code=WSCloseCode.GOING_AWAY) for socket in list(self.sockets)))

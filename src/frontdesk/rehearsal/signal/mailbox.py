"""What arrives for the bridge's accounts: sent to whoever listens, posted once, or kept until it is asked for."""

import asyncio
import contextlib
from collections import defaultdict
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from frontdesk.rehearsal.signal.refusal import Refusal

POST_SECONDS = 10


class Mailboxes:
    """Frames on their way to us. A websocket or a webhook gets each once or never; a poll empties the box."""

    def __init__(self) -> None:
        self.webhook: tuple[str, dict[str, str]] | None = None
        self.posted: list[int] = []
        self.dropped: list[dict[str, Any]] = []
        self._waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._arrived = asyncio.Event()
        self._listeners: dict[str, set[web.WebSocketResponse]] = defaultdict(set)

    async def deliver(self, number: str, frame: dict[str, Any], *, polled: bool) -> int:
        """Hand a frame on and return how many took it; what nobody takes is in `dropped`."""
        if polled:
            self._waiting[number].append(frame)
            self._arrived.set()
            return 1
        taken = 0
        for listener in tuple(self._listeners[number]):
            with contextlib.suppress(ConnectionError):
                await listener.send_str(orjson.dumps(frame).decode())
                taken += 1
        if self.webhook:
            taken += await self._post({"jsonrpc": "2.0", "method": "receive", "params": frame})
        if not taken:
            self.dropped.append(frame)
        return taken

    async def _post(self, line: dict[str, Any]) -> int:
        """Post once; another answer than 200 or 201 is noted in `posted`, and that is all."""
        assert self.webhook
        url, headers = self.webhook
        timeout = aiohttp.ClientTimeout(total=POST_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.post(url, json=line, headers=headers) as got,
            ):
                self.posted.append(got.status)
        except (aiohttp.ClientError, TimeoutError, OSError):
            self.posted.append(0)
        return int(self.posted[-1] in (200, 201))

    def listening(self, number: str) -> int:
        """Return how many websockets are open for an account."""
        return len(self._listeners[number])

    async def listen(self, request: web.Request, number: str) -> web.WebSocketResponse:
        """Hold a websocket open; what the listener sends is read and thrown away."""
        socket = web.WebSocketResponse(heartbeat=30)
        if not socket.can_prepare(request):
            raise Refusal("websocket: the client is not using the websocket protocol")
        await socket.prepare(request)
        self._listeners[number].add(socket)
        try:
            async for _ in socket:
                pass
        finally:
            self._listeners[number].discard(socket)
        return socket

    async def hang_up(self, number: str) -> None:
        """Close an account's websockets, as a bridge that restarts does."""
        for socket in tuple(self._listeners[number]):
            await socket.close(code=1001)

    async def hand_out(self, request: web.Request, number: str) -> list[dict[str, Any]]:
        """Return what waits, up to `max_messages`, after at most `timeout` seconds; it waits no longer after that."""
        timeout, most = request.query.get("timeout", "1"), request.query.get("max_messages", "")
        if not timeout.isdecimal():
            raise Refusal("Couldn't process request - timeout needs to be numeric!")
        if not self._waiting[number]:
            self._arrived.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), int(timeout))
        count = int(most) if most.isdecimal() else len(self._waiting[number])
        handed, self._waiting[number] = self._waiting[number][:count], self._waiting[number][count:]
        return handed

    async def close(self) -> None:
        for number in tuple(self._listeners):
            await self.hang_up(number)

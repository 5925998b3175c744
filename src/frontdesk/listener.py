"""One channel listened to: a websocket kept open, or an address asked again and again."""

import asyncio
import math
import random
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

import aiohttp
import structlog
from yarl import URL

from frontdesk import telemetry
from frontdesk.core.channel import Channel, Source
from frontdesk.core.exchange import Request
from frontdesk.core.tenant import Tenant
from frontdesk.errors import DatabaseUnavailable, FrontdeskError
from frontdesk.reception import Reception

log = structlog.get_logger()

T = TypeVar("T")
Socket = aiohttp.ClientWebSocketResponse

HEARTBEAT_SECONDS = 20.0
CONNECT_SECONDS = 10.0
POLL_SECONDS = 90.0
GRACE_SECONDS = 5.0
"""How long an answer that is under way is waited for when stopping: what a poll hands out is gone at the provider."""
REST_SECONDS = 0.1
PAUSE_SECONDS = (0.2, 5.0)
SETTLED_SECONDS = 10.0
MOST_BYTES = 16 * 1024 * 1024


class Listener:
    """Listens until it is stopped. Each frame is stored before the next is read, so their order is kept."""

    def __init__(self, tenant: Tenant, channel: Channel, source: Source, reception: Reception) -> None:
        self.tenant = tenant
        self.channel = channel
        self.source = source
        self.reception = reception
        self.stopping = asyncio.Event()
        self.log = log.bind(tenant=tenant.code, channel=channel.kind, name=channel.name)
        self._pause = PAUSE_SECONDS[0]
        self._until = math.inf
        self.task = asyncio.create_task(self._run())

    def halt(self) -> None:
        """Read no more; what has arrived is still stored, and then `task` ends."""
        if not self.stopping.is_set():
            self._until = asyncio.get_running_loop().time() + GRACE_SECONDS
            self.stopping.set()

    async def stop(self) -> None:
        """Halt, and return once all that had arrived is stored."""
        self.halt()
        await asyncio.wait([self.task])

    async def _run(self) -> None:
        listen = self._websocket if self.source.way == "websocket" else self._poll
        async with aiohttp.ClientSession(
            headers={"user-agent": "frontdesk", **self.source.headers}, cookie_jar=aiohttp.DummyCookieJar()
        ) as http:
            while not self.stopping.is_set():
                try:
                    await listen(http)
                except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
                    await self._rest(_reason(error))
                except Exception as error:
                    self.log.error("listening_failed", exc_info=error)
                    await self._rest("internal_error")
        self.log.info("listening_stopped")

    async def _rest(self, reason: str) -> None:
        self.log.warning("listening_broke", reason=reason, again_in=round(self._pause, 1))
        await self._unless_stopped(asyncio.sleep(self._pause * random.uniform(0.7, 1.3)))  # noqa: S311 - jitter
        self._pause = min(2 * self._pause, PAUSE_SECONDS[1])

    async def _websocket(self, http: aiohttp.ClientSession) -> None:
        url = URL(self.source.url, encoded=True)
        async with asyncio.timeout(CONNECT_SECONDS):
            socket = await self._unless_stopped(
                http.ws_connect(url, heartbeat=HEARTBEAT_SECONDS, max_msg_size=MOST_BYTES)
            )
        if socket is None:
            return
        self.log.info("listening", way="websocket")
        started = time.monotonic()
        try:
            async with socket:
                while (frame := await self._next(socket)) is not None:
                    await self._take(frame)
        finally:
            if time.monotonic() > started + SETTLED_SECONDS:
                self._pause = PAUSE_SECONDS[0]

    async def _next(self, socket: Socket) -> bytes | None:
        """Return the next frame; None once told to stop, and all that had arrived is read."""
        message = None if self.stopping.is_set() else await self._unless_stopped(socket.receive())
        if message is None:
            if asyncio.get_running_loop().time() > self._until:
                return None
            try:
                message = await socket.receive(REST_SECONDS)
            except TimeoutError:
                return None
        if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            return message.data.encode() if isinstance(message.data, str) else bytes(message.data)
        if self.stopping.is_set():
            return None
        raise aiohttp.ClientConnectionError(f"closed with {socket.close_code}")

    async def _unless_stopped(self, doing: Coroutine[Any, Any, T]) -> T | None:
        """Return what comes of `doing`; None where the word to stop comes first."""
        task, stopped = asyncio.ensure_future(doing), asyncio.create_task(self.stopping.wait())
        try:
            await asyncio.wait([task, stopped], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            if not task.done():
                task.cancel()
                await asyncio.wait([task])
        return None if task.cancelled() else task.result()

    async def _poll(self, http: aiohttp.ClientSession) -> None:
        self.log.info("listening", way="poll")
        while not self.stopping.is_set():
            answer = asyncio.create_task(self._ask(http))
            stopped = asyncio.create_task(self.stopping.wait())
            await asyncio.wait([answer, stopped], return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            await asyncio.wait([answer], timeout=GRACE_SECONDS)
            if not answer.done():
                answer.cancel()
                return
            body = answer.result()
            self._pause = PAUSE_SECONDS[0]
            if body.strip() not in (b"", b"[]", b"null"):
                await self._take(body)
            else:
                await self._unless_stopped(asyncio.sleep(self.source.every.total_seconds()))

    async def _ask(self, http: aiohttp.ClientSession) -> bytes:
        timeout = aiohttp.ClientTimeout(total=POLL_SECONDS, sock_connect=CONNECT_SECONDS)
        url = URL(self.source.url, encoded=True)
        async with http.get(url, timeout=timeout, allow_redirects=False) as answer:
            if answer.status not in (200, 204):
                raise aiohttp.ClientConnectionError(f"answered {answer.status}")
            body = await answer.content.read(MOST_BYTES + 1)
            while not answer.content.at_eof() and len(body) <= MOST_BYTES:
                body += await answer.content.read(MOST_BYTES + 1 - len(body))
            if len(body) > MOST_BYTES:
                raise ValueError("the answer is too large")
            return body

    async def _take(self, body: bytes) -> None:
        """Hand one frame over; while neither PostgreSQL nor the spill takes it, nothing more is read."""
        outcome, pause = "received", PAUSE_SECONDS[0]
        while True:
            try:
                await self._accept(body)
            except DatabaseUnavailable as error:
                self.log.error("frame_waits", reason=str(error))
                await asyncio.sleep(pause)
                pause = min(2 * pause, PAUSE_SECONDS[1])
                if not self.stopping.is_set():
                    continue
                outcome = error.code
                self.log.error("frame_lost", bytes=len(body))
            except FrontdeskError as error:
                outcome = error.code
                self.log.warning("frame_refused", code=outcome, reason=str(error), bytes=len(body))
            except Exception as error:
                outcome = "internal_error"
                self.log.error("frame_failed", exc_info=error, bytes=len(body))
            break
        telemetry.received.add(1, {"tenant": self.tenant.code, "channel": self.channel.kind, "outcome": outcome})

    async def _accept(self, body: bytes) -> None:
        request = Request("POST", "", {"content-type": "application/json"}, body)
        with telemetry.webhook(self.tenant.code, self.channel.kind, None) as span:
            events = await self.reception.take(self.tenant, self.channel, request, telemetry.traceparent(span))
        for event in events:
            telemetry.events.add(1, {"tenant": self.tenant.code, "channel": self.channel.kind, "kind": event.kind})


def _reason(error: Exception) -> str:
    """Say what broke without the address, which may hold a secret."""
    if isinstance(error, aiohttp.ClientResponseError):
        return f"{type(error).__name__}: {error.status}"
    return f"{type(error).__name__}: {error}" if type(error) is aiohttp.ClientConnectionError else type(error).__name__

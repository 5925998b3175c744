"""The load: a process of its own that writes webhooks over kept-alive connections, at full speed or at a steady rate.

`python -m bench.load` reads what to do as JSON from its standard input, and prints what happened as JSON.
"""

import asyncio
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
import uvloop

BODY = (
    b'{"update_id":%d,"message":{"message_id":%d,"date":%d,"chat":{"id":%d,"type":"private","first_name":"Ada"},'
    b'"from":{"id":%d,"is_bot":false,"first_name":"Ada","language_code":"en"},"text":"%s"}}'
)
DRAIN_SECONDS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to write where: `rate` a second, or as fast as the connections carry; `chats` people take turns."""

    host: str
    port: int
    path: str
    secret: str
    connections: int
    seconds: float
    rate: float | None = None
    chats: int = 200
    first_chat: int = 1_000_000
    first_number: int = 1
    text: str = "hello"
    records: bool = False


@dataclass(slots=True)
class Load:
    """One order under way. A steady request counts from the moment it was due, sent or not."""

    order: Order
    written: int = 0
    done: int = 0
    errors: int = 0
    ends_at: float = 0.0
    took: list[float] = field(default_factory=list)
    records: list[tuple[int, float, float, int]] = field(default_factory=list)
    idle: "deque[Connection]" = field(default_factory=deque)
    due: deque[float] = field(default_factory=deque)

    def request(self) -> tuple[int, bytes]:
        """Return the next request with its chat."""
        order = self.order
        chat = order.first_chat + self.written % order.chats
        number = order.first_number + self.written // order.chats
        self.written += 1
        body = BODY % (chat * 1000 + number, number, int(time.time()), chat, chat, order.text.encode())
        head = (
            f"POST {order.path} HTTP/1.1\r\nHost: {order.host}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {order.secret}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return chat, head.encode() + body

    def answered(self, connection: "Connection", status: int) -> None:
        now = time.monotonic()
        self.done += 1
        self.errors += not 200 <= status < 300
        self.took.append(now - connection.due_at)
        if self.order.records:
            self.records.append((connection.chat, connection.due_at, now, status))
        if self.order.rate is None:
            if now < self.ends_at:
                connection.write(now)
        elif self.due:
            connection.write(self.due.popleft())
        else:
            self.idle.append(connection)

    def ask(self, due_at: float) -> None:
        """Write a request that is due; where no connection is free it waits for one, and that time counts."""
        if self.idle:
            self.idle.popleft().write(due_at)
        else:
            self.due.append(due_at)


class Connection(asyncio.Protocol):
    """One kept-alive connection with one request at a time."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.due_at = 0.0
        self.chat = 0
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class

    def write(self, due_at: float) -> None:
        assert self._transport
        self.due_at = due_at
        self.chat, request = self.load.request()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if found and len(body) >= _length(head):
            self._buffer = b""
            self.load.answered(self, int(head[9:12]))

    def connection_lost(self, error: Exception | None) -> None:
        if self.load.order.rate is None and error:
            self.load.errors += 1


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


async def write(order: Order) -> dict[str, Any]:
    """Carry out an order and return counts, times and, where asked for, every request."""
    loop, load = asyncio.get_running_loop(), Load(order)
    connections = [
        (await loop.create_connection(lambda: Connection(load), order.host, order.port))[1]
        for _ in range(order.connections)
    ]
    started = time.monotonic()
    load.ends_at = started + order.seconds
    if order.rate is None:
        for connection in connections:
            connection.write(time.monotonic())
        await asyncio.sleep(order.seconds)
    else:
        load.idle.extend(connections)
        await _tick(load, started, order.rate)
    done, seconds = load.done, time.monotonic() - started
    deadline = time.monotonic() + DRAIN_SECONDS
    while load.done < load.written and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    result = {"done": done, "seconds": seconds, "errors": load.errors, "took": load.took}
    return {**result, "records": load.records, "unanswered": load.written - load.done}


async def _tick(load: Load, started: float, rate: float) -> None:
    for index in range(int(rate * load.order.seconds)):
        due_at = started + index / rate
        if (wait := due_at - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        load.ask(due_at)


def main() -> None:
    order = Order(**orjson.loads(sys.stdin.buffer.read()))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.stdout.buffer.write(orjson.dumps(runner.run(write(order))))


if __name__ == "__main__":
    main()

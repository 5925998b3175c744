"""Would a copy in Redis make a turn's first read cheaper? `python -m bench.context` reads both ways, in turns, for 20 seconds."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, cycle
from typing import Any

import orjson
import redis.asyncio as redis
import uvloop
from rich.console import Console
from rich.table import Table

from bench import meters, place
from bench.place import Place
from bench.scale import QUICK
from frontdesk.core.message import Message, Origin
from frontdesk.core.tenant import Tenant, TenantSettings
from frontdesk.core.wire import Received
from frontdesk.services.tenants import tenancy
from frontdesk.store import conversations
from frontdesk.store.pool import Transaction

CHATS = 50
LINES = 120
HISTORIES = (10, 100)
SLOT_SECONDS = 0.9
ROUNDS = 3
WARM = 50

HISTORY = conversations.OPEN[
    conversations.OPEN.index("    (SELECT json_agg(line)") : conversations.OPEN.index(" AS history,")
]
WITHOUT_HISTORY = conversations.OPEN.replace(HISTORY, "    (SELECT NULL::json WHERE $13::int < 0)")
FILL = """
INSERT INTO messages (conversation_id, channel_id, contact_id, direction, author, type, text, content, status)
SELECT c.id, c.channel_id, c.contact_id, CASE WHEN n % 2 = 0 THEN 'outbound' ELSE 'inbound' END,
       CASE WHEN n % 2 = 0 THEN 'bot' ELSE 'contact' END, 'text', 'line ' || n || ' of a talk about beds and visiting hours', '{}', 'sent'
FROM conversations c, generate_series(1, $1) n
"""
LINE = """
SELECT json_agg(line)::text FROM (
    SELECT m.id, m.direction, m.author, m.type, m.text, m.working_text AS working, m.created_at AS at FROM messages m
    JOIN conversations c ON c.id = m.conversation_id WHERE c.external_id = $1 ORDER BY m.id DESC LIMIT $2) AS line
"""


@dataclass(slots=True)
class Cost:
    """What some reads took: processor seconds of each process, and how many they were."""

    reads: int = 0
    seconds: float = 0.0
    used: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def ms(self, who: str) -> float:
        return 1000 * self.used[who] / self.reads

    @property
    def all_ms(self) -> float:
        return sum(map(self.ms, self.used))


class Reader:
    """Reads what a turn starts from, from PostgreSQL alone or with the history from Redis."""

    def __init__(self, where: Place, tenant: Tenant, channel_id: Any, client: redis.Redis) -> None:
        self.where = where
        self.tenant = tenant
        self.channel_id = channel_id
        self.client = client
        self.numbers = count(1)
        self.copies: dict[tuple[str, int], str] = {}

    def received(self, chat: str) -> Received:
        number = next(self.numbers)
        event = Message(
            type="text", external_id=f"{chat}:{number}", text="hello", origin=Origin(conversation=chat, sender=chat)
        )
        return Received(channel_id=self.channel_id, event=event, received_at=datetime.now(UTC))

    async def open(self, chat: str, settings: TenantSettings, query: str) -> conversations.Opened:
        conversations.OPEN = query
        async with self.where.installation.databases.tenant(tenancy(self.tenant), durable=False) as tx:
            return await conversations.open_turn(tx, self.received(chat), settings)

    async def alone(self, chat: str, settings: TenantSettings) -> int:
        return len((await self.open(chat, settings, WHOLE)).history)

    async def with_redis(self, chat: str, settings: TenantSettings) -> int:
        copy = await self.client.get(f"history:{settings.history.messages}:{chat}")
        history = tuple(conversations._said(line) for line in reversed(orjson.loads(copy or b"[]")))
        await self.open(chat, settings, WITHOUT_HISTORY)
        return len(history)

    async def renewed(self, chat: str, settings: TenantSettings) -> int:
        """The same, and the copy written again, as every turn would have to: it adds lines to the history."""
        found = await self.with_redis(chat, settings)
        await self.client.set(f"history:{settings.history.messages}:{chat}", self.copies[chat, found])
        return found


WHOLE = conversations.OPEN


async def prepared(where: Place) -> Reader:
    """Fill a tenant with talks, and Redis with what they came to."""
    bot = await where.bot()
    client = redis.Redis.from_url(where.installation.servers.redis_url)
    reader = Reader(where, bot.tenant, bot.channel.id, client)
    for chat in chats():
        await reader.open(chat, TenantSettings(), WHOLE)
    async with where.installation.databases.tenant(tenancy(bot.tenant)) as tx:
        await tx.execute(FILL, LINES)
        await _copied(tx, reader)
    await where.sql(f"ANALYZE tenant_{bot.tenant.code}.messages, tenant_{bot.tenant.code}.conversations")
    return reader


async def _copied(tx: Transaction, reader: Reader) -> None:
    for chat in chats():
        for lines in HISTORIES:
            reader.copies[chat, lines] = copy = await tx.fetchval(LINE, chat, lines)
            await reader.client.set(f"history:{lines}:{chat}", copy)


def chats() -> Iterator[str]:
    return map(str, range(1, CHATS + 1))


async def slot(reader: Reader, read: Callable[[str, TenantSettings], Awaitable[int]], lines: int, cost: Cost) -> None:
    """Read for a while, one after the other, and add what it took."""
    settings = TenantSettings.model_validate({"history": {"messages": lines}})
    around = cycle(chats())
    for _ in range(WARM):
        assert await read(next(around), settings) == lines
    before, started, reads = _used(reader.where), time.perf_counter(), 0
    while time.perf_counter() - started < SLOT_SECONDS:
        await read(next(around), settings)
        reads += 1
    cost.reads += reads
    cost.seconds += time.perf_counter() - started
    for who, seconds in _used(reader.where).items():
        cost.used[who] += seconds - before[who]


def _used(where: Place) -> Mapping[str, float]:
    return {
        "Python": time.process_time(),
        "PostgreSQL": meters.tree_cpu_seconds(where.postgres_pid),
        "Redis": meters.tree_cpu_seconds(where.redis_pid),
    }


async def main() -> None:
    """Read both ways, in turns, and print what each read takes."""
    table = Table("history", "read from", title="A turn's first read, processor time in ms")
    for name in ("Python", "PostgreSQL", "Redis", "together", "beside the first", "ms waited"):
        table.add_column(name, justify="right")
    async with place.opened(QUICK, print) as where:
        reader = await prepared(where)
        for lines in HISTORIES:
            ways = {
                "PostgreSQL alone": reader.alone,
                "Redis, and the rest from PostgreSQL": reader.with_redis,
                "… with the copy renewed": reader.renewed,
            }
            costs = {name: Cost() for name in ways}
            for _ in range(ROUNDS):
                for name, read in ways.items():
                    await slot(reader, read, lines, costs[name])
            show(table, lines, costs)
        await reader.client.aclose()
    conversations.OPEN = WHOLE
    Console(width=120).print(table)


def show(table: Table, lines: int, costs: Mapping[str, Cost]) -> None:
    """Add a row for each way to read, with its ratio to the first."""
    alone = next(iter(costs.values()))
    for name, cost in costs.items():
        figures = [*map(cost.ms, ("Python", "PostgreSQL", "Redis")), cost.all_ms]
        waited, ratio = 1000 * cost.seconds / cost.reads, cost.all_ms / alone.all_ms
        table.add_row(str(lines), name, *(f"{each:.3f}" for each in figures), f"{ratio:.2f} ×", f"{waited:.3f}")


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())

"""A pool in which tenants lean to the same connections, so that PostgreSQL finds their plans and caches warm there.

A plan belongs to one search path and one role. A connection that changes tenants plans every statement anew, which
costs more than running it; here each tenant has one home among the connections, and other connections take it only
while that is crowded. Statements are prepared per tenant, so that the plans of many live side by side.
"""

import asyncio
import contextlib
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import asyncpg

FIRST_ID = UUID(int=0)
LAST_ID = UUID(int=(1 << 128) - 1)
"""Ends of a list by id: a cursor that may be NULL would cost a generic plan its index."""

CROWDED = 3

_held: ContextVar[frozenset[int]] = ContextVar("held", default=frozenset())
"""The slots the caller holds already: whoever waits for one of these waits for himself."""


class Transaction:
    """A connection while one caller has it. `mark` keeps one tenant's prepared statements apart from another's."""

    __slots__ = ("connection", "mark", "slot")

    def __init__(self, connection: asyncpg.Connection, tenant: str, slot: "Slot | None" = None) -> None:
        self.connection = connection
        self.slot = slot
        self.mark = f" -- {tenant}" if tenant else ""

    async def renew(self) -> None:
        """Go on with a fresh connection."""
        self.connection.terminate()
        if self.slot:
            self.connection = await self.slot.opened()

    async def fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        return await self.connection.fetch(query + self.mark, *arguments)  # type: ignore[no-any-return]

    async def fetchrow(self, query: str, *arguments: Any) -> Any:
        return await self.connection.fetchrow(query + self.mark, *arguments)

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        return await self.connection.fetchval(query + self.mark, *arguments)

    async def execute(self, query: str, *arguments: Any) -> str:
        return await self.connection.execute(query + self.mark, *arguments)  # type: ignore[no-any-return]


class Slot:
    """One place for a connection, opened when first needed and again after it broke."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]]) -> None:
        self.connect = connect
        self.connection: asyncpg.Connection | None = None
        self.users = 0
        self.turn = asyncio.Lock()

    @property
    def open(self) -> bool:
        return self.connection is not None and not self.connection.is_closed()

    async def opened(self) -> asyncpg.Connection:
        if not self.open:
            self.connection = await self.connect()
        return self.connection


class Pool:
    """At most `size` connections to one database."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]], size: int) -> None:
        self.slots = [Slot(connect) for _ in range(size)]

    @contextlib.asynccontextmanager
    async def acquire(self, tenant: str = "") -> AsyncIterator[Transaction]:
        """Yield a connection, the tenant's home where possible; waits until one is free."""
        slot = self._choose(tenant)
        slot.users += 1
        held = _held.get()
        try:
            async with slot.turn:
                _held.set(held | {id(slot)})
                yield Transaction(await slot.opened(), tenant, slot)
        finally:
            _held.set(held)
            slot.users -= 1

    def _choose(self, tenant: str) -> Slot:
        others = [slot for slot in self.slots if id(slot) not in _held.get()]
        if tenant:
            home = self.slots[zlib.crc32(tenant.encode()) % len(self.slots)]
            if home.users < CROWDED and home in others:
                return home
        return min(others or self.slots, key=lambda slot: (slot.users, not slot.open))

    async def close(self, seconds: float) -> None:
        """Close every connection; what is still busy after `seconds` is cut."""
        await asyncio.gather(*(_close(slot.connection, seconds) for slot in self.slots if slot.connection))


async def _close(connection: asyncpg.Connection, seconds: float) -> None:
    try:
        await connection.close(timeout=seconds)
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()

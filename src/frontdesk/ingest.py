"""Durable at once, cheaply: what arrives while one commit runs goes with the next."""

import asyncio
from collections.abc import Sequence

import asyncpg

from frontdesk import queue
from frontdesk.errors import DatabaseUnavailable, FrontdeskError, InvalidInput
from frontdesk.live import Live
from frontdesk.queue import Item
from frontdesk.store.db import Databases
from frontdesk.store.pool import Transaction

MOST_ITEMS = 500

Waiting = tuple[Sequence[Item], "asyncio.Future[None]"]


class Ingest:
    """Puts items into the queue, many callers' in one statement; one commit at a time keeps every conversation's order."""

    def __init__(self, databases: Databases, live: Live) -> None:
        self.databases = databases
        self.live = live
        self._waiting: dict[str, list[Waiting]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}

    async def put(self, database: str, items: Sequence[Item]) -> None:
        """Return once the items are on disk; DatabaseUnavailable where they may not be."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(database, []).append((items, done))
        if database not in self._running or self._running[database].done():
            self._running[database] = asyncio.create_task(self._run(database))
        await done

    async def _run(self, database: str) -> None:
        while batch := self._next(database):
            try:
                async with self.databases.platform(database) as tx:
                    await self._put_together(tx, batch)
            except FrontdeskError as error:
                _settle(batch, error)
            except Exception as error:
                _settle(batch, DatabaseUnavailable(f"the queue can't be written: {error}"))
            self.live.wake(database, {item.tenant for items, _ in batch for item in items})

    def _next(self, database: str) -> list[Waiting]:
        waiting = self._waiting.get(database, [])
        count, size = 0, 0
        while count < len(waiting) and size < MOST_ITEMS:
            size += len(waiting[count][0])
            count += 1
        self._waiting[database] = waiting[count:]
        return waiting[:count]

    async def _put_together(self, tx: Transaction, batch: list[Waiting]) -> None:
        try:
            await queue.put(tx, [item for items, _ in batch for item in items])
            _settle(batch, None)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, UnicodeError):
            for waiting in batch:  # one of them is at fault: let the others not suffer for it
                _settle([waiting], await self._put_alone(tx, waiting[0]))

    async def _put_alone(self, tx: Transaction, items: Sequence[Item]) -> FrontdeskError | None:
        try:
            await queue.put(tx, items)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, UnicodeError) as error:
            return InvalidInput(f"the event can't be stored: {error}")
        return None


def _settle(batch: Sequence[Waiting], error: FrontdeskError | None) -> None:
    for _, done in batch:
        if done.done():
            continue  # whoever waited has gone; the row is there all the same
        if error:
            done.set_exception(error)
        else:
            done.set_result(None)

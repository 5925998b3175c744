"""Leases work and runs the journey: one worker serves every tenant of one database, in turns."""

import asyncio
import bisect
import contextlib
import itertools
import os
import secrets
import socket
import time
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable

import asyncpg
import structlog
from structlog.contextvars import bound_contextvars

from frontdesk import queue, telemetry
from frontdesk.chores import Chores
from frontdesk.core import wire
from frontdesk.errors import DatabaseUnavailable
from frontdesk.journey import Journey
from frontdesk.live import Live
from frontdesk.mishaps import Mishaps
from frontdesk.queue import Cursor, Work
from frontdesk.settings import Settings
from frontdesk.store import schedule
from frontdesk.store.db import Databases, translated

log = structlog.get_logger()

HEADS = 8
READ_SPACING = 0.003
PATIENCE = 0.02
SWEEP_SECONDS = 1.0
TAKEN_UP = 64


class Worker:
    """Holds at most `concurrency` pieces of work of one database at a time."""

    def __init__(
        self,
        settings: Settings,
        databases: Databases,
        journey: Journey,
        chores: Chores,
        mishaps: Mishaps,
        live: Live,
        database: str,
    ) -> None:
        self.settings = settings
        self.databases = databases
        self.does = {wire.EVENT: journey.take_turn, wire.DELIVERY: journey.deliver}
        self.chores = chores
        self.mishaps = mishaps
        self.live = live
        self.database = database
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self.in_hand: dict[int, asyncio.Task[None]] = {}
        self.stopping = asyncio.Event()
        self._ready: dict[str, None] = {}
        self._cursors: dict[str, Cursor] = {}
        self._stir = asyncio.Event()
        self._session: asyncpg.Connection | None = None
        self._session_lock = asyncio.Lock()
        self._leased_at = 0.0
        self._gone: set[int] = set()
        self._swept = (0, "")
        self._more = False
        self._hungry = asyncio.Event()

    async def run(self) -> None:
        """Work until `stop`, then finish what is in hand, at most for the drain time, and give back the rest."""
        helpers = [asyncio.create_task(_lasting(loop)) for loop in (self._listen, self._sweep, self._beat)]
        log.info("worker_started", worker=self.name, database=self.database, concurrency=self.settings.concurrency)
        try:
            await _lasting(self._lease_loop)
            await self._drain()
        finally:
            self.stop()  # redis-py may swallow a cancellation: then the listener ends by itself
            for helper in helpers:
                helper.cancel()
            await asyncio.wait(helpers, timeout=2 * SWEEP_SECONDS)
            if self._session:
                await self._session.close(timeout=2)
            log.info("worker_stopped", worker=self.name, database=self.database)

    def stop(self) -> None:
        """Lease no more."""
        self.stopping.set()
        self._stir.set()

    async def _lease_loop(self) -> None:
        while tenants := await self._next_tenants():
            limit = min(HEADS, self._free())
            try:
                works = await self._lease(tenants[:limit], limit)
            except DatabaseUnavailable as error:
                log.warning("lease_failed", error=str(error), database=self.database)
                await asyncio.sleep(0.2)
                continue
            for work in works:
                self._start(work)
            each = max(1, limit // len(tenants[:limit]))
            taken = Counter(work.tenant for work in works)
            full = [tenant for tenant in tenants if taken[tenant] >= each]
            self._ready.update(dict.fromkeys([*tenants[limit:], *full]))

    async def _next_tenants(self) -> list[str]:
        """Return the tenants whose turn it is, once there are slots for their work; none when stopping."""
        while not self.stopping.is_set():
            if self._more and len(self._ready) < HEADS:
                self._hungry.set()
            wait = self._until_worth_reading(time.monotonic())
            if self._ready and wait <= 0:
                tenants = list(itertools.islice(self._ready, HEADS))
                for tenant in tenants:
                    del self._ready[tenant]
                return tenants
            self._stir.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stir.wait(), wait if self._ready and self._free() else SWEEP_SECONDS)
        return []

    def _free(self) -> int:
        return self.settings.concurrency - len(self.in_hand)

    def _until_worth_reading(self, now: float) -> float:
        """Return how many seconds to wait: a read costs the same for one head as for eight, so reads keep a distance,
        and a busy worker waits a little longer for more free slots.
        """
        free = self._free()
        if not free:
            return SWEEP_SECONDS
        distance = READ_SPACING if free >= min(HEADS, self.settings.concurrency) else PATIENCE
        return self._leased_at + distance - now

    async def _lease(self, tenants: list[str], limit: int) -> list[Work]:
        self._leased_at = time.monotonic()
        readers = {tenant: self._cursors.setdefault(tenant, Cursor()) for tenant in tenants}
        async with self._session_lock:
            session = await self._connected()
            with translated():
                return await queue.lease(session, readers, self.name, limit=limit, lasting=self.settings.lease)

    async def _connected(self) -> asyncpg.Connection:
        """Return the connection that leases; after a break, what was leased and never reached us is given back first."""
        if self._session is None or self._session.is_closed():
            self._session = await self.databases.session(self.database, queue.PLANNER)
            with translated():
                released = await queue.release(self._session, self.name, list(self.in_hand))
            if released:
                log.info("leases_released", worker=self.name, count=released)
        return self._session

    def _start(self, work: Work) -> None:
        if work.id in self.in_hand:
            return  # our own lease ran out while we were stalled: the fence decides who finishes
        task = self.in_hand[work.id] = asyncio.create_task(self._do(work))
        task.add_done_callback(lambda _: self._finished(work))

    def _finished(self, work: Work) -> None:
        self.in_hand.pop(work.id, None)
        self._ready[work.tenant] = None  # the next of its group, or the deliveries it queued
        self._stir.set()

    async def _do(self, work: Work) -> None:
        telemetry.waited.record(
            max(0.0, time.time() - work.created_at.timestamp()), {"tenant": work.tenant, "kind": work.kind}
        )
        with bound_contextvars(tenant=work.tenant, work=work.id, kind=work.kind, trace=(work.traceparent or "")[3:35]):
            try:
                await (self.does[work.kind](work) if work.kind in self.does else self.chores.do(work, self.database))
            except Exception as error:
                await self.mishaps.settle(work, self.database, error)

    async def _listen(self) -> None:
        while not self.stopping.is_set():
            if not self._free():
                await asyncio.sleep(PATIENCE)
                continue
            if tenant := await self.live.next_ready(self.database, SWEEP_SECONDS):
                self._ready[tenant] = None
                self._stir.set()

    async def _sweep(self) -> None:
        """Find what a lost wake-up left, what is due again, and what was scheduled."""
        while True:
            await self._with_session(self._look)
            self._hungry.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(
                    self._hungry.wait() if self._more else asyncio.sleep(SWEEP_SECONDS), SWEEP_SECONDS
                )

    async def _look(self, session: asyncpg.Connection) -> None:
        await schedule.promote(session)
        self._ready.update(dict.fromkeys(self._next_on_ring(await queue.tenants_with_work(session))))
        self._stir.set()

    def _next_on_ring(self, tenants: list[str]) -> list[str]:
        """Return the tenants to take up next: few enough to stay with each until its work is done.

        Every worker goes round them in an order of its own, so that a backlog of many tenants is shared out among the
        workers, and each finds its tenants' plans and caches warm. Fresh work does not wait for this: it is woken.
        """
        ring = sorted((zlib.crc32(f"{self.name} {tenant}".encode()), tenant) for tenant in tenants)
        start = bisect.bisect_right(ring, self._swept)
        chosen = [*ring[start:], *ring[:start]][: max(0, TAKEN_UP - len(self._ready))]
        self._swept = chosen[-1] if chosen else self._swept
        self._more = len(chosen) < len(ring)
        return [tenant for _, tenant in chosen]

    async def _beat(self) -> None:
        """Extend the leases in hand three times as often as they would run out; drop what is lost."""
        while True:
            await asyncio.sleep(self.settings.lease_seconds / 3)
            await self._with_session(self._extend)

    async def _extend(self, session: asyncpg.Connection) -> None:
        ids = list(self.in_hand)
        if not ids:
            return
        held = set(await queue.extend(session, ids, self.name, self.settings.lease))
        gone = set(ids) - held  # just finished, or lost: what is still in hand at the next beat is lost
        for lost in gone & self._gone & self.in_hand.keys():
            log.warning("lease_lost", work=lost)
            self.in_hand[lost].cancel()
        self._gone = gone

    async def _with_session(self, use: Callable[[asyncpg.Connection], Awaitable[None]]) -> None:
        try:
            async with self._session_lock:
                session = await self._connected()
                with translated():
                    await use(session)
        except DatabaseUnavailable as error:
            log.warning("database_away", error=str(error), database=self.database)

    async def _drain(self) -> None:
        """Finish what is in hand; what takes longer is given back, marked as in doubt."""
        log.info("worker_draining", worker=self.name, in_hand=len(self.in_hand))
        if self.in_hand:
            await asyncio.wait(self.in_hand.values(), timeout=self.settings.drain_seconds)
        for task in list(self.in_hand.values()):
            task.cancel()
        await self._with_session(lambda session: queue.give_up(session, self.name))


async def _lasting(loop: Callable[[], Awaitable[None]]) -> None:
    """Run a loop to its own end; what breaks it is logged, and it begins anew: a worker must not go on half alive."""
    while True:
        try:
            return await loop()
        except Exception as error:
            log.error("worker_loop_broke", loop=getattr(loop, "__name__", ""), exc_info=error)
            await asyncio.sleep(SWEEP_SECONDS)

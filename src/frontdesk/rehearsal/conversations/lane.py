"""An installation for conversations to be held in: a database and a clock of its own, an API, a worker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import uuid4

import aiohttp
import asyncpg
from dishka import AsyncContainer

from frontdesk.embedded import Servers
from frontdesk.rehearsal.conversations.clock import Clock
from frontdesk.settings import Settings
from frontdesk.store import migrate
from frontdesk.store.db import Databases
from frontdesk.wiring import container

FIRST_REDIS = 8
"""Redis has sixteen databases; the first are left to whoever shares the server."""
START_SECONDS = 30.0
STOP_SECONDS = 30.0
UNBOUND = {
    "rate_source": 0,
    "rate_channel": 0,
    "rate_tenant": 0,
    "rate_visitor": 0,
    "fetch_hosts": "127.0.0.0/8",
    "port": 0,
    "host": "127.0.0.1",
    "public_url": "",
    "pool_size": 24,  # who waits for a second connection must find one free
    "tenant_ttl_seconds": 3600.0,
    "lease_seconds": 600.0,  # there is no other worker to take over, and a machine may be slow
    "provider_seconds": 60.0,
    "databases": {},
    "database_url": None,
    "redis_url": None,
    "media_url": None,
    "metrics_port": None,
}
"""How an installation is set whose people are all made up, whatever the environment says."""


class Serve(Protocol):
    """Runs API and worker of a container until `stop`; `listening` hears the address."""

    def __call__(
        self, app: AsyncContainer, stop: asyncio.Event, *, api: bool, work: bool, listening: Callable[[str], None]
    ) -> Coroutine[Any, Any, None]: ...


@dataclass(slots=True)
class Lane:
    """One installation, with an address."""

    app: AsyncContainer
    databases: Databases
    owner: asyncpg.Connection
    clock: Clock
    base_url: str
    http: aiohttp.ClientSession
    name: str
    made: int = field(default=0)
    free: dict[str, list[str]] = field(default_factory=dict)
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)


@contextlib.asynccontextmanager
async def opened(settings: Settings, servers: Servers, serve: Serve, number: int) -> AsyncIterator[Lane]:
    """Make a database beside others on running servers, and an installation over it; no two at once have a number."""
    name = f"lane{number}x{uuid4().hex[:8]}"
    first = await asyncpg.connect(servers.database_url)
    try:
        await first.execute(f"CREATE DATABASE {name}")
    finally:
        await first.close()
    url = servers.database_url.replace("/frontdesk?", f"/{name}?")
    owner = await asyncpg.connect(url)
    clock = Clock(owner)
    await clock.install()
    folder = settings.data_dir / name
    lane_settings = settings.model_copy(update={**UNBOUND, "data_dir": folder})
    beside = replace(servers, database_url=url, redis_url=f"{servers.redis_url}?db={FIRST_REDIS + number}")
    app = container(lane_settings, beside)
    try:
        async with _serving(app, clock, serve) as base_url, aiohttp.ClientSession() as http:
            yield Lane(app, await app.get(Databases), owner, clock, base_url, http, name)
    finally:
        await app.close()
        await owner.close()


@contextlib.asynccontextmanager
async def _serving(app: AsyncContainer, clock: Clock, serve: Serve) -> AsyncIterator[str]:
    """Run API and worker, in a task of their own that wears the clock."""
    async with (await app.get(Databases)).owner() as owner:
        await migrate.migrate_platform(owner, None)
    stop = asyncio.Event()
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def run() -> None:
        clock.wear()
        await serve(app, stop, api=True, work=True, listening=started.set_result)

    task = asyncio.create_task(run())
    try:
        waiting: list[asyncio.Future[Any]] = [task, started]
        await asyncio.wait(waiting, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
        yield await asyncio.wait_for(started, 0.1)
    finally:
        stop.set()
        await asyncio.wait_for(task, STOP_SECONDS)

"""The inner rooms without HTTP: a container over a database of its own, workers on demand, and eyes into the tables."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import asyncpg
from dishka import AsyncContainer, Provider, make_async_container, provide

from frontdesk.answering import Staff
from frontdesk.chores import Chores
from frontdesk.cli import session
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.tenant import Tenant, TenantSettings
from frontdesk.core.turn import Handler
from frontdesk.embedded import Servers
from frontdesk.handlers import handlers
from frontdesk.handlers.small_talk import in_company
from frontdesk.journey import Journey
from frontdesk.live import Live
from frontdesk.mishaps import Mishaps
from frontdesk.services.listening import Listening
from frontdesk.services.provisioning import Provisioning
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.settings import Settings
from frontdesk.store import migrate
from frontdesk.store.db import Databases
from frontdesk.understanding.chatting import Chatting
from frontdesk.understanding.hearing import Hearing
from frontdesk.understanding.voice import Voice
from frontdesk.wiring import App, PerTenant, PerTurn, Scope
from frontdesk.worker import Worker

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
Makers = Mapping[str, Callable[[TenantSettings], Handler]]


async def new_database(servers: Servers, name: str = "") -> str:
    """Make a database on the running cluster and return its owner's address."""
    name = name or f"d{uuid4().hex[:12]}"
    owner = await asyncpg.connect(servers.database_url)
    await owner.execute(f"CREATE DATABASE {name}")
    await owner.close()
    return servers.database_url.replace("/frontdesk?", f"/{name}?")


def container_with(settings: Settings, servers: Servers, makers: Makers) -> AsyncContainer:
    """Return a container whose tenants have these handlers besides our own, as if a package had brought them."""

    class ThirdParty(Provider):
        scope = Scope.TENANT

        @provide(override=True)
        def staff(
            self, tenant: Tenant, hearing: Hearing, voice: Voice, chatting: Chatting, listening: Listening
        ) -> Staff:
            made = {name: make(tenant.settings) for name, make in {**handlers(), **makers}.items()}
            return Staff(in_company(made, tenant.settings, chatting), hearing, voice, listening)

    parts = (App(), PerTenant(), PerTurn(), ThirdParty())
    context = {Settings: settings, Servers: servers}
    return make_async_container(*parts, context=context, scopes=Scope, start_scope=Scope.APP)


@dataclass(frozen=True, slots=True)
class Desk:
    """One process's rooms, and the hands to use them."""

    app: AsyncContainer
    settings: Settings
    databases: Databases
    directory: Directory
    journey: Journey
    provisioning: Provisioning
    live: Live

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, settings: Settings, servers: Servers, makers: Makers | None = None) -> AsyncIterator["Desk"]:
        """Open a container over migrated databases; `makers` are handlers of another package."""
        app = container_with(settings, servers, makers or {})
        try:
            await session.migrate_platform(app)
            parts = [await app.get(part) for part in (Databases, Directory, Journey, Provisioning, Live)]
            yield cls(app, settings, *parts)
        finally:
            await app.close()

    async def tenant(self, code: str = "", **settings: Any) -> Tenant:
        """Make a tenant."""
        made = await self.provisioning.create_tenant(code or f"t{uuid4().hex[:12]}", "A tenant", actor="tests")
        return await self.provisioning.change_settings(made.code, settings, actor="tests") if settings else made

    async def channel(self, tenant: Tenant, api_base: str, **given: Any) -> Channel:
        """Add a Telegram channel whose Bot API stands at `api_base`."""
        channel, _ = await self.provisioning.add_channel(
            tenant, "telegram", given.pop("name", "bot"), credentials={"token": TOKEN}, api_base=api_base, **given
        )
        return channel

    async def hear(self, tenant: Tenant, channel: Channel, *updates: Mapping[str, Any]) -> None:
        """Receive updates, each as a webhook whose signature was checked."""
        for update in updates:
            request = Request("POST", "/", body=json.dumps(update).encode())
            await self.journey.receive(tenant, channel, request, None)

    async def worker(self, database: str = "primary", **settings: Any) -> Worker:
        """Return a worker that does not run yet."""
        chores, mishaps = await self.app.get(Chores), await self.app.get(Mishaps)
        parts = (self.databases, self.journey, chores, mishaps, self.live)
        return Worker(self.settings.model_copy(update=settings), *parts, database)

    @contextlib.asynccontextmanager
    async def working(self, count: int = 1, **settings: Any) -> AsyncIterator[list[Worker]]:
        """Run workers over the primary database, and stop them as a signal would."""
        workers = [await self.worker(**settings) for _ in range(count)]
        tasks = [asyncio.create_task(worker.run()) for worker in workers]
        try:
            yield workers
        finally:
            for worker in workers:
                worker.stop()
            await asyncio.wait_for(asyncio.gather(*tasks), 30)

    async def rows(self, tenant: Tenant, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """Ask one tenant's tables."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            return list(await tx.fetch(query, *arguments))

    async def work(self, tenant: Tenant) -> list[asyncpg.Record]:
        """Return what is queued for a tenant, the oldest first."""
        return await self.rows(tenant, "SELECT *, due_at - now() AS due_in FROM frontdesk.work ORDER BY id")

    async def hurry(self, tenant: Tenant) -> None:
        """Let everything that waits for its next try be due now, as if the time had passed."""
        await self.rows(tenant, "UPDATE frontdesk.work SET due_at = now() WHERE leased_by IS NULL")

    async def finished(self, tenant: Tenant) -> None:
        """Wait until nothing is queued for the tenant."""

        async def nothing_queued() -> bool:
            return not await self.work(tenant)

        await until(nothing_queued, 60)

    async def said_by_us(self, tenant: Tenant) -> list[tuple[str, str | None]]:
        """Return status and text of our messages, in order."""
        rows = await self.rows(tenant, "SELECT status, text FROM messages WHERE direction = 'outbound' ORDER BY id")
        return [(row["status"], row["text"]) for row in rows]


async def until(true: Callable[[], bool | Awaitable[bool]], seconds: float = 15) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while True:
            answer = true()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.02)


def beside(servers: Servers, database_url: str, redis_database: int = 1) -> Servers:
    """Return the same servers, seen by an installation of its own."""
    return replace(servers, database_url=database_url, redis_url=f"{servers.redis_url}?db={redis_database}")


async def migrated(databases: Databases) -> None:
    """Make the platform's tables in every database."""
    for name in databases.names:
        async with databases.owner(name) as owner:
            await migrate.migrate_platform(owner, None)

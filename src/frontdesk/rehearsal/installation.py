"""A Frontdesk of its own in a folder of its own: servers that may be crashed, tenants with a bot each, processes."""

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dishka import AsyncContainer

from frontdesk import embedded, settings
from frontdesk.core.channel import Channel
from frontdesk.core.tenant import Tenant, TenantSettings
from frontdesk.embedded import Servers
from frontdesk.rehearsal.processes import Process, environment
from frontdesk.services.provisioning import Provisioning, webhook_path
from frontdesk.settings import Settings
from frontdesk.store import migrate
from frontdesk.store.db import Databases
from frontdesk.wiring import container

UNLIMITED = {"rate_source": 0, "rate_channel": 0, "rate_tenant": 0}


@dataclass(frozen=True, slots=True)
class Bot:
    """A tenant's channel, and where its webhooks go; `token` and `secret` are Telegram's."""

    tenant: Tenant
    channel: Channel
    path: str

    @property
    def name(self) -> str:
        return f"{self.tenant.code} {self.channel.kind}"

    @property
    def token(self) -> str:
        return self.channel.secret("token")

    @property
    def secret(self) -> str:
        return self.channel.secret("secret_token")


@dataclass(slots=True)
class Installation:
    """Its container is ours to look into; the processes that do the work are apart, and share only servers and folder."""

    settings: Settings
    servers: Servers
    container: AsyncContainer
    databases: Databases
    overrides: dict[str, object]
    processes: list[Process] = field(default_factory=list)

    def process(self, name: str, *arguments: str, module: str = "frontdesk", **overrides: object) -> Process:
        """Return a process of ours, not yet started; it is stopped when the installation ends."""
        given = {
            "data_dir": self.settings.data_dir,
            "database_url": self.servers.database_url,
            "redis_url": self.servers.redis_url,
            "log_format": "json",
            "log_level": "info",
            "port": 0,
            **UNLIMITED,
            **self.overrides,
            **overrides,
        }
        log = self.settings.data_dir / "logs" / f"{name}.log"
        process = Process(name, [module, *arguments], environment(**given), log)
        self.processes.append(process)
        return process

    async def add_bot(self, code: str, provider: str, tenant_settings: TenantSettings | None = None) -> Bot:
        """Make a tenant with a Telegram channel whose provider stands at `provider`."""
        number = 100_000 + sum(ord(char) << index for index, char in enumerate(code))
        tenant = await self.add_tenant(code, tenant_settings)
        return await self.add_channel(tenant, "telegram", provider, {"token": f"{number}:{code:-<35}"})

    async def add_tenant(self, code: str, tenant_settings: TenantSettings | None = None) -> Tenant:
        provisioning = await self.container.get(Provisioning)
        return await provisioning.create_tenant(code, code.title(), settings=tenant_settings, actor="rehearsal")

    async def add_channel(
        self,
        tenant: Tenant,
        kind: str,
        provider: str | None,
        credentials: Mapping[str, str],
        channel_settings: Mapping[str, Any] | None = None,
    ) -> Bot:
        """Add a channel whose provider stands at `provider`."""
        provisioning = await self.container.get(Provisioning)
        channel, path_token = await provisioning.add_channel(
            tenant,
            kind,
            kind,
            credentials=credentials,
            api_base=provider,
            settings=channel_settings,
            actor="rehearsal",
        )
        return Bot(tenant, channel, webhook_path(tenant.code, kind, path_token))


@contextlib.contextmanager
def servers(folder: Path, **overrides: Any) -> Iterator[tuple[Settings, Servers]]:
    """Start PostgreSQL and Redis in `folder`, for as long as the block runs; crash and restart them as you like."""
    loaded = settings.load(data_dir=folder, log_level="error", **overrides)
    ours = loaded.model_copy(update={"database_url": None, "redis_url": None})
    with embedded.running(ours) as running:
        yield ours, running


@contextlib.asynccontextmanager
async def opened(loaded: Settings, running: Servers, **overrides: object) -> AsyncIterator[Installation]:
    """Yield an installation over running servers, migrated; `overrides` are settings of its processes."""
    app = container(loaded, running)
    try:
        databases = await app.get(Databases)
        async with databases.owner() as owner:
            await migrate.migrate_platform(owner, None)
        installation = Installation(loaded, running, app, databases, dict(overrides))
        try:
            yield installation
        finally:
            await stop(installation.processes)
    finally:
        await app.close()


async def stop(processes: Sequence[Process]) -> None:
    for process in reversed(processes):
        await process.stop()

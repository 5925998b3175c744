"""What every command stands on: settings, servers, the APP container, and a loop to run in."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from importlib.metadata import version
from typing import Any, TypeVar

import structlog
import uvloop
from dishka import AsyncContainer

from frontdesk import embedded, settings, telemetry
from frontdesk.core.sealing import Seal
from frontdesk.core.tenant import Tenant
from frontdesk.embedded import Servers
from frontdesk.errors import ConfigurationError, TenantUnknown
from frontdesk.settings import Settings
from frontdesk.store import migrate, tenants
from frontdesk.store.db import Databases
from frontdesk.wiring import container

T = TypeVar("T")
log = structlog.get_logger()


def run(use: Callable[[AsyncContainer], Coroutine[Any, Any, T]], *, migrated: bool = True, **overrides: object) -> T:
    """Start what is needed, run `use` with the APP container, and stop what was started."""
    loaded = settings.load(**{name: value for name, value in overrides.items() if value is not None})
    telemetry.start_logs(loaded)
    telemetry.start_tracing(version("frontdesk"))
    with embedded.running(loaded) as servers, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_run(use, loaded, servers, migrated))


async def _run(
    use: Callable[[AsyncContainer], Coroutine[Any, Any, T]], loaded: Settings, servers: Servers, migrated: bool
) -> T:
    async with opened(loaded, servers) as app:
        if migrated:
            await migrate_platform(app)
        return await use(app)


@contextlib.asynccontextmanager
async def opened(loaded: Settings, servers: Servers) -> AsyncIterator[AsyncContainer]:
    """Yield the APP container and close all it opened."""
    app = container(loaded, servers)
    try:
        yield app
    finally:
        await app.close()


async def migrate_platform(app: AsyncContainer, *, new_password: bool = False) -> None:
    """Bring the platform's tables up to date in every database; quick where they are.

    The login role gets its password when it is made, and anew only with `new_password`: after a change of keys.
    """
    databases, seal = await app.get(Databases), await app.get(Seal)
    for name in databases.names:
        async with databases.owner(name) as owner:
            result = await migrate.migrate_platform(owner, seal.derived("login"), new_password=new_password)
        if result.start != result.end:
            log.info("platform_migrated", database=name, start=result.start, end=result.end)


async def tenant_named(app: AsyncContainer, code: str) -> Tenant:
    """Return a tenant of any status; TenantUnknown names those there are."""
    async with (await app.get(Databases)).platform() as tx:
        found = await tenants.load(tx, code)
        known = [tenant.code for tenant in await tenants.listed(tx, limit=10)] if found is None else []
    if found is None:
        raise TenantUnknown(
            f"no tenant {code!r}: there {'are ' + ', '.join(known) if known else 'is none yet; `frontdesk tenant create` makes one'}"
        )
    return found


def parsed_pairs(pairs: list[str], what: str) -> dict[str, str]:
    """Return `name=value` arguments as a mapping; ConfigurationError shows how they are written."""
    split = [pair.partition("=") for pair in pairs]
    if wrong := [name for name, equals, _ in split if not equals]:
        raise ConfigurationError(f"write {what} as name=value: {wrong[0]!r} has no =")
    return {name: value for name, _, value in split}

"""`migrate` and `doctor`: setting up, and looking for what is wrong."""

from importlib.metadata import version

import typer
from dishka import AsyncContainer
from rich.console import Console

from frontdesk.cli import session
from frontdesk.core.sealing import Seal
from frontdesk.embedded import Servers
from frontdesk.errors import FrontdeskError
from frontdesk.live import Live
from frontdesk.services.tenants import tenancy
from frontdesk.settings import Settings
from frontdesk.store import channels, condition, migrate, tenants
from frontdesk.store.db import Databases

console = Console(soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("migrate")(migrate_all)
    app.command()(doctor)


def migrate_all(
    parallel: int = typer.Option(4, min=1, max=64, help="Tenants migrated at a time."),
) -> None:
    """Bring the platform and every tenant up to date; safe while serving, and safe to repeat after an interruption."""
    failed = session.run(lambda app: _migrate(app, parallel), migrated=False)
    if failed:
        raise typer.Exit(1)


async def _migrate(app: AsyncContainer, parallel: int) -> int:
    databases = await app.get(Databases)
    await session.migrate_platform(app, new_password=True)
    async with databases.platform() as tx:
        by_database = await tenants.codes_by_database(tx)
    done = failed = 0
    total = sum(map(len, by_database.values()))
    with console.status("migrating") as status:
        for name, codes in by_database.items():
            async for result in migrate.migrate_tenants(databases.owner, name, codes, parallel):
                done += 1
                failed += bool(result.error)
                status.update(f"{done} tenants migrated, at {result.schema}")
                if result.error:
                    console.print(f"[red]{result.schema}: {result.error}[/red]")
    console.print(
        f"{total} tenants at revision {migrate.head('tenant')}: {done - failed} migrated now, {failed} failed"
    )
    return failed


def doctor() -> None:
    """Check settings, servers, roles, tenants and channels, and say how to mend what is wrong."""
    faults = session.run(_examine, migrated=False)
    if faults:
        raise typer.Exit(1)


async def _examine(app: AsyncContainer) -> int:
    settings, servers = await app.get(Settings), await app.get(Servers)
    console.print(f"frontdesk {version('frontdesk')}, data in {settings.data_dir.resolve()}")
    findings = [
        *await _databases(app, servers),
        await _redis(app),
        (
            "public address",
            bool(settings.public_url),
            "webhooks need one: set FRONTDESK_PUBLIC_URL" if not settings.public_url else settings.public_url,
            False,
        ),
        (
            "secret keys",
            bool(settings.secret_keys),
            "made here and kept in the data directory: set FRONTDESK_SECRET_KEYS to keep them elsewhere"
            if not settings.secret_keys
            else "given",
            False,
        ),
        *await _channels(app),
    ]
    for name, good, words, serious in findings:
        mark = "[green]ok[/green]   " if good else "[red]fault[/red]" if serious else "[yellow]note[/yellow] "
        console.print(f"{mark} {name}: {words}")
    return sum(serious and not good for _, good, _, serious in findings)


Finding = tuple[str, bool, str, bool]


async def _databases(app: AsyncContainer, servers: Servers) -> list[Finding]:
    databases = await app.get(Databases)
    return [finding for name in databases.names for finding in await _database(databases, name, servers)]


async def _database(databases: Databases, name: str, servers: Servers) -> list[Finding]:
    try:
        async with databases.platform(name) as tx:
            found = await condition.examine(tx)
    except FrontdeskError as error:
        return [
            (f"database {name}", False, f"{error}; check FRONTDESK_DATABASE_URL, then run `frontdesk migrate`", True)
        ]
    where = "embedded" if servers.postgres else "yours"
    tables = f"PostgreSQL {found.version}, {where}" if found.migrated else "has no tables yet: run `frontdesk migrate`"
    role = "is too mighty: run `frontdesk migrate`" if found.mighty else "can't reach a tenant without the switch"
    return [(f"database {name}", found.migrated, tables, True), (f"role in {name}", not found.mighty, role, True)]


async def _redis(app: AsyncContainer) -> Finding:
    up = await (await app.get(Live)).ping()
    return (
        "redis",
        up,
        "answers"
        if up
        else "does not answer: Frontdesk works without it, up to a second slower a step; check FRONTDESK_REDIS_URL",
        False,
    )


async def _channels(app: AsyncContainer) -> list[Finding]:
    databases, seal, findings = await app.get(Databases), await app.get(Seal), []
    try:
        async with databases.platform() as tx:
            found = await tenants.listed(tx, limit=1000)
        for tenant in found:
            async with databases.tenant(tenancy(tenant), durable=False) as tx:
                rows = await channels.stopped(tx)
                await channels.listed(tx, seal, tenant.code)
            findings += [
                (
                    f"channel {row['name']} of {tenant.code}",
                    False,
                    f"stopped: {row['status_reason']}; mend it, then `frontdesk channel start {tenant.code} {row['name']!r}`",
                    True,
                )
                for row in rows
            ]
    except Exception as error:
        return [*findings, ("tenants", False, f"{error}", True)]
    return [*findings, ("tenants", True, f"{len(found)} looked at", True)]

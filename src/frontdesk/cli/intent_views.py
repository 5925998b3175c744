"""A tenant's intents as they are being written, and what a text would be understood as."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer
from dishka import AsyncContainer
from rich.console import Console
from rich.table import Table

from frontdesk.cli import session
from frontdesk.cli.lookup import TenantCode
from frontdesk.core.meaning import Candidate, Meaning
from frontdesk.services.tenants import tenancy
from frontdesk.store import intents
from frontdesk.store.db import Databases
from frontdesk.store.intents import Stored
from frontdesk.store.pool import Transaction
from frontdesk.understanding.trial import Trial, Tried
from frontdesk.wiring import Tenants

console = Console(soft_wrap=True, highlight=False, markup=False)


def register(app: typer.Typer) -> None:
    """Add the commands to `intents`."""
    app.command("list")(list_)
    app.command("try")(try_)


def list_(tenant: TenantCode) -> None:
    """List a tenant's intents as they are being written."""
    found: list[Stored] = read(tenant, intents.listed)
    table = Table("name", "on", "utterances", "patterns", "slots", "handler", "changed", box=None)
    for stored in found:
        intent = stored.intent
        counts = map(str, (stored.utterances, len(intent.patterns), len(intent.slots)))
        on, when = "yes" if intent.enabled else "no", f"{stored.changed_at:%Y-%m-%d %H:%M}"
        table.add_row(intent.name, on, *counts, intent.handler or "", when)
    console.print(
        table
        if found
        else f"tenant {tenant} has no intents; import some: frontdesk intents import FILE --tenant {tenant}"
    )


def try_(
    tenant: TenantCode,
    text: Annotated[str, typer.Argument(help="What somebody may say, in the tenant's working language.")],
    version: Annotated[int | None, typer.Option(min=1, help="A version that is ready; the live one otherwise.")] = None,
) -> None:
    """Say what a text would be understood as, and why."""

    async def use(container: AsyncContainer) -> Tried:
        found = await session.tenant_named(container, tenant)
        scope = (await container.get(Tenants)).scope(found)
        return await (await scope.get(Trial)).of(text, version)

    tried = session.run(use)
    console.print(_decided(tried.recognised.meaning, tried.version, tenant))
    if tried.recognised.meaning.ranking:
        console.print(f"likeliest: {_ranked(tried.recognised.meaning.ranking)}")
    for entity in tried.entities:
        console.print(f"{entity.detail.get('name', entity.kind)}: {entity.value} ({entity.text!r})")
    if tried.spoken:
        console.print(f"language: {tried.spoken.language} ({tried.spoken.reason})")


def read(code: str, query: Callable[[Transaction], Awaitable[Any]]) -> Any:
    """Return what a query finds in a tenant's tables."""

    async def use(container: AsyncContainer) -> Any:
        found = await session.tenant_named(container, code)
        async with (await container.get(Databases)).tenant(tenancy(found), durable=False) as tx:
            return await query(tx)

    return session.run(use)


def _ranked(candidates: tuple[Candidate, ...]) -> str:
    return ", ".join(f"{candidate.intent} {candidate.confidence:.2f}" for candidate in candidates)


def _decided(meaning: Meaning, version: int | None, tenant: str) -> str:
    if version is None:
        return f"no version is live: frontdesk intents train {tenant} --promote, or --version N"
    if meaning.intent:
        by = f"pattern {meaning.pattern!r}" if meaning.by == "pattern" else meaning.by
        return f"{meaning.intent} ({meaning.confidence:.2f}, by {by}, version {version})"
    if meaning.asked:
        return f"not sure: would ask whether {_ranked(meaning.asked)} was meant (version {version})"
    return f"none of the intents (version {version})"

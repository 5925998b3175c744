"""`frontdesk dead`: work that failed for good."""

import json
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import typer
from dishka import AsyncContainer
from rich.console import Console
from rich.table import Table

from frontdesk.cli import session
from frontdesk.core import wire
from frontdesk.live import Live
from frontdesk.services.tenants import tenancy
from frontdesk.store import dead_letters
from frontdesk.store.db import Databases

app = typer.Typer(help="Dead letters: work that failed for good, kept until somebody decides.", no_args_is_help=True)
console = Console(soft_wrap=True)

Tenant = Annotated[str, typer.Argument(help="The tenant's code.")]
Letter = Annotated[UUID, typer.Argument(help="The dead letter's id, from the list.")]


@app.command("list")
def list_(tenant: Tenant, limit: Annotated[int, typer.Option(min=1, max=1000)] = 50) -> None:
    """List them, the newest first."""
    rows = session.run(lambda app: _with(app, tenant, lambda tx, _: dead_letters.listed(tx, limit=limit)))
    table = Table("id", "kind", "attempts", "code", "error", "died")
    for row in rows:
        table.add_row(
            str(row["id"]),
            row["kind"],
            str(row["attempts"]),
            row["error_code"],
            row["error"][:80],
            f"{row['died_at']:%Y-%m-%d %H:%M}",
        )
    console.print(table if rows else f"tenant {tenant} has no dead letters")


@app.command()
def show(tenant: Tenant, letter: Letter) -> None:
    """Show one with its payload."""
    row = session.run(lambda app: _with(app, tenant, lambda tx, _: dead_letters.load(tx, letter)))
    print(
        json.dumps(
            {**{name: str(value) for name, value in row.items()}, "payload": json.loads(row["payload"])},
            indent=2,
            ensure_ascii=False,
        )
    )


@app.command()
def edit(
    tenant: Tenant,
    letter: Letter,
    file: Annotated[Path, typer.Argument(help="JSON file with the new payload.", exists=True)],
) -> None:
    """Replace its payload, checked before it is kept."""

    async def use(tx: asyncpg.Connection, _: str) -> None:
        row = await dead_letters.load(tx, letter)
        await dead_letters.edit(tx, letter, wire.checked(row["kind"], file.read_text()))

    session.run(lambda app: _with(app, tenant, use))
    console.print(f"edited; queue it again: frontdesk dead replay {tenant} {letter}")


@app.command()
def replay(
    tenant: Tenant,
    letters: Annotated[list[UUID] | None, typer.Argument(help="Which; or --all.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All of the tenant's.")] = False,
) -> None:
    """Queue them again, in the order they died."""

    async def use(tx: asyncpg.Connection, code: str) -> int:
        chosen = [row["id"] for row in await dead_letters.listed(tx, limit=100_000)][::-1] if every else letters or []
        for letter in chosen:
            await dead_letters.replay(tx, code, letter)
        return len(chosen)

    console.print(f"{session.run(lambda app: _with(app, tenant, use, wake=True))} queued again")


@app.command()
def discard(tenant: Tenant, letters: Annotated[list[UUID], typer.Argument(help="Which.")]) -> None:
    """Drop them for good."""

    async def use(tx: asyncpg.Connection, _: str) -> None:
        for letter in letters:
            await dead_letters.discard(tx, letter)

    session.run(lambda app: _with(app, tenant, use))
    console.print(f"{len(letters)} discarded")


async def _with(app: AsyncContainer, code: str, use: Any, *, wake: bool = False) -> Any:
    tenant = await session.tenant_named(app, code)
    async with (await app.get(Databases)).tenant(tenancy(tenant)) as tx:
        result = await use(tx, code)
    if wake:
        (await app.get(Live)).wake(tenant.database, [code])
    return result

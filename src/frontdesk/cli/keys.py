"""`frontdesk key`: API keys."""

from typing import Annotated
from uuid import UUID

import typer
from dishka import AsyncContainer
from rich.console import Console
from rich.table import Table

from frontdesk.cli import session
from frontdesk.core.scopes import SCOPES
from frontdesk.errors import InvalidInput
from frontdesk.store import keys
from frontdesk.store.db import Databases
from frontdesk.store.keys import Key

app = typer.Typer(help="API keys.", no_args_is_help=True)
console = Console(soft_wrap=True)

Tenant = Annotated[
    str | None, typer.Option("--tenant", help="The tenant it is for; without it, the whole installation.")
]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    tenant: Tenant = None,
    scope: Annotated[
        list[str] | None, typer.Option(help=f"What it may: {', '.join(SCOPES)}. Repeatable; all by default.")
    ] = None,
) -> None:
    """Make a key and print it, this once."""
    scopes = scope or ["*"]
    if unknown := sorted(set(scopes) - set(SCOPES)):
        raise InvalidInput(f"no scope {', '.join(unknown)}: there are {', '.join(SCOPES)}")

    async def use(container: AsyncContainer) -> str:
        if tenant:
            await session.tenant_named(container, tenant)
        async with (await container.get(Databases)).platform() as tx:
            _, secret = await keys.add(tx, name, tenant, scopes)
            await keys.note(tx, "cli", "key.add", name, tenant, {"scopes": scopes})
        return secret

    print(session.run(use))


@app.command("list")
def list_(tenant: Tenant = None) -> None:
    """List the keys in force."""

    async def use(container: AsyncContainer) -> list[Key]:
        async with (await container.get(Databases)).platform() as tx:
            return await keys.listed(tx, tenant)

    table = Table("id", "name", "tenant", "scopes", "made")
    for key in session.run(use):
        table.add_row(
            str(key.id),
            key.name,
            key.tenant or "(installation)",
            " ".join(sorted(key.scopes)),
            f"{key.created_at:%Y-%m-%d %H:%M}",
        )
    console.print(table)


@app.command()
def revoke(key_id: Annotated[UUID, typer.Argument(help="The key's id, from the list.")]) -> None:
    """End a key at once."""

    async def use(container: AsyncContainer) -> None:
        async with (await container.get(Databases)).platform() as tx:
            await keys.revoke(tx, key_id, None)
            await keys.note(tx, "cli", "key.revoke", str(key_id))

    session.run(use)
    console.print(f"key {key_id} is revoked")

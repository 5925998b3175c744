"""`frontdesk tenant`: the organisations."""

import json
from pathlib import Path
from typing import Annotated

import typer
from dishka import AsyncContainer
from rich.console import Console
from rich.table import Table

from frontdesk.cli import session
from frontdesk.cli.checkup import show
from frontdesk.core.tenant import Tenant
from frontdesk.errors import InvalidInput
from frontdesk.services.checkup import Finding
from frontdesk.services.provisioning import Provisioning
from frontdesk.settings import PRIMARY
from frontdesk.store import tenants
from frontdesk.store.db import Databases
from frontdesk.understanding.checking import Checking
from frontdesk.wiring import Tenants

app = typer.Typer(help="The organisations this installation serves.", no_args_is_help=True)
console = Console(soft_wrap=True)

Code = Annotated[str, typer.Argument(help="The tenant's code.")]


@app.command()
def create(
    code: Annotated[str, typer.Argument(help="1 to 40 of a-z, 0-9 and _, starting with a letter; it never changes.")],
    name: Annotated[str, typer.Option(help="The organisation's name.")] = "",
    database: Annotated[str, typer.Option(help="The named database it lives in.")] = PRIMARY,
    settings: Annotated[
        Path | None, typer.Option(help="JSON file with its settings.", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Make a tenant: its role, schema and tables."""
    chosen = tenants.read_settings(_document(settings)) if settings else None

    async def use(container: AsyncContainer) -> Tenant:
        provisioning = await container.get(Provisioning)
        return await provisioning.create_tenant(code, name or code, database=database, settings=chosen)

    tenant = session.run(use)
    console.print(
        f"tenant {tenant.code} is ready; add a channel: frontdesk channel add telegram --tenant {tenant.code}"
    )


@app.command("list")
def list_() -> None:
    """List the tenants."""

    async def use(container: AsyncContainer) -> list[Tenant]:
        found: list[Tenant] = []
        async with (await container.get(Databases)).platform() as tx:
            while page := await tenants.listed(tx, after=found[-1].code if found else "", limit=500):
                found += page
        return found

    table = Table("code", "name", "database", "status", "settings version")
    for tenant in session.run(use):
        table.add_row(tenant.code, tenant.name, tenant.database, tenant.status, str(tenant.version))
    console.print(table)


@app.command()
def settings(
    code: Code,
    file: Annotated[
        Path | None, typer.Argument(help="JSON file to set them from; without it they are printed.", exists=True)
    ] = None,
) -> None:
    """Print a tenant's settings, or replace them from a file."""
    document = _document(file) if file else None

    async def use(container: AsyncContainer) -> Tenant:
        tenant = await session.tenant_named(container, code)
        if document is None:
            return tenant
        return await (await container.get(Provisioning)).change_settings(code, document, tenant.version)

    print(session.run(use).settings.model_dump_json(indent=2))


@app.command()
def check(code: Code) -> None:
    """Ask the providers the settings name, and say how to mend what is wrong; ends with 1 if anything is."""

    async def use(container: AsyncContainer) -> list[Finding]:
        tenant = await session.tenant_named(container, code)
        scope = (await container.get(Tenants)).scope(tenant)
        return await (await scope.get(Checking)).examine()

    found = session.run(use)
    show(found, console)
    if not all(each.ok for each in found):
        raise typer.Exit(1)


@app.command()
def suspend(code: Code) -> None:
    """Receive and send nothing for a tenant until it is resumed; its data stay."""
    _set(code, "suspended")


@app.command()
def resume(code: Code) -> None:
    """Lift a suspension."""
    _set(code, "active")


def _set(code: str, status: str) -> None:
    async def use(container: AsyncContainer) -> Tenant:
        return await (await container.get(Provisioning)).set_status(code, status)

    console.print(f"tenant {code} is {session.run(use).status}")


def _document(path: Path) -> dict[str, object]:
    try:
        document = json.loads(path.read_text())
    except ValueError as error:
        raise InvalidInput(f"{path} is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise InvalidInput(f"{path} must hold one JSON object")
    return document

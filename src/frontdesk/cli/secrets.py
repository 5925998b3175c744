"""`frontdesk secret`: keys of providers, which a tenant's settings name."""

import getpass
import sys
from typing import Annotated

import typer
from dishka import AsyncContainer
from rich.console import Console
from rich.table import Table

from frontdesk.cli import session
from frontdesk.cli.lookup import TenantCode
from frontdesk.core import keyring
from frontdesk.services.secrets import Known, Vault

app = typer.Typer(help="Keys of a tenant's providers; settings name them.", no_args_is_help=True)
console = Console(soft_wrap=True)

Name = Annotated[str, typer.Argument(help="The name settings use: a-z, 0-9, _ and -, starting with a letter.")]


@app.command("set")
def set_(tenant: TenantCode, name: Name) -> None:
    """Keep a secret; its value is asked for, or read from standard input."""
    keyring.checked_name(name)
    value = keyring.checked_value(_value(name))

    async def use(container: AsyncContainer) -> Known:
        found = await session.tenant_named(container, tenant)
        return await (await container.get(Vault)).put(found, name, value)

    used = ", ".join(session.run(use).used_by)
    console.print(f"secret {name} of tenant {tenant} is set" + (f"; {used} uses it" if used else ""), markup=False)


@app.command("list")
def list_(tenant: TenantCode) -> None:
    """List a tenant's secrets, without their values, and those its settings name that are missing."""

    async def use(container: AsyncContainer) -> list[Known]:
        return await (await container.get(Vault)).listed(await session.tenant_named(container, tenant))

    table = Table("name", "set by", "set at", "used by")
    for known in session.run(use):
        when = f"{known.changed_at:%Y-%m-%d %H:%M}" if known.changed_at else "missing"
        table.add_row(known.name, known.changed_by or "", when, ", ".join(known.used_by))
    console.print(table)


@app.command()
def remove(tenant: TenantCode, name: Name) -> None:
    """Forget a secret."""

    async def use(container: AsyncContainer) -> None:
        await (await container.get(Vault)).remove(await session.tenant_named(container, tenant), name)

    session.run(use)
    console.print(f"secret {name} of tenant {tenant} is removed", markup=False)


def _value(name: str) -> str:
    """Read a value as nobody sees it: not from the arguments, which other processes can read."""
    return getpass.getpass(f"{name}: ") if sys.stdin.isatty() else sys.stdin.read(keyring.MOST_CHARACTERS * 4)

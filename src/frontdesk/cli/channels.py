"""`frontdesk channel`: a tenant's connections to providers."""

import json
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from dishka import AsyncContainer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from frontdesk.cli import adding, checkup, conformance, lookup, session, simulation
from frontdesk.cli.adding import Kind, chosen
from frontdesk.cli.lookup import Name, TenantCode
from frontdesk.core.channel import Channel
from frontdesk.services.provisioning import Provisioning, changed_credentials, changed_settings, webhook_path
from frontdesk.services.tenants import tenancy
from frontdesk.store import standing
from frontdesk.store.db import Databases

app = typer.Typer(help="A tenant's channels.", no_args_is_help=True)
console = Console(soft_wrap=True)

Tenant = Annotated[str, typer.Option("--tenant", help="The tenant's code.")]

for commands in (adding, checkup, simulation):
    commands.register(app)


@app.command("list")
def list_(tenant: Tenant) -> None:
    """List a tenant's channels."""
    found, reasons = session.run(lambda container: _listed(container, tenant))
    table = Table("id", "kind", "name", "status", "webhook path", box=None)
    for column in table.columns:
        column.no_wrap, column.overflow = True, "ignore"
    for channel in found:
        path = webhook_path(tenant, channel.kind, channel.credentials["path_token"])
        table.add_row(*map(escape, (str(channel.id), channel.kind, channel.name, channel.status, path)))
    console.print(table)
    for channel in found:
        if channel.id in reasons:
            console.print(f"{channel.name} is {channel.status}: {reasons[channel.id]}", markup=False)


@app.command("set")
def set_(
    tenant: TenantCode,
    name: Name,
    credential: Annotated[
        list[str] | None, typer.Option(help="name=value, repeatable; name= takes it away, or has it made anew.")
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(help="name=value, repeatable; read as JSON where it is; name= takes it away."),
    ] = None,
    api_base: Annotated[str | None, typer.Option(help="Another server of the provider's API.")] = None,
) -> None:
    """Change a channel's credentials or settings; what is not named stays."""
    credentials = session.parsed_pairs(credential or [], "credentials")
    settings = chosen(setting)

    async def use(container: AsyncContainer) -> None:
        found = await session.tenant_named(container, tenant)
        channel = await lookup.channel(container, tenant, name)
        await (await container.get(Provisioning)).change_channel(
            found,
            channel,
            credentials=changed_credentials(channel, credentials) if credentials else None,
            settings=changed_settings(channel, settings) if settings else None,
            api_base=api_base,
        )

    session.run(use)
    console.print(
        f"channel {name} of {tenant} is changed; see what that did: frontdesk channel doctor {tenant} {name!r}"
    )


@app.command()
def register(
    tenant: TenantCode,
    name: Name,
) -> None:
    """Point the provider's webhook at this installation."""

    async def use(container: AsyncContainer) -> None:
        channel = await lookup.channel(container, tenant, name)
        console.print(await lookup.registered(container, channel), markup=False, highlight=False)

    session.run(use)


@app.command()
def start(
    tenant: TenantCode,
    name: Name,
) -> None:
    """Start a channel again that was stopped."""
    _set_status(tenant, name, "active")


@app.command()
def remove(
    tenant: TenantCode,
    name: Name,
) -> None:
    """Remove a channel; its conversations stay."""
    _set_status(tenant, name, "removed")


@app.command()
def parse(
    kind: Kind,
    files: Annotated[
        list[Path] | None, typer.Argument(help="Raw bodies; standard input without any.", exists=True)
    ] = None,
    header: Annotated[list[str] | None, typer.Option(help="'Name: value', repeatable.")] = None,
    context: Annotated[list[str] | None, typer.Option(help="key=value of the channel's settings, repeatable.")] = None,
) -> None:
    """Print what a raw webhook body becomes, as JSON lines."""
    headers = {key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in header or [])}
    settings = chosen(context, "context")
    for body in [path.read_bytes() for path in files or []] or [typer.get_binary_stream("stdin").read()]:
        for item in conformance.parsed(kind, body, headers, settings):
            print(json.dumps(item, ensure_ascii=False))


@app.command()
def conform(
    paths: Annotated[
        list[Path], typer.Argument(help="Case files of the conformance corpus, or folders of them.", exists=True)
    ],
) -> None:
    """Print what the receive endpoint would answer and keep for each case, as JSON lines."""
    for case in conformance.cases(paths):
        print(json.dumps(conformance.judged(case), ensure_ascii=False))


def _set_status(tenant: str, name: str, status: str) -> None:
    async def use(container: AsyncContainer) -> None:
        found = await session.tenant_named(container, tenant)
        channel = await lookup.channel(container, tenant, name)
        await (await container.get(Provisioning)).set_channel_status(found, channel.id, status)

    session.run(use)
    console.print(f"channel {name} of {tenant} is {status}")


async def _listed(container: AsyncContainer, tenant: str) -> tuple[list[Channel], dict[UUID, str]]:
    found = await session.tenant_named(container, tenant)
    all_of_them = await lookup.channels_of(container, tenant)
    async with (await container.get(Databases)).tenant(tenancy(found), durable=False) as tx:
        return all_of_them, await standing.reasons(tx)

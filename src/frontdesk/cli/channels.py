"""`frontdesk channel`: a tenant's connections to providers."""

import json
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from dishka import AsyncContainer
from rich.console import Console
from rich.table import Table

from frontdesk.channels import adapter, adapters, web
from frontdesk.cli import conformance, session
from frontdesk.core.channel import Channel
from frontdesk.core.sealing import Seal
from frontdesk.errors import ConfigurationError, NotFound
from frontdesk.http import Http
from frontdesk.services.provisioning import Provisioning, complete_credentials, webhook_path
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.settings import Settings
from frontdesk.store import channels
from frontdesk.store.db import Databases

app = typer.Typer(help="A tenant's channels.", no_args_is_help=True)
console = Console(soft_wrap=True)

Tenant = Annotated[str, typer.Option("--tenant", help="The tenant's code.")]
Kind = Annotated[str, typer.Argument(help="The kind of channel.", autocompletion=lambda: list(adapters()))]


@app.command()
def add(
    kind: Kind,
    tenant: Tenant,
    name: Annotated[str, typer.Option(help="Its name; the kind by default.")] = "",
    credential: Annotated[
        list[str] | None, typer.Option(help="name=value, repeatable; what is missing is asked for.")
    ] = None,
    setting: Annotated[
        list[str] | None, typer.Option(help="name=value, repeatable; values are read as JSON where they are.")
    ] = None,
    api_base: Annotated[str | None, typer.Option(help="Another server of the provider's API.")] = None,
    register: Annotated[
        bool, typer.Option("--register", help="Point the provider's webhook here at once (needs FRONTDESK_PUBLIC_URL).")
    ] = False,
) -> None:
    """Add a channel, and print the address of its webhook."""
    credentials = _asked(kind, session.parsed_pairs(credential or [], "credentials"))
    chosen = {key: _json(value) for key, value in session.parsed_pairs(setting or [], "settings").items()}

    async def use(container: AsyncContainer) -> None:
        settings = await container.get(Settings)
        if register and not settings.public_url:
            raise ConfigurationError(
                "--register needs the address at which the provider reaches us: set FRONTDESK_PUBLIC_URL"
            )
        found = await session.tenant_named(container, tenant)
        provisioning = await container.get(Provisioning)
        channel, token = await provisioning.add_channel(
            found, kind, name or kind, credentials=credentials, api_base=api_base, settings=chosen
        )
        console.print(
            f"channel {channel.name} of {tenant} is ready\n  id       {channel.id}\n"
            f"  {_address(settings.base_url(), tenant, kind, token)}",
            highlight=False,
        )
        if register:
            await _register(container, channel, token)

    session.run(use)


@app.command("list")
def list_(tenant: Tenant) -> None:
    """List a tenant's channels."""
    table = Table("id", "kind", "name", "status", "webhook path", box=None)
    for column in table.columns:
        column.no_wrap, column.overflow = True, "ignore"
    for channel in session.run(lambda container: _all(container, tenant)):
        table.add_row(
            str(channel.id),
            channel.kind,
            channel.name,
            channel.status,
            webhook_path(tenant, channel.kind, channel.credentials["path_token"]),
        )
    console.print(table)


@app.command()
def register(
    tenant: Annotated[str, typer.Argument()], name: Annotated[str, typer.Argument(help="The channel's name or id.")]
) -> None:
    """Point the provider's webhook at this installation."""

    async def use(container: AsyncContainer) -> None:
        channel = _named(await _all(container, tenant), name)
        await _register(container, channel, channel.credentials["path_token"])

    session.run(use)


@app.command()
def start(
    tenant: Annotated[str, typer.Argument()], name: Annotated[str, typer.Argument(help="The channel's name or id.")]
) -> None:
    """Start a channel again that was stopped."""
    _set_status(tenant, name, "active")


@app.command()
def remove(
    tenant: Annotated[str, typer.Argument()], name: Annotated[str, typer.Argument(help="The channel's name or id.")]
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
    settings = {key: _json(value) for key, value in session.parsed_pairs(context or [], "context").items()}
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


def _asked(kind: str, given: dict[str, str]) -> dict[str, str]:
    """Ask for required credentials that were not given, where somebody is there to answer."""
    for credential in adapter(kind).CREDENTIALS:
        if credential.required and credential.name not in given and console.is_terminal:
            given[credential.name] = typer.prompt(f"{credential.name} — {credential.help}", hide_input=True)
    return complete_credentials(kind, given)


def _address(base_url: str, tenant: str, kind: str, token: str) -> str:
    """Return what to do with a new channel: the line for a page, or the address of its webhook."""
    if kind != web.KIND:
        return f"webhook  {base_url}{webhook_path(tenant, kind, token)}"
    source = f"{base_url}/widget/frontdesk-chat.js?tenant={tenant}&channel={token}"
    return f'on a page <script type="module" src="{source}"></script>'


def _json(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        return value


async def _register(container: AsyncContainer, channel: Channel, token: str) -> None:
    settings = await container.get(Settings)
    url = settings.base_url() + webhook_path(channel.tenant, channel.kind, token)
    console.print(await (await container.get(Http)).perform(adapter(channel.kind).register(channel, url), seconds=20))


async def _all(container: AsyncContainer, tenant: str) -> list[Channel]:
    found = await session.tenant_named(container, tenant)
    async with (await container.get(Databases)).tenant(tenancy(found), durable=False) as tx:
        return await channels.listed(tx, await container.get(Seal), tenant)


def _named(found: list[Channel], name: str) -> Channel:
    for channel in found:
        if name in (channel.name, str(channel.id)):
            return channel
    raise NotFound(
        f"no channel {name!r}: there {'are ' + ', '.join(channel.name for channel in found) if found else 'is none'}"
    )


def _set_status(tenant: str, name: str, status: str) -> None:
    async def use(container: AsyncContainer) -> None:
        found = await session.tenant_named(container, tenant)
        channel_id: UUID = _named(await _all(container, tenant), name).id
        async with (await container.get(Databases)).tenant(tenancy(found)) as tx:
            await channels.set_status(tx, channel_id, status)
        await (await container.get(Directory)).changed(tenant)

    session.run(use)
    console.print(f"channel {name} of {tenant} is {status}")

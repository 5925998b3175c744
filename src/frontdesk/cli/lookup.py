"""A tenant's channels as commands name them, and what commands do to one at its provider."""

from typing import Annotated

import typer
from dishka import AsyncContainer

from frontdesk.channels import adapter
from frontdesk.cli import session
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Exchange
from frontdesk.core.sealing import Seal
from frontdesk.errors import NotFound
from frontdesk.http import Http
from frontdesk.services.provisioning import webhook_path
from frontdesk.services.tenants import tenancy
from frontdesk.settings import Settings
from frontdesk.store import channels
from frontdesk.store.db import Databases

TenantCode = Annotated[str, typer.Argument(help="The tenant's code.")]
Name = Annotated[str, typer.Argument(help="The channel's name or id.")]


async def channels_of(container: AsyncContainer, tenant: str) -> list[Channel]:
    """Return a tenant's channels that are not removed, oldest first."""
    found = await session.tenant_named(container, tenant)
    async with (await container.get(Databases)).tenant(tenancy(found), durable=False) as tx:
        return await channels.listed(tx, await container.get(Seal), tenant)


async def channel(container: AsyncContainer, tenant: str, name: str) -> Channel:
    """Return one by name or id; NotFound names those there are."""
    found = await channels_of(container, tenant)
    for each in found:
        if name in (each.name, str(each.id)):
            return each
    raise NotFound(
        f"no channel {name!r}: there {'are ' + ', '.join(each.name for each in found) if found else 'is none'}"
    )


def address(settings: Settings, channel: Channel) -> str:
    """Return where the provider is to post: the public address, or the listener's own where there is none."""
    return settings.base_url() + webhook_path(channel.tenant, channel.kind, channel.secret("path_token"))


async def registered(container: AsyncContainer, channel: Channel) -> str:
    """Point the provider's webhook here, and return what was set up in words."""
    exchange = adapter(channel.kind).register(channel, address(await container.get(Settings), channel))
    return await (await container.get(Http)).perform(exchange, seconds=20)


def by_hand(exchange: Exchange[str]) -> str | None:
    """Return what `register` says where it asks nobody: how to do it by hand. None: the provider has an API for it."""
    try:
        next(exchange)
    except StopIteration as stop:
        return str(stop.value)
    finally:
        exchange.close()
    return None

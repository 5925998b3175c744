"""Tenants made, suspended and taken down; channels added: the same for command line, API and tests."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from frontdesk.channels import adapter
from frontdesk.core.channel import Channel
from frontdesk.core.sealing import Seal, new_token
from frontdesk.core.tenant import Tenant, TenantSettings, checked_code
from frontdesk.core.wording import storable
from frontdesk.errors import ConfigurationError, InvalidInput
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.settings import PRIMARY
from frontdesk.store import accounts, channels, keys, migrate, tenants
from frontdesk.store.db import Databases


class Provisioning:
    """Makes what an installation consists of."""

    def __init__(self, databases: Databases, directory: Directory, seal: Seal) -> None:
        self.databases = databases
        self.directory = directory
        self.seal = seal
        self._noting = asyncio.Lock()

    async def create_tenant(
        self,
        code: str,
        name: str,
        *,
        database: str = PRIMARY,
        settings: TenantSettings | None = None,
        actor: str = "cli",
    ) -> Tenant:
        """Make role, schema and tables; an attempt that broke off may simply be repeated. Conflict where the code is taken."""
        checked_code(code)
        self.databases.pool(database)
        async with self.databases.platform() as tx:
            await tenants.add(tx, code, storable(name), database, settings or TenantSettings())
        async with self.databases.owner(database) as owner:
            await migrate.migrate_tenant(owner, code)
        async with self.databases.platform() as tx:
            tenant = await tenants.set_status(tx, code, "active")
            await keys.note(tx, actor, "tenant.create", code, code)
        await self.directory.changed(code)
        return tenant

    async def set_status(self, code: str, status: str, *, actor: str = "cli") -> Tenant:
        """Suspend or resume a tenant, in every process at once."""
        async with self.databases.platform() as tx:
            tenant = await tenants.set_status(tx, code, status)
            await keys.note(tx, actor, f"tenant.{status}", code, code)
        await self.directory.changed(code)
        return tenant

    async def change_settings(
        self, code: str, document: Mapping[str, Any], version: int | None = None, *, actor: str = "cli"
    ) -> Tenant:
        """Replace a tenant's settings, in every process at once; InvalidInput lists every fault."""
        settings = tenants.read_settings(document)
        async with self.databases.platform() as tx:
            tenant = await tenants.change_settings(tx, code, settings, version)
            await keys.note(tx, actor, "tenant.settings", code, code, {"version": tenant.version})
        await self.directory.changed(code)
        return tenant

    async def add_channel(
        self,
        tenant: Tenant,
        kind: str,
        name: str,
        *,
        credentials: Mapping[str, str] | None = None,
        api_base: str | None = None,
        settings: Mapping[str, Any] | None = None,
        actor: str = "cli",
    ) -> tuple[Channel, str]:
        """Add a channel and return it with the token of its webhook path."""
        token = new_token()
        values = complete_credentials(kind, credentials or {})
        async with (
            self._noting,
            self.databases.tenant(tenancy(tenant)) as tx,
        ):  # one at a time: it takes two connections
            channel = await channels.add(
                tx,
                self.seal,
                tenant=tenant.code,
                kind=kind,
                name=storable(name),
                token=token,
                api_base=(api_base or adapter(kind).API_BASE).rstrip("/"),
                credentials=values,
                settings=settings or {},
            )
            await self.note_channel(channel)
        await self._told(tenant, "add", f"{kind} {name}", actor)
        return channel, token

    async def change_channel(
        self,
        tenant: Tenant,
        channel: Channel,
        *,
        credentials: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
        api_base: str | None = None,
        actor: str = "cli",
    ) -> Channel:
        """Replace what is given of a channel, in every process at once, and return it as it is now."""
        async with self._noting, self.databases.tenant(tenancy(tenant)) as tx:
            changed = await channels.change(
                tx,
                self.seal,
                channel,
                credentials=channel.credentials if credentials is None else credentials,
                settings=channel.settings if settings is None else settings,
                api_base=api_base or channel.api_base,
            )
            await self.note_channel(changed)
        await self._told(tenant, "change", str(channel.id), actor)
        return changed

    async def set_channel_status(self, tenant: Tenant, channel_id: UUID, status: str, *, actor: str = "cli") -> None:
        """Start, stop or remove a channel, in every process at once."""
        async with self._noting, self.databases.tenant(tenancy(tenant)) as tx:
            await channels.set_status(tx, channel_id, status)
            await self.note_channel(await channels.load(tx, self.seal, tenant.code, channel_id))
        await self._told(tenant, status, str(channel_id), actor)

    async def note_channel(self, channel: Channel) -> None:
        """Let the platform know whose account a channel is and whether it is listened to.

        Called before the change itself commits: a crash between leaves a row too many, which is harmless, and never one
        too few. A channel that stopped sending is still listened to, as its webhooks are still taken.
        """
        kind, gone = adapter(channel.kind), channel.status == "removed"
        try:
            account, source = (None, None) if gone else (kind.account(channel), kind.source(channel))
        except ConfigurationError as error:
            raise InvalidInput(str(error)) from None
        async with self.databases.platform() as tx:
            await accounts.note(tx, channel, account, listens=source is not None)

    async def _told(self, tenant: Tenant, action: str, subject: str, actor: str) -> None:
        async with self.databases.platform() as tx:
            await keys.note(tx, actor, f"channel.{action}", subject, tenant.code)
        await self.directory.changed(tenant.code)


def complete_credentials(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return the credentials a channel of this kind needs, making up those it can; InvalidInput names what is missing."""
    known = {credential.name: credential for credential in adapter(kind).CREDENTIALS}
    if unknown := sorted(given.keys() - known.keys()):
        raise InvalidInput(
            f"a {kind} channel has no credential {', '.join(unknown)}: it takes {', '.join(known) or 'none'}"
        )
    values = {name: value for name, value in given.items() if value}
    values |= {c.name: new_token() for c in known.values() if c.generated and c.name not in values}
    if missing := [f"{c.name} ({c.help})" for c in known.values() if c.required and c.name not in values]:
        raise InvalidInput(f"a {kind} channel needs {'; '.join(missing)}")
    return values


def changed_credentials(channel: Channel, given: Mapping[str, str]) -> dict[str, str]:
    """Return a channel's credentials with those given instead; an empty one is taken away, or made anew where we make it."""
    own = {each.name for each in adapter(channel.kind).CREDENTIALS}
    kept = {name: value for name, value in channel.credentials.items() if name in own}
    others = {name: value for name, value in channel.credentials.items() if name not in own}
    return {**others, **complete_credentials(channel.kind, {**kept, **given})}


def changed_settings(channel: Channel, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a channel's settings with those given instead; nothing, or an empty text, takes one away."""
    return {name: value for name, value in {**channel.settings, **given}.items() if value not in (None, "")}


def webhook_path(tenant: str, kind: str, token: str) -> str:
    """Return the path of a channel's webhook."""
    return f"/messages/receive/tenants/{tenant}/channels/{kind}/tokens/{token}"

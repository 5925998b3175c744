"""Tenants made, suspended and taken down; channels added: the same for command line, API and tests."""

from collections.abc import Mapping
from typing import Any

from frontdesk.channels import adapter
from frontdesk.core.channel import Channel
from frontdesk.core.sealing import Seal, new_token
from frontdesk.core.tenant import Tenant, TenantSettings, checked_code
from frontdesk.core.wording import storable
from frontdesk.errors import InvalidInput
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.settings import PRIMARY
from frontdesk.store import channels, keys, migrate, tenants
from frontdesk.store.db import Databases


class Provisioning:
    """Makes what an installation consists of."""

    def __init__(self, databases: Databases, directory: Directory, seal: Seal) -> None:
        self.databases = databases
        self.directory = directory
        self.seal = seal

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
        async with self.databases.tenant(tenancy(tenant)) as tx:
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
        async with self.databases.platform() as tx:
            await keys.note(tx, actor, "channel.add", f"{kind} {name}", tenant.code)
        await self.directory.changed(tenant.code)
        return channel, token


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


def webhook_path(tenant: str, kind: str, token: str) -> str:
    """Return the path of a channel's webhook."""
    return f"/messages/receive/tenants/{tenant}/channels/{kind}/tokens/{token}"

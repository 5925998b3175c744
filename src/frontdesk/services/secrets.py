"""Secrets of tenants: keys of providers, which settings name and nobody is shown."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from frontdesk.core import keyring
from frontdesk.core.sealing import Seal
from frontdesk.core.tenant import Tenant
from frontdesk.errors import ConfigurationError, DatabaseUnavailable, NotFound
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.settings import Settings
from frontdesk.store import keys, secrets
from frontdesk.store.db import Databases
from frontdesk.store.secrets import Sealed


class Secrets:
    """One tenant's secrets, to be used; read together, kept as long as the settings are, and at most for their time."""

    def __init__(self, tenant: Tenant, databases: Databases, seal: Seal, settings: Settings) -> None:
        self.tenant = tenant
        self.databases = databases
        self.seal = seal
        self.life_seconds = settings.tenant_ttl_seconds
        self._reading = asyncio.Lock()
        self._read_at: float | None = None
        self._kept: Mapping[str, Sealed] = {}

    async def get(self, name: str) -> str:
        """Return a secret's value; ConfigurationError where there is none, or none that can be opened."""
        async with self._reading:
            if self._read_at is None or time.monotonic() > self._read_at + self.life_seconds:
                await self._read()
        kept = self._kept.get(name)
        try:
            value = kept.opened(self.seal) if kept else None
        except ConfigurationError as error:
            raise ConfigurationError(f"secret {name!r} of tenant {self.tenant.code!r}: {error}") from None
        if value is None:
            raise ConfigurationError(
                f"tenant {self.tenant.code!r} has no secret {name!r}, which its settings name:"
                f" `frontdesk secret set {self.tenant.code} {name}` keeps one"
            )
        return value

    async def _read(self) -> None:
        """Read them all; while the database is away, go on with those read before."""
        try:
            async with self.databases.tenant(tenancy(self.tenant), durable=False) as tx:
                self._kept = {each.name: each for each in await secrets.listed(tx)}
        except DatabaseUnavailable:
            if self._read_at is None:
                raise
        self._read_at = time.monotonic()


@dataclass(frozen=True, slots=True)
class Known:
    """What is shown of a secret: who set it when, None where settings name it and nobody did; and who uses it."""

    name: str
    changed_by: str | None
    changed_at: datetime | None
    used_by: tuple[str, ...]


class Vault:
    """Where secrets are put in, taken out and listed; what it holds it doesn't show."""

    def __init__(self, databases: Databases, directory: Directory, seal: Seal) -> None:
        self.databases = databases
        self.directory = directory
        self.seal = seal

    async def put(self, tenant: Tenant, name: str, value: str, *, actor: str = "cli") -> Known:
        """Keep a secret, known in every process at once; InvalidInput where name or value can't be one."""
        name, value = keyring.checked_name(name), keyring.checked_value(value)
        async with self.databases.tenant(tenancy(tenant)) as tx:
            kept = await secrets.put(tx, self.seal, name, value, actor)
        await self._told(tenant, "put", name, actor)
        return _known(kept, keyring.used(tenant.settings))

    async def remove(self, tenant: Tenant, name: str, *, actor: str = "cli") -> None:
        """Forget a secret, in every process at once; NotFound where there is none of that name."""
        try:
            async with self.databases.tenant(tenancy(tenant)) as tx:
                await secrets.remove(tx, keyring.checked_name(name))
        except NotFound:
            raise NotFound(f"tenant {tenant.code!r} has no secret {name!r}") from None
        await self._told(tenant, "remove", name, actor)

    async def listed(self, tenant: Tenant) -> list[Known]:
        """Return all secrets of a tenant, and those its settings name that are missing, by name."""
        used = keyring.used(tenant.settings)
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            kept = {each.name: _known(each, used) for each in await secrets.listed(tx)}
        missing = {name: Known(name, None, None, paths) for name, paths in used.items() if name not in kept}
        return sorted([*kept.values(), *missing.values()], key=lambda each: each.name)

    async def _told(self, tenant: Tenant, action: str, name: str, actor: str) -> None:
        async with self.databases.platform() as tx:
            await keys.note(tx, actor, f"secret.{action}", name, tenant.code)
        await self.directory.changed(tenant.code)


def _known(kept: Sealed, used: Mapping[str, tuple[str, ...]]) -> Known:
    return Known(kept.name, kept.changed_by, kept.changed_at, used.get(kept.name, ()))

"""Where intent listeners are kept: checked, sealed, known in every process at once, and tried."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from yarl import URL

from frontdesk.core import clock, signatures
from frontdesk.core.sealing import Seal
from frontdesk.core.tenant import Tenant
from frontdesk.errors import AddressRefused, InvalidInput
from frontdesk.services.listener_calls import ListenerHttp
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.store import keys, listeners
from frontdesk.store.db import Databases
from frontdesk.store.listeners import Listener


class Listeners:
    """Keeps listeners for whoever may change them, each change with a line in the audit trail."""

    def __init__(self, databases: Databases, directory: Directory, seal: Seal, http: ListenerHttp) -> None:
        self.databases = databases
        self.directory = directory
        self.seal = seal
        self.http = http

    async def add(
        self, tenant: Tenant, given: Mapping[str, Any], secret: str | None, actor: str
    ) -> tuple[Listener, str]:
        """Keep a listener and return it with its secret, one of our own where none is given; the secret is not shown again.

        InvalidInput where the address is none to be asked, Conflict where the name is taken.
        """
        self._check(given["url"])
        secret = secret or signatures.new_secret()
        signatures.key_of(secret)
        async with self.databases.tenant(tenancy(tenant)) as tx:
            made = await listeners.add(tx, self.seal, given, secret)
        await self._told(tenant, actor, "listener.add", made.name)
        return made, secret

    async def change(
        self, tenant: Tenant, listener_id: UUID, version: int | None, given: Mapping[str, Any], actor: str
    ) -> Listener:
        """Change what is given; Conflict where it has another version by now, or its new name is taken."""
        if "url" in given:
            self._check(given["url"])
        async with self.databases.tenant(tenancy(tenant)) as tx:
            made = await listeners.change(tx, listener_id, version, given)
        await self._told(
            tenant, actor, "listener.change", made.name, {"fields": sorted(given), "version": made.version}
        )
        return made

    async def rotate(self, tenant: Tenant, listener_id: UUID, secret: str | None, actor: str) -> tuple[Listener, str]:
        """Let a new secret sign, and return it; the one before signs beside it for a day."""
        secret = secret or signatures.new_secret()
        signatures.key_of(secret)
        async with self.databases.tenant(tenancy(tenant)) as tx:
            made = await listeners.rotate(tx, self.seal, listener_id, secret, clock.now())
        await self._told(tenant, actor, "listener.rotate", made.name)
        return made, secret

    async def remove(self, tenant: Tenant, listener_id: UUID, actor: str) -> None:
        """Remove a listener; rules that name it go on without."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            name = await listeners.remove(tx, listener_id)
        await self._told(tenant, actor, "listener.remove", name)

    def _check(self, address: str) -> None:
        """Raise InvalidInput for an address that is none of the web, or names a host not to be asked."""
        try:
            url = URL(address)
        except ValueError:
            raise InvalidInput("url: this is no address") from None
        if url.scheme not in ("http", "https") or not url.host:
            raise InvalidInput("url: an address begins with https:// or http:// and names a host")
        try:
            self.http.apis.check(url)
        except AddressRefused as refused:
            raise InvalidInput(f"url: {refused}") from None

    async def _told(
        self, tenant: Tenant, actor: str, action: str, name: str, detail: Mapping[str, Any] | None = None
    ) -> None:
        async with self.databases.platform() as tx:
            await keys.note(tx, actor, action, name, tenant.code, detail)
        await self.directory.changed(tenant.code)

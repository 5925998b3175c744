"""Versions of the intents as people ask for them: trained, promoted, taken back."""

import asyncio

from frontdesk.core.tenant import Tenant
from frontdesk.errors import Conflict, InvalidInput
from frontdesk.live import Live
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.store import intent_models, intents, keys
from frontdesk.store.db import Databases
from frontdesk.understanding.intents import rasa
from frontdesk.understanding.intents.workshop import data_of

MOST_WAITING = 5


class Versions:
    """Asks for versions and says which one is live, each time with a line in the audit trail."""

    def __init__(self, databases: Databases, directory: Directory, live: Live) -> None:
        self.databases = databases
        self.directory = directory
        self.live = live

    async def train(self, tenant: Tenant, actor: str, *, promote: bool = False) -> int:
        """Have a version made of the intents as they are now, and return its number; a worker trains it."""
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            await intents.lock(tx)
            waiting = await intent_models.listed(tx, limit=MOST_WAITING)
            defined = {stored.intent.name: stored.intent for stored in await intents.listed(tx)}
            data = await data_of(tx)
        if not defined:
            raise InvalidInput(f"tenant {tenant.code!r} has no intents: add some, or import training data")
        if len(waiting) == MOST_WAITING and all(version.status in ("queued", "training") for version in waiting):
            raise Conflict(f"{MOST_WAITING} versions wait to be trained: let one end before you ask for another")
        text = await asyncio.to_thread(rasa.write, data)
        async with self.databases.tenant(tenancy(tenant)) as tx:
            version = await intent_models.add(
                tx, tenant.code, intents=defined, training=text, wanted_by=actor, promote=promote
            )
        self.live.wake(tenant.database, [tenant.code])
        await self._note(tenant, actor, "train", version)
        return version

    async def promote(self, tenant: Tenant, version: int | None, actor: str) -> None:
        """Make a version live, or with None switch intents off: for every turn that begins from now on."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await intent_models.promote(tx, version, actor)
        await self._told(tenant, actor, "promote" if version else "off", version)

    async def rollback(self, tenant: Tenant, actor: str) -> int | None:
        """Make the version live again that was before the present one, and return it; None: none was."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            version = await intent_models.rollback(tx, actor)
        await self._told(tenant, actor, "rollback", version)
        return version

    async def _told(self, tenant: Tenant, actor: str, action: str, version: int | None) -> None:
        await self._note(tenant, actor, action, version)
        await self.directory.changed(tenant.code)

    async def _note(self, tenant: Tenant, actor: str, action: str, version: int | None) -> None:
        subject = "none" if version is None else str(version)
        async with self.databases.platform() as tx:
            await keys.note(tx, actor, f"intents.{action}", subject, tenant.code)

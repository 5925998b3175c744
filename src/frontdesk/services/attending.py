"""The round in which those who wait are given to people, and the bot answers again where people are long silent."""

import asyncio

import asyncpg
import structlog

from frontdesk.core.tenant import Tenant
from frontdesk.errors import StorageError
from frontdesk.services.desk import Desk
from frontdesk.store import allotting, tenants
from frontdesk.store.db import Databases, translated

log = structlog.get_logger()

ROUND_SECONDS = 15.0
PAGE = 200


class Attending:
    """Goes round the tenants that want it; of all processes one does so at a time."""

    def __init__(self, databases: Databases, desk: Desk) -> None:
        self.databases = databases
        self.desk = desk

    async def run(self) -> None:
        """Go round for ever; what fails is tried again in the next round."""
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            try:
                await self.round()
            except StorageError as error:
                log.warning("attending_put_off", error=str(error))
            except Exception as error:
                log.error("attending_broke", exc_info=error)

    async def round(self) -> int:
        """Look at every tenant once; return how many conversations were given to somebody. Nothing where another process does."""
        session = await self.databases.session(self.databases.names[0], {})
        try:
            with translated():
                alone = await allotting.try_alone(session)
            return await self._all(session) if alone else 0
        finally:
            session.terminate()

    async def _all(self, session: asyncpg.Connection) -> int:
        count, after = 0, ""
        while not session.is_closed():
            async with self.databases.platform() as tx:
                page = await tenants.listed(tx, after=after, limit=PAGE)
            for tenant in page:
                count += await self._tenant(tenant)
            if len(page) < PAGE:
                break
            after = page[-1].code
        return count

    async def _tenant(self, tenant: Tenant) -> int:
        """What goes wrong with one tenant keeps no other waiting."""
        if tenant.status != "active":
            return 0
        try:
            resumed, given = await self.desk.resume(tenant), 0
            if tenant.settings.desk.assignment != "manual":
                given = await self.desk.allot(tenant)
        except (StorageError, asyncpg.PostgresError) as error:
            log.warning("attending_put_off", tenant=tenant.code, error=str(error))
            return 0
        return resumed + given

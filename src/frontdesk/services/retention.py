"""The round in which every tenant's old things are deleted."""

import asyncio

import asyncpg
import structlog

from frontdesk.core.tenant import Tenant
from frontdesk.errors import StorageError
from frontdesk.services.cleaning import Cleaning
from frontdesk.store import attachments, tenants
from frontdesk.store.db import Databases, translated

log = structlog.get_logger()

ROUND_SECONDS = 3600.0
FIRST_SECONDS = 60.0
SHORTEST_PAUSE = 0.05
PAGE = 100


class Retention:
    """Goes round all tenants once an hour, one at a time and evenly; of all processes one does so at a time."""

    def __init__(self, databases: Databases, cleaning: Cleaning) -> None:
        self.databases = databases
        self.cleaning = cleaning

    async def run(self) -> None:
        """Go round for ever; what fails is tried again in the next round."""
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            ends = asyncio.get_running_loop().time() + ROUND_SECONDS
            try:
                await self.round(ROUND_SECONDS)
            except StorageError as error:
                log.warning("retention_put_off", error=str(error))
            except Exception as error:
                log.error("retention_broke", exc_info=error)
            await asyncio.sleep(max(FIRST_SECONDS, ends - asyncio.get_running_loop().time()))

    async def round(self, seconds: float = 0.0) -> int:
        """Look at every tenant once, spread over `seconds`; return how many things went. Nothing where another process does."""
        session = await self.databases.session(self.databases.names[0], {})
        try:
            with translated():
                alone = await attachments.try_alone(session)
            return await self._all(session, seconds) if alone else 0
        finally:
            session.terminate()

    async def _all(self, session: asyncpg.Connection, seconds: float) -> int:
        gone, after = 0, ""
        async with self.databases.platform() as tx:
            count = sum(map(len, (await tenants.codes_by_database(tx)).values()))
        pause = max(SHORTEST_PAUSE, 0.9 * seconds / max(count, 1)) if seconds else 0.0
        while not session.is_closed():
            async with self.databases.platform() as tx:
                page = await tenants.listed(tx, after=after, limit=PAGE)
            for tenant in page:
                gone += await self._tenant(tenant)
                await asyncio.sleep(pause)
            if len(page) < PAGE:
                break
            after = page[-1].code
        return gone

    async def _tenant(self, tenant: Tenant) -> int:
        if tenant.status in ("creating", "deleted"):
            return 0
        counts = await self.cleaning.clean(tenant)
        if counts:
            log.info("cleaned_up", tenant=tenant.code, **counts)
        return sum(counts.values())

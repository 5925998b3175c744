"""Old media deleted: bytes first, then their rows say so."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import structlog

from frontdesk.core.tenant import Tenant
from frontdesk.errors import StorageError
from frontdesk.media import Files
from frontdesk.services.tenants import tenancy
from frontdesk.store import attachments, tenants
from frontdesk.store.db import Databases, translated

log = structlog.get_logger()

ROUND_SECONDS = 3600.0
FIRST_SECONDS = 60.0
SHORTEST_PAUSE = 0.05
PAGE = 100
BATCH = 50


class Retention:
    """Goes round all tenants once an hour, one at a time and evenly; of all processes one does so at a time."""

    def __init__(self, databases: Databases, files: Files) -> None:
        self.databases = databases
        self.files = files

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
        """Look at every tenant once, spread over `seconds`; return how many files expired. Nothing where another process does."""
        session = await self.databases.session(self.databases.names[0], {})
        try:
            with translated():
                alone = await attachments.try_alone(session)
            return await self._all(session, seconds) if alone else 0
        finally:
            session.terminate()

    async def _all(self, session: asyncpg.Connection, seconds: float) -> int:
        expired, after = 0, ""
        async with self.databases.platform() as tx:
            count = sum(map(len, (await tenants.codes_by_database(tx)).values()))
        pause = max(SHORTEST_PAUSE, 0.9 * seconds / max(count, 1)) if seconds else 0.0
        while not session.is_closed():
            async with self.databases.platform() as tx:
                page = await tenants.listed(tx, after=after, limit=PAGE)
            for tenant in page:
                expired += await self._tenant(tenant)
                await asyncio.sleep(pause)
            if len(page) < PAGE:
                break
            after = page[-1].code
        return expired

    async def _tenant(self, tenant: Tenant) -> int:
        days = tenant.settings.media.keep_days
        if days is None or tenant.status == "creating":
            return 0
        expired, before = 0, datetime.now(UTC) - timedelta(days=days)
        try:
            while count := await self._batch(tenant, before):
                expired += count
        except (StorageError, asyncpg.PostgresError) as error:  # its database or the store is away, its tables are old
            log.warning("retention_put_off", tenant=tenant.code, error=str(error))
        if expired:
            log.info("media_expired", tenant=tenant.code, count=expired)
        return expired

    async def _batch(self, tenant: Tenant, before: datetime) -> int:
        """Delete some files; where that breaks off, their rows still say kept, and the next round deletes them again."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            count, gone = await attachments.expire(tx, before, BATCH)
            await self.files.remove(tenant.code, gone)
        return count

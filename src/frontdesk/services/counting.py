"""Counting what routing did: every tenant's new turns, a batch at a time, each turn once."""

import asyncio
import time
from datetime import date, datetime, timedelta

import asyncpg
import structlog

from frontdesk.core import clock
from frontdesk.core.analytics import counted
from frontdesk.core.tenant import Tenant
from frontdesk.errors import Conflict, FrontdeskError, InvalidInput, StorageError, TenantSuspended, TenantUnknown
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.store import analytics
from frontdesk.store.analytics import Part
from frontdesk.store.db import Databases, translated

log = structlog.get_logger()

ROUND_SECONDS = 60.0
PATIENCE_SECONDS = (0.05, 0.2, 0.5)
"""How long a round waits for turns that are just being stored; then it leaves them to the next."""
BATCH = 250
FIRST_YEAR, LAST_YEAR = 1971, 9998
MOST_BATCHES = 400
"""Of one tenant a round: what is left is for the next one, so that no tenant makes the others wait for long."""


class Counting:
    """Goes round the tenants that have new turns; of all processes one does so at a time."""

    def __init__(self, databases: Databases, directory: Directory) -> None:
        self.databases = databases
        self.directory = directory
        self._seen: dict[tuple[str, str], int] = {}

    async def run(self) -> None:
        """Go round for ever, over a connection of its own: no turn waits behind a batch. What fails is tried again."""
        own = Databases(self.databases.owner_urls, self.databases.app_password, 1, self.databases.name)
        counting = Counting(own, self.directory)
        try:
            while True:
                await asyncio.sleep(ROUND_SECONDS)
                try:
                    await counting.round()
                except StorageError as error:
                    log.warning("counting_put_off", error=str(error))
                except Exception as error:
                    log.error("counting_broke", exc_info=error)
        finally:
            await own.close()

    async def round(self) -> int:
        """Count what is new in every database; return how many turns. Nothing where another process does."""
        session = await self.databases.session(self.databases.names[0], {})
        try:
            with translated():
                alone = await analytics.try_alone(session)
            return sum([await self._database(name) for name in self.databases.names]) if alone else 0
        finally:
            session.terminate()

    async def count(self, tenant: Tenant, batch: int = BATCH) -> int:
        """Count a tenant's new turns, and return how many. What breaks off is counted by the next who does this."""
        done, waits = 0, iter(PATIENCE_SECONDS)
        for _ in range(MOST_BATCHES):
            begun = time.monotonic()
            part = await self._part(tenant, batch)
            done += len(part.turns)
            if not part.closed:
                if (wait := next(waits, None)) is None:
                    break
                await asyncio.sleep(wait)
            elif part.turns:
                await asyncio.sleep(time.monotonic() - begun)  # of a connection's time no more than half
            elif part.upto == part.last:
                self._seen[tenant.database, tenant.code] = part.last
                break
        return done

    async def recount(self, tenant: Tenant, day: date) -> int:
        """Count a day anew from the turns there still are; return how many. What comes meanwhile is counted as usual.

        Conflict where turns of that day may be gone already: its counts say more than could be counted now.
        """
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise InvalidInput(f"{day} is no day a turn was taken on")
        zone, retention, done = tenant.settings.zone, tenant.settings.retention, 0
        begin, end = (datetime.combine(each, datetime.min.time(), zone) for each in (day, day + timedelta(days=1)))
        kept = min((days for days in (retention.turn_days, retention.message_days) if days), default=None)
        if kept is not None and begin < clock.now() - timedelta(days=kept):
            raise Conflict(
                f"turns are kept for {kept} days: those of {day} may be gone, so its counts stay as they are"
            )
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            upto = await analytics.clear(tx, day)
            async for turns in analytics.again(tx, begin, end, upto, BATCH):
                await analytics.add(tx, counted(turns, zone, await analytics.known(tx, [day])))
                done += len(turns)
        return done

    async def _part(self, tenant: Tenant, batch: int) -> Part:
        zone = tenant.settings.zone
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            part = await analytics.take(tx, batch)
            if part.turns:
                known = await analytics.known(tx, sorted({turn.at.astimezone(zone).date() for turn in part.turns}))
                await analytics.add(tx, counted(part.turns, zone, known))
            if part.closed:
                await analytics.advance(tx, part.upto)
        return part

    async def _database(self, name: str) -> int:
        """Look for tenants with new turns in one statement: what has nothing new costs nothing more."""
        async with self.databases.platform(name) as tx:
            drawn = await analytics.drawn(tx.connection)
        return sum([await self._tenant(code) for code, last in drawn.items() if self._seen.get((name, code)) != last])

    async def _tenant(self, code: str) -> int:
        """What goes wrong with one tenant keeps no other waiting."""
        try:
            return await self.count(await self.directory.tenant(code))
        except (TenantSuspended, TenantUnknown):
            return 0
        except (FrontdeskError, asyncpg.PostgresError) as error:
            log.warning("counting_put_off", tenant=code, error=str(error))
            return 0

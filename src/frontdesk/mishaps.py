"""What a worker does with work that failed: give it back, try it again later, or bury it."""

from datetime import timedelta

import structlog

from frontdesk import queue, telemetry
from frontdesk.core import wire
from frontdesk.core.retry import jittered, next_wait
from frontdesk.errors import (
    Conflict,
    DatabaseUnavailable,
    FrontdeskError,
    LeaseLost,
    TenantSuspended,
    TenantUnknown,
    TurnPutOff,
)
from frontdesk.queue import Work
from frontdesk.services.desk import Desk
from frontdesk.services.tenants import Directory
from frontdesk.settings import Settings
from frontdesk.store import dead_letters
from frontdesk.store.db import Databases, Tenancy

log = structlog.get_logger()

SUSPENDED_WAIT = timedelta(seconds=30)
CONFLICT_WAIT = timedelta(milliseconds=50)
AWAY_WAIT = timedelta(milliseconds=500)


class Mishaps:
    """Settles failed work so that nothing is lost and nothing is tried for ever."""

    def __init__(self, settings: Settings, databases: Databases, directory: Directory, desk: Desk) -> None:
        self.settings = settings
        self.databases = databases
        self.directory = directory
        self.desk = desk

    async def settle(self, work: Work, database: str, error: Exception) -> None:
        """Decide and store what becomes of the work; with PostgreSQL away its lease runs out by itself."""
        code = error.code if isinstance(error, FrontdeskError) else "internal_error"
        if not isinstance(error, TurnPutOff):
            telemetry.failures.add(1, {"tenant": work.tenant, "kind": work.kind, "code": code})
        try:
            await self._settle(work, database, error, code)
        except LeaseLost:
            log.info("lease_lost", code=code)
        except DatabaseUnavailable as away:
            log.warning("work_left_to_its_lease", error=str(away))

    async def _settle(self, work: Work, database: str, error: Exception, code: str) -> None:
        match error:
            case LeaseLost():
                log.info("lease_lost", error=str(error))
            case DatabaseUnavailable():
                log.warning("work_given_back", error=str(error))
                await self._retry(work, database, AWAY_WAIT, counted=False)
            case Conflict():
                await self._retry(work, database, CONFLICT_WAIT, counted=False)
            case TurnPutOff():
                log.info("turn_put_off", reason=str(error), again_in=str(error.after))
                await self._retry(work, database, jittered(error.after), counted=False)
            case TenantSuspended():
                await self._retry(work, database, SUSPENDED_WAIT, counted=False)
            case TenantUnknown():
                log.warning("work_of_no_tenant_dropped", error=str(error))
                async with self.databases.platform(database) as tx:
                    await queue.done(tx, work)
            case _:
                await self._failed(work, database, error, code)

    async def _failed(self, work: Work, database: str, error: Exception, code: str) -> None:
        wait = next_wait(work.attempts, limit=self.settings.max_attempts)
        # what we say on purpose names the thing itself; only what nobody foresaw needs the way it came about
        trace = None if isinstance(error, FrontdeskError) else error
        if wait:
            log.warning(
                "work_failed", code=code, error=str(error), attempts=work.attempts, again_in=str(wait), exc_info=trace
            )
            # a delivery that broke in an unforeseen place may have been sent before
            await self._retry(work, database, jittered(wait), counted=True, in_doubt=work.kind == wire.DELIVERY)
            await self._bring_a_person(work, code)
            return
        log.error("work_buried", code=code, error=str(error), attempts=work.attempts, exc_info=trace)
        async with self.databases.tenant(Tenancy(work.tenant, database)) as tx:
            await dead_letters.bury(tx, work, code, f"{type(error).__name__}: {error}")
        await self._bring_a_person(work, code)

    async def _bring_a_person(self, work: Work, code: str) -> None:
        """Let a person answer a message the bot failed at as often as its tenant has patience for, at the latest at the end.

        The message goes on being tried: its turn finds that a person has the conversation by then.
        """
        if work.kind != wire.EVENT:
            return
        try:
            tenant = await self.directory.tenant(work.tenant)
            patience = tenant.settings.desk.after_failures
            if patience and work.attempts >= min(patience, self.settings.max_attempts):
                why = f"failed {work.attempts} times: {code}"
                await self.desk.stand_in(tenant, wire.load_received(work.payload), why)
        except Exception as error:
            log.warning("no_person_brought", error=str(error), exc_info=error)

    async def _retry(
        self, work: Work, database: str, wait: timedelta, *, counted: bool, in_doubt: bool = False
    ) -> None:
        async with self.databases.platform(database) as tx:
            await queue.retry(tx, work, wait, counted=counted, in_doubt=in_doubt)

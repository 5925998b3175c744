"""People erased: all there is of them, in every table and file."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

import asyncpg
import structlog

from frontdesk.core import clock
from frontdesk.core.tenant import Tenant
from frontdesk.errors import Conflict
from frontdesk.media import Files
from frontdesk.services.tenants import tenancy
from frontdesk.store import erasure, keys, people
from frontdesk.store.db import Databases
from frontdesk.store.people import People
from frontdesk.store.pool import Transaction

log = structlog.get_logger()

BATCH = 200
WALK = 5000
ROUNDS = 5
"""How often what came meanwhile is removed before the last step, which keeps the tenant's others waiting."""
CLOCKS = timedelta(seconds=60)
"""By how much the clocks of processes may differ."""
PATIENCE_MS = (300,) * 10 + (1500,) * 10
"""How long to stand in the way of the tenant's other messages, try by try; an automatic vacuum gives way after a second."""
PAUSE_SECONDS = 0.3
BUSY = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)

Without = Callable[[str, Collection[str]], str]
"""Returns training data without the examples that say one of these texts."""
Piece = Callable[[Transaction], Awaitable[tuple[int, Sequence[UUID]]]]


class Erasure:
    """Erases contacts with those merged into them.

    What they said goes first, in small transactions; they themselves go last, in one. A repeat finishes what broke off.
    """

    def __init__(self, databases: Databases, files: Files, without: Without) -> None:
        self.databases = databases
        self.files = files
        self.without = without

    async def erase(self, tenant: Tenant, contact_ids: Sequence[UUID], actor: str) -> int:
        """Remove people for good; return how many of their messages went. NotFound, or Conflict where one is merged away.

        A message that comes meanwhile is a stranger's: it makes a new contact.
        """
        removed = 0
        for round_number in range(ROUNDS):
            recently = people.floor(clock.now() - CLOCKS)
            async with self._tx(tenant) as tx:
                found = await people.find(tx, contact_ids)
            if round_number == 0:
                await self._note(tenant, found, contact_ids, actor)
                await self._unlearn(tenant, found)
            removed += await self._remove(tenant, found)
            if await self._take_out(tenant, found, contact_ids, recently):
                log.info("contacts_erased", tenant=tenant.code, contacts=len(found.ids), messages=removed)
                return removed
        raise Conflict("the contact is merged, or talks, faster than it can be erased: try again")

    async def _note(self, tenant: Tenant, found: People, contact_ids: Sequence[UUID], actor: str) -> None:
        async with self.databases.platform() as tx:
            for contact_id in contact_ids:
                merged = [str(each) for each in found.ids if each not in contact_ids] if len(contact_ids) == 1 else []
                detail = {"merged": merged} if merged else {}
                await keys.note(tx, actor, "contact.erase", str(contact_id), tenant.code, detail)

    async def _unlearn(self, tenant: Tenant, found: People) -> None:
        """Remove what the tenant took from their messages to teach intents, also from versions that learned it."""
        async with self._tx(tenant) as tx:
            taught = await erasure.taught(tx, found)
            versions = await erasure.versions(tx) if taught else []
        for version in versions:
            async with self._tx(tenant) as tx:
                training = await erasure.training(tx, version)
            left = await asyncio.to_thread(self.without, training, frozenset(taught.values()))
            if left != training:
                async with self._tx(tenant) as tx:
                    await erasure.unlearn(tx, version, left)
        async with self._tx(tenant) as tx:
            await erasure.drop_taught(tx, list(taught))

    async def _remove(self, tenant: Tenant, found: People) -> int:
        """Remove all that hangs on them but themselves, piece by piece."""
        removed = await self._pieces(tenant, lambda tx: erasure.drop_talk(tx, found, BATCH))
        for group in await self._groups(tenant, found):
            blank = partial(erasure.blank_in_group, people=found, conversation_id=group, since=found.since, limit=BATCH)
            removed += await self._pieces(tenant, blank)
        for walk in (erasure.walk_turns, erasure.walk_feedback):
            after: UUID | None = found.since
            while after:
                async with self._tx(tenant) as tx:
                    after = await walk(tx, found, after, WALK)
        async with self._tx(tenant) as tx:
            await self.files.remove(tenant.code, await erasure.drop_waiting(tx, found))
        return removed

    async def _groups(self, tenant: Tenant, found: People) -> list[UUID]:
        groups: list[UUID] = []
        while True:
            async with self._tx(tenant) as tx:
                more = await people.spoke_in(tx, found, found.since, groups[-1] if groups else None)
            if not more:
                return groups
            groups += more

    async def _pieces(self, tenant: Tenant, piece: Piece) -> int:
        removed = 0
        while True:
            async with self._tx(tenant) as tx:
                count, unused = await piece(tx)
                await self.files.remove(tenant.code, unused)
            removed += count
            if not count:
                return removed

    async def _take_out(self, tenant: Tenant, found: People, contact_ids: Sequence[UUID], recently: UUID) -> bool:
        """Remove the people themselves; False where they have said more since, or are others by now."""
        for patience in PATIENCE_MS:
            with contextlib.suppress(*BUSY):
                async with self._tx(tenant) as tx:
                    await erasure.lock(tx, patience)
                    now = await people.find(tx, contact_ids)
                    if now != found or await erasure.has_said(tx, found, recently):
                        return False
                    await erasure.take_out(tx, found, recently)
                return True
            await asyncio.sleep(PAUSE_SECONDS)
        raise Conflict("the tenant's tables are busy: try again")

    @contextlib.asynccontextmanager
    async def _tx(self, tenant: Tenant) -> AsyncIterator[Transaction]:
        async with self.databases.tenant(tenancy(tenant)) as tx:
            yield tx

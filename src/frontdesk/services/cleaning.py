"""What is deleted of one tenant when its time is over, as its settings say: small batches, one transaction each."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import structlog

from frontdesk.core import clock
from frontdesk.core.tenant import Tenant
from frontdesk.errors import DatabaseUnavailable, FrontdeskError
from frontdesk.media import Files
from frontdesk.services.privacy import Erasure
from frontdesk.services.tenants import tenancy
from frontdesk.store import analytics, attachments, expiry, people
from frontdesk.store.db import Databases
from frontdesk.store.people import floor
from frontdesk.store.pool import Transaction

log = structlog.get_logger()

FILES = 50
ROWS = 500
PAGE = 1000
MOST_BATCHES = 200
"""Of each class a round: what is left is for the next one, so that no tenant makes the others wait for long."""
MOST_PAGES = 20
"""Pages of conversations a round looks at; the next goes on from there."""
MOST_ERASED = 100
TEXT_DAYS = 90
MODEL_DAYS = 90
LATEST_MODELS = 10

Counts = dict[str, int]
Walk = Callable[[Transaction, UUID | None], Awaitable[tuple[UUID | None, int]]]


class Cleaning:
    """Cleans up one tenant after the other."""

    def __init__(self, databases: Databases, files: Files, erasure: Erasure) -> None:
        self.databases = databases
        self.files = files
        self.erasure = erasure
        self._places: dict[tuple[str, str], UUID | None] = {}

    async def clean(self, tenant: Tenant) -> Counts:
        """Delete what a tenant keeps no longer; return how much of each class went, leaving out those with nothing.

        What fails is left for the next round and keeps nothing else from going.
        """
        now, counts = clock.now(), Counts()
        for kind, clean in (
            ("files", self._files),
            ("messages", self._messages),
            ("turns", self._turns),
            ("feedback", self._feedback),
            ("dead_letters", self._dead_letters),
            ("handoffs", self._handoffs),
            ("tasks", self._tasks),
            ("reminders", self._reminders),
            ("counts", self._counts),
            ("texts_of_files", self._texts),
            ("facts", self._facts),
            ("models", self._models),
            ("sessions", self._sessions),
            ("contacts", self._contacts),
        ):
            try:
                count = await clean(tenant, now)
            except (
                FrontdeskError,
                asyncpg.PostgresError,
            ) as error:  # its database or the store is away, its tables are old
                log.warning("retention_put_off", tenant=tenant.code, kind=kind, error=str(error))
                if isinstance(error, DatabaseUnavailable):
                    break
                continue
            except Exception as error:
                log.error("retention_broke", tenant=tenant.code, kind=kind, exc_info=error)
                continue
            if count:
                counts[kind] = count
        return counts

    async def _files(self, tenant: Tenant, now: datetime) -> int:
        """Where a batch breaks off, its rows still say kept, and the next round deletes the bytes again."""
        before = _before(now, tenant.settings.media.keep_days)

        async def some(tx: Transaction) -> int:
            assert before
            count, gone = await attachments.expire(tx, before, FILES)
            await self.files.remove(tenant.code, gone)
            return count

        return await self._batches(tenant, some, most=None) if before else 0

    async def _messages(self, tenant: Tenant, now: datetime) -> int:
        before = _before(now, tenant.settings.retention.message_days)
        if before is None:
            return 0
        floor_id = floor(before)

        async def some(tx: Transaction) -> int:
            ids = await expiry.old_messages(tx, floor_id, ROWS)
            if ids:
                await self.files.remove(tenant.code, await expiry.drop_messages(tx, ids))
            return len(ids)

        async def uploads(tx: Transaction) -> int:
            count, gone = await expiry.drop_uploads(tx, floor_id, FILES)
            await self.files.remove(tenant.code, gone)
            return count

        removed = await self._batches(tenant, some)
        await self._batches(tenant, uploads)
        await self._walk(tenant, "summaries", lambda tx, after: expiry.drop_summaries(tx, after, floor_id, PAGE))
        return removed

    async def _turns(self, tenant: Tenant, now: datetime) -> int:
        """The record of a turn holds words of its message: it is not kept for longer than that."""
        days = [days for days in (tenant.settings.retention.turn_days, tenant.settings.retention.message_days) if days]
        return await self._rows(tenant, "turns", _before(now, min(days, default=None)))

    async def _feedback(self, tenant: Tenant, now: datetime) -> int:
        before = _before(now, tenant.settings.retention.feedback_days)
        await self._rows(tenant, "feedback_asked", before)
        return await self._rows(tenant, "feedback", before)

    async def _dead_letters(self, tenant: Tenant, now: datetime) -> int:
        return await self._rows(tenant, "dead_letters", _before(now, tenant.settings.retention.dead_letter_days))

    async def _handoffs(self, tenant: Tenant, now: datetime) -> int:
        """Notes and what came of a handoff say what stood in messages: they are not kept for longer than those."""
        kept = (tenant.settings.retention.handoff_days, tenant.settings.retention.message_days)
        before = _before(now, min((days for days in kept if days), default=None))
        if before is None:
            return 0
        ended = await self._batches(tenant, lambda tx: expiry.drop_handoffs(tx, floor(before), ROWS))
        return ended + await self._rows(tenant, "notes", before)

    async def _tasks(self, tenant: Tenant, now: datetime) -> int:
        before = _before(now, tenant.settings.retention.task_days)
        if before is None:
            return 0
        return await self._batches(tenant, lambda tx: expiry.drop_tasks(tx, floor(before), before, ROWS))

    async def _reminders(self, tenant: Tenant, now: datetime) -> int:
        """Reminders that are over, the times they went out, and links that were revoked are kept as long as messages are."""
        before = _before(now, tenant.settings.retention.message_days)
        if before is None:
            return 0
        await self._rows(tenant, "reminder_fires", before)
        await self._batches(tenant, lambda tx: expiry.drop_calendar_links(tx, before, ROWS))
        return await self._batches(tenant, lambda tx: expiry.drop_reminders(tx, before, ROWS))

    async def _rows(self, tenant: Tenant, kind: str, before: datetime | None) -> int:
        if before is None:
            return 0
        return await self._batches(tenant, lambda tx: expiry.drop(tx, kind, floor(before), ROWS))

    async def _counts(self, tenant: Tenant, now: datetime) -> int:
        before = _before(now, tenant.settings.retention.analytics_days)
        if before is None:
            return 0
        day = before.astimezone(tenant.settings.zone).date()
        return await self._batches(tenant, lambda tx: analytics.drop(tx, day, ROWS))

    async def _texts(self, tenant: Tenant, now: datetime) -> int:
        before = _before(now, min(TEXT_DAYS, tenant.settings.retention.message_days or TEXT_DAYS))
        assert before
        return await self._batches(tenant, lambda tx: expiry.drop_media_texts(tx, before, ROWS))

    async def _facts(self, tenant: Tenant, now: datetime) -> int:
        count = 0
        for name, rule in tenant.settings.facts.items():
            if before := _before(now, rule.life_days):
                async with self.databases.tenant(tenancy(tenant)) as tx:
                    count += await expiry.drop_facts(tx, name, before, floor(before))
        return count

    async def _models(self, tenant: Tenant, now: datetime) -> int:
        async with self.databases.tenant(tenancy(tenant)) as tx:
            return await expiry.drop_models(tx, now - timedelta(days=MODEL_DAYS), LATEST_MODELS)

    async def _sessions(self, tenant: Tenant, now: datetime) -> int:
        hours = tenant.settings.session.hours
        if hours is None:
            return 0
        silent_since = now - timedelta(hours=hours)
        return await self._walk(
            tenant, "sessions", lambda tx, after: expiry.forget_sessions(tx, after, silent_since, PAGE)
        )

    async def _contacts(self, tenant: Tenant, now: datetime) -> int:
        """Erase who has been silent for long, unless something waits for them or they speak in groups."""
        before = _before(now, tenant.settings.retention.contact_days)
        if before is None:
            return 0
        place = (tenant.code, "contacts")
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            found = await expiry.silent_contacts(tx, self._places.get(place), floor(before), before, MOST_ERASED)
            silent = [each for each in found if not await _is_needed(tx, each, floor(before))]
        self._places[place] = found[-1] if len(found) == MOST_ERASED else None
        if silent:
            await self.erasure.erase(tenant, silent, "retention")
        return len(silent)

    async def _batches(
        self, tenant: Tenant, some: Callable[[Transaction], Awaitable[int]], most: int | None = MOST_BATCHES
    ) -> int:
        """Do something until nothing is left to do, or it was done often enough for one round."""
        done, times = 0, 0
        while most is None or times < most:
            async with self.databases.tenant(tenancy(tenant)) as tx:
                count = await some(tx)
            done, times = done + count, times + 1
            if not count:
                break
        return done

    async def _walk(self, tenant: Tenant, kind: str, look: Walk) -> int:
        """Look at the next pages of something; after the last one begin anew, in the next round."""
        place, count = (tenant.code, kind), 0
        for _ in range(MOST_PAGES):
            async with self.databases.tenant(tenancy(tenant)) as tx:
                self._places[place], changed = await look(tx, self._places.get(place))
            count += changed
            if self._places[place] is None:
                break
        return count


def _before(now: datetime, days: int | None) -> datetime | None:
    return None if days is None else now - timedelta(days=days)


async def _is_needed(tx: Transaction, contact_id: UUID, since: UUID) -> bool:
    found = await people.find(tx, [contact_id])
    groups = [key for talk in found.talks for key in talk.groups]
    return await expiry.waited_for(tx, groups) or bool(await people.spoke_in(tx, found, since, limit=1))

"""Long conversations summed up in the background."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from itertools import accumulate
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from frontdesk import queue
from frontdesk.core import wire
from frontdesk.core.tenant import Tenant
from frontdesk.queue import Work
from frontdesk.services.genai.port import GenAI
from frontdesk.services.genai.usage import Ledger
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.store import summaries
from frontdesk.store.db import Databases
from frontdesk.understanding import summary
from frontdesk.understanding.summary import Policy, Rolling, Said

log = structlog.get_logger()

MOST_MESSAGES = 200
MOST_CHARACTERS = 24_000
"""What goes into a summary at once: a long backlog is taken in several rounds, each kept."""

Models = Callable[[Tenant, Ledger], Awaitable[GenAI | None]]
"""Returns the language model of a tenant, each call noted in the ledger."""


class Summing:
    """Brings the summary of a conversation up to date. Nobody waits for it: a turn reads what summary there is."""

    def __init__(self, databases: Databases, directory: Directory, models: Models) -> None:
        self.databases = databases
        self.directory = directory
        self.models = models

    async def work(self, work: Work) -> None:
        """Sum up all but the latest messages of the conversation a piece of work names, and finish it.

        Each round is kept by itself, the last one together with the work's end; a repeat goes on from there.
        """
        conversation_id = wire.load_long(work.payload).conversation_id
        tenant = await self.directory.tenant(work.tenant)
        last = await self._last(tenant, conversation_id)
        while last:
            before, said = await self._stretch(tenant, conversation_id, last)
            if not said:
                break
            made = await self._sum_up(tenant, before, said)
            ends = UUID(made.until) == last
            async with self.databases.tenant(tenancy(tenant)) as tx:
                summed = [UUID(line.id) for line in said]
                kept = await summaries.keep(tx, conversation_id, before, asdict(made), summed)
                if kept and ends:
                    await queue.done(tx, work)
                    return
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await queue.done(tx, work)

    async def _last(self, tenant: Tenant, conversation_id: UUID) -> UUID | None:
        """Return the last message that goes into the summary now; None where it is not due."""
        settings = tenant.settings.summary
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            found = await summaries.standing(tx, conversation_id)
            if found is None or not summary.is_due(found.loose_messages, found.loose_words, policy_of(tenant)):
                return None
            return await summaries.last_due(tx, conversation_id, _until(found.summary), settings.keep_messages)

    async def _stretch(
        self, tenant: Tenant, conversation_id: UUID, last: UUID
    ) -> tuple[Mapping[str, Any] | None, Sequence[Said]]:
        """Return the summary as it is kept, and what is to go into it next."""
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            found = await summaries.standing(tx, conversation_id)
            if found is None:
                return None, ()
            rows = await summaries.stretch(tx, conversation_id, _until(found.summary), last, MOST_MESSAGES)
        said = [_said(row) for row in rows]
        lengths = accumulate(len(line.text) for line in said)
        return found.summary, [
            line for line, length in zip(said, lengths, strict=True) if length <= MOST_CHARACTERS
        ] or said[:1]

    async def _sum_up(self, tenant: Tenant, before: Mapping[str, Any] | None, said: Sequence[Said]) -> Rolling:
        policy, ledger = policy_of(tenant), Ledger()
        model = await self.models(tenant, ledger) if policy.by == "auto" else None
        known = Rolling(**before) if before else summary.NOTHING
        made = await summary.update(known, said, policy, tenant.settings.working_language, model)
        log.info("summed_up", tenant=tenant.code, messages=len(said), by=made.by, asked=ledger.record())
        return made


def policy_of(tenant: Tenant) -> Policy:
    return Policy(**tenant.settings.summary.model_dump())


def _until(kept: Mapping[str, Any] | None) -> UUID | None:
    return UUID(kept["until"]) if kept else None


def _said(row: asyncpg.Record) -> Said:
    return Said(str(row["id"]), "contact" if row["direction"] == "inbound" else "desk", row["text"])

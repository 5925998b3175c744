"""Where a tenant's intents are written: definitions, utterances, and the rest of the training data."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from frontdesk.core.intents import Intent
from frontdesk.core.tenant import Tenant
from frontdesk.errors import InvalidInput
from frontdesk.services.tenants import tenancy
from frontdesk.store import intents, keys, training_sections, utterances
from frontdesk.store.db import Databases
from frontdesk.store.intents import Stored
from frontdesk.store.pool import Transaction
from frontdesk.store.training_sections import Section
from frontdesk.understanding.intents import additions, definition, stored
from frontdesk.understanding.intents.additions import Addition
from frontdesk.understanding.intents.data import TrainingData
from frontdesk.understanding.intents.importing import Changes, Mode, bring_in
from frontdesk.understanding.intents.plain import plain_json


class _DryRun(Exception):
    """Ends a transaction that was only to show what it would do."""


class Workshop:
    """Keeps what people write, each change with a line in the audit trail. Nothing here is live before it is trained and
    promoted. `handlers` are the names of those there are.
    """

    def __init__(self, databases: Databases, handlers: Collection[str]) -> None:
        self.databases = databases
        self.handlers = frozenset(handlers)

    async def define(self, tenant: Tenant, intent: Intent, actor: str) -> Stored:
        """Keep a new intent; InvalidInput lists its faults, Conflict where its name is taken."""
        clean = self._checked(tenant, intent.model_dump(exclude_unset=True))
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await intents.lock(tx)
            made = await intents.load(tx, await intents.add(tx, clean))
        await self.note(tenant, actor, "intent.add", clean.name)
        return made

    async def redefine(
        self,
        tenant: Tenant,
        intent_id: UUID,
        change: Callable[[Intent], Mapping[str, Any]],
        version: int | None,
        actor: str,
    ) -> Stored:
        """Define an intent anew, as `change` makes it of the present one; Conflict where its version is another by now."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await intents.lock(tx)
            before = await intents.load(tx, intent_id)
            clean = self._checked(tenant, change(before.intent))
            await intents.replace(tx, intent_id, clean, version)
            made = await intents.load(tx, intent_id)
        await self.note(
            tenant, actor, "intent.change", clean.name, {"was": before.intent.name, "version": made.version}
        )
        return made

    async def remove(self, tenant: Tenant, intent_id: UUID, version: int | None, actor: str) -> None:
        """Remove an intent with its utterances."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await intents.lock(tx)
            gone = await intents.load(tx, intent_id)
            await intents.remove(tx, intent_id, version)
        await self.note(tenant, actor, "intent.remove", gone.intent.name, {"utterances": gone.utterances})

    async def add(self, tenant: Tenant, intent_id: UUID, wanted: Sequence[Addition], actor: str) -> list[UUID]:
        """Add utterances and return the ids of those the intent did not have."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await intents.lock(tx)
            name = (await intents.load(tx, intent_id)).intent.name
            lines = await additions.lines(tx, intent_id, wanted)
            written = [line for line in lines if line.message_id is None]
            added = await utterances.add(tx, written, "written", actor)
            added += await utterances.add(tx, [line for line in lines if line.message_id], "message", actor)
        await self.note(tenant, actor, "intent.utterances.add", name, {"added": len(added)})
        return added

    async def forget(self, tenant: Tenant, intent_id: UUID, utterance_id: UUID, actor: str) -> None:
        """Remove an utterance."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await intents.lock(tx)
            name = (await intents.load(tx, intent_id)).intent.name
            await utterances.remove(tx, intent_id, utterance_id)
        await self.note(tenant, actor, "intent.utterances.remove", name, {"utterance": str(utterance_id)})

    async def keep_section(self, tenant: Tenant, section: Section, actor: str) -> Section:
        """Keep a synonym, regex or lookup with these examples; what a file said of it besides stays."""
        content = plain_json(section.content, f"the {section.kind} {section.name[:40]!r}")
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await intents.lock(tx)
            known = await training_sections.find(tx, section.kind, section.name)
            kept = Section(section.kind, section.name, {**(known.content if known else {}), **content})
            await training_sections.put(tx, [kept])
        await self.note(tenant, actor, f"intent.{section.kind}.set", section.name)
        return kept

    async def remove_section(self, tenant: Tenant, kind: training_sections.Kind, name: str, actor: str) -> None:
        """Remove a synonym, regex or lookup."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await intents.lock(tx)
            await training_sections.remove(tx, kind, name)
        await self.note(tenant, actor, f"intent.{kind}.remove", name)

    async def bring_in(
        self, tenant: Tenant, data: TrainingData, mode: Mode, actor: str, *, dry_run: bool = False
    ) -> Changes:
        """Take training data in and return what changed; a dry run changes nothing and returns what would."""
        rows = await asyncio.to_thread(stored.rows, data)
        changes = Changes()
        try:
            async with self.databases.tenant(tenancy(tenant)) as tx:
                await intents.lock(tx)
                changes = await bring_in(tx, rows, mode, actor)
                if dry_run:
                    raise _DryRun
        except _DryRun:
            return changes
        await self.note(tenant, actor, f"intent.import.{mode}", tenant.code, changes.counts())
        return changes

    async def note(
        self, tenant: Tenant, actor: str, action: str, subject: str, detail: Mapping[str, Any] | None = None
    ) -> None:
        """Write a line of the audit trail."""
        async with self.databases.platform() as tx:
            await keys.note(tx, actor, action, subject, tenant.code, detail)

    def _checked(self, tenant: Tenant, document: Mapping[str, Any]) -> Intent:
        try:
            intent = Intent.model_validate(plain_json(document, "the intent"))
        except ValidationError as error:
            faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:10]]
            raise InvalidInput(f"this is no intent: {'; '.join(faults)}") from None
        return definition.checked(intent, self.handlers, tenant.settings.facts)


async def data_of(tx: Transaction) -> TrainingData:
    """Return all training data as they are now."""
    lines, sections = await utterances.whole(tx), await training_sections.whole(tx)
    return await asyncio.to_thread(stored.data_of, await intents.listed(tx), lines, sections)

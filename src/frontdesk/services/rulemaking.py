"""Where a tenant's rules are written, checked and published, each change with a line in the audit trail."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from frontdesk.channels import adapters
from frontdesk.core.rules.house import House, faults
from frontdesk.core.rules.rule import Rule
from frontdesk.core.tenant import Tenant
from frontdesk.errors import Conflict, InvalidInput
from frontdesk.services.tenants import tenancy
from frontdesk.store import agents, intents, keys, listeners, rules
from frontdesk.store.db import Databases
from frontdesk.store.pool import Transaction
from frontdesk.store.rules import Stored

MOST_SAID = 20
"""Faults named at once."""


class Rulemaking:
    """Keeps what people write; nothing of it counts before it is published. `handlers` are the names of those there are."""

    def __init__(self, databases: Databases, handlers: Collection[str]) -> None:
        self.databases = databases
        self.handlers = frozenset(handlers)

    async def add(self, tenant: Tenant, rule: Rule, actor: str) -> Stored:
        """Keep a new rule, the last of all; Conflict where its name is taken."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await rules.lock(tx)
            made = await rules.add(tx, rule)
        await self._note(tenant, actor, "rule.add", rule.name)
        return made

    async def replace(self, tenant: Tenant, rule_id: UUID, rule: Rule, version: int | None, actor: str) -> Stored:
        """Write a rule anew; Conflict where it has another version by now."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            made = await rules.replace(tx, rule_id, rule, version)
        await self._note(tenant, actor, "rule.change", rule.name, {"version": made.version})
        return made

    async def remove(self, tenant: Tenant, rule_id: UUID, version: int | None, actor: str) -> None:
        """Remove a rule from the draft."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await rules.lock(tx)
            gone = await rules.remove(tx, rule_id, version)
        await self._note(tenant, actor, "rule.remove", gone.rule.name)

    async def order(self, tenant: Tenant, ids: Sequence[UUID], actor: str) -> list[Stored]:
        """Put the rules in this order, and return them."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await rules.lock(tx)
            await rules.order(tx, ids)
            found = await rules.draft(tx)
        await self._note(tenant, actor, "rules.order", tenant.code)
        return found

    async def rewrite(self, tenant: Tenant, written: Sequence[Rule], actor: str) -> list[Stored]:
        """Replace the whole draft, and return it; InvalidInput where two rules have one name."""
        names = [rule.name for rule in written]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise InvalidInput(f"several rules have the name {doubled[0]!r}: give each its own")
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await rules.lock(tx)
            await rules.rewrite(tx, written)
            found = await rules.draft(tx)
        await self._note(tenant, actor, "rules.rewrite", tenant.code, {"rules": len(written)})
        return found

    async def faults(self, tenant: Tenant) -> list[str]:
        """Return what is wrong with the draft."""
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            return await self._faults(tx, tenant, [stored.rule for stored in await rules.draft(tx)])

    async def publish(self, tenant: Tenant, actor: str, version: int | None = None) -> int:
        """Let the draft, or an older version again, count from now on in every process, and return its number.

        InvalidInput names the faults; what counted once is brought back as it was, whatever it names.
        """
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await rules.lock(tx)
            made = await self._publish(tx, tenant, actor, version)
        await self._note(tenant, actor, "rules.publish", tenant.code, {"version": made, "restores": version})
        return made

    async def rollback(self, tenant: Tenant, actor: str) -> int:
        """Publish what counted before the present version; Conflict where nothing did."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await rules.lock(tx)  # before it is read what counts: another may be publishing
            before = await rules.before_live(tx)
            if before is None:
                raise Conflict("no other version of the rules was published before the present one")
            made = await self._publish(tx, tenant, actor, before)
        await self._note(tenant, actor, "rules.publish", tenant.code, {"version": made, "restores": before})
        return made

    async def _publish(self, tx: Transaction, tenant: Tenant, actor: str, version: int | None) -> int:
        if version is not None:
            return await rules.publish(tx, await rules.published(tx, version), actor, restores=version)
        found = [stored.rule for stored in await rules.draft(tx)]
        if wrong := await self._faults(tx, tenant, found):
            more = f"; and {len(wrong) - MOST_SAID} more" if len(wrong) > MOST_SAID else ""
            raise InvalidInput(f"the rules can't be published: {'; '.join(wrong[:MOST_SAID])}{more}")
        return await rules.publish(tx, found, actor)

    async def _faults(self, tx: Transaction, tenant: Tenant, written: Sequence[Rule]) -> list[str]:
        return faults(written, await self._house(tx, tenant))

    async def _house(self, tx: Transaction, tenant: Tenant) -> House:
        return House(
            handlers=self.handlers,
            intents=set(await intents.ids(tx)),
            listeners=set(await listeners.names(tx)),
            **await agents.names(tx),
            channels=await rules.channels(tx),
            channel_kinds=set(adapters()),
            contact_facts=set(tenant.settings.facts),
        )

    async def _note(
        self, tenant: Tenant, actor: str, action: str, subject: str, detail: Mapping[str, Any] | None = None
    ) -> None:
        async with self.databases.platform() as tx:
            await keys.note(tx, actor, action, subject, tenant.code, detail)

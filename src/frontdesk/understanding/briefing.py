"""What somebody who takes a conversation over reads first: by a language model where there is one, else in chosen sentences."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from uuid import UUID

import orjson

from frontdesk.core.tenant import Tenant
from frontdesk.services.genai.port import GenAI
from frontdesk.services.genai.usage import Ledger
from frontdesk.services.tenants import tenancy
from frontdesk.store import handoffs, summaries
from frontdesk.store.db import Databases
from frontdesk.understanding import summary
from frontdesk.understanding.summary import Rolling, Said
from frontdesk.understanding.summing import policy_of

MOST_MESSAGES = 100
SECONDS = 10.0
"""Somebody looks at the screen meanwhile: a model that needs longer is not waited for."""

Models = Callable[[Tenant, Ledger, float], Awaitable[GenAI | None]]


async def briefing(
    databases: Databases, tenant: Tenant, handoff_id: UUID, conversation_id: UUID, models: Models
) -> Rolling:
    """Return what was said: the conversation's summary with the latest messages, in the tenant's working language where
    there are such texts.

    What a model wrote is kept as long as nothing else is said, so that looking again costs nothing.
    """
    async with databases.tenant(tenancy(tenant), durable=False) as tx:
        found = await summaries.standing(tx, conversation_id)
        before = Rolling(**found.summary) if found and found.summary else summary.NOTHING
        rows = await summaries.latest(tx, conversation_id, UUID(before.until) if before.until else None, MOST_MESSAGES)
        kept = await handoffs.briefing(tx, handoff_id)
    said = [Said(str(row["id"]), "contact" if row["direction"] == "inbound" else "desk", row["text"]) for row in rows]
    if not said:
        return before
    source = _digest(before, said)
    if kept and kept["source"] == source:
        return Rolling(**kept["rolling"])
    policy = policy_of(tenant)
    model = await models(tenant, Ledger(), SECONDS) if policy.by == "auto" else None
    made = await summary.update(before, said, policy, tenant.settings.working_language, model)
    if made.by == "model":
        async with databases.tenant(tenancy(tenant), durable=False) as tx:
            await handoffs.keep_briefing(tx, handoff_id, {"source": source, "rolling": asdict(made)})
    return made


def _digest(before: Rolling, said: list[Said]) -> str:
    """Return what tells whether a briefing is of these words: an edit, a deletion or a message more make another."""
    return hashlib.sha256(orjson.dumps([before.text, [[line.id, line.text] for line in said]])).hexdigest()

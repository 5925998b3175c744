"""What somebody who takes a conversation over reads first: the summary there is, with what was said since."""

import asyncio
from uuid import UUID

from frontdesk.core.tenant import Tenant
from frontdesk.services.genai.port import Line
from frontdesk.services.tenants import tenancy
from frontdesk.store import summaries
from frontdesk.store.db import Databases
from frontdesk.store.pool import LAST_ID
from frontdesk.understanding import gist

MOST_MESSAGES = 100
MOST_WORDS = 120


async def briefing(databases: Databases, tenant: Tenant, conversation_id: UUID) -> str:
    """Return the sentences that say most, in the tenant's working language where there is such a text; no model is asked."""
    async with databases.tenant(tenancy(tenant), durable=False) as tx:
        found = await summaries.standing(tx, conversation_id)
        if found is None:
            return ""
        before = found.summary or {}
        until = UUID(before["until"]) if before.get("until") else None
        rows = await summaries.stretch(tx, conversation_id, until, LAST_ID, MOST_MESSAGES)
    lines = [Line("contact" if row["direction"] == "inbound" else "desk", row["text"]) for row in rows]
    return await asyncio.to_thread(gist.condense, str(before.get("text", "")), lines, MOST_WORDS)

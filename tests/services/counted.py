"""A tenant whose turns are written straight into the table, and the counts of them."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from frontdesk.core.analytics import Dimension
from frontdesk.core.tenant import Tenant, schema_of
from frontdesk.services.counting import Counting
from frontdesk.services.tenants import tenancy
from frontdesk.store import analytics
from tests.services.desk import Desk

NOON = datetime.fromisoformat("2025-03-04T12:00:00+00:00")
DAY = NOON.date()
STORE = """
INSERT INTO turns (conversation_id, handler, record, started_at, milliseconds)
SELECT $1, 'intent', record, $3, $4 FROM unnest($2::jsonb[]) AS record
"""


def a_record(**further: Any) -> dict[str, Any]:
    route = {"handler": "intent", "by": "intent", "argument": "refund"}
    return {"event": "message", "route": route, "effects": [], "rules": [], "language": "en", **further}


@dataclass(slots=True)
class Counted:
    """Writes turns, counts them, and looks at the counts."""

    desk: Desk
    tenant: Tenant
    conversation: UUID
    counting: Counting

    @classmethod
    async def opened(cls, desk: Desk, **settings: Any) -> "Counted":
        tenant = await desk.tenant(**settings)
        channel = await desk.channel(tenant, "http://127.0.0.1:1", name="shop")
        (row,) = await desk.rows(
            tenant,
            "INSERT INTO conversations (channel_id, external_id) VALUES ($1, '1') RETURNING id",
            channel.id,
        )
        return cls(desk, tenant, row["id"], Counting(desk.databases, desk.directory))

    def values(self, records: list[dict[str, Any]], at: datetime, milliseconds: float) -> tuple[Any, ...]:
        return self.conversation, [json.dumps(record) for record in records], at, milliseconds

    async def store(self, *records: dict[str, Any], at: datetime = NOON, milliseconds: float = 20) -> None:
        """Store turns at once."""
        await self.desk.rows(self.tenant, STORE, *self.values(list(records or (a_record(),)), at, milliseconds))

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[asyncpg.Connection]:
        """Yield a connection to the tenant's tables, beside everybody else's."""
        session = await self.desk.databases.session(self.tenant.database, {})
        try:
            await session.execute(f"SET ROLE {schema_of(self.tenant.code)}")
            await session.execute(f"SET search_path TO {schema_of(self.tenant.code)}")
            yield session
        finally:
            await session.close()

    async def count(self, batch: int = 250) -> int:
        return await self.counting.count(self.tenant, batch)

    async def count_all(self, batch: int = 250) -> None:
        """Count until nothing is left: other tests' transactions may keep an interval open for a moment."""
        async with asyncio.timeout(20):
            while await self.count(batch) or await self.behind():
                pass

    async def behind(self) -> int:
        (row,) = await self.desk.rows(
            self.tenant,
            "SELECT (SELECT count(*) FROM turns WHERE number > c.number) AS behind FROM routing_counted c",
        )
        return int(row["behind"])

    async def tallies(self, by: Dimension = "all", since: date = DAY, until: date = DAY) -> dict[tuple[str, str], int]:
        """Return turns by day and name."""
        async with self.desk.databases.tenant(tenancy(self.tenant)) as tx:
            found = await analytics.report(tx, by, since, until, None, 500)
        return {(key.day.isoformat()[5:], key.name): one.turns for key, one in found.items()}

    async def total(self) -> int:
        """Return how many turns are counted over all days."""
        (row,) = await self.desk.rows(
            self.tenant, "SELECT coalesce(sum(turns), 0) AS n FROM routing_tallies WHERE dimension = 'all'"
        )
        return int(row["n"])

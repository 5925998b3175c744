"""How a channel stands: whether it runs, what of it failed for good, how long its work has waited."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from frontdesk.store.pool import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`oldest` is the age of the channel's oldest work, zero where none waits."""

    status: str
    reason: str | None
    dead_letters: int
    oldest: timedelta


# A group's key begins with its channel, that of deliveries with > before it (core/wire.py); `;` is what comes after `:`.
STANDING = """
SELECT status, status_reason AS reason,
       (SELECT count(*) FROM dead_letters
        WHERE starts_with(group_key, $1::text || ':') OR starts_with(group_key, '>' || $1::text || ':')) AS dead_letters,
       (SELECT coalesce(now() - min(created_at), interval '0') FROM frontdesk.work
        WHERE tenant = $2 AND lane IN (0, 1, 2)
          AND (group_key >= $1::text || ':' AND group_key < $1::text || ';'
               OR group_key >= '>' || $1::text || ':' AND group_key < '>' || $1::text || ';')) AS oldest
FROM channels WHERE id = $1::uuid
"""


async def of_channel(tx: Transaction, tenant: str, channel_id: UUID) -> Standing | None:
    """Return how the channel stands, None where the tenant has none of that id."""
    row = await tx.fetchrow(STANDING, str(channel_id), tenant)
    return Standing(**row) if row else None


async def reasons(tx: Transaction) -> dict[UUID, str]:
    """Return why channels do not run, where a reason was noted."""
    rows = await tx.fetch("SELECT id, status_reason FROM channels WHERE status_reason IS NOT NULL")
    return {UUID(bytes=row["id"].bytes): row["status_reason"] for row in rows}

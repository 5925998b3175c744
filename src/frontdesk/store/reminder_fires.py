"""Each time a reminder went out: claimed once, by which ways it could go, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from frontdesk.core import wire
from frontdesk.core.channel import Channel, Limits
from frontdesk.core.content import Content
from frontdesk.core.policy import Facts, Purpose
from frontdesk.core.reminding import GRACE, Due
from frontdesk.core.windows import free_until, stand_in
from frontdesk.queue import Lane
from frontdesk.store.pool import Transaction

# First the channels that were asked for, by name or kind in their order; then where the reminder was made, then whatever the
# contact spoke in last. A group of another reminder is no way.
WAYS = """
WITH RECURSIVE up AS (
    SELECT id, merged_into FROM contacts WHERE id = (SELECT contact_id FROM reminders WHERE id = $1)
    UNION SELECT c.id, c.merged_into FROM contacts c JOIN up ON c.id = up.merged_into
), top AS (
    SELECT id FROM up WHERE merged_into IS NULL
)
SELECT c.id, c.channel_id, c.external_id, c.thread, c.status, c.is_group, c.last_inbound_at, c.free_until,
       h.status AS channel_status, p.language, p.time_zone, p.opted_out_at IS NOT NULL AS opted_out,
       i.blocked_at IS NOT NULL AS blocked
FROM reminders r CROSS JOIN top JOIN contacts p ON p.id = top.id
JOIN conversations c ON c.id = r.conversation_id OR (c.contact_id = top.id AND NOT c.is_group AND c.thread = '')
JOIN channels h ON h.id = c.channel_id
LEFT JOIN identities i ON i.channel_id = c.channel_id AND i.contact_id = c.contact_id AND i.external_id = c.external_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN r.channels = '[]' THEN $2::text[] ELSE ARRAY(SELECT jsonb_array_elements_text(r.channels)) END AS names
) AS wanted
WHERE r.id = $1
ORDER BY least(array_position(wanted.names, h.name), array_position(wanted.names, h.kind)) NULLS LAST,
         c.id = r.conversation_id DESC, c.last_message_at DESC NULLS LAST, c.id LIMIT 20
"""
CLAIM = """
INSERT INTO reminder_fires (reminder_id, contact_id, conversation_id, occurrence, is_late, is_snoozed, passed_over)
SELECT id, contact_id, conversation_id, $2, $3, $4, $5 FROM reminders WHERE id = $1
ON CONFLICT (reminder_id, occurrence) DO NOTHING RETURNING id
"""
WENT = """
UPDATE reminder_fires SET message_id = coalesce($2, message_id), conversation_id = coalesce($3, conversation_id), refused = $4 WHERE id = $1
"""
# What arrived, or may have, is not sent again; nor is what was replayed meanwhile, or what a later occurrence has overtaken.
OF_MESSAGE = """
SELECT f.id, f.occurrence, f.fired_at, f.is_late, f.is_snoozed, f.passed_over, f.conversation_id, f.refused
FROM reminder_fires f JOIN messages m ON m.id = f.message_id
WHERE f.message_id = $1 AND f.reminder_id = $2 AND m.status IN ('failed', 'refused') AND NOT m.in_doubt
AND NOT EXISTS (SELECT FROM receipts r WHERE r.message_id = m.id AND r.status IN ('delivered', 'read', 'played'))
AND NOT EXISTS (SELECT FROM reminder_fires l WHERE l.reminder_id = f.reminder_id AND l.occurrence > f.occurrence)
FOR UPDATE
"""
# What went another way must not come by hand as well.
NOT_REPLAYED = f"""
DELETE FROM dead_letters WHERE kind = '{wire.DELIVERY}' AND strpos(payload, $1) > 0
"""
# Where a reminder's message can't be sent for good, another way is looked for.
TRY_ELSEWHERE = f"""
INSERT INTO frontdesk.work (tenant, lane, group_key, kind, payload)
SELECT substr(current_user, 8), {Lane.NORMAL}, '{wire.REMIND}:' || reminder_id, '{wire.REMIND}',
       json_build_object('reminder_id', reminder_id, 'failed', message_id)::text
FROM reminder_fires WHERE message_id = $1
"""
ANSWERABLE = """
UPDATE conversations SET modes = $2, version = version + 1
WHERE id = $1 AND modes = '[]' AND owner = 'bot' AND NOT is_group AND status <> 'closed'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A conversation a reminder can be sent to, with what policy has to know of it."""

    conversation_id: UUID
    channel_id: UUID
    address: str
    thread: str
    language: str | None
    row: Mapping[str, Any]

    def facts(self, content: Content, channel: Channel, limits: Limits, purpose: Purpose) -> Facts:
        return Facts(
            purpose=purpose,
            channel_status=self.row["channel_status"],
            conversation_status=self.row["status"],
            opted_out=self.row["opted_out"],
            blocked=self.row["blocked"],
            free_until=free_until(limits, self.row["last_inbound_at"], self.row["free_until"]),
            has_stand_in=stand_in(content, channel) is not None,
            zone=self.row["time_zone"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fire:
    """One occurrence that was claimed; `refused` are the ways that were tried in vain."""

    id: UUID
    due: Due
    refused: Sequence[Mapping[str, str]] = ()
    message_id: UUID | None = None
    """The message that could not be sent, where another way is looked for."""


async def ways(tx: Transaction, reminder_id: UUID, channels: Sequence[str] = ()) -> list[Way]:
    """Return where a reminder can be sent, the first choice first; `channels` is the order where it has none of its own."""
    return [
        Way(
            conversation_id=UUID(bytes=row["id"].bytes),
            channel_id=UUID(bytes=row["channel_id"].bytes),
            address=row["external_id"],
            thread=row["thread"],
            language=row["language"],
            row=row,
        )
        for row in await tx.fetch(WAYS, reminder_id, list(channels))
    ]


async def claim(tx: Transaction, reminder_id: UUID, due: Due) -> Fire | None:
    """Keep that an occurrence goes out; None where it did already."""
    made = await tx.fetchval(CLAIM, reminder_id, due.at, due.late, due.snoozed, due.passed_over)
    return Fire(id=made, due=due) if made else None


async def failed(tx: Transaction, reminder_id: UUID, message_id: UUID, now: datetime) -> Fire | None:
    """Return the occurrence a message that could not be sent was for, with its conversation among those refused.

    None where it need not, or must not, go another way.
    """
    row = await tx.fetchrow(OF_MESSAGE, message_id, reminder_id)
    if row is None:
        return None
    late = row["is_late"] or now - row["fired_at"] > GRACE
    due = Due(at=row["occurrence"], late=late, passed_over=row["passed_over"], snoozed=row["is_snoozed"])
    refused = [*orjson.loads(row["refused"]), {"conversation": str(row["conversation_id"]), "reason": "not_delivered"}]
    return Fire(id=row["id"], due=due, refused=refused, message_id=message_id)


async def went(
    tx: Transaction, fire: Fire, message_id: UUID | None, way: Way | None, refused: Sequence[Mapping[str, str]]
) -> None:
    """Keep which message an occurrence became; none where no way was left: a message that failed stays named."""
    document = orjson.dumps([*fire.refused, *refused]).decode()
    await tx.execute(WENT, fire.id, message_id, way.conversation_id if way else None, document)
    if fire.message_id and message_id:
        await tx.execute(NOT_REPLAYED, str(fire.message_id))


async def let_answer(tx: Transaction, conversation_id: UUID, modes: str) -> None:
    """Let the next words in a conversation that is in the middle of nothing be about the reminder."""
    await tx.execute(ANSWERABLE, conversation_id, modes)


async def try_elsewhere(tx: Transaction, message_id: UUID) -> None:
    """Queue the search for another way, where this message was a reminder."""
    await tx.execute(TRY_ELSEWHERE, message_id)


async def listed(tx: Transaction, reminder_id: UUID, limit: int) -> list[asyncpg.Record]:
    """Return when a reminder went out, the latest first, each with how its message stands."""
    return list(
        await tx.fetch(
            "SELECT f.occurrence, f.fired_at, f.conversation_id, f.message_id, f.is_late, f.is_snoozed, f.passed_over, f.refused,"
            " m.status FROM reminder_fires f LEFT JOIN messages m ON m.id = f.message_id"
            " WHERE f.reminder_id = $1 ORDER BY f.occurrence DESC LIMIT $2",
            reminder_id,
            limit,
        )
    )

"""The end of a turn: everything it decided, the deliveries it queues, and its record, in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from frontdesk.core import wire
from frontdesk.core.content import Content
from frontdesk.core.conversation import Conversation, Mode
from frontdesk.errors import Conflict, LeaseLost, NotFound
from frontdesk.queue import HELD, Lane, Work
from frontdesk.store.pool import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One fitted message of an outcome, with its ids, ready to be stored and queued."""

    message_id: UUID
    content: Content
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """What is kept of a turn so that it can be explained later."""

    id: UUID
    handler: str
    record: Mapping[str, Any]
    trace_id: str | None
    started_at: datetime
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnd:
    """All that a turn writes at its end. `message_id` is the inbound message; events that are none have a key.

    `was_heard` says that the person did something; `free_until` opens the channel's window for longer than that does; `media`
    is the work of keeping the message's files. `working_text` is the inbound message's in the tenant's working language;
    `missed` says that nobody had an answer, None that nobody was to;
    `words` is how many were said, by both; `long` is the work of summing up, queued whenever so
    many messages or words were said without a summary.
    """

    conversation: Conversation
    modes: Sequence[Mode]
    message_id: UUID | None
    channel_id: UUID
    contact_id: UUID
    replies: Sequence[Reply]
    traceparent: str | None
    turn: TurnRecord
    event_key: str | None = None
    was_heard: bool = False
    free_until: datetime | None = None
    media: str | None = None
    working_text: str | None = None
    missed: bool | None = None
    words: int = 0
    long: str = ""
    most_loose: tuple[int, int] = (2**31 - 1, 2**31 - 1)


# The fence is the first condition of everything: where the work row is no longer ours, or the conversation changed
# under the turn, the counts say so and the transaction is rolled back.
COMMIT = f"""
WITH fence AS (
    DELETE FROM frontdesk.work WHERE {HELD} RETURNING 1
), conversation AS (
    UPDATE conversations SET modes = $6, version = version + 1, last_message_at = now(),
           last_inbound_at = CASE WHEN $27 THEN now() ELSE last_inbound_at END, free_until = coalesce($28, free_until),
           loose_messages = loose_messages + $31, loose_words = loose_words + $32,
           turns = turns + CASE WHEN $7::uuid IS NULL THEN 0 ELSE 1 END,
           misses = CASE WHEN $37::boolean IS NULL THEN misses WHEN $37 THEN misses + 1 ELSE 0 END,
           status = CASE WHEN status = 'closed' AND $7::uuid IS NOT NULL THEN 'open' ELSE status END
    WHERE id = $4 AND version = $5
    RETURNING loose_messages / $34 > (loose_messages - $31) / $34 OR loose_words / $35 > (loose_words - $32) / $35 AS is_long
), answered AS (
    UPDATE messages SET status = 'answered', turn_id = $8, working_text = $30 WHERE id = $7
), said AS (
    INSERT INTO messages (id, conversation_id, channel_id, contact_id, turn_id, direction, author, type, text, content, reply_to,
                          status, trace_id, working_text)
    SELECT reply.id, $4, $9, $10, $8, 'outbound', 'bot', reply.type, reply.text, reply.content, reply.reply_to, 'queued', $11,
           reply.working_text
    FROM unnest($12::uuid[], $13::text[], $14::text[], $15::text[], $16::text[], $36::text[])
         AS reply (id, type, text, content, reply_to, working_text)
), queued AS (
    INSERT INTO frontdesk.work (tenant, lane, group_key, kind, payload, traceparent)
    SELECT $17, $18, $19, '{wire.DELIVERY}', payload, $20 FROM unnest($21::text[]) AS payload
    UNION ALL SELECT $17, {Lane.NORMAL}, '{wire.MEDIA}:' || $7::uuid, '{wire.MEDIA}', $29, $20 WHERE $29::text IS NOT NULL
    UNION ALL SELECT $17, {Lane.LOW}, '{wire.SUMMARISE}:' || $4, '{wire.SUMMARISE}', $33, $20 FROM conversation WHERE is_long
), turn AS (
    INSERT INTO turns (id, conversation_id, message_id, handler, record, trace_id, started_at, milliseconds, event_key)
    VALUES ($8, $4, $7, $22, $23, $11, $24, $25, $26)
)
SELECT (SELECT count(*) FROM fence) AS held, (SELECT count(*) FROM conversation) AS current
"""


async def commit(tx: Transaction, work: Work, end: TurnEnd) -> None:
    """Write the turn and finish its work; LeaseLost or Conflict where it may not, and the transaction must roll back."""
    row = await tx.fetchrow(COMMIT, *_arguments(work, end))
    if not row["held"]:
        raise LeaseLost(f"work {work.id} of {work.tenant} is no longer leased to {work.leased_by}")
    if not row["current"]:
        raise Conflict(f"conversation {end.conversation.id} changed during the turn")


def _arguments(work: Work, end: TurnEnd) -> tuple[Any, ...]:
    return (
        work.id,
        work.attempts,
        work.leased_by,
        end.conversation.id,
        end.conversation.version,
        orjson.dumps([asdict(mode) for mode in end.modes]).decode(),
        end.message_id,
        end.turn.id,
        end.channel_id,
        end.contact_id,
        end.turn.trace_id,
        [reply.message_id for reply in end.replies],
        [reply.content.type for reply in end.replies],
        [reply.content.text for reply in end.replies],
        [wire.dump_content(reply.content) for reply in end.replies],
        [reply.content.reply_to for reply in end.replies],
        work.tenant,
        work.lane,
        wire.delivery_group(work.group),
        end.traceparent,
        [reply.payload for reply in end.replies],
        end.turn.handler,
        orjson.dumps(end.turn.record).decode(),
        end.turn.started_at,
        Decimal(f"{end.turn.milliseconds:.3f}"),
        end.event_key,
        end.was_heard,
        end.free_until,
        end.media,
        end.working_text,
        len(end.replies) + (end.message_id is not None),
        end.words,
        end.long,
        *end.most_loose,
        [reply.content.original for reply in end.replies],
        end.missed,
    )


async def load(tx: Transaction, turn_id: UUID) -> asyncpg.Record:
    """Return one turn with its record; NotFound where there is none."""
    row = await tx.fetchrow("SELECT * FROM turns WHERE id = $1", turn_id)
    if row is None:
        raise NotFound(f"no turn {turn_id}")
    return row

"""What people think of the answers: reactions, ratings and words, each with the answer it is about, and what they say together."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import orjson

from frontdesk.core.conversation import Conversation
from frontdesk.core.feedback import AskedFeedback, FeedbackEffect, RecordFeedback, WithdrawFeedback
from frontdesk.store.pool import LAST_ID, Transaction

# What handler and intent answered is kept with it: the turn may be gone before it.
RECORD = """
WITH about AS (
    SELECT m.id, m.turn_id, m.author FROM messages m WHERE m.id = $3
    UNION ALL (SELECT m.id, m.turn_id, m.author FROM messages m WHERE $3::uuid IS NULL AND m.conversation_id = $1 AND m.turn_id = $10
               AND m.direction = 'outbound' ORDER BY m.id LIMIT 1)
), asked AS (
    SELECT handler, intent FROM feedback_asked
    WHERE conversation_id = $1 AND $9 = 'asked' AND ($11::text IS NULL OR occasion = $11) ORDER BY id DESC LIMIT 1
)
INSERT INTO feedback
    (conversation_id, contact_id, message_id, kind, score, emoji, text, sentiment, source, handler, intent, occasion)
SELECT $1, $2, coalesce($3, (SELECT id FROM about)), $4, $5, $6, $7, $8, $9,
       coalesce((SELECT handler FROM asked), t.handler, (SELECT 'handoff' FROM about WHERE author = 'human')),
       CASE WHEN EXISTS (SELECT FROM asked) THEN (SELECT intent FROM asked)
            WHEN t.handler = 'intent' THEN t.record->'route'->>'argument' END, $11
FROM (VALUES (true)) AS one LEFT JOIN turns t ON t.id = (SELECT turn_id FROM about)
"""
# Of several answers to one question the last one counts; the same reaction is kept once.
RECORD_RATING = f"""{RECORD} ON CONFLICT (conversation_id, contact_id, occasion) WHERE kind = 'rating' AND occasion IS NOT NULL
DO UPDATE SET score = EXCLUDED.score"""
RECORD_OTHER = f"{RECORD} ON CONFLICT DO NOTHING"
# Feedback stays with the contact it was given by. Alone with us, whoever withdraws is who gave it, merged or not.
WITHDRAW = """
WITH RECURSIVE family AS (
    SELECT $1::uuid AS id UNION SELECT c.id FROM contacts c JOIN family ON c.merged_into = family.id
)
UPDATE feedback SET withdrawn_at = now() WHERE message_id IS NOT DISTINCT FROM $2 AND kind = 'reaction'
AND (contact_id IN (SELECT id FROM family) OR (conversation_id = $4 AND NOT $5))
AND ($3::text IS NULL OR emoji = $3) AND withdrawn_at IS NULL
"""
ASKED = """
WITH told AS (
    INSERT INTO feedback_asked (conversation_id, occasion, handler, intent) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
)
UPDATE conversations SET variables = variables || '{"feedback_asked": true}' WHERE id = $1
"""
# Asked is who talks alone with us, is in the middle of nothing, and may be written to.
ASK = """
WITH free AS (
    UPDATE conversations c SET variables = variables || '{"feedback_asked": true}', modes = $5, version = version + 1
    FROM contacts p WHERE c.id = $1 AND p.id = c.contact_id AND NOT c.is_group AND c.owner = 'bot' AND c.status <> 'closed'
    AND NOT c.variables ? 'feedback_asked' AND c.modes = '[]' AND p.opted_out_at IS NULL
    AND ($6::integer IS NULL OR (p.consent_given AND p.consent_version = $6))
    AND NOT EXISTS (SELECT FROM feedback_asked WHERE conversation_id = $1 AND occasion = $2)
    RETURNING c.id, c.external_id, c.thread, p.language
), told AS (
    INSERT INTO feedback_asked (conversation_id, occasion, handler, intent) SELECT id, $2, $3, $4 FROM free
    ON CONFLICT DO NOTHING
)
SELECT external_id, thread, language FROM free
"""

# $1 to $8 narrow it down, each where it is given.
NARROWED = """
($1::timestamptz IS NULL OR f.created_at >= $1) AND ($2::timestamptz IS NULL OR f.created_at < $2)
AND ($3::text IS NULL OR f.kind = $3) AND ($4::text IS NULL OR f.source = $4) AND ($5::text IS NULL OR f.handler = $5)
AND ($6::text IS NULL OR f.intent = $6) AND ($7::integer IS NULL OR f.score <= $7) AND ($8::uuid IS NULL OR f.contact_id = $8)
"""
SHOWN = """f.id, f.conversation_id, f.message_id, f.contact_id, f.kind, f.score, f.emoji, f.text, f.sentiment, f.handler,
f.intent, f.source, f.created_at, f.withdrawn_at"""
LISTED = f"SELECT {SHOWN} FROM feedback f WHERE {NARROWED} AND f.id < $9 ORDER BY f.id DESC LIMIT $10"

By = Literal["handler", "intent", "day"]
GROUPS: dict[By, str] = {
    "handler": "f.handler",
    "intent": "f.intent",
    "day": "to_char(f.created_at AT TIME ZONE $3::text, 'YYYY-MM-DD')",
}
# Withdrawn reactions say nothing. Ids tell the time, so a span reads no more of the table than it has to.
REPORT = """
SELECT {group} AS name, count(*) AS count, count(*) FILTER (WHERE f.source = 'asked') AS asked_for,
    count(f.score) AS rated, round(avg(f.score), 2)::float8 AS mean,
    count(*) FILTER (WHERE f.score >= 4) AS good, count(*) FILTER (WHERE f.score <= 2) AS bad,
    round(avg(f.sentiment), 3)::float8 AS sentiment
FROM feedback f WHERE f.id >= $1 AND f.id < $2 AND $3::text IS NOT NULL AND f.withdrawn_at IS NULL
GROUP BY 1 ORDER BY {order} LIMIT $4
"""


async def apply(tx: Transaction, effect: FeedbackEffect, conversation: Conversation, contact_id: UUID) -> None:
    """Keep feedback, the same reaction once and one rating a question; take reactions back; or note that a turn asks, which it
    does once a session.
    """
    match effect:
        case RecordFeedback():
            given = (effect.message_id, effect.kind, effect.score, effect.emoji, effect.text, effect.sentiment)
            query = RECORD_RATING if effect.kind == "rating" else RECORD_OTHER
            asked = (effect.source, effect.turn_id, effect.occasion)
            await tx.execute(query, conversation.id, contact_id, *given, *asked)
        case WithdrawFeedback(message_id=about, emoji=emoji):
            await tx.execute(WITHDRAW, contact_id, about, emoji, conversation.id, conversation.is_group)
        case AskedFeedback():
            await tx.execute(ASKED, conversation.id, effect.occasion, effect.handler, effect.intent)


async def ask(
    tx: Transaction, asked: AskedFeedback, conversation_id: UUID, mode: dict[str, Any], policy: int | None
) -> asyncpg.Record | None:
    """Let a conversation wait for a rating, and return its address, thread and the contact's language.

    None where it was asked before, is in the middle of something, or the contact may not be asked; `policy` is the version
    they must have agreed to.
    """
    modes = orjson.dumps([mode]).decode()
    return await tx.fetchrow(ASK, conversation_id, asked.occasion, asked.handler, asked.intent, modes, policy)


async def listed(
    tx: Transaction,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    kind: str | None = None,
    source: str | None = None,
    handler: str | None = None,
    intent: str | None = None,
    most: int | None = None,
    contact_id: UUID | None = None,
    before: UUID | None = None,
    limit: int,
) -> list[asyncpg.Record]:
    """Return feedback, the newest first, from the one before `before` on; `most` is the highest score."""
    narrowed = (since, until, kind, source, handler, intent, most, contact_id)
    return list(await tx.fetch(LISTED, *narrowed, before or LAST_ID, limit))


async def report(tx: Transaction, by: By, since: UUID, until: UUID, zone: str, limit: int) -> list[asyncpg.Record]:
    """Return counts, ratings and sentiment by group, between two ids (they tell the time), most of them first."""
    order = "1" if by == "day" else "count(*) DESC, 1"
    return list(await tx.fetch(REPORT.format(group=GROUPS[by], order=order), since, until, zone, limit))

"""What is handed out of a person, as JSON documents PostgreSQL writes, a page at a time; no raw webhooks."""

from collections.abc import Mapping
from uuid import UUID

import asyncpg

from frontdesk.store.people import People
from frontdesk.store.pool import Transaction

# $1 are the contacts, $2 the conversations with them alone.
WHOLE: Mapping[str, str] = {
    "contacts": """
SELECT id, name, language, fields, tags, opted_out_at, time_zone, merged_into, merged_at, created_at FROM contacts
WHERE id = ANY($1) AND $2::uuid[] IS NOT NULL ORDER BY merged_into IS NOT NULL, id
""",
    "identities": """
SELECT i.id, i.contact_id, i.own_contact_id, h.kind, h.name AS channel, i.external_id, i.former_ids, i.name, i.blocked_at, i.created_at
FROM identities i JOIN channels h ON h.id = i.channel_id WHERE i.contact_id = ANY($1) AND $2::uuid[] IS NOT NULL ORDER BY i.id
""",
    "merges": """
SELECT contact_id, into_id, merged_by, merged_at, unmerged_by, unmerged_at FROM contact_merges
WHERE (contact_id = ANY($1) OR into_id = ANY($1)) AND $2::uuid[] IS NOT NULL ORDER BY id
""",
    "facts": """
SELECT contact_id, name, value, source, confidence, origin, said_at FROM facts
WHERE contact_id = ANY($1) AND $2::uuid[] IS NOT NULL ORDER BY name, said_at, id
""",
    "reminders": """
SELECT id, contact_id, conversation_id, text, schedule, zone, status, since, snoozed, wakes_at, channels, made_by, created_at,
       changed_at
FROM reminders WHERE contact_id = ANY($1) AND $2::uuid[] IS NOT NULL ORDER BY id
""",
    "reminder_fires": """
SELECT id, reminder_id, conversation_id, occurrence, message_id, is_late, is_snoozed, passed_over, refused, fired_at
FROM reminder_fires WHERE contact_id = ANY($1) AND $2::uuid[] IS NOT NULL ORDER BY id
""",
    "calendar_links": """
SELECT id, contact_id, name, made_by, created_at, revoked_at, revoked_by, opened_on FROM calendar_links
WHERE contact_id = ANY($1) AND $2::uuid[] IS NOT NULL ORDER BY id
""",
    "conversations": """
SELECT c.id, c.contact_id, h.kind, h.name AS channel, c.external_id, c.thread, c.owner, c.status, c.tags, c.modes, c.variables,
       c.summary, c.last_message_at, c.created_at
FROM conversations c JOIN channels h ON h.id = c.channel_id WHERE c.id = ANY($2) AND $1::uuid[] IS NOT NULL ORDER BY c.id
""",
    "handoffs": """
SELECT h.id, h.conversation_id, h.reason, h.detail, h.priority, h.skill, h.language, h.status, a.name AS agent, h.summary,
       h.briefing->'rolling'->>'text' AS briefing, h.requested_at, h.assigned_at, h.first_answered_at, h.resolved_at
FROM handoffs h LEFT JOIN agents a ON a.id = h.agent_id WHERE h.conversation_id = ANY($2) AND $1::uuid[] IS NOT NULL ORDER BY h.id
""",
    "notes": """
SELECT n.id, n.conversation_id, a.name AS agent, n.text, n.created_at FROM notes n LEFT JOIN agents a ON a.id = n.agent_id
WHERE n.conversation_id = ANY($2) AND $1::uuid[] IS NOT NULL ORDER BY n.id
""",
    "tasks": """
SELECT t.id, t.number, t.contact_id, t.conversation_id, a.name AS agent, t.title, t.details, t.status, t.due_at, t.due_all_day,
       t.checklist, t.follow_up, t.created_at, t.changed_at, t.done_at
FROM tasks t LEFT JOIN agents a ON a.id = t.agent_id WHERE t.contact_id = ANY($1) OR t.conversation_id = ANY($2) ORDER BY t.id
""",
    "task_comments": """
SELECT c.id, c.task_id, c.author, c.contact_id, c.text, c.created_at FROM task_comments c JOIN tasks t ON t.id = c.task_id
WHERE c.contact_id = ANY($1) OR t.contact_id = ANY($1) OR t.conversation_id = ANY($2) ORDER BY c.id
""",
    "task_events": """
SELECT e.id, e.task_id, e.kind, e.actor, e.contact_id, e.changes, e.created_at FROM task_events e JOIN tasks t ON t.id = e.task_id
WHERE e.contact_id = ANY($1) OR t.contact_id = ANY($1) OR t.conversation_id = ANY($2) ORDER BY e.id
""",
    "feedback": """
SELECT id, conversation_id, message_id, kind, score, emoji, text, sentiment, handler, intent, source, occasion, created_at,
       withdrawn_at
FROM feedback WHERE contact_id = ANY($1) OR conversation_id = ANY($2) ORDER BY id
""",
    "feedback_asked": """
SELECT conversation_id, occasion, handler, intent, at FROM feedback_asked
WHERE conversation_id = ANY($2) AND $1::uuid[] IS NOT NULL ORDER BY id
""",
    "consents": """
SELECT c.contact_id, c.version, c.language, c.given, c.policy, c.answered_by, c.message_id, h.name AS channel, c.at
FROM consents c LEFT JOIN channels h ON h.id = c.channel_id WHERE c.contact_id = ANY($1) AND $2::uuid[] IS NOT NULL ORDER BY c.id
""",
}

PAGE = """
WITH page AS (
    SELECT * FROM messages WHERE conversation_id = $1 AND id > $2 AND ($3::uuid[] IS NULL OR contact_id = ANY($3))
    ORDER BY id LIMIT $4
)
"""
# One conversation's; in a group ($3) what they said and what we answered them. Each row says where the next page begins.
PAGED: Mapping[str, str] = {
    "messages": f"""{PAGE}
SELECT id AS after, json_build_object('id', id, 'conversation_id', conversation_id, 'direction', direction, 'author', author,
    'type', type, 'text', text, 'working_text', working_text, 'content', content::json, 'external_id', external_id,
    'reply_to', reply_to, 'status', status, 'policy', policy, 'error', error, 'turn_id', turn_id, 'said_at', said_at,
    'created_at', created_at, 'sent_at', sent_at, 'edited_at', edited_at, 'deleted_at', deleted_at,
    'receipts', (SELECT json_agg(json_build_object('status', r.status, 'at', r.at) ORDER BY r.id) FROM receipts r
                 WHERE r.message_id = page.id)) AS document
FROM page ORDER BY id
""",
    "attachments": f"""{PAGE}
SELECT page.id AS after, json_build_object('id', a.id, 'message_id', a.message_id, 'number', a.number, 'status', a.status,
    'mime', a.mime, 'filename', a.filename, 'size', a.size, 'kept_at', a.kept_at, 'file_id', a.file_id) AS document
FROM page LEFT JOIN attachments a ON a.message_id = page.id ORDER BY page.id, a.number
""",
    "turns": f"""{PAGE}
SELECT page.id AS after, json_build_object('id', t.id, 'message_id', t.message_id, 'handler', t.handler, 'record', t.record,
    'started_at', t.started_at, 'milliseconds', t.milliseconds) AS document
FROM page LEFT JOIN turns t ON t.id = page.turn_id AND page.direction = 'inbound' ORDER BY page.id
""",
}
UPLOADS = """
SELECT a.id AS after, json_build_object('id', a.id, 'message_id', a.message_id, 'number', a.number, 'status', a.status,
    'mime', a.mime, 'filename', a.filename, 'size', a.size, 'kept_at', a.kept_at, 'file_id', a.file_id) AS document
FROM attachments a JOIN unnest($1::uuid[], $2::text[]) AS account (channel_id, sender)
    ON a.channel_id = account.channel_id AND a.sender = account.sender WHERE a.message_id IS NULL ORDER BY a.id
"""


async def whole(tx: Transaction, section: str, people: People) -> list[str]:
    """Return the documents of a section that is read at once."""
    query = f"SELECT row_to_json(found)::text FROM ({WHOLE[section]}) AS found"
    return [row[0] for row in await tx.fetch(query, list(people.ids), people.conversations)]


async def paged(
    tx: Transaction, section: str, conversation_id: UUID, after: UUID, of: list[UUID] | None, limit: int
) -> list[asyncpg.Record]:
    """Return documents of one conversation's messages after `after`, in a group those `of` some contacts."""
    return list(await tx.fetch(PAGED[section], conversation_id, after, of, limit))


async def uploads(tx: Transaction, people: People) -> list[asyncpg.Record]:
    """Return documents of files they uploaded, whether a message came of them or not."""
    accounts = people.accounts
    return list(
        await tx.fetch(UPLOADS, [each.channel_id for each in accounts], [each.external_id for each in accounts])
    )

"""What is deleted when its time is over, a batch at a time, the oldest first: ids tell the age, so no index is needed for it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from frontdesk.core import wire
from frontdesk.store.db import affected
from frontdesk.store.pool import FIRST_ID, Transaction

# What waits to be sent, or for somebody's decision, is not touched.
OLD_MESSAGES = """
SELECT id FROM messages WHERE id < $1 AND status NOT IN ('queued', 'held') ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
"""
OLD_UPLOADS = """
DELETE FROM attachments WHERE id IN (
    SELECT id FROM attachments WHERE id < $1 AND message_id IS NULL ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
) RETURNING file_id, sha256
"""
UNUSED = """
SELECT gone.file_id, gone.sha256 FROM unnest($1::uuid[], $2::bytea[]) AS gone (file_id, sha256)
WHERE NOT EXISTS (SELECT FROM attachments a WHERE a.sha256 = gone.sha256 AND a.status = 'kept')
"""

# A rolling summary says what stood in messages that are gone: it goes with the last one it sums up.
STALE_SUMMARIES = """
WITH page AS MATERIALIZED (SELECT id FROM conversations WHERE id > $1 ORDER BY id LIMIT $3), dropped AS (
    UPDATE conversations c SET summary = NULL FROM page
    WHERE c.id = page.id AND c.summary IS NOT NULL AND (c.summary->>'until')::uuid < $2 RETURNING 1
)
SELECT (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last, (SELECT count(*) FROM dropped) AS count
"""

# A turn under way loses against the new version and is taken again. What a person has in hand is left as it is.
FORGET_SESSIONS = """
WITH page AS MATERIALIZED (SELECT id FROM conversations WHERE id > $1 ORDER BY id LIMIT $3), silent AS MATERIALIZED (
    SELECT c.id FROM conversations c WHERE c.id IN (SELECT id FROM page) AND c.last_message_at < $2
    AND c.owner = 'bot' AND c.status <> 'waiting' AND (c.modes <> '[]' OR c.variables <> '{}') FOR UPDATE SKIP LOCKED
), forgotten AS (
    UPDATE conversations c SET modes = '[]', variables = '{}', version = version + 1 FROM silent WHERE c.id = silent.id RETURNING 1
)
SELECT (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last, (SELECT count(*) FROM forgotten) AS count
"""

SIMPLE = {
    "turns": "turns",
    "feedback": "feedback",
    "feedback_asked": "feedback_asked",
    "dead_letters": "dead_letters",
    "reminder_fires": "reminder_fires",
    "notes": "notes",
}
"""Classes of rows that stand alone."""

# A delivery that waited for a decision won't be sent any more.
SETTLE_HELD = f"""
UPDATE messages SET status = 'failed' WHERE status = 'held' AND id IN (
    SELECT (payload::jsonb->>'message_id')::uuid FROM dead_letters
    WHERE id = ANY(ARRAY(SELECT id FROM dead_letters WHERE id < $1 ORDER BY id LIMIT $2)) AND kind = '{wire.DELIVERY}')
"""

# Kept are the live model, those that were live in this time or may be gone back to, and the latest.
OLD_MODELS = """
UPDATE intent_models SET model = NULL, status = 'failed', error = 'its time was over: train it anew'
WHERE status = 'ready' AND model IS NOT NULL
AND version NOT IN (SELECT version FROM intent_models ORDER BY version DESC LIMIT $2)
AND version NOT IN (SELECT version FROM intent_promotions WHERE version IS NOT NULL AND promoted_at >= $1)
AND version NOT IN (SELECT version FROM (SELECT version FROM intent_promotions ORDER BY id DESC LIMIT 3) AS latest
                    WHERE version IS NOT NULL)
"""


async def old_messages(tx: Transaction, before: UUID, limit: int) -> list[UUID]:
    """Return messages with a lower id that nothing waits for, locked."""
    return [row["id"] for row in await tx.fetch(OLD_MESSAGES, before, limit)]


async def drop_messages(tx: Transaction, ids: Sequence[UUID]) -> list[UUID]:
    """Delete messages with their receipts, versions and files; return the bytes nobody has now.

    Those are to be deleted before this transaction ends: until then nobody takes them over.
    """
    for table in ("receipts", "message_versions"):
        await tx.execute(f"DELETE FROM {table} WHERE message_id = ANY($1)", ids)
    unused = await drop_files(tx, ids)
    await tx.execute("DELETE FROM messages WHERE id = ANY($1)", ids)
    return unused


async def drop_files(tx: Transaction, message_ids: Sequence[UUID]) -> list[UUID]:
    """Delete the files of messages, and what was read in them; return the bytes nobody has now."""
    rows = await tx.fetch("DELETE FROM attachments WHERE message_id = ANY($1) RETURNING file_id, sha256", message_ids)
    return await unused(tx, [(row["file_id"], row["sha256"]) for row in rows])


async def drop_uploads(tx: Transaction, before: UUID, limit: int) -> tuple[int, list[UUID]]:
    """Delete uploads of visitors with a lower id; return how many, and the bytes nobody has now."""
    rows = await tx.fetch(OLD_UPLOADS, before, limit)
    return len(rows), await unused(tx, [(row["file_id"], row["sha256"]) for row in rows])


async def unused(tx: Transaction, files: Sequence[tuple[UUID | None, bytes]]) -> list[UUID]:
    """Return which of these bytes nobody has any more, and forget what was read in them."""
    held = [(file_id, sha256) for file_id, sha256 in files if file_id]
    if not held:
        return []
    rows = await tx.fetch(UNUSED, [file_id for file_id, _ in held], [sha256 for _, sha256 in held])
    hashes = list({row["sha256"].hex() for row in rows})
    if hashes:
        await tx.execute("DELETE FROM media_texts WHERE split_part(key, ':', 1) = ANY($1)", hashes)
    return list({UUID(bytes=row["file_id"].bytes) for row in rows})


async def drop(tx: Transaction, kind: str, before: UUID, limit: int) -> int:
    """Delete rows of one of the SIMPLE classes with a lower id; return how many."""
    table = SIMPLE[kind]
    if kind == "dead_letters":
        await tx.execute(SETTLE_HELD, before, limit)
    old = f"SELECT id FROM {table} WHERE id < $1 ORDER BY id LIMIT $2"
    return affected(await tx.execute(f"DELETE FROM {table} WHERE id = ANY(ARRAY({old}))", before, limit))


async def drop_handoffs(tx: Transaction, before: UUID, limit: int) -> int:
    """Delete handoffs with a lower id that have ended; return how many."""
    old = "SELECT id FROM handoffs WHERE id < $1 AND status IN ('resolved', 'abandoned') ORDER BY id LIMIT $2"
    return affected(await tx.execute(f"DELETE FROM handoffs WHERE id = ANY(ARRAY({old}))", before, limit))


async def drop_tasks(tx: Transaction, before: UUID, ended_before: datetime, limit: int) -> int:
    """Delete tasks with a lower id that ended before a time, with all that was said about them; return how many."""
    old = "SELECT id FROM tasks WHERE id < $1 AND status IN ('done', 'cancelled') AND changed_at < $2 ORDER BY id LIMIT $3"
    return affected(await tx.execute(f"DELETE FROM tasks WHERE id = ANY(ARRAY({old}))", before, ended_before, limit))


async def drop_reminders(tx: Transaction, ended_before: datetime, limit: int) -> int:
    """Delete reminders that were over before a time; return how many."""
    old = "SELECT id FROM reminders WHERE status <> 'active' AND changed_at < $1 ORDER BY id LIMIT $2"
    return affected(await tx.execute(f"DELETE FROM reminders WHERE id = ANY(ARRAY({old}))", ended_before, limit))


async def drop_calendar_links(tx: Transaction, ended_before: datetime, limit: int) -> int:
    """Delete calendar links that were revoked before a time; return how many."""
    old = "SELECT id FROM calendar_links WHERE revoked_at < $1 ORDER BY id LIMIT $2"
    return affected(await tx.execute(f"DELETE FROM calendar_links WHERE id = ANY(ARRAY({old}))", ended_before, limit))


async def drop_media_texts(tx: Transaction, before: datetime, limit: int) -> int:
    """Delete what files were read as before a time; return how many."""
    old = "SELECT key FROM media_texts WHERE read_at < $1 ORDER BY read_at LIMIT $2"
    return affected(await tx.execute(f"DELETE FROM media_texts WHERE key = ANY(ARRAY({old}))", before, limit))


async def drop_facts(tx: Transaction, name: str, before: datetime, id_before: UUID) -> int:
    """Delete what was said under one name before a time and not again since; return how many."""
    return affected(
        await tx.execute("DELETE FROM facts WHERE id < $3 AND name = $1 AND said_at < $2", name, before, id_before)
    )


async def drop_models(tx: Transaction, promoted_since: datetime, latest: int) -> int:
    """Drop the bytes of models nobody goes back to; return how many."""
    return affected(await tx.execute(OLD_MODELS, promoted_since, latest))


async def drop_summaries(tx: Transaction, after: UUID | None, before: UUID, limit: int) -> tuple[UUID | None, int]:
    """Look at conversations from the one after `after` on and drop summaries whose last message has a lower id.

    Returns where to go on (None: that was the last) and how many went.
    """
    row = await tx.fetchrow(STALE_SUMMARIES, after or FIRST_ID, before, limit)
    return row["last"], row["count"]


async def forget_sessions(
    tx: Transaction, after: UUID | None, silent_since: datetime, limit: int
) -> tuple[UUID | None, int]:
    """Look at conversations from the one after `after` on; those silent for long forget what they were in the middle of.

    Returns where to go on (None: that was the last) and how many forgot.
    """
    row = await tx.fetchrow(FORGET_SESSIONS, after or FIRST_ID, silent_since, limit)
    return row["last"], row["count"]


# Who opted out is kept, with that: it would be forgotten otherwise. Anything said or sent since keeps a contact, and so does a
# reminder that is still to come.
SILENT = """
SELECT p.id FROM contacts p WHERE p.id > $1 AND p.id < $2 AND p.merged_into IS NULL AND p.opted_out_at IS NULL
AND NOT EXISTS (
    SELECT FROM conversations c WHERE c.contact_id = p.id AND (c.last_message_at >= $3
        OR EXISTS (SELECT FROM messages m WHERE m.conversation_id = c.id AND m.id > $2))
) AND NOT EXISTS (
    WITH RECURSIVE family AS (
        SELECT p.id UNION SELECT q.id FROM contacts q JOIN family ON q.merged_into = family.id
    ) SELECT FROM reminders r JOIN family ON r.contact_id = family.id WHERE r.status = 'active'
) ORDER BY p.id LIMIT $4
"""
WAITED_FOR = """
SELECT EXISTS (SELECT FROM frontdesk.work WHERE tenant = substr(current_user, 8) AND lane IN (0, 1, 2) AND group_key = ANY($1::text[]))
    OR EXISTS (SELECT FROM frontdesk.scheduled WHERE tenant = substr(current_user, 8) AND group_key = ANY($1::text[]))
"""


async def silent_contacts(
    tx: Transaction, after: UUID | None, before: UUID, silent_since: datetime, limit: int
) -> list[UUID]:
    """Return contacts older than `before` with whom nothing was said since, alone with them."""
    rows = await tx.fetch(SILENT, after or FIRST_ID, before, silent_since, limit)
    return [UUID(bytes=row["id"].bytes) for row in rows]


async def waited_for(tx: Transaction, groups: Sequence[str]) -> bool:
    """Say whether work of these groups is queued, or waits for its time."""
    return bool(await tx.fetchval(WAITED_FOR, groups))

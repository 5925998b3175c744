"""What is removed of people who are erased, piece by piece, and what is taken out last, all at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from frontdesk.core import wire
from frontdesk.core.message import Message, Origin
from frontdesk.store.expiry import drop_files, drop_messages, unused
from frontdesk.store.identities import MERGES
from frontdesk.store.people import People
from frontdesk.store.pool import Transaction

BLANK = wire.dump_event(Message(type="unsupported", external_id="", origin=Origin(group=True)))
"""What is left of a message in a group: that there was one."""

OURS = "tenant = substr(current_user, 8) AND lane IN (0, 1, 2)"
"""The tenant's part of the queue."""
FREE = "(leased_by IS NULL OR due_at <= now())"
"""What somebody has in hand is left: a turn loses its conversation and is taken again, for a new contact."""

TALKED = "SELECT id, turn_id FROM messages WHERE conversation_id = ANY($1::uuid[]) ORDER BY id LIMIT $2"
IN_GROUPS = """
SELECT id, turn_id, direction FROM messages WHERE conversation_id = $1 AND id > $3 AND contact_id = ANY($2::uuid[])
ORDER BY id LIMIT $4
"""
# Our answers stay, without whom they were for.
BLANKED = """
UPDATE messages SET contact_id = NULL, reply_to = NULL,
    text = CASE WHEN direction = 'outbound' THEN text END,
    working_text = CASE WHEN direction = 'outbound' THEN working_text END,
    content = CASE WHEN direction = 'outbound' THEN content ELSE $2 END, raw = NULL,
    external_id = CASE WHEN direction = 'outbound' THEN external_id END,
    deleted_at = CASE WHEN direction = 'outbound' THEN deleted_at ELSE coalesce(deleted_at, now()) END
WHERE id = ANY($1)
"""

FORGOTTEN = (
    "UPDATE conversations SET summary = NULL, modes = '[]', variables = '{}', version = version + 1 WHERE id = $1"
)

# Turns of events that are no messages are told by their conversation alone, in groups by the account their key names.
WALK_TURNS = """
WITH page AS MATERIALIZED (
    SELECT id, conversation_id, event_key FROM turns WHERE id > $1 ORDER BY id LIMIT $2
), gone AS (
    DELETE FROM turns t USING page p WHERE t.id = p.id AND (p.conversation_id = ANY($3::uuid[])
        OR EXISTS (SELECT FROM unnest($4::text[]) AS name WHERE strpos(p.event_key, ':' || name || ':') > 0))
)
SELECT id FROM page ORDER BY id DESC LIMIT 1
"""
WALK_FEEDBACK = """
WITH page AS MATERIALIZED (
    SELECT id, conversation_id, contact_id FROM feedback WHERE id > $1 ORDER BY id LIMIT $2
), gone AS (
    DELETE FROM feedback f USING page p WHERE f.id = p.id
    AND (p.conversation_id = ANY($3::uuid[]) OR p.contact_id = ANY($4::uuid[]))
)
SELECT id FROM page ORDER BY id DESC LIMIT 1
"""

TAUGHT = """
SELECT u.id, u.text FROM utterances u JOIN messages m ON m.id = u.message_id
WHERE m.conversation_id = ANY($1::uuid[]) OR m.contact_id = ANY($2::uuid[])
"""
UPLOADED = """
DELETE FROM attachments a USING unnest($1::uuid[], $2::text[]) AS account (channel_id, sender)
WHERE a.message_id IS NULL AND a.channel_id = account.channel_id AND a.sender = account.sender RETURNING a.file_id, a.sha256
"""
SAID_BY = (
    "EXISTS (SELECT FROM unnest($1::text[]) AS name WHERE strpos(payload, '\"sender\":' || to_json(name)::text) > 0)"
)


LEFT = """
SELECT EXISTS (SELECT FROM messages WHERE conversation_id = ANY($1::uuid[])) OR EXISTS (
    SELECT FROM conversations c JOIN messages m ON m.conversation_id = c.id AND m.id > $4
    WHERE c.is_group AND c.channel_id = ANY($2::uuid[]) AND m.contact_id = ANY($3::uuid[]))
"""
EVERYTHING = 2**31 - 1


async def drop_talk(tx: Transaction, people: People, limit: int) -> tuple[int, list[UUID]]:
    """Delete some messages of the conversations with them, with their turns; return how many, and the bytes nobody has now."""
    rows = await tx.fetch(TALKED, people.conversations, limit)
    ids = [row["id"] for row in rows]
    await _drop_turns(tx, [row["turn_id"] for row in rows])
    keys = [f"{wire.MEDIA}:{message_id}" for message_id in ids]
    await tx.execute(f"DELETE FROM frontdesk.work WHERE {OURS} AND {FREE} AND group_key = ANY($1::text[])", keys)
    await tx.execute("DELETE FROM dead_letters WHERE group_key = ANY($1::text[])", keys)
    return len(ids), await drop_messages(tx, ids) if ids else []


async def blank_in_group(
    tx: Transaction, people: People, conversation_id: UUID, since: UUID, limit: int
) -> tuple[int, list[UUID]]:
    """Blank some of what they said in a group; return how many messages, and the bytes nobody has now."""
    rows = await tx.fetch(IN_GROUPS, conversation_id, list(people.ids), since, limit)
    theirs = [row["id"] for row in rows if row["direction"] == "inbound"]
    await _drop_turns(tx, [row["turn_id"] for row in rows])
    await tx.execute("DELETE FROM message_versions WHERE message_id = ANY($1)", [row["id"] for row in rows])
    bytes_gone = await drop_files(tx, theirs)
    await tx.execute(BLANKED, [row["id"] for row in rows], BLANK)
    if rows:  # what the group is in the middle of, and its summary, may hold their words
        await tx.execute(FORGOTTEN, conversation_id)
        await tx.execute("DELETE FROM notes WHERE conversation_id = $1", conversation_id)
        emptied = "UPDATE handoffs SET detail = '', summary = NULL, briefing = NULL WHERE conversation_id = $1"
        await tx.execute(emptied, conversation_id)
    return len(rows), bytes_gone


async def _drop_turns(tx: Transaction, ids: Sequence[UUID | None]) -> None:
    await tx.execute("DELETE FROM turns WHERE id = ANY($1)", list({turn_id for turn_id in ids if turn_id}))


async def walk_turns(tx: Transaction, people: People, after: UUID, limit: int) -> UUID | None:
    """Delete what is theirs of the next turns after `after`; return the last one looked at, None at the end."""
    return await tx.fetchval(WALK_TURNS, after, limit, people.conversations, people.names)  # type: ignore[no-any-return]


async def walk_feedback(tx: Transaction, people: People, after: UUID, limit: int) -> UUID | None:
    """Delete what is theirs of the next feedback after `after`; return the last one looked at, None at the end."""
    return await tx.fetchval(WALK_FEEDBACK, after, limit, people.conversations, list(people.ids))  # type: ignore[no-any-return]


async def taught(tx: Transaction, people: People) -> dict[UUID, str]:
    """Return the examples of intents that were taken from their messages, by id."""
    return {row["id"]: row["text"] for row in await tx.fetch(TAUGHT, people.conversations, list(people.ids))}


async def versions(tx: Transaction) -> list[int]:
    """Return the versions of the intents."""
    return [row["version"] for row in await tx.fetch("SELECT version FROM intent_models ORDER BY version")]


async def training(tx: Transaction, version: int) -> str:
    """Return a version's training data."""
    return str(await tx.fetchval("SELECT training FROM intent_models WHERE version = $1", version))


async def unlearn(tx: Transaction, version: int, training: str) -> None:
    """Replace a version's training data."""
    await tx.execute("UPDATE intent_models SET training = $2 WHERE version = $1", version, training)


async def drop_taught(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Delete examples of intents."""
    await tx.execute("DELETE FROM utterances WHERE id = ANY($1)", ids)


async def drop_waiting(tx: Transaction, people: People) -> list[UUID]:
    """Delete what they uploaded, and what waits or failed of what they did; return the bytes nobody has now."""
    accounts = people.accounts
    rows = await tx.fetch(UPLOADED, [each.channel_id for each in accounts], [each.external_id for each in accounts])
    bounds = [(f"{channel_id}:", f"{channel_id};") for channel_id in people.channels]
    for start, end in bounds:
        await tx.execute(
            f"DELETE FROM frontdesk.work WHERE {OURS} AND {FREE} AND group_key >= $2 AND group_key < $3"
            f" AND kind = '{wire.EVENT}' AND {SAID_BY}",
            people.names,
            start,
            end,
        )
        await tx.execute(
            f"DELETE FROM dead_letters WHERE kind = '{wire.EVENT}' AND group_key COLLATE \"C\" >= $2"
            f' AND group_key COLLATE "C" < $3 AND {SAID_BY}',
            people.names,
            start,
            end,
        )
    return await unused(tx, [(row["file_id"], row["sha256"]) for row in rows])


async def lock(tx: Transaction, patience_ms: int) -> None:
    """Keep everybody from writing messages, and contacts from being met or merged, until the transaction ends.

    What began before is over then: nothing is stored for people who are just being taken out. Raises asyncpg's
    LockNotAvailableError after `patience_ms`: whoever wants to write stands behind us for as long.
    """
    await tx.execute(f"SET LOCAL lock_timeout = {int(patience_ms)}")
    await tx.execute("LOCK TABLE messages IN SHARE ROW EXCLUSIVE MODE")
    await tx.execute(f"SELECT pg_advisory_xact_lock({MERGES})")


THEIRS = "SELECT id FROM conversations WHERE contact_id = ANY($1::uuid[])"
WAKES = f"SELECT '{wire.REMIND}:' || id AS key FROM reminders WHERE contact_id = ANY($1::uuid[])"
TAKE_OUT: Mapping[str, str] = {
    "consents": "contact_id = ANY($1::uuid[])",
    "feedback_asked": "conversation_id IN (SELECT id FROM conversations WHERE contact_id = ANY($1::uuid[]))",
    "facts": "contact_id = ANY($1::uuid[])",
    "reminder_fires": "contact_id = ANY($1::uuid[])",
    "reminders": "contact_id = ANY($1::uuid[])",
    "calendar_links": "contact_id = ANY($1::uuid[])",
    "contact_merges": "contact_id = ANY($1::uuid[]) OR into_id = ANY($1::uuid[])",
    "contact_duplicates": "contact_id = ANY($1::uuid[]) OR other_id = ANY($1::uuid[])",
    "identities": "contact_id = ANY($1::uuid[]) OR own_contact_id = ANY($1::uuid[])",
    "notes": f"conversation_id IN ({THEIRS})",
    "handoffs": f"conversation_id IN ({THEIRS})",
    "tasks": f"contact_id = ANY($1::uuid[]) OR conversation_id IN ({THEIRS})",
    "task_comments": "contact_id = ANY($1::uuid[])",
    "task_events": "contact_id = ANY($1::uuid[])",
    "conversations": "contact_id = ANY($1::uuid[])",
    "contacts": "id = ANY($1::uuid[])",
}
"""Tables in this order: a turn under way locks contacts' rows first, and each of these points at what comes after it."""


async def has_said(tx: Transaction, people: People, since: UUID) -> bool:
    """Say whether a message of theirs is left: any alone with us, or one after `since` in a group."""
    return bool(await tx.fetchval(LEFT, people.conversations, people.channels, list(people.ids), since))


async def take_out(tx: Transaction, people: People, since: UUID) -> None:
    """Delete the people themselves, with their conversations, what is queued for these, and turns and feedback after `since`."""
    await tx.execute("SELECT true FROM contacts WHERE id = ANY($1) ORDER BY id FOR UPDATE", list(people.ids))
    await walk_turns(tx, people, since, EVERYTHING)
    await walk_feedback(tx, people, since, EVERYTHING)
    keys = [key for talk in people.talks for key in (*talk.groups, f"{wire.SUMMARISE}:{talk.id}")]
    keys += [row["key"] for row in await tx.fetch(WAKES, list(people.ids))]
    await tx.execute(f"DELETE FROM frontdesk.work WHERE {OURS} AND {FREE} AND group_key = ANY($1::text[])", keys)
    await tx.execute(
        "DELETE FROM frontdesk.scheduled WHERE tenant = substr(current_user, 8) AND group_key = ANY($1::text[])", keys
    )
    await tx.execute("DELETE FROM dead_letters WHERE group_key = ANY($1::text[])", keys)
    for table, theirs in TAKE_OUT.items():
        await tx.execute(f"DELETE FROM {table} WHERE {theirs}", list(people.ids))

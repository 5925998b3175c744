"""How channels know contacts: identities met for the first time, other names of one account, and changed ones."""

from collections.abc import Sequence
from hashlib import blake2b
from uuid import UUID

from frontdesk.core import wire
from frontdesk.core.message import Origin
from frontdesk.store.pool import Transaction

MERGES = "hashtextextended('merges of ' || current_schema(), 0)"
"""The lock that keeps merges of a tenant apart, and away from whoever adds identities to a contact."""

# One statement, so that a tenant seen for the first time on a connection has one plan to make and not five. The sender
# stands first among the names ($2); the others are what the provider calls the same account besides. IS NOT DISTINCT
# keeps the planner, which knows nothing of a new tenant, from going through all identities of the channel.
MEET = """
WITH known AS (
    SELECT external_id, contact_id, coalesce(own_contact_id, contact_id) AS own FROM identities
    WHERE channel_id = $1 AND external_id = ANY($2::text[])
), met AS (
    INSERT INTO contacts (name) SELECT $3 WHERE NOT EXISTS (SELECT FROM known) RETURNING id
), person AS (
    (SELECT contact_id, own FROM known ORDER BY array_position($2::text[], external_id) LIMIT 1)
    UNION ALL SELECT id, id FROM met
), named AS (
    INSERT INTO identities (channel_id, external_id, contact_id, own_contact_id, name)
    SELECT $1, name, contact_id, nullif(own, contact_id), $3 FROM person, unnest($2::text[]) AS name
    WHERE name NOT IN (SELECT external_id FROM known)
), doubled AS (
    INSERT INTO contact_duplicates (contact_id, other_id, channel_id)
    SELECT DISTINCT least(person.contact_id, known.contact_id), greatest(person.contact_id, known.contact_id), $1
    FROM person, known WHERE known.contact_id <> person.contact_id ON CONFLICT DO NOTHING
), names AS MATERIALIZED (
    SELECT i.external_id FROM identities i
    WHERE i.contact_id = (SELECT contact_id FROM person WHERE $4 = ($2::text[])[1] AND NOT $6)
        AND i.channel_id IS NOT DISTINCT FROM $1
        AND coalesce(i.own_contact_id, i.contact_id) = (SELECT own FROM person)
), going_on AS (
    SELECT c.id, c.external_id FROM conversations c
    WHERE c.channel_id = $1 AND c.external_id = ANY (ARRAY(SELECT external_id FROM names)) AND c.thread = $5 AND NOT c.is_group
        AND NOT EXISTS (SELECT FROM conversations n WHERE n.channel_id = $1 AND n.external_id = $4 AND n.thread = $5)
    ORDER BY c.last_message_at DESC LIMIT 1
), made AS (
    INSERT INTO conversations (channel_id, external_id, thread, is_group, contact_id, own_contact_id)
    SELECT $1, $4, $5, $6, contact_id, own FROM (
        SELECT CASE WHEN NOT $6 THEN contact_id END, CASE WHEN NOT $6 THEN nullif(own, contact_id) END FROM person
    ) AS partner (contact_id, own) WHERE NOT EXISTS (SELECT FROM going_on)
    ON CONFLICT (channel_id, external_id, thread) DO NOTHING
)
SELECT id, external_id FROM going_on
"""

ALL_KNOWN = """
SELECT count(*) = cardinality($2::text[]) FROM identities i WHERE i.channel_id = $1 AND i.external_id = ANY($2) AND (
    i.contact_id = $3 OR EXISTS (
        SELECT FROM contact_duplicates d WHERE d.contact_id = least(i.contact_id, $3) AND d.other_id = greatest(i.contact_id, $3)))
"""

NAMED = """
SELECT external_id, contact_id, coalesce(own_contact_id, contact_id) AS own FROM identities
WHERE channel_id = $1 AND external_id = ANY($2)
"""

# Where the new name is one of the same contact's already, the old row goes and its name is kept with the other.
RENAME = """
WITH gone AS (
    DELETE FROM identities o USING identities n
    WHERE o.channel_id = $1 AND o.external_id = $2 AND n.channel_id = $1 AND n.external_id = $3 RETURNING o.former_ids
), kept AS (
    UPDATE identities i SET former_ids = gone.former_ids || i.former_ids || $2::text FROM gone
    WHERE channel_id = $1 AND external_id = $3
)
UPDATE identities SET external_id = $3, former_ids = former_ids || $2::text
WHERE channel_id = $1 AND external_id = $2 AND NOT EXISTS (SELECT FROM gone)
"""

RENAMED_CONVERSATIONS = """
UPDATE conversations c SET external_id = $3 WHERE channel_id = $1 AND external_id = $2 AND NOT is_group AND NOT EXISTS (
    SELECT FROM conversations n WHERE n.channel_id = $1 AND n.external_id = $3 AND n.thread = c.thread)
RETURNING thread
"""

# What is queued keeps its number, so it goes before what is queued under the new name. A lease is no matter of groups.
REGROUPED = """
WITH queued AS (
    UPDATE frontdesk.work SET group_key = $2 WHERE tenant = substr(current_user, 8) AND lane IN (0, 1, 2) AND group_key = $1
)
UPDATE frontdesk.scheduled SET group_key = $2 WHERE tenant = substr(current_user, 8) AND group_key = $1
"""


async def meet(tx: Transaction, channel_id: UUID, origin: Origin) -> str:
    """Create what is missing of the contact, the identities and the conversation; one at a time for one identity.

    Returns the address by which the conversation goes: another than the event's where the contact is known by another
    name and this event does not say that both are one. Where it does, the conversation takes the event's.
    """
    sender = origin.sender or origin.conversation or ""
    address, thread = origin.conversation or sender, origin.talk
    names = list(dict.fromkeys([sender, *filter(None, origin.aliases)]))
    await _lock(tx, channel_id, names)
    found = await tx.fetchrow(MEET, channel_id, names, origin.sender_name, address, thread, origin.group)
    if found is None:
        return address
    if found["external_id"] not in names:
        return str(found["external_id"])
    await tx.execute(
        "UPDATE conversations SET external_id = $2, version = version + 1 WHERE id = $1", found["id"], address
    )
    await _regroup(tx, channel_id, found["external_id"], address, thread)
    return address


async def learn(tx: Transaction, channel_id: UUID, origin: Origin, contact_id: UUID) -> None:
    """Keep other names of a known sender; of names known as another contact's it is noted that both may be one."""
    names = list(dict.fromkeys(filter(None, origin.aliases)))
    if names and not await tx.fetchval(ALL_KNOWN, channel_id, names, contact_id):
        await meet(tx, channel_id, origin)


async def rename(tx: Transaction, channel_id: UUID, old: str, new: str) -> None:
    """Let an account go by a new name: identity and conversations move, and the old name is free for whoever gets it.

    A name known as another contact's moves nothing: it is noted that both may be one.
    """
    await _lock(tx, channel_id, [old, new])
    rows = {row["external_id"]: row for row in await tx.fetch(NAMED, channel_id, [old, new])}
    if old == new or old not in rows:
        return
    if new in rows and rows[new]["own"] != rows[old]["own"]:
        await _note_duplicate(tx, channel_id, rows[old]["contact_id"], rows[new]["contact_id"])
        return
    await tx.execute(RENAME, channel_id, old, new)
    for row in await tx.fetch(RENAMED_CONVERSATIONS, channel_id, old, new):
        await _regroup(tx, channel_id, old, new, row["thread"])


async def _note_duplicate(tx: Transaction, channel_id: UUID, one: UUID, other: UUID) -> None:
    if one != other:
        await tx.execute(
            "INSERT INTO contact_duplicates (contact_id, other_id, channel_id) VALUES (least($1::uuid, $2), greatest($1::uuid, $2), $3)"
            " ON CONFLICT DO NOTHING",
            one,
            other,
            channel_id,
        )


async def _regroup(tx: Transaction, channel_id: UUID, old: str, new: str, thread: str) -> None:
    """Let deliveries queued under the old name go before those under the new one."""
    groups = [wire.delivery_group(wire.conversation_group(channel_id, name, thread)) for name in (old, new)]
    await tx.execute(REGROUPED, *groups)


async def _lock(tx: Transaction, channel_id: UUID, names: Sequence[str]) -> None:
    digests = (blake2b(f"{channel_id}:{name}".encode(), digest_size=8).digest() for name in names)
    keys = sorted({int.from_bytes(digest, signed=True) for digest in digests})
    locks = ", ".join(f"pg_advisory_xact_lock({key})" for key in keys)
    await tx.execute(f"SELECT pg_advisory_xact_lock_shared({MERGES}), {locks}")

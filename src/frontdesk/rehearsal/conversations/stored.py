"""What a conversation test reads and writes in the database itself: what is queued, how a talk stands, what is given."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from frontdesk.core import wire
from frontdesk.core.message import Origin
from frontdesk.core.tenant import Tenant, schema_of
from frontdesk.rehearsal.conversations.given import Person
from frontdesk.services.tenants import tenancy
from frontdesk.store import identities
from frontdesk.store.db import Databases

# What was given back to be tried again soon is under way; what failed waits for longer, and is told instead (`RETRIED`). What
# is scheduled and due counts, too: while somebody queues it, it stands there for everybody else.
BUSY = """
SELECT EXISTS (SELECT FROM frontdesk.work WHERE tenant = $1 AND (
        leased_by IS NOT NULL OR attempts = 0 OR due_at <= now() + interval '2 seconds'))
    OR EXISTS (SELECT FROM frontdesk.scheduled WHERE tenant = $1 AND due_at <= now())
"""
RETRIED = """
SELECT format('%s failed, and would be tried again: the log says why', CASE kind WHEN $2 THEN 'a turn' ELSE kind END) AS why
FROM frontdesk.work WHERE tenant = $1 ORDER BY id
"""
REPEATED = """
SELECT format('the turn of %s was taken %s times', handler, record->>'attempts') AS why FROM turns
WHERE (record->>'attempts')::integer > 1 ORDER BY id
"""
IN_HAND = "SELECT EXISTS (SELECT FROM frontdesk.work WHERE leased_by IS NOT NULL)"
NEXT = """
SELECT min(due_at) FROM (
    SELECT due_at FROM frontdesk.scheduled WHERE tenant = $1 UNION ALL SELECT due_at FROM frontdesk.work WHERE tenant = $1
) AS waiting WHERE due_at > now() AND due_at <= $2
"""
STANDING = """
SELECT c.id, c.owner, c.modes, c.variables, p.language, t.id AS turn, t.handler, t.record
FROM conversations c LEFT JOIN identities i ON i.channel_id = c.channel_id AND i.external_id = $3
LEFT JOIN contacts p ON p.id = i.contact_id
LEFT JOIN LATERAL (SELECT * FROM turns t WHERE t.conversation_id = c.id ORDER BY t.id DESC LIMIT 1) AS t ON true
WHERE c.channel_id = $1 AND c.external_id = $2 ORDER BY c.last_message_at DESC LIMIT 1
"""
FAILED = """
SELECT 'not sent: ' || coalesce(error_code || ': ', '') || coalesce(error, status) AS why FROM messages
WHERE direction = 'outbound' AND status = 'failed' ORDER BY id
"""
BURIED = "SELECT 'given up: ' || kind || ': ' || error AS why FROM dead_letters ORDER BY id"
ABOUT = """
UPDATE contacts SET name = coalesce($2, name), language = coalesce($3, language), fields = fields || $4::jsonb,
       opted_out_at = CASE WHEN $5 THEN now() ELSE opted_out_at END, time_zone = coalesce($7, time_zone), tags = $8::text[]
WHERE id = (SELECT contact_id FROM identities WHERE channel_id = $1 AND external_id = $6)
"""
EMPTIED = """
DO $$
DECLARE one record;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = '{schema}' AND tablename <> ALL ('{{{kept}}}') LOOP
        EXECUTE format('DELETE FROM {schema}.%I', one.tablename);
    END LOOP;
    DELETE FROM frontdesk.work WHERE tenant = '{code}';
    DELETE FROM frontdesk.scheduled WHERE tenant = '{code}';
    DELETE FROM frontdesk.accounts WHERE tenant = '{code}';
    DELETE FROM frontdesk.listened WHERE tenant = '{code}';
END $$
"""
KEPT = ("alembic_version", "intents", "utterances", "training_sections", "intent_models", "intent_promotions")
DEFINED = "INSERT INTO intents SELECT * FROM json_populate_recordset(NULL::intents, $1::json) ON CONFLICT DO NOTHING"
COPIED = ("version", "status", "intents", "training", "model", "metrics", "wanted_by")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a conversation stands, and what its latest turn was."""

    owner: str = "bot"
    modes: tuple[str, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    language: str | None = None
    turn: UUID | None = None
    handler: str | None = None
    record: Mapping[str, Any] = field(default_factory=dict)
    conversation: UUID | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """Intents as one tenant has them: the version that is live, and the definitions it was made of, as JSON."""

    version: Mapping[str, Any]
    defined: str


async def is_busy(databases: Databases, code: str) -> bool:
    """Say whether anything of a tenant's is due or in hand."""
    async with databases.platform() as tx:
        return bool(await tx.fetchval(BUSY, code))


async def is_in_hand(databases: Databases) -> bool:
    """Say whether anything of anybody's is in hand."""
    async with databases.platform() as tx:
        return bool(await tx.fetchval(IN_HAND))


async def next_due(databases: Databases, code: str, until: datetime) -> datetime | None:
    """Return when the next of what waits is due, if that is by `until`."""
    async with databases.platform() as tx:
        return await tx.fetchval(NEXT, code, until)  # type: ignore[no-any-return]


async def standing(databases: Databases, tenant: Tenant, channel_id: UUID, conversation: str, sender: str) -> Standing:
    """Return how a conversation stands."""
    async with databases.tenant(tenancy(tenant), durable=False) as tx:
        row = await tx.fetchrow(STANDING, channel_id, conversation, sender)
    if row is None:
        return Standing()
    return Standing(
        owner=row["owner"],
        modes=tuple(mode["handler"] for mode in json.loads(row["modes"])),
        variables=json.loads(row["variables"]),
        language=row["language"],
        turn=row["turn"],
        handler=row["handler"],
        record=json.loads(row["record"] or "{}"),
        conversation=row["id"],
    )


async def mishaps(databases: Databases, tenant: Tenant) -> list[str]:
    """Return why messages were not sent, and work failed, was given up, or was done more than once."""
    async with databases.tenant(tenancy(tenant), durable=False) as tx:
        found = [row["why"] for query in (FAILED, BURIED, REPEATED) for row in await tx.fetch(query)]
    async with databases.platform() as tx:
        return found + [row["why"] for row in await tx.fetch(RETRIED, tenant.code, wire.EVENT)]


async def give(
    databases: Databases,
    tenant: Tenant,
    channel_id: UUID,
    person: tuple[str, str],
    known: Person,
    variables: Mapping[str, Any],
) -> None:
    """Let a person be known already, and their conversation remember values; they are a conversation and who speaks in it."""
    conversation, sender = person
    origin = Origin(conversation=conversation, sender=sender, sender_name=known.name)
    async with databases.tenant(tenancy(tenant)) as tx:
        await identities.meet(tx, channel_id, origin)
        fields = json.dumps(dict(known.fields))
        who = channel_id, known.name, known.language, fields, known.opted_out, sender, known.time_zone, list(known.tags)
        await tx.execute(ABOUT, *who)
        await tx.execute(
            "UPDATE conversations SET variables = $3 WHERE channel_id = $1 AND external_id = $2",
            channel_id,
            conversation,
            json.dumps(dict(variables)),
        )


async def empty(owner: asyncpg.Connection, code: str, one_at_a_time: asyncio.Lock) -> None:
    """Leave nothing of a tenant but its intents."""
    async with one_at_a_time:
        await owner.execute(EMPTIED.format(schema=schema_of(code), code=code, kept=",".join(KEPT)))


async def trained(databases: Databases, tenant: Tenant) -> Lesson:
    """Return what a tenant's intents are, and the version of them that is live."""
    query = f"SELECT {', '.join(COPIED)} FROM intent_models WHERE status = 'ready' ORDER BY version DESC LIMIT 1"
    async with databases.tenant(tenancy(tenant), durable=False) as tx:
        defined = await tx.fetchval("SELECT coalesce(json_agg(i)::text, '[]') FROM intents i")
        return Lesson(dict(await tx.fetchrow(query)), defined)


async def teach(databases: Databases, tenant: Tenant, lesson: Lesson) -> None:
    """Give a tenant intents that were trained for another."""
    places = ", ".join(f"${index}" for index in range(1, len(COPIED) + 1))
    version = lesson.version
    async with databases.tenant(tenancy(tenant)) as tx:
        await tx.execute(DEFINED, lesson.defined)
        query = f"INSERT INTO intent_models ({', '.join(COPIED)}) VALUES ({places})"
        await tx.execute(query, *(version[name] for name in COPIED))
        await tx.execute("INSERT INTO intent_promotions (version, promoted_by) VALUES ($1, 'test')", version["version"])


SLACK = timedelta(milliseconds=5)
"""What the clock is set past a due time, so that nothing waits for the rest of a millisecond."""

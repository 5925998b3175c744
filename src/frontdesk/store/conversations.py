"""Conversations, the contacts in them, and all a turn has to know, read in one statement."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from uuid_utils.compat import uuid7

from frontdesk.core import wire
from frontdesk.core.agreement import Consent
from frontdesk.core.conversation import Contact, Conversation, Mode, Said, SentMessage
from frontdesk.core.message import Happening, Ignored, Message, Origin, Reaction, Status
from frontdesk.core.rules.turns import NOTHING_AROUND, Surroundings
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.wire import Received
from frontdesk.errors import NotFound
from frontdesk.store import facts, identities
from frontdesk.store.pool import LAST_ID, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a turn starts from. `about` is the message of ours the event points at, `asked` the one that numbered choices in
    its text and waits for an answer. `message_id` is the stored inbound message, None for events that are none;
    `answered` says that this event had its turn before; `is_new_session` that the silence before it was long. `intents` is
    the version of the intents that is live, `rules` that of the rules; with rules, `around` says what only they ask for.
    """

    conversation: Conversation
    contact: Contact
    history: tuple[Said, ...]
    about: SentMessage | None
    asked: SentMessage | None
    message_id: UUID | None
    answered: bool
    is_new_session: bool = False
    intents: int | None = None
    rules: int | None = None
    around: Surroundings = NOTHING_AROUND


# Stores the inbound message once and reads conversation, contact, the message of ours it is about, and the latest
# history: one round trip a turn. No row: sender or conversation are new.
OPEN = """
WITH place AS (
    SELECT c.id AS conversation_id, c.external_id, c.thread, c.is_group, c.owner, c.status, c.modes, c.variables, c.version,
           c.tags, c.turns, c.misses, c.last_message_at,
           c.summary->>'text' AS summary, coalesce(c.last_message_at < now() - $17::interval, false) AS is_new_session,
           p.id AS contact_id, p.fields, coalesce(i.own_contact_id, p.id) AS own_id,
           p.name, p.language, p.time_zone, p.opted_out_at IS NOT NULL AS opted_out,
           p.consent_version, p.consent_given,
           $19::integer IS NULL OR (p.consent_given AND p.consent_version = $19) IS TRUE AS may_keep
    FROM conversations c JOIN identities i ON i.channel_id = c.channel_id AND i.external_id = $4
    JOIN contacts p ON p.id = i.contact_id
    WHERE c.channel_id = $1 AND c.external_id = $2 AND c.thread = $3
), stored AS (
    INSERT INTO messages (id, conversation_id, channel_id, contact_id, direction, author, type, text, content, raw, external_id,
                          reply_to, status, trace_id, said_at)
    SELECT $15, conversation_id, $1, own_id, 'inbound', 'contact', $6, CASE WHEN may_keep THEN $7 END,
           CASE WHEN may_keep THEN $8 ELSE $20 END, CASE WHEN may_keep THEN $9 END, $5, $10, 'received', $11, $12 FROM place
    WHERE $5::text IS NOT NULL AND $6::text IS NOT NULL
    ON CONFLICT (channel_id, external_id) WHERE direction = 'inbound' DO NOTHING
    RETURNING id
)
SELECT place.*, (SELECT id FROM stored) AS message_id, EXISTS (SELECT FROM turns t WHERE t.event_key = $14) AS repeated,
    (SELECT json_build_object('id', m.id, 'status', m.status) FROM messages m
     WHERE m.channel_id = $1 AND m.external_id = $5 AND m.direction = 'inbound') AS earlier,
    (SELECT json_build_object('id', m.id, 'text', m.text, 'content', m.content) FROM messages m
     WHERE m.channel_id = $1 AND m.external_id = $16 AND m.direction = 'outbound' ORDER BY m.id DESC LIMIT 1) AS about,
    (SELECT json_agg(line) FROM (
        SELECT m.id, m.direction, m.author, m.type, m.text, m.working_text AS working, m.created_at AS at,
               CASE WHEN m.direction = 'outbound' AND m.content LIKE '%"choices":%' THEN m.content END AS asked FROM messages m
        WHERE m.conversation_id = place.conversation_id AND m.deleted_at IS NULL ORDER BY m.id DESC LIMIT greatest($13, 5)
     ) AS line) AS history,
    (SELECT json_agg(f) FROM facts f WHERE $18 AND f.contact_id = ANY (ARRAY(
        WITH RECURSIVE family AS (
            SELECT place.contact_id AS id UNION SELECT c.id FROM contacts c JOIN family ON c.merged_into = family.id
        ) SELECT id FROM family))) AS facts,
    (SELECT version FROM intent_promotions ORDER BY id DESC LIMIT 1) AS intents, published.rules,
    CASE WHEN published.rules IS NOT NULL THEN ARRAY(
        WITH RECURSIVE family AS (
            SELECT place.contact_id AS id UNION SELECT c.id FROM contacts c JOIN family ON c.merged_into = family.id
        ) SELECT DISTINCT unnest(m.tags) FROM family JOIN contacts m USING (id)) END AS contact_tags,
    CASE WHEN published.rules IS NOT NULL THEN NOT EXISTS (
        SELECT FROM conversations c WHERE c.contact_id = place.contact_id AND c.last_inbound_at IS NOT NULL) END AS is_new
FROM place, (SELECT max(version) AS rules FROM rule_versions) AS published
"""


async def open_turn(
    tx: Transaction, received: Received, settings: TenantSettings, *, trace_id: str | None = None
) -> Opened:
    """Store an inbound message once, creating contact and conversation on first sight, and read what a turn needs."""
    event = received.event
    assert not isinstance(event, Status | Ignored)
    origin = event.origin
    sender = origin.sender or origin.conversation or ""
    arguments = (
        received.channel_id,
        origin.conversation or sender,
        origin.talk,
        sender,
        event.external_id if isinstance(event, Message) else None,
        event.type if isinstance(event, Message) else None,
        event.text if isinstance(event, Message) else None,
        wire.dump_event(event),
        received.raw,
        _points_at(event),
        trace_id,
        event.timestamp,
        settings.history.messages,
        event_key(received),
        uuid7(),  # from the same source as the ids of answers, so that a question stands before its answer
        _ours(event) or _points_at(event),
        timedelta(hours=settings.session.hours) if settings.session.hours else None,
        bool(settings.facts),
        settings.consent.version if settings.consent.required else None,
        _stub(event),
    )
    row = await tx.fetchrow(OPEN, *arguments)
    if settings.consent.required and not (row and row["may_keep"]):
        origin = replace(origin, sender_name=None)  # nothing of theirs is kept before they agree
    if row is None:
        address = await identities.meet(tx, received.channel_id, origin)
        row = await tx.fetchrow(OPEN, arguments[0], address, *arguments[2:])
    elif origin.aliases:
        await identities.learn(tx, received.channel_id, origin, row["contact_id"])
    return _opened(row, settings)


async def ensure(tx: Transaction, channel_id: UUID, recipient: str, thread: str = "") -> tuple[UUID, str]:
    """Return the conversation with a recipient and the address it goes by, creating it (for messages sent from outside)."""
    address, found = recipient, await find(tx, channel_id, recipient, thread)
    if found is None:
        address = await identities.meet(tx, channel_id, Origin(conversation=recipient, sender=recipient, thread=thread))
        found = await find(tx, channel_id, address, thread)
    assert found is not None
    return found, address


async def find(tx: Transaction, channel_id: UUID, external_id: str, thread: str = "") -> UUID | None:
    """Return the conversation's id, or None where nobody wrote yet."""
    return await tx.fetchval(  # type: ignore[no-any-return]
        "SELECT id FROM conversations WHERE channel_id = $1 AND external_id = $2 AND thread = $3",
        channel_id,
        external_id,
        thread,
    )


async def load(tx: Transaction, conversation_id: UUID) -> dict[str, Any]:
    """Return one conversation as a mapping; NotFound where there is none."""
    row = await tx.fetchrow(f"{LISTED} WHERE c.id = $1", conversation_id)
    if row is None:
        raise NotFound(f"no conversation {conversation_id}")
    return dict(row)


LISTED = """
SELECT c.id, c.channel_id, h.kind AS channel_kind, h.name AS channel, c.external_id, c.thread, c.is_group, c.owner, c.status,
       c.modes, c.summary, c.contact_id, p.name AS contact, c.last_message_at, c.created_at
FROM conversations c JOIN channels h ON h.id = c.channel_id LEFT JOIN contacts p ON p.id = c.contact_id
"""


async def listed(tx: Transaction, *, before: UUID | None, limit: int) -> list[asyncpg.Record]:
    """Return conversations, the newest first, from the one before `before` on."""
    return list(await tx.fetch(f"{LISTED} WHERE c.id < $1 ORDER BY c.id DESC LIMIT $2", before or LAST_ID, limit))


async def set_owner(tx: Transaction, conversation_id: UUID, owner: str) -> None:
    """Give the conversation to a person or back to the bot; a turn under way loses against this."""
    await tx.execute(
        "UPDATE conversations SET owner = $2, status = 'open', version = version + 1 WHERE id = $1",
        conversation_id,
        owner,
    )


def event_key(received: Received) -> str | None:
    """Return what tells a repeat of an event that is no message, where its provider names it."""
    event = received.event
    if not isinstance(event, Reaction | Happening) or not event.external_id:
        return None
    if isinstance(event, Happening) and event.event in ("edited", "deleted"):
        return None  # these bear the id of the message, and doing them twice changes nothing
    return f"{received.channel_id}:{event.kind}:{event.external_id}"


def _ours(event: Any) -> str | None:
    """Return the id our own message has at the provider, where the event names it in another way."""
    return event.about if isinstance(event, Message | Reaction) else None


def _stub(event: Any) -> str | None:
    """Return what is kept of a message whose sender did not agree to more: that there was one."""
    if not isinstance(event, Message):
        return None
    return wire.dump_event(Message(type=event.type, external_id="", origin=Origin(group=event.origin.group)))


def _points_at(event: Any) -> str | None:
    match event:
        case Message(reply_to=target):
            return target
        case Reaction(target=target):
            return target
    return None


def _opened(row: asyncpg.Record, settings: TenantSettings) -> Opened:
    earlier = orjson.loads(row["earlier"]) if row["earlier"] else None
    lines = orjson.loads(row["history"] or "[]")
    stored = row["message_id"] or (earlier and UUID(earlier["id"]))
    return Opened(
        conversation=Conversation(
            id=row["conversation_id"],
            external_id=row["external_id"],
            thread=row["thread"],
            is_group=row["is_group"],
            owner=row["owner"],
            status=row["status"],
            modes=tuple(Mode(**mode) for mode in orjson.loads(row["modes"])),
            variables=orjson.loads(row["variables"]),
            summary=row["summary"] or "",
            misses=0 if row["is_new_session"] else row["misses"],
            version=row["version"],
        ),
        contact=Contact(
            id=row["contact_id"],
            name=row["name"],
            language=row["language"],
            time_zone=row["time_zone"],
            opted_out=row["opted_out"],
            consent=_consent(row["consent_version"], row["consent_given"]),
            fields=orjson.loads(row["fields"]),
            facts=facts.believed(orjson.loads(row["facts"] or "[]"), settings.facts),
        ),
        history=tuple(_said(line) for line in reversed(lines[: settings.history.messages])),
        about=_about(orjson.loads(row["about"])) if row["about"] else None,
        asked=_asked(lines, stored),
        message_id=stored,
        answered=row["repeated"] or bool(earlier and earlier["status"] == "answered"),
        is_new_session=row["is_new_session"],
        intents=row["intents"],
        rules=row["rules"],
        around=_around(row) if row["rules"] is not None else NOTHING_AROUND,
    )


def _around(row: asyncpg.Record) -> Surroundings:
    """Return what only rules ask for; a new session has had no turns."""
    begins = row["is_new_session"]
    return Surroundings(
        contact_tags=frozenset(row["contact_tags"]),
        conversation_tags=frozenset(row["tags"]),
        is_new=row["is_new"],
        turns=0 if begins else row["turns"],
        misses=0 if begins else row["misses"],
        last_at=row["last_message_at"],
    )


def _consent(version: int | None, given: bool | None) -> Consent | None:
    return None if version is None or given is None else Consent(version=version, given=given)


def _said(line: dict[str, Any]) -> Said:
    kept = {key: line[key] for key in ("direction", "author", "type", "text", "working")}
    return Said(**kept, at=datetime.fromisoformat(line["at"]))


def _asked(lines: list[dict[str, Any]], current: UUID | None) -> SentMessage | None:
    """Return the latest message that numbered its choices, of those said since the person spoke last."""
    for line in lines:  # newest first
        if line["asked"]:
            return _about({"id": line["id"], "text": line["text"], "content": line["asked"]})
        if line["direction"] == "inbound" and line["id"] != str(current):
            return None
    return None


def _about(found: dict[str, Any]) -> SentMessage:
    content = wire.load_content(found["content"])
    choices = (*(row.payload for row in content.rows), *(button.answer for button in content.buttons))
    return SentMessage(id=UUID(found["id"]), text=found["text"], choices=choices, offered=content.choices)

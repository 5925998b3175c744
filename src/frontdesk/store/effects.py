"""What an outcome's effects do to the tenant's tables; each runs in the turn's last transaction."""

from collections.abc import Sequence
from typing import Any, assert_never
from uuid import UUID

import orjson

from frontdesk.core import clock
from frontdesk.core.agreement import AskPrivacy, RecordConsent
from frontdesk.core.conversation import Contact, Conversation
from frontdesk.core.feedback import AskedFeedback, RecordFeedback, WithdrawFeedback
from frontdesk.core.handoff import due
from frontdesk.core.listening import ListenEffect
from frontdesk.core.noting import ForgetVariables, MeanFor, SetField, Tag, Untag
from frontdesk.core.reminders import ChangeReminder, EndReminder, KeepTimeZone, MakeReminder, SnoozeReminder
from frontdesk.core.tasks import AddTask, ChangeTask, CommentTask
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import (
    BeginSession,
    CloseConversation,
    DeleteMessage,
    EditMessage,
    Effect,
    HandBack,
    HandOver,
    KeepFacts,
    KeepLanguage,
    KeepVariables,
    MoveConversation,
    OpenConversation,
    OptIn,
    OptOut,
    RenameIdentity,
    SetReachable,
)
from frontdesk.store import allotting, consents, facts, feedback, handoffs, identities, noting, reminders, task_effects
from frontdesk.store.pool import Transaction

# The contact may have been merged while the turn was under way: consent is kept where it is asked for.
OPT = """
WITH RECURSIVE up AS (
    SELECT id, merged_into FROM contacts WHERE id = $1
    UNION SELECT c.id, c.merged_into FROM contacts c JOIN up ON c.id = up.merged_into
)
UPDATE contacts SET opted_out_at = CASE WHEN $2 THEN coalesce(opted_out_at, now()) END
WHERE id IN (SELECT id FROM up WHERE merged_into IS NULL)
"""
KEEP_LANGUAGE = "UPDATE contacts SET language = $2 WHERE id = $1"
KEEP_TIME_ZONE = "UPDATE contacts SET time_zone = $2 WHERE id = $1"
BEGIN_SESSION = """
UPDATE conversations SET variables = '{}', turns = 0, misses = 0, session_at = now(), meant_agent = NULL, meant_team = NULL
WHERE id = $1
"""
KEEP_VARIABLES = "UPDATE conversations SET variables = variables || $2::jsonb WHERE id = $1"
HAND_OVER = "UPDATE conversations SET owner = 'human', status = 'waiting' WHERE id = $1"
HAND_BACK = "UPDATE conversations SET owner = 'bot', status = 'open' WHERE id = $1"
CLOSE = "UPDATE conversations SET status = 'closed' WHERE id = $1"
OPEN = "UPDATE conversations SET status = 'open' WHERE id = $1 AND status = 'closed'"
# A message goes by its own id, or by that of one of its versions.
MEANT = """
SELECT id FROM messages WHERE channel_id = $1 AND external_id = $2 AND direction = 'inbound'
UNION ALL SELECT message_id FROM message_versions WHERE channel_id = $1 AND external_id = $2 LIMIT 1
"""
EDIT = f"""
WITH edited AS (
    UPDATE messages SET text = coalesce($3, text), working_text = CASE WHEN $3 IS NULL THEN working_text END, edited_at = $4
    WHERE id = ({MEANT}) RETURNING id
)
INSERT INTO message_versions (channel_id, external_id, message_id)
SELECT $1, $5, id FROM edited WHERE $5::text IS NOT NULL AND $5 <> $2 ON CONFLICT DO NOTHING
"""
DELETE = f"UPDATE messages SET deleted_at = $3 WHERE id = ({MEANT})"
# Another account of the contact's on the same channel, merged by hand, is not blocked with this one.
REACH = """
UPDATE identities i SET blocked_at = CASE WHEN $3 THEN NULL ELSE coalesce(i.blocked_at, now()) END FROM conversations c
WHERE c.id = $4 AND i.channel_id = $1 AND i.contact_id = $2
AND (c.contact_id IS NULL OR coalesce(i.own_contact_id, i.contact_id) = coalesce(c.own_contact_id, c.contact_id))
"""
MOVE = """
UPDATE conversations c SET external_id = $3 WHERE channel_id = $1 AND external_id = $2 AND NOT EXISTS (
    SELECT FROM conversations n WHERE n.channel_id = $1 AND n.external_id = $3 AND n.thread = c.thread)
"""


Simple = (
    OptOut
    | OptIn
    | KeepLanguage
    | KeepTimeZone
    | BeginSession
    | KeepVariables
    | EditMessage
    | DeleteMessage
    | SetReachable
    | CloseConversation
    | OpenConversation
    | MoveConversation
)
"""Effects of one statement each."""


async def apply(
    tx: Transaction,
    effects: Sequence[Effect],
    conversation: Conversation,
    contact: Contact,
    channel_id: UUID,
    settings: TenantSettings | None = None,
) -> None:
    """Carry out the effects in order; listeners were told while the turn was under way."""
    for effect in [each for each in effects if not isinstance(each, ListenEffect)]:
        if isinstance(effect, Simple):
            await tx.execute(*_statement(effect, conversation, contact, channel_id))
            continue
        match effect:
            case RenameIdentity(old=old, new=new):
                await identities.rename(tx, channel_id, old, new)
            case HandOver():
                await tx.execute(HAND_OVER, conversation.id)
                await _request(tx, effect, conversation, contact, settings or TenantSettings())
            case HandBack():
                await tx.execute(HAND_BACK, conversation.id)
                await handoffs.give_back(tx, conversation.id)
            case KeepFacts(values=values, source=source, origin=origin):
                await facts.keep(tx, contact.id, values, source, origin, conversation.id)
            case RecordFeedback() | WithdrawFeedback() | AskedFeedback():
                await feedback.apply(tx, effect, conversation, contact.id)
            case RecordConsent() | AskPrivacy():
                await consents.apply(tx, effect, conversation.id, contact.id)
            case MakeReminder() | ChangeReminder() | SnoozeReminder() | EndReminder():
                await reminders.apply(tx, effect, contact.id, conversation.id)
            case ForgetVariables() | Tag() | Untag() | SetField() | MeanFor():
                await noting.apply(tx, effect, conversation.id, contact.id)
            case AddTask() | ChangeTask() | CommentTask():
                await task_effects.apply(tx, effect, contact.id, conversation.id)
            case _:
                assert_never(effect)


async def _request(
    tx: Transaction, effect: HandOver, conversation: Conversation, contact: Contact, settings: TenantSettings
) -> None:
    """Let the conversation wait for a person, and give it to one where the tenant has it so."""
    await handoffs.request(
        tx,
        conversation.id,
        reason=effect.reason,
        detail=effect.detail,
        priority=effect.priority,
        skill=effect.skill,
        language=effect.language or contact.language,
        due=due(settings.desk, settings.hours, clock.now()),
    )
    await allotting.allot(tx, settings.desk.assignment, conversation.id)


def _statement(effect: Simple, conversation: Conversation, contact: Contact, channel_id: UUID) -> tuple[Any, ...]:
    """Return what an effect does, as SQL and its arguments."""
    match effect:
        case OptOut() | OptIn():
            return OPT, contact.id, isinstance(effect, OptOut)
        case KeepLanguage(language=language):
            return KEEP_LANGUAGE, contact.id, language
        case KeepTimeZone(zone=zone):
            return KEEP_TIME_ZONE, contact.id, zone
        case BeginSession():
            return BEGIN_SESSION, conversation.id
        case KeepVariables(values=values):
            return KEEP_VARIABLES, conversation.id, orjson.dumps(values).decode()
        case EditMessage(external_id=external_id, text=text, at=at, version=version):
            return EDIT, channel_id, external_id, text, at, version
        case DeleteMessage(external_id=external_id, at=at):
            return DELETE, channel_id, external_id, at
        case SetReachable(reachable=reachable):
            return REACH, channel_id, contact.id, reachable, conversation.id
        case CloseConversation():
            return CLOSE, conversation.id
        case OpenConversation():
            return OPEN, conversation.id
        case MoveConversation(new_external_id=new):
            return MOVE, channel_id, conversation.external_id, new
        case _:
            assert_never(effect)


async def move(tx: Transaction, channel_id: UUID, old: str, new: str) -> None:
    """Let a conversation (all its threads) go on under another id, unless one of that id exists already."""
    await tx.execute(MOVE, channel_id, old, new)

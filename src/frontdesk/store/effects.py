"""What an outcome's effects do to the tenant's tables; each runs in the turn's last transaction."""

from collections.abc import Sequence
from typing import Any, assert_never
from uuid import UUID

import orjson

from frontdesk.core.conversation import Contact, Conversation
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
    RecordFeedback,
    RenameIdentity,
    SetReachable,
    WithdrawFeedback,
)
from frontdesk.store import facts, identities
from frontdesk.store.pool import Transaction

RECORD_FEEDBACK = """
INSERT INTO feedback (conversation_id, contact_id, message_id, kind, score, emoji, text) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING
"""
# Feedback stays with the contact it was given by. Alone with us, whoever withdraws is who gave it, merged or not.
WITHDRAW_FEEDBACK = """
WITH RECURSIVE family AS (
    SELECT $1::uuid AS id UNION SELECT c.id FROM contacts c JOIN family ON c.merged_into = family.id
)
UPDATE feedback SET withdrawn_at = now() WHERE message_id IS NOT DISTINCT FROM $2 AND kind = 'reaction'
AND (contact_id IN (SELECT id FROM family) OR (conversation_id = $4 AND NOT $5))
AND ($3::text IS NULL OR emoji = $3) AND withdrawn_at IS NULL
"""
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
BEGIN_SESSION = "UPDATE conversations SET variables = '{}', session_at = now() WHERE id = $1"
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


async def apply(
    tx: Transaction, effects: Sequence[Effect], conversation: Conversation, contact: Contact, channel_id: UUID
) -> None:
    """Carry out the effects in order."""
    for effect in effects:
        match effect:
            case RenameIdentity(old=old, new=new):
                await identities.rename(tx, channel_id, old, new)
            case KeepFacts(values=values, source=source, origin=origin):
                await facts.keep(tx, contact.id, values, source, origin, conversation.id)
            case _:
                await tx.execute(*_statement(effect, conversation, contact, channel_id))


def _statement(  # noqa: PLR0912 - one case an effect
    effect: Effect, conversation: Conversation, contact: Contact, channel_id: UUID
) -> tuple[Any, ...]:
    """Return what an effect does, as SQL and its arguments."""
    match effect:
        case RecordFeedback(kind=kind, message_id=about, score=score, emoji=emoji, text=text):
            return RECORD_FEEDBACK, conversation.id, contact.id, about, kind, score, emoji, text
        case WithdrawFeedback(message_id=about, emoji=emoji):
            return WITHDRAW_FEEDBACK, contact.id, about, emoji, conversation.id, conversation.is_group
        case OptOut():
            return OPT, contact.id, True
        case OptIn():
            return OPT, contact.id, False
        case KeepLanguage(language=language):
            return KEEP_LANGUAGE, contact.id, language
        case BeginSession():
            return BEGIN_SESSION, conversation.id
        case KeepVariables(values=values):
            return KEEP_VARIABLES, conversation.id, orjson.dumps(values).decode()
        case HandOver():
            return HAND_OVER, conversation.id
        case HandBack():
            return HAND_BACK, conversation.id
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
        case RenameIdentity() | KeepFacts():
            raise ValueError(f"{type(effect).__name__} is no single statement")
        case _:
            assert_never(effect)


async def move(tx: Transaction, channel_id: UUID, old: str, new: str) -> None:
    """Let a conversation (all its threads) go on under another id, unless one of that id exists already."""
    await tx.execute(MOVE, channel_id, old, new)

"""What an outcome's effects do to the tenant's tables; each runs in the turn's last transaction."""

from collections.abc import Sequence
from typing import Any, assert_never
from uuid import UUID

from frontdesk.core.conversation import Contact, Conversation
from frontdesk.core.turn import (
    CloseConversation,
    DeleteMessage,
    EditMessage,
    Effect,
    HandBack,
    HandOver,
    MoveConversation,
    OpenConversation,
    OptIn,
    OptOut,
    RecordFeedback,
    SetReachable,
    WithdrawFeedback,
)
from frontdesk.store.pool import Transaction

RECORD_FEEDBACK = """
INSERT INTO feedback (conversation_id, contact_id, message_id, kind, score, emoji, text) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING
"""
WITHDRAW_FEEDBACK = """
UPDATE feedback SET withdrawn_at = now() WHERE message_id IS NOT DISTINCT FROM $2 AND contact_id = $1
AND kind = 'reaction' AND ($3::text IS NULL OR emoji = $3) AND withdrawn_at IS NULL
"""
OPT_OUT = "UPDATE contacts SET opted_out_at = now() WHERE id = $1 AND opted_out_at IS NULL"
OPT_IN = "UPDATE contacts SET opted_out_at = NULL WHERE id = $1"
HAND_OVER = "UPDATE conversations SET owner = 'human', status = 'waiting' WHERE id = $1"
HAND_BACK = "UPDATE conversations SET owner = 'bot', status = 'open' WHERE id = $1"
CLOSE = "UPDATE conversations SET status = 'closed' WHERE id = $1"
OPEN = "UPDATE conversations SET status = 'open' WHERE id = $1 AND status = 'closed'"
EDIT = """
UPDATE messages SET text = coalesce($3, text), edited_at = $4
WHERE channel_id = $1 AND external_id = $2 AND direction = 'inbound'
"""
DELETE = "UPDATE messages SET deleted_at = $3 WHERE channel_id = $1 AND external_id = $2 AND direction = 'inbound'"
REACH = """
UPDATE identities SET blocked_at = CASE WHEN $3 THEN NULL ELSE coalesce(blocked_at, now()) END
WHERE channel_id = $1 AND contact_id = $2
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
        await tx.execute(*_statement(effect, conversation, contact, channel_id))


def _statement(  # noqa: PLR0912 - one case an effect
    effect: Effect, conversation: Conversation, contact: Contact, channel_id: UUID
) -> tuple[Any, ...]:
    """Return what an effect does, as SQL and its arguments."""
    match effect:
        case RecordFeedback(kind=kind, message_id=about, score=score, emoji=emoji, text=text):
            return RECORD_FEEDBACK, conversation.id, contact.id, about, kind, score, emoji, text
        case WithdrawFeedback(message_id=about, emoji=emoji):
            return WITHDRAW_FEEDBACK, contact.id, about, emoji
        case OptOut():
            return OPT_OUT, contact.id
        case OptIn():
            return OPT_IN, contact.id
        case HandOver():
            return HAND_OVER, conversation.id
        case HandBack():
            return HAND_BACK, conversation.id
        case EditMessage(external_id=external_id, text=text, at=at):
            return EDIT, channel_id, external_id, text, at
        case DeleteMessage(external_id=external_id, at=at):
            return DELETE, channel_id, external_id, at
        case SetReachable(reachable=reachable):
            return REACH, channel_id, contact.id, reachable
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

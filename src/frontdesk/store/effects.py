"""What an outcome's effects do to the tenant's tables; each runs in the turn's last transaction."""

from collections.abc import Sequence
from typing import assert_never
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
    OptIn,
    OptOut,
    RecordFeedback,
    SetReachable,
    WithdrawFeedback,
)
from frontdesk.store.pool import Transaction


async def apply(
    tx: Transaction, effects: Sequence[Effect], conversation: Conversation, contact: Contact, channel_id: UUID
) -> None:
    """Carry out the effects in order."""
    for effect in effects:
        await _apply(tx, effect, conversation, contact, channel_id)


async def _apply(
    tx: Transaction, effect: Effect, conversation: Conversation, contact: Contact, channel_id: UUID
) -> None:
    match effect:
        case RecordFeedback():
            await _record_feedback(tx, effect, conversation, contact)
        case WithdrawFeedback(message_id=message_id, emoji=emoji):
            await tx.execute(
                "UPDATE feedback SET withdrawn_at = now() WHERE message_id IS NOT DISTINCT FROM $1 AND contact_id = $2"
                " AND kind = 'reaction' AND ($3::text IS NULL OR emoji = $3) AND withdrawn_at IS NULL",
                message_id,
                contact.id,
                emoji,
            )
        case OptOut():
            await tx.execute(
                "UPDATE contacts SET opted_out_at = now() WHERE id = $1 AND opted_out_at IS NULL", contact.id
            )
        case OptIn():
            await tx.execute("UPDATE contacts SET opted_out_at = NULL WHERE id = $1", contact.id)
        case HandOver():
            await tx.execute(
                "UPDATE conversations SET owner = 'human', status = 'waiting' WHERE id = $1", conversation.id
            )
        case HandBack():
            await tx.execute("UPDATE conversations SET owner = 'bot', status = 'open' WHERE id = $1", conversation.id)
        case EditMessage(external_id=external_id, text=text, at=at):
            await tx.execute(
                "UPDATE messages SET text = coalesce($3, text), edited_at = $4"
                " WHERE channel_id = $1 AND external_id = $2 AND direction = 'inbound'",
                channel_id,
                external_id,
                text,
                at,
            )
        case DeleteMessage(external_id=external_id, at=at):
            await tx.execute(
                "UPDATE messages SET deleted_at = $3 WHERE channel_id = $1 AND external_id = $2 AND direction = 'inbound'",
                channel_id,
                external_id,
                at,
            )
        case SetReachable(reachable=reachable):
            await tx.execute(
                "UPDATE identities SET blocked_at = CASE WHEN $3 THEN NULL ELSE coalesce(blocked_at, now()) END"
                " WHERE channel_id = $1 AND contact_id = $2",
                channel_id,
                contact.id,
                reachable,
            )
        case CloseConversation():
            await tx.execute("UPDATE conversations SET status = 'closed' WHERE id = $1", conversation.id)
        case MoveConversation(new_external_id=new):
            await move(tx, channel_id, conversation.external_id, new)
        case _:
            assert_never(effect)


async def move(tx: Transaction, channel_id: UUID, old: str, new: str) -> None:
    """Let a conversation (all its threads) go on under another id, unless one of that id exists already."""
    await tx.execute(
        """
        UPDATE conversations c SET external_id = $3 WHERE channel_id = $1 AND external_id = $2 AND NOT EXISTS (
            SELECT FROM conversations n WHERE n.channel_id = $1 AND n.external_id = $3 AND n.thread = c.thread)
        """,
        channel_id,
        old,
        new,
    )


async def _record_feedback(
    tx: Transaction, given: RecordFeedback, conversation: Conversation, contact: Contact
) -> None:
    await tx.execute(
        "INSERT INTO feedback (conversation_id, message_id, contact_id, kind, score, emoji, text) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        conversation.id,
        given.message_id,
        contact.id,
        given.kind,
        given.score,
        given.emoji,
        given.text,
    )

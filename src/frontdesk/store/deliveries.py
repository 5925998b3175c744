"""Outbound messages on their way: the facts policy asks for, and what became of each."""

from dataclasses import dataclass
from typing import assert_never

from frontdesk import queue
from frontdesk.core.channel import Channel, Limits
from frontdesk.core.fate import Buried, Failed, Fate, Postponed, Refused, Sent, Waits
from frontdesk.core.policy import Facts
from frontdesk.core.windows import free_until, stand_in
from frontdesk.core.wire import Delivery
from frontdesk.core.wording import storable
from frontdesk.errors import (
    ChannelUnauthorised,
    ConversationClosed,
    ConversationMoved,
    FrontdeskError,
    LeaseLost,
    RecipientOptedOut,
)
from frontdesk.queue import HELD, Work
from frontdesk.store import channels, dead_letters, effects, reminder_fires
from frontdesk.store.pool import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A delivery as it stands now: where it goes, and what policy has to know. `settled` ones were done before; of those
    `in_doubt` it is stored already that an earlier try may have arrived.
    """

    conversation: str
    facts: Facts
    settled: bool = False
    in_doubt: bool = False


FACTS = """
SELECT c.external_id, c.status AS conversation_status, c.last_inbound_at, c.free_until, h.status AS channel_status, m.status, m.in_doubt,
       p.opted_out_at IS NOT NULL AS opted_out, p.time_zone, i.blocked_at IS NOT NULL AS blocked
FROM messages m JOIN conversations c ON c.id = m.conversation_id JOIN channels h ON h.id = m.channel_id
LEFT JOIN contacts p ON p.id = c.contact_id
LEFT JOIN identities i ON i.channel_id = m.channel_id AND i.contact_id = c.contact_id AND i.external_id = c.external_id
WHERE m.id = $1
"""

SENT = f"""
WITH fence AS (DELETE FROM frontdesk.work WHERE {HELD} RETURNING 1),
sent AS (
    UPDATE messages SET status = CASE WHEN status IN ('delivered', 'read', 'failed') AND external_id = $5 THEN status ELSE 'sent' END,
           external_id = $5, sent_at = coalesce(sent_at, now()), position = coalesce(position, nextval('message_position')), policy = $6,
           attempts = $2, in_doubt = in_doubt OR $7,
           error = CASE WHEN status = 'failed' AND external_id = $5 THEN error END,
           error_code = CASE WHEN status = 'failed' AND external_id = $5 THEN error_code END
    WHERE id = $4
)
SELECT count(*) AS held FROM fence
"""


async def pending(tx: Transaction, delivery: Delivery, channel: Channel, limits: Limits) -> Pending | None:
    """Return how the delivery stands, or None where its message is gone (erased)."""
    row = await tx.fetchrow(FACTS, delivery.message_id)
    if row is None:
        return None
    facts = Facts(
        purpose=delivery.purpose,
        channel_status=row["channel_status"],
        conversation_status=row["conversation_status"],
        opted_out=row["opted_out"],
        blocked=row["blocked"],
        consent_reply=delivery.consent_reply,
        free_until=free_until(limits, row["last_inbound_at"], row["free_until"]),
        approved=delivery.outbound.content.type == "template",
        has_stand_in=stand_in(delivery.outbound.content, channel) is not None,
        zone=row["time_zone"],
    )
    settled = row["status"] not in ("queued", "held")
    return Pending(conversation=row["external_id"], facts=facts, settled=settled, in_doubt=row["in_doubt"])


async def settle(tx: Transaction, work: Work, delivery: Delivery, fate: Fate) -> None:
    """Store what became of a delivery and finish, postpone or bury its work; LeaseLost where it is no longer ours."""
    match fate:
        case Sent(external_id=external_id, policy=reason):
            await _sent(tx, work, delivery, external_id, reason)
        case Refused(reason=reason):
            await queue.done(tx, work)
            await tx.execute(
                "UPDATE messages SET status = 'refused', policy = $2 WHERE id = $1", delivery.message_id, reason
            )
            await _elsewhere(tx, work, delivery)
        case Waits(after=after):
            await queue.retry(tx, work, after, counted=False)
        case Failed(error=error):
            await queue.done(tx, work)
            await _note(tx, work, delivery, error, "failed")
            await _follow(tx, delivery, error)
            await _elsewhere(tx, work, delivery)
        case Postponed(error=error, after=after, counted=counted):
            await queue.retry(tx, work, after, in_doubt=fate.in_doubt, counted=counted)
            await _note(tx, work, delivery, error, "queued")
            await _follow(tx, delivery, error)
        case Buried(error=error):
            await dead_letters.bury(tx, work, error.code, str(error))
            await _follow(tx, delivery, error)
            await _elsewhere(tx, work, delivery)
        case _:
            assert_never(fate)


async def _elsewhere(tx: Transaction, work: Work, delivery: Delivery) -> None:
    """Let a reminder go another way, unless an earlier try may have arrived."""
    if not work.in_doubt:
        await reminder_fires.try_elsewhere(tx, delivery.message_id)


async def _sent(tx: Transaction, work: Work, delivery: Delivery, external_id: str | None, reason: str) -> None:
    arguments = (work.id, work.attempts, work.leased_by, delivery.message_id, external_id, reason, work.in_doubt)
    if not await tx.fetchval(SENT, *arguments):
        raise LeaseLost(f"delivery {delivery.message_id} is no longer leased to {work.leased_by}")


async def _note(tx: Transaction, work: Work, delivery: Delivery, error: FrontdeskError, status: str) -> None:
    await tx.execute(
        "UPDATE messages SET status = $2, error_code = $3, error = $4, attempts = $5, in_doubt = in_doubt OR $6 WHERE id = $1",
        delivery.message_id,
        status,
        error.code,
        storable(str(error))[:1000],
        work.attempts,
        work.in_doubt,
    )


async def _follow(tx: Transaction, delivery: Delivery, error: FrontdeskError) -> None:
    """Keep what a failure tells about the contact, the conversation or the channel."""
    match error:
        case RecipientOptedOut():
            await tx.execute(
                "UPDATE identities i SET blocked_at = coalesce(blocked_at, now()) FROM conversations c"
                " WHERE c.id = $1 AND i.channel_id = c.channel_id AND i.external_id = c.external_id",
                delivery.conversation_id,
            )
        case ConversationClosed():
            await tx.execute(
                "UPDATE conversations SET status = 'closed', version = version + 1 WHERE id = $1",
                delivery.conversation_id,
            )
        case ConversationMoved(new_conversation=new):
            await effects.move(tx, delivery.channel_id, delivery.outbound.conversation, new)
        case ChannelUnauthorised():
            await channels.set_status(tx, delivery.channel_id, "stopped", storable(str(error)))

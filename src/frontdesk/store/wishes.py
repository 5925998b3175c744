"""What contacts want done with what there is of them, queued by the turn in which they said so."""

from uuid import UUID

from frontdesk import queue
from frontdesk.core import wire
from frontdesk.core.wire import Wish
from frontdesk.queue import Item, Lane
from frontdesk.store.pool import Transaction


async def add(tx: Transaction, wish: Wish) -> None:
    """Queue a wish; it is seen to after the turn, one of a contact's after the other."""
    tenant = str(await tx.fetchval("SELECT substr(current_user, 8)"))
    group = f"{wire.WISH}:{wish.contact_id}"
    await queue.put(
        tx, [Item(tenant=tenant, group=group, kind=wire.WISH, payload=wire.dump_wish(wish), lane=Lane.NORMAL)]
    )


async def is_answered(tx: Transaction, conversation_id: UUID) -> bool:
    """Say whether all our messages in a conversation are on their way."""
    return not await tx.fetchval(
        "SELECT EXISTS (SELECT FROM messages WHERE conversation_id = $1 AND direction = 'outbound' AND status = 'queued')",
        conversation_id,
    )

"""Messages sent from outside a turn: by the send endpoint, by people, by anything that speaks up by itself."""

import json
from uuid import UUID

from uuid_utils.compat import uuid7

from frontdesk import queue
from frontdesk.channels import adapter
from frontdesk.core import wire
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, Outbound
from frontdesk.core.fitting import fit
from frontdesk.core.policy import Purpose
from frontdesk.core.tenant import Tenant
from frontdesk.core.wire import Delivery
from frontdesk.errors import IdempotencyMismatch
from frontdesk.live import Live
from frontdesk.queue import Item
from frontdesk.services.tenants import tenancy
from frontdesk.store import conversations, messages
from frontdesk.store.db import Databases
from frontdesk.store.pool import Transaction


class Sending:
    """Stores messages and queues their deliveries, in one transaction."""

    def __init__(self, databases: Databases, live: Live) -> None:
        self.databases = databases
        self.live = live

    async def send(
        self,
        tenant: Tenant,
        channel: Channel,
        recipient: str,
        content: Content,
        *,
        thread: str = "",
        author: str = "api",
        purpose: Purpose = "notice",
        idempotency_key: str | None = None,
        traceparent: str | None = None,
    ) -> list[UUID]:
        """Send to whoever `recipient` names on the channel and return the ids of the messages it takes.

        The same idempotency key again sends nothing and returns the same ids; IdempotencyMismatch where the content
        is another.
        """
        async with self.databases.tenant(tenancy(tenant)) as tx:
            conversation_id = await conversations.ensure(tx, channel.id, recipient, thread)
            ids, items = [], []
            for number, part in enumerate(fit(content, adapter(channel.kind).LIMITS)):
                key = idempotency_key and f"{idempotency_key}#{number}"
                outbound = Outbound(key=str(uuid7()), conversation=recipient, thread=thread or None, content=part)
                delivery = Delivery(
                    channel_id=channel.id,
                    conversation_id=conversation_id,
                    message_id=UUID(outbound.key),
                    outbound=outbound,
                    purpose=purpose,
                )
                earlier = await self._store(tx, delivery, author, key, traceparent)
                ids.append(earlier or delivery.message_id)
                if not earlier:
                    items.append(_item(tenant, delivery, traceparent))
            await queue.put(tx, items)
        self.live.wake(tenant.database, [tenant.code])
        return ids

    async def _store(
        self, tx: Transaction, delivery: Delivery, author: str, key: str | None, traceparent: str | None
    ) -> UUID | None:
        """Store a message; the id of the earlier one where the idempotency key was used for the same content before."""
        earlier = await messages.add_outbound(
            tx,
            conversation_id=delivery.conversation_id,
            channel_id=delivery.channel_id,
            author=author,
            content=delivery.outbound.content,
            message_id=delivery.message_id,
            idempotency_key=key,
            trace_id=traceparent and traceparent[3:35],
        )
        if earlier:
            _same(wire.load_content((await messages.load(tx, earlier))["content"]), delivery.outbound.content, key)
        return earlier


def _item(tenant: Tenant, delivery: Delivery, traceparent: str | None) -> Item:
    """Return the work of a delivery. All deliveries of a conversation share a lane: order is kept within a lane only."""
    where = delivery.outbound
    group = wire.delivery_group(wire.conversation_group(delivery.channel_id, where.conversation, where.thread or ""))
    payload = wire.dump_delivery(delivery)
    return Item(tenant=tenant.code, group=group, kind=wire.DELIVERY, payload=payload, traceparent=traceparent)


def _same(earlier: Content, content: Content, key: str | None) -> None:
    if json.loads(wire.dump_content(earlier)) != json.loads(wire.dump_content(content)):
        raise IdempotencyMismatch(f"idempotency key {(key or '').rpartition('#')[0]!r} was used for another message")

"""Messages sent from outside a turn: by the send endpoint, by people, by anything that speaks up by itself."""

import json
from hashlib import sha256
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
from frontdesk.live import Live
from frontdesk.queue import Item
from frontdesk.services.tenants import tenancy
from frontdesk.store import conversations, messages
from frontdesk.store.db import Databases
from frontdesk.store.messages import Once
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

        The same idempotency key again sends nothing and returns the same ids; IdempotencyMismatch where the request
        is another.
        """
        async with self.databases.tenant(tenancy(tenant)) as tx:
            ids = await self.put(
                tx,
                tenant,
                channel,
                recipient,
                content,
                thread=thread,
                author=author,
                purpose=purpose,
                idempotency_key=idempotency_key,
                traceparent=traceparent,
            )
        self.live.wake(tenant.database, [tenant.code])
        return ids

    async def put(
        self,
        tx: Transaction,
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
        """The same within the caller's transaction; the caller wakes the workers once that has ended."""
        recipient = adapter(channel.kind).known_as(recipient)
        conversation_id, address = await conversations.ensure(tx, channel.id, recipient, thread)
        asked = sha256(json.dumps([recipient, thread, wire.dump_content(content)]).encode()).digest()
        ids, items = [], []
        for number, part in enumerate(fit(content, adapter(channel.kind).LIMITS)):
            once = Once(key=f"{idempotency_key}#{number}", request_hash=asked) if idempotency_key else None
            outbound = Outbound(key=str(uuid7()), conversation=address, thread=thread or None, content=part)
            delivery = Delivery(
                channel_id=channel.id,
                conversation_id=conversation_id,
                message_id=UUID(outbound.key),
                outbound=outbound,
                purpose=purpose,
            )
            earlier = await messages.add_outbound(tx, delivery, author, once=once, traceparent=traceparent)
            ids.append(earlier or delivery.message_id)
            if not earlier:
                items.append(_item(tenant, delivery, traceparent))
        await queue.put(tx, items)
        return ids


def _item(tenant: Tenant, delivery: Delivery, traceparent: str | None) -> Item:
    """Return the work of a delivery. All deliveries of a conversation share a lane: order is kept within a lane only."""
    where = delivery.outbound
    group = wire.delivery_group(wire.conversation_group(delivery.channel_id, where.conversation, where.thread or ""))
    payload = wire.dump_delivery(delivery)
    return Item(tenant=tenant.code, group=group, kind=wire.DELIVERY, payload=payload, traceparent=traceparent)

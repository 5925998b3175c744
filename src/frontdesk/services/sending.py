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
from frontdesk.queue import Item, Lane
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
            ids = []
            for number, part in enumerate(fit(content, adapter(channel.kind).LIMITS)):
                key = idempotency_key and f"{idempotency_key}#{number}"
                ids.append(
                    await self._one(
                        tx, tenant, channel, conversation_id, recipient, thread, part, author, purpose, key, traceparent
                    )
                )
        self.live.wake(tenant.database, [tenant.code])
        return ids

    async def _one(
        self,
        tx: Transaction,
        tenant: Tenant,
        channel: Channel,
        conversation_id: UUID,
        recipient: str,
        thread: str,
        content: Content,
        author: str,
        purpose: Purpose,
        key: str | None,
        traceparent: str | None,
    ) -> UUID:
        message_id = uuid7()
        earlier = await messages.add_outbound(
            tx,
            conversation_id=conversation_id,
            channel_id=channel.id,
            author=author,
            content=content,
            message_id=message_id,
            idempotency_key=key,
            trace_id=traceparent and traceparent[3:35],
        )
        if earlier:
            _same(wire.load_content((await messages.load(tx, earlier))["content"]), content, key)
            return earlier
        outbound = Outbound(key=str(message_id), conversation=recipient, thread=thread or None, content=content)
        delivery = Delivery(
            channel_id=channel.id,
            conversation_id=conversation_id,
            message_id=message_id,
            outbound=outbound,
            purpose=purpose,
        )
        group = wire.delivery_group(wire.conversation_group(channel.id, recipient, thread))
        item = Item(
            tenant=tenant.code,
            group=group,
            kind=wire.DELIVERY,
            payload=wire.dump_delivery(delivery),
            lane=Lane.HIGH if purpose != "notice" else Lane.NORMAL,
            traceparent=traceparent,
        )
        await queue.put(tx, [item])
        return message_id


def _same(earlier: Content, content: Content, key: str | None) -> None:
    if json.loads(wire.dump_content(earlier)) != json.loads(wire.dump_content(content)):
        raise IdempotencyMismatch(f"idempotency key {(key or '').rpartition('#')[0]!r} was used for another message")

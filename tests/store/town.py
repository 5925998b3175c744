"""A tenant's channel and the people who write to it, without a provider: turns are opened straight in the store."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from frontdesk import queue
from frontdesk.channels import telegram
from frontdesk.core import wire
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, Outbound
from frontdesk.core.message import Message, Origin
from frontdesk.core.policy import Facts
from frontdesk.core.tenant import History, Tenant, TenantSettings
from frontdesk.core.turn import Effect
from frontdesk.core.wire import Delivery, Received
from frontdesk.queue import Item
from frontdesk.services.tenants import tenancy
from frontdesk.store import contacts, conversations, deliveries, effects, merges, messages
from frontdesk.store.conversations import Opened
from frontdesk.store.db import Databases
from frontdesk.store.pool import Transaction
from tests.services.desk import Desk

LOOKS_BACK = TenantSettings(history=History(messages=5))


@dataclass(frozen=True, slots=True)
class Town:
    """A tenant's channel, and the people who write to it; `connections` are those of another process."""

    desk: Desk
    tenant: Tenant
    channel: Channel
    connections: Databases | None = None

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        return (self.connections or self.desk.databases).tenant(tenancy(self.tenant))

    async def hear(self, sender: str, *aliases: str, tx: Transaction | None = None, **origin: Any) -> Opened:
        """Open the turn of a message."""
        where = Origin(
            **{"conversation": sender, "sender": sender, "sender_name": sender, "aliases": aliases, **origin}
        )
        event = Message(type="text", external_id=str(uuid4()), origin=where, text="hi")
        received = Received(channel_id=self.channel.id, event=event, received_at=datetime.now(UTC))
        if tx:
            return await conversations.open_turn(tx, received, LOOKS_BACK)
        async with self.transaction() as own:
            return await conversations.open_turn(own, received, LOOKS_BACK)

    async def apply(self, opened: Opened, *wanted: Effect) -> None:
        async with self.transaction() as tx:
            await effects.apply(tx, wanted, opened.conversation, opened.contact, self.channel.id)

    async def facts(self, opened: Opened) -> Facts:
        """Return what policy is told of a message to where this turn was opened."""
        message_id = uuid4()
        outbound = Outbound(
            key=str(message_id), conversation=opened.conversation.external_id, content=Content(text="news")
        )
        delivery = Delivery(
            channel_id=self.channel.id,
            conversation_id=opened.conversation.id,
            message_id=message_id,
            outbound=outbound,
        )
        async with self.transaction() as tx:
            await messages.add_outbound(tx, delivery, "api")
            pending = await deliveries.pending(tx, delivery, self.channel, telegram.LIMITS)
        assert pending
        assert pending.conversation == opened.conversation.external_id
        return pending.facts

    async def merge(self, contact: UUID, into: UUID) -> None:
        async with self.transaction() as tx:
            await merges.merge(tx, contact, into, "tests")

    async def unmerge(self, contact: UUID) -> None:
        async with self.transaction() as tx:
            await merges.unmerge(tx, contact, "tests")

    async def rows(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        return await self.desk.rows(self.tenant, query, *arguments)

    async def known(self) -> dict[str, UUID]:
        """Return whose each identity is."""
        return {row["external_id"]: row["contact_id"] for row in await self.rows("SELECT * FROM identities")}

    async def addresses(self) -> list[str]:
        return [row["external_id"] for row in await self.rows("SELECT external_id FROM conversations ORDER BY id")]

    async def duplicates(self) -> list[set[UUID]]:
        async with self.transaction() as tx:
            return [{row["contact_id"], row["other_id"]} for row in await contacts.duplicates(tx, before=None, limit=9)]

    async def queue(self, *texts: str, to: str) -> None:
        """Queue deliveries, by their texts."""
        group = wire.delivery_group(wire.conversation_group(self.channel.id, to))
        items = [Item(tenant=self.tenant.code, group=group, kind=wire.DELIVERY, payload=text) for text in texts]
        async with self.transaction() as tx:
            await queue.put(tx, items)

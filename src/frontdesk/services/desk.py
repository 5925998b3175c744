"""The desk: people take conversations, answer in them and give them back, each step in one transaction."""

from uuid import UUID

from frontdesk.core import clock
from frontdesk.core.canned import filled
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content
from frontdesk.core.handoff import Due, due
from frontdesk.core.message import Message
from frontdesk.core.tenant import Tenant
from frontdesk.core.topics import desk_topic
from frontdesk.core.wire import Received
from frontdesk.errors import NotFound
from frontdesk.live import Live
from frontdesk.services import asking
from frontdesk.services.desk_words import sorry
from frontdesk.services.sending import Sending
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.store import agents, allotting, canned, conversations, handoffs, messages
from frontdesk.store.db import Databases
from frontdesk.store.handoffs import Standing
from frontdesk.store.pool import Transaction

MOST_AT_ONCE = 100


class Desk:
    """Who answers in a tenant's conversations. Nobody answers where another agent does: ConversationTaken says who."""

    def __init__(self, databases: Databases, directory: Directory, live: Live, sending: Sending) -> None:
        self.databases = databases
        self.directory = directory
        self.live = live
        self.sending = sending

    async def answer(
        self,
        tenant: Tenant,
        conversation_id: UUID,
        content: Content | str,
        agent_id: UUID | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> list[UUID]:
        """Answer as a person and return the messages it takes; whoever answers where nobody has it takes it by that.

        A text names a canned reply. With the first answer the bot is silent: a turn under way starts over.
        """
        channel = await self._channel(tenant, conversation_id)
        async with self.databases.tenant(tenancy(tenant)) as tx:
            standing = await handoffs.hold(tx, conversation_id)
            if not (idempotency_key and await messages.is_known(tx, channel.id, idempotency_key)):
                await self._begin(tx, tenant, standing, agent_id)
            if isinstance(content, str):
                content = await _canned(tx, tenant, standing, content, agent_id)
            ids = await self.sending.put(
                tx,
                tenant,
                channel,
                standing.external_id,
                content,
                thread=standing.thread,
                author="human",
                purpose="person",
                idempotency_key=idempotency_key,
            )
        self.live.wake(tenant.database, [tenant.code])
        self.tell(tenant, "answered", conversation_id)
        return ids

    async def _begin(self, tx: Transaction, tenant: Tenant, standing: Standing, agent_id: UUID | None) -> None:
        """Make the conversation that of whoever answers in it."""
        standing.check(agent_id)
        if agent_id:
            await handoffs.take(tx, standing, agent_id)
        else:
            await handoffs.request(tx, standing.conversation_id, reason="taken", due=_due(tenant))
        await handoffs.note_answer(tx, standing)

    async def take(self, tenant: Tenant, conversation_id: UUID, agent_id: UUID) -> None:
        """Give the conversation to an agent, whether it waits or the bot has it."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await handoffs.take(tx, await handoffs.hold(tx, conversation_id), agent_id)
        self.tell(tenant, "assigned", conversation_id)

    async def release(self, tenant: Tenant, conversation_id: UUID, agent_id: UUID | None = None) -> None:
        """Let it wait again; without an agent it is taken from whoever has it."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            standing = await handoffs.hold(tx, conversation_id)
            await handoffs.release(tx, standing, agent_id or standing.agent_id)
        self.tell(tenant, "waiting", conversation_id)

    async def resolve(
        self, tenant: Tenant, conversation_id: UUID, agent_id: UUID | None = None, summary: str | None = None
    ) -> None:
        """Give it back to the bot; without an agent whoever has it."""
        channel = await self._asked_on(tenant, conversation_id)
        async with self.databases.tenant(tenancy(tenant)) as tx:
            standing = await handoffs.hold(tx, conversation_id)
            if agent_id:
                standing.check(agent_id)
            await handoffs.resolve(tx, standing, summary)
            asks = channel is not None and await self._ask(tx, tenant, channel, standing)
        if asks:
            self.live.wake(tenant.database, [tenant.code])
        self.tell(tenant, "resolved", conversation_id)
        await self.allot(tenant)

    async def summon(self, tenant: Tenant, conversation_id: UUID) -> None:
        """Take the conversation from the bot, for whoever will answer."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            standing = await handoffs.hold(tx, conversation_id)
            if await handoffs.request(tx, conversation_id, reason="taken", due=_due(tenant)):
                await conversations.set_owner(tx, standing.conversation_id, "human")
        self.tell(tenant, "waiting", conversation_id)

    async def stand_in(self, tenant: Tenant, received: Received, why: str) -> bool:
        """Ask for a person where the bot fails to answer a message, say so there, and return whether that was news."""
        event = received.event
        if not isinstance(event, Message):
            return False
        channel = await self.directory.channel(tenant, received.channel_id)
        async with self.databases.tenant(tenancy(tenant)) as tx:
            conversation_id = await handoffs.unanswered(tx, received.channel_id, event.external_id)
            if conversation_id is None or (standing := await handoffs.hold(tx, conversation_id)).owner == "human":
                return False
            if not await handoffs.request(
                tx, conversation_id, reason="failed", detail=why, language=standing.language, due=_due(tenant)
            ):
                return False
            await handoffs.wait(tx, conversation_id)
            content = sorry(tenant.settings, standing.language, clock.now())
            to, about = standing.external_id, {"thread": standing.thread, "author": "bot"}
            await self.sending.put(tx, tenant, channel, to, content, purpose="answer", **about)
            await allotting.allot(tx, tenant.settings.desk.assignment, conversation_id)
        self.live.wake(tenant.database, [tenant.code])
        self.tell(tenant, "waiting", conversation_id)
        return True

    async def allot(self, tenant: Tenant) -> int:
        """Give what waits to people who have room, and return how many conversations went."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            given = await allotting.allot(tx, tenant.settings.desk.assignment)
        for conversation_id in given:
            self.tell(tenant, "assigned", conversation_id)
        return len(given)

    async def resume(self, tenant: Tenant) -> int:
        """Let the bot answer again where a person's last answer is long ago, and return in how many conversations."""
        minutes = tenant.settings.desk.resume_minutes
        if minutes is None:
            return 0
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            idle = await handoffs.idle(tx, minutes, MOST_AT_ONCE)
        return sum([await self._resume(tenant, conversation_id, minutes) for conversation_id in idle])

    async def _resume(self, tenant: Tenant, conversation_id: UUID, minutes: int) -> bool:
        async with self.databases.tenant(tenancy(tenant)) as tx:
            standing = await handoffs.hold(tx, conversation_id)
            if not await handoffs.is_idle(tx, conversation_id, minutes):
                return False
            await handoffs.resolve(tx, standing)
        self.tell(tenant, "resolved", conversation_id)
        return True

    async def _asked_on(self, tenant: Tenant, conversation_id: UUID) -> Channel | None:
        """Return the channel on which the contact is asked how the person did; None where the tenant asks nobody, or it is gone."""
        if tenant.settings.feedback.ask == "never":
            return None
        try:
            return await self._channel(tenant, conversation_id)
        except NotFound:
            return None

    async def _ask(self, tx: Transaction, tenant: Tenant, channel: Channel, standing: Standing) -> bool:
        if standing.handoff_id is None:
            return False
        ids = standing.conversation_id, standing.handoff_id
        return await asking.after_handoff(tx, self.sending, tenant, channel, *ids)

    def tell(self, tenant: Tenant, event: str, conversation_id: UUID) -> None:
        """Tell those who look on."""
        self.live.publish(desk_topic(tenant.code), {"event": event, "conversation": str(conversation_id)})

    async def _channel(self, tenant: Tenant, conversation_id: UUID) -> Channel:
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            found = await conversations.load(tx, conversation_id)
        channel = await self.directory.channel(tenant, found["channel_id"])
        if channel.status == "removed":
            raise NotFound(f"the channel of conversation {conversation_id} is removed")
        return channel


def _due(tenant: Tenant) -> Due:
    return due(tenant.settings.desk, tenant.settings.hours, clock.now())


async def _canned(tx: Transaction, tenant: Tenant, standing: Standing, name: str, agent_id: UUID | None) -> Content:
    """Return a canned reply with what is known in its places."""
    contact = standing.contact or ""
    agent = (await agents.load(tx, agent_id))["name"] if agent_id else None
    desk = tenant.settings.persona.name
    values = {"contact": contact, "first_name": contact.split(" ", 1)[0], "agent": agent, "desk": desk}
    return Content(text=filled((await canned.load(tx, name))["text"], values))

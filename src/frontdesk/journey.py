"""A message's journey: receive, take_turn, deliver. Each ends in one transaction; all before it may run twice."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from frontdesk import courtesies, outcomes, queue, telemetry
from frontdesk.answering import Staff, answer, routed
from frontdesk.attempts import Attempts
from frontdesk.channels import adapter
from frontdesk.core import clock, handoff, tasks, wire
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.fate import Buried, Fate, Sent, Waits
from frontdesk.core.message import Event, Happening, Ignored, Status
from frontdesk.core.tenant import Tenant
from frontdesk.core.tidings import concerns_the_channel, ending
from frontdesk.core.topics import conversation_topic, desk_topic
from frontdesk.core.wire import Delivery, Received
from frontdesk.errors import DatabaseUnavailable
from frontdesk.http import Http
from frontdesk.ingest import Ingest
from frontdesk.live import Live
from frontdesk.queue import Item, Work
from frontdesk.records import Stored
from frontdesk.services.rulebook import Rulebook
from frontdesk.services.switchboard import Delivered, Switchboard
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.settings import Settings
from frontdesk.store import channels, conversations, deliveries, effects, messages, schedule, turns
from frontdesk.store.conversations import Opened
from frontdesk.store.db import Databases
from frontdesk.store.deliveries import Pending

log = structlog.get_logger()

MOST_SHARED_RAW = 65_536
"""Characters of a webhook's body kept with each of its events, where these are several and name no piece of their own."""


class Journey:
    """Takes every message through: what the API and the workers share."""

    def __init__(
        self,
        settings: Settings,
        databases: Databases,
        directory: Directory,
        ingest: Ingest,
        live: Live,
        http: Http,
        attempts: Attempts,
        switchboard: Switchboard,
        staff: Callable[[Tenant], Awaitable[Staff]],
        rulebook: Rulebook,
    ) -> None:
        self.settings = settings
        self.databases = databases
        self.directory = directory
        self.ingest = ingest
        self.live = live
        self.http = http
        self.attempts = attempts
        self.switchboard = switchboard
        self.staff = staff
        self.rulebook = rulebook

    async def receive(
        self, tenant: Tenant, channel: Channel, request: Request, traceparent: str | None
    ) -> Sequence[Event]:
        """Parse a verified webhook and queue its events; once this returns, none of them is lost."""
        events = adapter(channel.kind).parse(request, channel)
        kept = [event for event in events if not isinstance(event, Ignored) or event.press]
        if kept:
            raw, now = request.body.decode("utf-8", "replace"), clock.now()
            raw = raw if len(kept) == 1 else raw[:MOST_SHARED_RAW]
            for theirs in await self.switchboard.sort(tenant, channel, kept):
                items = [self._item(theirs, event, raw, now, traceparent) for event in theirs.events]
                await self.ingest.put(theirs.tenant.database, items)
        return events

    def _item(self, owner: Delivered, event: Event, raw: str, now: datetime, traceparent: str | None) -> Item:
        channel_id = owner.channel.id
        piece = getattr(event, "piece", None) or raw
        payload = wire.dump_received(Received(channel_id=channel_id, event=event, raw=piece, received_at=now))
        group = wire.group_of(channel_id, event)
        return Item(tenant=owner.tenant.code, group=group, kind=wire.EVENT, payload=payload, traceparent=traceparent)

    async def take_turn(self, work: Work) -> None:
        """Store the event once, find who answers, and commit all the answer causes together with the work's end."""
        received, started = wire.load_received(work.payload), time.perf_counter()
        tenant = await self.directory.tenant(work.tenant)
        channel = await self.directory.channel(tenant, received.channel_id)
        with telemetry.turn(tenant.code, channel.kind, work.traceparent, work.id) as span:
            if isinstance(received.event, Status | Ignored) or concerns_the_channel(received.event):
                await self._note(tenant, channel, work, received.event)
                return
            opened = await self._open(tenant, received, telemetry.trace_id(span))
            if opened.answered:
                await self._finish(tenant, work)
                return
            staff, said = await self.staff(tenant), outcomes.said(received, opened)
            async with courtesies.shown(self.http, channel, opened, said.event, self.settings.reply_typing_seconds):
                heard = await staff.hearing.hear(channel, said.event, said.text, opened)
                records = Stored(self.databases, tenant, opened.contact.id)
                turn = replace(outcomes.turn(tenant, channel, said, opened, heard), records=records)
                route = await routed(self.rulebook, tenant, channel, turn, opened)
                telling = staff.listening.of_turn(channel, outcomes.key(received, opened, work))
                answered = outcomes.settled(turn, route, await answer(staff.handlers, turn, route, telling))
                answered = handoff.hushed(turn, answered)
                outcome, spoken = await staff.voice.speak(turn, answered)
            how = {**heard.record, **telling.record(), **spoken}
            record = outcomes.record(turn, route, outcome, work, received, started, telemetry.trace_id(span), how)
            async with self.databases.tenant(tenancy(tenant)) as tx:
                if changes := (*outcomes.noticed(opened, heard), *outcome.effects):
                    await effects.apply(tx, changes, turn.conversation, turn.contact, channel.id, turn.settings)
                await turns.commit(
                    tx,
                    work,
                    outcomes.end(turn, outcome, received, opened, channel, record, telemetry.traceparent(span), heard),
                )
            if word := handoff.word(turn, outcome) or tasks.word(outcome.effects):
                self.live.publish(desk_topic(tenant.code), word)
            telemetry.turns.record(record.milliseconds / 1000, _labels(tenant, channel, handler=route.handler))

    async def deliver(self, work: Work) -> None:
        """Ask the policy, hand the message to its provider, and store what became of it."""
        delivery = wire.load_delivery(work.payload)
        tenant = await self.directory.tenant(work.tenant)
        channel = await self.directory.channel(tenant, delivery.channel_id)
        with telemetry.delivery(tenant.code, channel.kind, work.traceparent, work.id):
            pending = await self._pending(tenant, channel, work, delivery)
            if pending is None or pending.settled:
                await self._finish(tenant, work)
                return
            fate = await self.attempts.attempt(tenant, channel, work, delivery, pending)
            await self._settle(tenant, work, delivery, fate)
            telemetry.delivered.add(1, _labels(tenant, channel, outcome=type(fate).__name__.lower()))
            if isinstance(fate, Sent):
                self.live.publish(conversation_topic(channel.id, pending.conversation), {"event": "message"})
            elif isinstance(fate, Buried):
                await self.directory.changed(tenant.code)

    async def _pending(self, tenant: Tenant, channel: Channel, work: Work, delivery: Delivery) -> Pending | None:
        if known := wire.still_known(delivery, work.attempts, clock.now()):
            return Pending(conversation=delivery.outbound.conversation, facts=known)
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            return await deliveries.pending(tx, delivery, channel, adapter(channel.kind).LIMITS)

    async def _settle(self, tenant: Tenant, work: Work, delivery: Delivery, fate: Fate) -> None:
        """Store the fate; while PostgreSQL is away it is kept in hand, since asking the provider again would double it."""
        pause = 0.05
        while True:
            try:
                async with self.databases.tenant(tenancy(tenant)) as tx:
                    if isinstance(fate, Waits) and fate.steps_aside and not work.in_doubt:
                        return await schedule.put_off(tx, work, fate.after)
                    return await deliveries.settle(tx, work, delivery, fate)
            except DatabaseUnavailable:
                await asyncio.sleep(pause)
                pause = min(2 * pause, 1.0)

    async def _open(self, tenant: Tenant, received: Received, trace_id: str | None) -> Opened:
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            return await conversations.open_turn(tx, received, tenant.settings, trace_id=trace_id)

    async def _note(self, tenant: Tenant, channel: Channel, work: Work, event: Event) -> None:
        """Finish what opens no turn: a receipt is kept, a press that says nothing acknowledged, a channel's end taken note of."""
        if isinstance(event, Ignored) and event.press:
            courtesies.acknowledge(self.http, channel, event.press)
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await queue.done(tx, work)
            if isinstance(event, Status):
                await messages.receive_status(tx, channel.id, event, clock.now())
            if reason := ending(event, channel):
                await channels.set_status(tx, channel.id, "stopped", reason)
        if isinstance(event, Happening):
            log.warning("provider_tells", told=event.event, text=event.text, detail=dict(event.detail))
        if reason:
            await self.directory.changed(tenant.code)

    async def _finish(self, tenant: Tenant, work: Work) -> None:
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await queue.done(tx, work)


def _labels(tenant: Tenant, channel: Channel, **more: str) -> dict[str, str]:
    return {"tenant": tenant.code, "channel": channel.kind, **more}

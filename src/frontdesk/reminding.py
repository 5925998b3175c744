"""Reminders that are due: sent once each, whatever dies around the second, by the first way that is open."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from uuid_utils.compat import uuid7

from frontdesk import queue
from frontdesk.channels import adapter
from frontdesk.core import clock, modes, policy, wire
from frontdesk.core.channel import Channel
from frontdesk.core.content import Button, Content, Outbound
from frontdesk.core.conversation import Mode
from frontdesk.core.fitting import fit
from frontdesk.core.policy import Purpose
from frontdesk.core.recurrence import Schedule
from frontdesk.core.reminders import ANSWERABLE, HANDLER, SNOOZED_FOR, Reminder
from frontdesk.core.reminding import due
from frontdesk.core.tenant import Tenant
from frontdesk.core.wall_clock import zone_of
from frontdesk.core.windows import stand_in
from frontdesk.core.wire import Delivery, Waking
from frontdesk.errors import NotFound
from frontdesk.live import Live
from frontdesk.phrases import best, say
from frontdesk.queue import Item, Work
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.store import messages, reminder_fires, reminders
from frontdesk.store.db import Databases
from frontdesk.store.pool import Transaction
from frontdesk.store.reminder_fires import Fire, Way
from frontdesk.understanding.scheduling import Scheduling

MOMENT = timedelta(minutes=1)


class Reminding:
    """Sends what is due."""

    def __init__(self, databases: Databases, directory: Directory, live: Live) -> None:
        self.databases = databases
        self.directory = directory
        self.live = live

    async def work(self, work: Work) -> None:
        """Look at the reminder a piece of work names.

        That it went out, its message, the delivery's work, its next wake and the end of this work are one transaction: of
        any number of tries one commits, and the fence says whose.
        """
        waking = wire.load_waking(work.payload)
        tenant = await self.directory.tenant(work.tenant)
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            ways = await reminder_fires.ways(tx, waking.reminder_id, tenant.settings.reminders.channels)
        channels = await self._channels(tenant, ways)
        open_ways = [way for way in ways if way.channel_id in channels]
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await queue.done(tx, work)
            fire, reminder = await _claimed(tx, waking, tenant, clock.now())
            if fire and reminder:
                await self._send(tx, tenant, reminder, fire, open_ways, channels)
        self.live.wake(tenant.database, [tenant.code])

    async def _channels(self, tenant: Tenant, ways: Sequence[Way]) -> dict[UUID, Channel]:
        """Return the channels there are, read before the transaction begins: it must not wait for a second connection."""
        found = {}
        for channel_id in {way.channel_id for way in ways}:
            try:
                found[channel_id] = await self.directory.channel(tenant, channel_id)
            except NotFound:
                continue
        return found

    async def _send(
        self,
        tx: Transaction,
        tenant: Tenant,
        reminder: Reminder,
        fire: Fire,
        ways: Sequence[Way],
        channels: Mapping[UUID, Channel],
    ) -> None:
        now = clock.now()
        refused: list[dict[str, str]] = []
        tried = {each["conversation"] for each in fire.refused}
        for way in ways:
            if str(way.conversation_id) in tried:
                continue
            channel, content = channels[way.channel_id], _content(tenant, reminder, fire, way)
            limits = adapter(channel.kind).LIMITS
            facts = way.facts(content, channel, limits, "answer" if fire.due.snoozed else "notice")
            decision = policy.decide(facts, tenant.settings, now)
            if decision.verdict != "refuse":
                if decision.verdict == "template":  # fitted first, a long one would be several templates
                    content = stand_in(content, channel) or content
                parts = [_delivery(way, part, facts.purpose) for part in fit(content, limits)]
                for delivery in parts:
                    await messages.add_outbound(tx, delivery, "bot")
                await queue.put(tx, [_item(tenant, delivery) for delivery in parts])
                await reminder_fires.went(tx, fire, parts[0].message_id, way, refused)
                await reminder_fires.let_answer(tx, way.conversation_id, _answerable(reminder, now))
                return
            refused.append({"conversation": str(way.conversation_id), "reason": decision.reason})
        await reminder_fires.went(tx, fire, None, None, refused)


async def _claimed(
    tx: Transaction, waking: Waking, tenant: Tenant, now: datetime
) -> tuple[Fire | None, Reminder | None]:
    """Return the occurrence to send now, claimed, with its next wake set; or one whose message could not be sent."""
    reminder = await reminders.locked(tx, waking.reminder_id)
    if reminder is None:
        return None, None
    if waking.failed:
        found_again = await reminder_fires.failed(tx, reminder.id, waking.failed, now)
        return (None if reminder.status == "cancelled" else found_again), reminder
    if reminder.status != "active":
        return None, None
    quiet = tenant.settings.quiet_hours
    found = due(reminder.schedule, reminder.since, now, reminder.snoozed, quiet)
    if found is None:  # changed meanwhile, or quiet hours: it has, or gets, a wake of its own
        await reminders.look_again(tx, reminder, now, quiet)
        return None, None
    fire = await reminder_fires.claim(tx, reminder.id, found)
    await reminders.sent(tx, reminder, max(reminder.since, found.at), quiet)
    return fire, reminder


def _content(tenant: Tenant, reminder: Reminder, fire: Fire, way: Way) -> Content:
    language, found = best((way.language, *tenant.settings.languages)), fire.due
    lines = [say(language, "reminder.late" if found.late else "reminder.due", text=reminder.text)]
    if found.late:
        lines.append(say(language, "reminder.meant", when=_meant(reminder, found.at, language)))
    if found.passed_over:
        lines.append(say(language, "reminder.passed_over", count=str(found.passed_over)))
    return Content(
        text="\n".join(lines),
        buttons=(
            Button(title=say(language, "reminder.done"), payload=f"/{HANDLER} done {reminder.id}"),
            Button(title=say(language, "reminder.snooze"), payload=f"/{HANDLER} snooze {reminder.id} {SNOOZED_FOR}"),
        ),
    )


def _meant(reminder: Reminder, at: datetime, language: str) -> str:
    """Return in words when a late one should have come."""
    zone = reminder.schedule.zone
    shown = at.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)
    return Scheduling(language, at - MOMENT).say(Schedule(zone=zone, first=shown), zone)


def _delivery(way: Way, content: Content, purpose: Purpose) -> Delivery:
    outbound = Outbound(key=str(uuid7()), conversation=way.address, thread=way.thread or None, content=content)
    return Delivery(
        channel_id=way.channel_id,
        conversation_id=way.conversation_id,
        message_id=UUID(outbound.key),
        outbound=outbound,
        purpose=purpose,
    )


def _item(tenant: Tenant, delivery: Delivery) -> Item:
    where = delivery.outbound
    group = wire.delivery_group(wire.conversation_group(delivery.channel_id, where.conversation, where.thread or ""))
    return Item(tenant=tenant.code, group=group, kind=wire.DELIVERY, payload=wire.dump_delivery(delivery))


def _answerable(reminder: Reminder, now: datetime) -> str:
    """Return the modes in which what is said next may be about the reminder."""
    until = (now + ANSWERABLE).isoformat()
    mode = Mode(handler=HANDLER, state={"stage": "fired", "id": str(reminder.id), "until": until})
    return orjson.dumps([asdict(mode) for mode in modes.push((), mode, now)]).decode()

"""Reminders, from the words to the second they are due: each goes out once, whatever ends around it."""

import asyncio
import gc
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from frontdesk.core.channel import Channel
from frontdesk.core.recurrence import Schedule
from frontdesk.core.recurrence_rule import parse
from frontdesk.core.reminders import MakeReminder
from frontdesk.core.tenant import Tenant
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.tenants import tenancy
from frontdesk.store import reminders
from tests.builders import a_telegram_press, a_telegram_text
from tests.handlers.scripted import SETTINGS
from tests.services.desk import Desk, until

CHAT = 5550001
KILLS = 40


async def talk_with(desk: Desk, tenant: Tenant, channel: Channel, chat: int = CHAT) -> Any:
    """Let somebody be known, and return the conversation with them."""
    await desk.hear(tenant, channel, a_telegram_text("help", chat=chat, message_id=chat, update_id=chat))
    await desk.finished(tenant)
    (row,) = await desk.rows(tenant, "SELECT id, contact_id FROM conversations WHERE external_id = $1", str(chat))
    return row


async def remind(desk: Desk, tenant: Tenant, of: Any, text: str, schedule: Schedule, since: datetime) -> Any:
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        wish = MakeReminder(text=text, schedule=schedule, now=since)
        return await reminders.make(tx, wish, of["contact_id"], of["id"], "tests")


def at(moment: datetime) -> Schedule:
    return Schedule(zone="Europe/Madrid", first=moment)


async def killed(desk: Desk, seconds: float) -> None:
    """Run a worker and let it end as a process dies: at once, wherever it is, giving nothing back."""
    worker = await desk.worker(lease_seconds=1.0)
    task = asyncio.create_task(worker.run())
    await asyncio.sleep(seconds)
    for each in worker.in_hand.values():
        each.cancel()
    while not task.done():  # a cancellation can be lost in a wait that ends at the same moment
        task.cancel()
        await asyncio.wait([task], timeout=0.3)


@pytest.mark.filterwarnings("ignore:unclosed connection:ResourceWarning")  # one a worker was opening as it died
async def test_each_goes_out_once_though_workers_die_around_the_second(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant(**SETTINGS)
    channel = await desk.channel(tenant, telegram.url)
    async with desk.working():
        talks = [await talk_with(desk, tenant, channel, CHAT + n) for n in range(10)]
    now, dice = datetime.now(UTC), random.Random(5)
    for number in range(200):
        due = now + timedelta(seconds=dice.uniform(-1, 5))
        await remind(desk, tenant, talks[number % 10], f"number {number}", at(due), now - timedelta(minutes=1))
    for _ in range(KILLS):
        await killed(desk, dice.uniform(0.02, 0.3))
    gc.collect()

    async def all_out() -> bool:
        await desk.hurry(tenant)
        return not await desk.work(tenant) and not await desk.rows(tenant, "SELECT 1 FROM frontdesk.scheduled")

    async with desk.working(2, lease_seconds=1.0):
        await until(all_out, 40)
    said = [
        text.partition(": ")[2].split("\n")[0] for status, text in await desk.said_by_us(tenant) if "number" in text
    ]
    assert sorted(said) == sorted(f"number {number}" for number in range(200))
    fires = await desk.rows(tenant, "SELECT reminder_id, message_id FROM reminder_fires")
    assert len(fires) == len({row["reminder_id"] for row in fires}) == len({row["message_id"] for row in fires}) == 200
    assert {row["status"] for row in await desk.rows(tenant, "SELECT status FROM reminders")} == {"done"}


async def due_now(desk: Desk, tenant: Tenant, reminder: Any) -> list[Any]:
    """Let a reminder be looked at, and return the times it went out."""
    await desk.rows(tenant, "UPDATE frontdesk.scheduled SET due_at = now()")

    async def looked_at() -> bool:
        waiting = await desk.rows(tenant, "SELECT 1 FROM frontdesk.scheduled WHERE due_at <= now()")
        return not waiting and not await desk.work(tenant)

    await until(looked_at)
    return await desk.rows(tenant, "SELECT * FROM reminder_fires WHERE reminder_id = $1 ORDER BY occurrence", reminder)


async def test_of_what_was_missed_only_the_latest_is_sent_and_marked_late(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant(**SETTINGS)
    channel = await desk.channel(tenant, telegram.url)
    async with desk.working():
        talk = await talk_with(desk, tenant, channel)
        began = datetime.now(UTC) - timedelta(hours=5, minutes=30)
        hourly = Schedule(zone="UTC", first=began.replace(tzinfo=None), rule=parse("FREQ=HOURLY"))
        made = await remind(desk, tenant, talk, "drink water", hourly, began)
        (fire,) = await due_now(desk, tenant, made)
    assert (fire["is_late"], fire["passed_over"]) == (True, 4)
    said = telegram.said(CHAT)[-1]
    assert said.startswith("⏰ A reminder that comes late: drink water\nIt was meant for: on ")
    assert said.endswith("could be sent then: 4")
    (row,) = await desk.rows(tenant, "SELECT wakes_at, status, scheduled_id FROM reminders")
    assert row["wakes_at"] > datetime.now(UTC)
    assert row["status"] == "active"
    assert len(await desk.rows(tenant, "SELECT 1 FROM frontdesk.scheduled")) == 1


async def test_a_way_that_is_closed_is_passed_over_for_the_next_one(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant(**SETTINGS)
    first, second = [await desk.channel(tenant, telegram.url, name=name) for name in ("one", "two")]
    async with desk.working():
        talk, other = await talk_with(desk, tenant, first), await talk_with(desk, tenant, second, CHAT + 1)
        await desk.rows(tenant, "UPDATE identities SET contact_id = $1 WHERE contact_id = $2", talk[1], other[1])
        await desk.rows(tenant, "UPDATE conversations SET contact_id = $1 WHERE contact_id = $2", talk[1], other[1])
        await desk.rows(tenant, "UPDATE identities SET blocked_at = now() WHERE external_id = $1", str(CHAT))
        now = datetime.now(UTC)
        made = await remind(desk, tenant, talk, "call Bo", at(now), now - timedelta(seconds=1))
        (fire,) = await due_now(desk, tenant, made)
    assert telegram.said(CHAT + 1)[-1] == "⏰ Reminder: call Bo"
    assert telegram.said(CHAT)[-1] != "⏰ Reminder: call Bo"
    assert fire["conversation_id"] == other["id"]
    assert "blocked_by_contact" in fire["refused"]


async def test_what_a_provider_refuses_for_good_goes_another_way(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant(**SETTINGS)
    first, second = [await desk.channel(tenant, telegram.url, name=name) for name in ("one", "two")]
    async with desk.working():
        talk, other = await talk_with(desk, tenant, first), await talk_with(desk, tenant, second, CHAT + 1)
        await desk.rows(tenant, "UPDATE identities SET contact_id = $1 WHERE contact_id = $2", talk[1], other[1])
        await desk.rows(tenant, "UPDATE conversations SET contact_id = $1 WHERE contact_id = $2", talk[1], other[1])
        telegram.refuse(CHAT, status=403)
        now = datetime.now(UTC)
        made = await remind(desk, tenant, talk, "call Bo", at(now), now - timedelta(seconds=1))
        (fire,) = await due_now(desk, tenant, made)
    assert telegram.said(CHAT + 1)[-1] == "⏰ Reminder: call Bo"
    assert fire["conversation_id"] == other["id"]


async def test_nobody_can_end_what_is_not_theirs(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant(**SETTINGS)
    channel = await desk.channel(tenant, telegram.url)
    async with desk.working():
        talk, other = await talk_with(desk, tenant, channel), CHAT + 1
        await talk_with(desk, tenant, channel, other)
        now = datetime.now(UTC)
        made = await remind(desk, tenant, talk, "call Bo", at(now + timedelta(days=1)), now)
        press = a_telegram_press(f"/reminder cancel {made}", message_id=2, chat=other)
        await desk.hear(tenant, channel, press)
        await desk.finished(tenant)
    assert telegram.said(other)[-1] == "There is no such reminder any more."
    (row,) = await desk.rows(tenant, "SELECT status FROM reminders")
    assert row["status"] == "active"

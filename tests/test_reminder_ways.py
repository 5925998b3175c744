"""Which way a reminder goes: channels in an order, the next where one fails for good, never a second where one may have come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from frontdesk.core import clock
from frontdesk.core.channel import Channel
from frontdesk.core.message import Status
from frontdesk.core.recurrence import Schedule
from frontdesk.core.recurrence_rule import parse
from frontdesk.core.reminders import EndReminder, MakeReminder
from frontdesk.core.tenant import Tenant
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.rehearsal.whatsapp import WhatsAppStub, people
from frontdesk.rehearsal.whatsapp.account import Template as Approved
from frontdesk.services.tenants import tenancy
from frontdesk.store import dead_letters, merges, messages, reminders
from tests.handlers.scripted import SETTINGS
from tests.services.desk import Desk, until
from tests.test_reminders import CHAT, talk_with

OTHER = CHAT + 1
SAID = "⏰ Reminder: call Bo"
CREDENTIALS = {"access_token": "EAAtest", "app_secret": "0" * 32, "phone_number_id": "106540352242922"}
TEMPLATE = {"name": "news", "language": "en", "body": ["{text}"]}


@dataclass
class Person:
    """Somebody known on two channels, merged into one contact; reminders are made on the first."""

    desk: Desk
    tenant: Tenant
    channels: list[Channel]
    first: Any
    second: Any
    telegram: TelegramStub

    async def rows(self, query: str, *arguments: Any) -> list[Any]:
        return await self.desk.rows(self.tenant, query, *arguments)

    async def remind(
        self, schedule: Schedule | None = None, text: str = "call Bo", *, late: int = 1, wait: bool = True, **given: Any
    ) -> Any:
        """Make a reminder that was due `late` seconds ago, and let it go out."""
        now = clock.now()
        made = MakeReminder(
            text=text,
            schedule=schedule or Schedule(zone="UTC", first=now - timedelta(seconds=late)),
            now=now - timedelta(seconds=late + 60),
            **given,
        )
        async with self.desk.databases.tenant(tenancy(self.tenant)) as tx:
            made_id = await reminders.make(tx, made, self.first["contact_id"], self.first["id"], "tests")
        if wait:
            await self.settled()
        return made_id

    async def settled(self) -> None:
        """Wait until nothing is due any more."""

        async def nothing_due() -> bool:
            await self.desk.hurry(self.tenant)
            waiting = await self.rows("SELECT 1 FROM frontdesk.scheduled WHERE due_at <= now()")
            return not waiting and not await self.desk.work(self.tenant)

        await until(nothing_due, 30)

    async def reported(self, status: str) -> None:
        """Let a receipt come for the message that went out last."""
        (row,) = await self.rows(
            "SELECT external_id, channel_id FROM messages WHERE direction = 'outbound' ORDER BY id DESC LIMIT 1"
        )
        event = Status(external_id=row["external_id"], status=status)  # type: ignore[arg-type]
        async with self.desk.databases.tenant(tenancy(self.tenant)) as tx:
            await messages.receive_status(tx, row["channel_id"], event, clock.now())
        await self.settled()

    async def fire(self) -> Any:
        (row,) = await self.rows("SELECT * FROM reminder_fires")
        return row

    def came(self) -> list[int]:
        """Return how often the reminder was said on each channel."""
        return [sum("call Bo" in text for text in self.telegram.said(chat)) for chat in (CHAT, OTHER)]


Meet = Callable[..., Any]


@pytest.fixture
async def meet(desk: Desk, telegram: TelegramStub) -> Any:
    opened = []

    async def make(**settings: Any) -> Person:
        tenant = await desk.tenant(**SETTINGS, **settings)
        channels = [await desk.channel(tenant, telegram.url, name=name) for name in ("one", "two")]
        first = await talk_with(desk, tenant, channels[0])
        second = await talk_with(desk, tenant, channels[1], OTHER)
        async with desk.databases.tenant(tenancy(tenant)) as tx:
            await merges.merge(tx, second["contact_id"], first["contact_id"], "tests")
        opened.append(tenant)
        return Person(desk, tenant, channels, first, second, telegram)

    async with desk.working():
        yield make
    for tenant in opened:
        await desk.rows(tenant, "DELETE FROM frontdesk.work")


@pytest.mark.parametrize(
    ("tenants", "own", "came"),
    [
        ([], (), [1, 0]),
        (["two"], (), [0, 1]),
        (["two"], ("one",), [1, 0]),
        (["nowhere", "two"], (), [0, 1]),
        (["telegram"], (), [1, 0]),
        ([], ("two", "telegram"), [0, 1]),
    ],
)
async def test_channels_are_tried_in_the_order_of_the_reminder_or_else_of_the_tenant(
    meet: Meet, tenants: list[str], own: tuple[str, ...], came: list[int]
) -> None:
    person = await meet(reminders={"channels": tenants})
    await person.remind(channels=own)
    assert person.came() == came


async def test_what_a_channel_that_is_dead_could_not_send_goes_the_next_way_and_is_not_replayed(meet: Meet) -> None:
    person = await meet()
    person.telegram.refuse(CHAT, status=401)
    await person.remind()
    assert person.came() == [0, 1]
    assert (await person.fire())["conversation_id"] == person.second["id"]
    assert await person.rows("SELECT id FROM dead_letters") == []


async def test_what_is_out_of_tries_goes_the_next_way(meet: Meet) -> None:
    person = await meet()
    person.telegram.refuse(CHAT, status=429, retry_after=1)  # no try: it waits
    person.telegram.refuse(CHAT, status=502, times=None)
    await person.remind()
    assert person.came() == [0, 1]


async def test_a_dead_letter_stays_where_no_other_way_is_open(meet: Meet) -> None:
    person = await meet()
    await person.rows("UPDATE identities SET blocked_at = now() WHERE external_id = $1", str(OTHER))
    person.telegram.refuse(CHAT, status=401)
    await person.remind()
    (letter,) = await person.rows("SELECT id FROM dead_letters")
    fire = await person.fire()
    assert fire["message_id"] is not None
    assert "blocked_by_contact" in fire["refused"]
    assert person.came() == [0, 0]
    await person.rows("UPDATE channels SET status = 'active'")
    async with person.desk.databases.tenant(tenancy(person.tenant)) as tx:
        await dead_letters.replay(tx, person.tenant.code, letter["id"])
    await person.settled()
    assert person.came() == [1, 0]


async def test_what_a_receipt_says_was_not_delivered_goes_the_next_way(meet: Meet) -> None:
    person = await meet()
    await person.remind()
    assert person.came() == [1, 0]
    await person.reported("failed")
    assert person.came() == [1, 1]
    await person.reported("failed")
    assert person.came() == [1, 1]
    assert (await person.fire())["refused"].count("not_delivered") == 2


@pytest.mark.parametrize("status", ["delivered", "read"])
async def test_a_failure_told_after_it_arrived_sends_nothing_more(meet: Meet, status: str) -> None:
    person = await meet()
    await person.remind()
    await person.reported(status)
    await person.reported("failed")
    assert person.came() == [1, 0]


async def test_what_may_have_arrived_is_not_sent_another_way(meet: Meet) -> None:
    person = await meet()
    person.telegram.cut(CHAT, carried_out=True)
    person.telegram.refuse(CHAT, status=403, times=None)
    await person.remind()
    assert person.came() == [1, 0]
    assert (await person.fire())["conversation_id"] == person.first["id"]


async def test_what_may_have_arrived_and_is_forbidden_since_is_not_sent_another_way(meet: Meet) -> None:
    person = await meet()
    person.telegram.cut(CHAT, carried_out=True)
    await person.remind(wait=False)

    async def in_doubt() -> bool:
        return bool(await person.rows("SELECT 1 FROM frontdesk.work WHERE in_doubt AND leased_by IS NULL"))

    await until(in_doubt)
    await person.rows("UPDATE identities SET blocked_at = now() WHERE external_id = $1", str(CHAT))
    await person.settled()
    assert person.came() == [1, 0]
    (row,) = await person.rows("SELECT status FROM messages WHERE text LIKE '%call Bo%'")
    assert row["status"] == "refused"


async def test_one_that_was_cancelled_meanwhile_goes_no_other_way(meet: Meet) -> None:
    person = await meet()
    made = await person.remind()
    async with person.desk.databases.tenant(tenancy(person.tenant)) as tx:
        await reminders.end(tx, EndReminder(id=made, status="cancelled"))
    await person.reported("failed")
    assert person.came() == [1, 0]


async def test_what_a_later_occurrence_has_overtaken_goes_no_other_way(meet: Meet) -> None:
    person = await meet()
    now = clock.now()
    often = Schedule(zone="UTC", first=(now - timedelta(hours=3)).replace(tzinfo=None), rule=parse("FREQ=HOURLY"))
    made = await person.remind(often)
    await person.rows(
        "INSERT INTO reminder_fires (reminder_id, contact_id, conversation_id, occurrence)"
        " SELECT reminder_id, contact_id, conversation_id, occurrence + interval '1 hour' FROM reminder_fires"
    )
    before = person.came()
    await person.reported("failed")
    assert person.came() == before
    assert made


async def test_what_comes_by_another_way_long_after_its_time_says_so(meet: Meet) -> None:
    person = await meet()
    await person.remind()
    await person.rows("UPDATE reminder_fires SET fired_at = fired_at - interval '1 hour'")
    await person.reported("failed")
    assert person.telegram.said(OTHER)[-1].startswith("⏰ A reminder that comes late: call Bo")


async def test_no_way_leads_to_somebody_who_opted_out(meet: Meet) -> None:
    person = await meet()
    await person.rows("UPDATE contacts SET opted_out_at = now()")
    await person.remind()
    fire = await person.fire()
    assert (person.came(), fire["message_id"], fire["refused"].count("opted_out")) == ([0, 0], None, 2)


@pytest.mark.parametrize(
    ("settings", "hours", "kind", "came"),
    [
        ({}, 1, "interactive", [0, 0]),
        ({"window_template": TEMPLATE}, 25, "template", [0, 0]),
        ({}, 25, None, [1, 0]),
    ],
    ids=["within the window", "by the template outside it", "by another channel where there is no template"],
)
@pytest.mark.parametrize("text", ["call Bo", "call Bo " + "and buy everything else " * 41], ids=["short", "long"])
async def test_on_whatsapp_it_comes_within_the_window_by_template_or_another_way(
    meet: Meet, settings: dict[str, Any], hours: int, kind: str | None, came: list[int], text: str
) -> None:
    person = await meet(reminders={"channels": ["whatsapp"]})
    desk, tenant = person.desk, person.tenant
    async with WhatsAppStub() as stub:
        stub.account.templates["news", "en"] = Approved(text="Reminder: {{1}}")
        channel, _ = await desk.provisioning.add_channel(
            tenant, "whatsapp", "front", credentials=CREDENTIALS, api_base=stub.url, settings=settings
        )
        number = people.person(0)
        await desk.journey.receive(tenant, channel, people.says(channel, number, 1, "help"), None)
        await desk.finished(tenant)
        (talk,) = await person.rows("SELECT id, contact_id FROM conversations WHERE external_id = $1", number)
        async with desk.databases.tenant(tenancy(tenant)) as tx:
            await merges.merge(tx, talk["contact_id"], person.first["contact_id"], "tests")
        ago = timedelta(hours=hours)
        await person.rows(
            "UPDATE conversations SET last_inbound_at = now() - $2::interval WHERE id = $1", talk["id"], ago
        )
        greeted = len(stub.seen)
        await person.remind(text=text.strip()[:1000], late=3600 if len(text) > 100 else 1)
        seen = stub.seen[greeted:]
        assert person.came() == came
        if kind is None:
            assert seen == []
            assert "window_closed" in (await person.fire())["refused"]
        elif kind == "template":
            assert [each.type for each in seen] == ["template"]
            assert (seen[0].text or "").startswith("Reminder: ⏰")
            assert "call Bo" in (seen[0].text or "")
        else:
            assert seen[-1].choices
            assert "call Bo" in " ".join(each.text or "" for each in seen)

"""What a channel with a window and with receipts needs of a delivery: templates, and doubts settled by the provider."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, Template
from frontdesk.core.exchange import Request
from frontdesk.core.message import Status
from frontdesk.core.tenant import Tenant
from frontdesk.rehearsal.whatsapp import WhatsAppStub, people
from frontdesk.rehearsal.whatsapp.account import Template as Approved
from frontdesk.services.provisioning import Provisioning
from frontdesk.services.sending import Sending
from frontdesk.services.tenants import tenancy
from frontdesk.store import messages
from tests.services.desk import Desk, until

PERSON = people.person(1)
CREDENTIALS = {"access_token": "EAAtest", "app_secret": "s" * 32, "phone_number_id": "1060001"}
TEMPLATE = {"name": "news", "language": "en", "body": ["{text}"]}


@dataclass(slots=True)
class Number:
    """A WhatsApp number with a worker behind it."""

    desk: Desk
    tenant: Tenant
    channel: Channel
    stub: WhatsAppStub

    async def hears(self, text: str = "hello", number: int = 1) -> None:
        """Let the person write, and wait for the answer."""
        before = len(self.stub.seen)
        await self.desk.journey.receive(
            self.tenant, self.channel, people.says(self.channel, PERSON, number, text), None
        )
        await until(lambda: len(self.stub.seen) > before)
        await self.desk.finished(self.tenant)

    async def send(self, text: str = "news", **content: Any) -> None:
        sending = await self.desk.app.get(Sending)
        await sending.send(self.tenant, self.channel, PERSON, Content(text=text, **content), purpose="person")

    async def message(self) -> asyncpg.Record:
        """Return the message sent last."""
        return (await self.desk.rows(self.tenant, "SELECT * FROM messages WHERE author = 'api' ORDER BY id"))[-1]

    async def is_noted(self, code: str) -> asyncpg.Record:
        """Wait until the delivery was given back because of `code`, and return its work."""

        async def given_back() -> bool:
            work = await self.desk.work(self.tenant)
            return (await self.message())["error_code"] == code and bool(work) and work[0]["leased_by"] is None

        await until(given_back)
        return (await self.desk.work(self.tenant))[0]

    async def hurry(self) -> None:
        """Let what waits be due, and forget why it waits."""
        await self.desk.rows(self.tenant, "UPDATE messages SET error_code = NULL WHERE author = 'api'")
        await self.desk.hurry(self.tenant)

    async def reported(self, status: str, wamid: str, tracker: str | None) -> None:
        event = Status(external_id=wamid, status=status, recipient=PERSON, tracker=tracker)  # type: ignore[arg-type]
        async with self.desk.databases.tenant(tenancy(self.tenant)) as tx:
            await messages.receive_status(tx, self.channel.id, event, datetime.now(UTC))

    async def wrote_last(self, hours_ago: float, advert_ended_hours_ago: float | None = None) -> None:
        await self.desk.rows(
            self.tenant,
            "UPDATE conversations SET last_inbound_at = now() - make_interval(secs => $1),"
            " free_until = now() - make_interval(secs => $2)",
            hours_ago * 3600,
            None if advert_ended_hours_ago is None else advert_ended_hours_ago * 3600,
        )


@pytest.fixture
async def number(desk: Desk) -> AsyncIterator[Number]:
    tenant = await desk.tenant()
    async with WhatsAppStub() as stub, desk.working():
        stub.account.templates["news", "en"] = Approved(text="News: {{1}}")
        channel, _ = await desk.provisioning.add_channel(
            tenant, "whatsapp", "front", credentials=CREDENTIALS, api_base=stub.url
        )
        yield Number(desk, tenant, channel, stub)
        await desk.rows(tenant, "DELETE FROM frontdesk.work")


async def test_whoever_never_wrote_gets_no_free_text(number: Number) -> None:
    await number.send()
    await number.desk.finished(number.tenant)
    message = await number.message()
    assert (message["status"], message["policy"]) == ("refused", "window_closed")
    assert number.stub.seen == []


async def test_within_a_day_of_the_last_message_free_text_goes(number: Number) -> None:
    await number.hears()
    await number.wrote_last(23.9)
    await number.send()
    await number.desk.finished(number.tenant)
    assert ((await number.message())["policy"], number.stub.seen[-1].text) == ("allowed", "news")


async def test_after_a_day_the_template_goes_that_the_tenant_chose(number: Number) -> None:
    await number.hears()
    await number.wrote_last(24.1)
    provisioning = await number.desk.app.get(Provisioning)
    await provisioning.change_channel(number.tenant, number.channel, settings={"window_template": TEMPLATE})
    await number.send("Your results\nare here")
    await number.desk.finished(number.tenant)
    message = await number.message()
    assert (message["status"], message["policy"]) == ("sent", "window_closed: sent as a template"), message["error"]
    assert (number.stub.seen[-1].type, number.stub.seen[-1].text) == ("template", "News: Your results are here")
    assert message["text"] == "Your results\nare here"


async def test_an_advert_opens_the_window_for_longer(number: Number) -> None:
    await number.hears()
    await number.wrote_last(30, advert_ended_hours_ago=-5)
    await number.send()
    await number.desk.finished(number.tenant)
    assert (await number.message())["policy"] == "allowed"
    await number.wrote_last(30, advert_ended_hours_ago=1)
    await number.send("more")
    await number.desk.finished(number.tenant)
    assert (await number.message())["policy"] == "window_closed"


async def test_who_came_from_an_advert_may_be_written_to_for_three_days(number: Number) -> None:
    request = people.says(number.channel, PERSON, 1, "hello")
    body = json.loads(request.body)
    body["entry"][0]["changes"][0]["value"]["messages"][0]["referral"] = {"source_id": "120", "source_type": "ad"}
    advert = Request("POST", "", request.headers, json.dumps(body).encode())
    await number.desk.journey.receive(number.tenant, number.channel, advert, None)
    await until(lambda: bool(number.stub.seen))
    (row,) = await number.desk.rows(number.tenant, "SELECT free_until - now() AS free FROM conversations")
    assert 71 < row["free"].total_seconds() / 3600 <= 72


async def test_a_template_may_always_go(number: Number) -> None:
    template = Template(name="news", language="en", body=("hello",))
    await number.send(type="template", template=template)
    await number.desk.finished(number.tenant)
    assert (await number.message())["policy"] == "allowed"


async def test_a_doubt_waits_for_a_receipt_and_is_settled_by_it(number: Number) -> None:
    await number.hears()
    number.stub.cut(PERSON, carried_out=True)
    await number.send()
    await number.is_noted("delivery_in_doubt")
    await number.hurry()
    work = await number.is_noted("delivery_in_doubt")
    assert 15 < work["due_in"].total_seconds() <= 20
    message, seen = await number.message(), number.stub.seen[-1]
    assert (message["status"], message["in_doubt"]) == ("queued", True)
    await number.reported("delivered", seen.external_id, str(message["id"]))
    await number.hurry()
    await number.desk.finished(number.tenant)
    message = await number.message()
    assert (message["status"], message["external_id"]) == ("delivered", seen.external_id)
    assert number.stub.said(PERSON).count("news") == 1


async def test_a_doubt_nothing_settles_is_sent_again(number: Number) -> None:
    await number.hears()
    number.stub.cut(PERSON, carried_out=True)
    await number.send()
    for _ in range(2):
        await number.is_noted("delivery_in_doubt")
        await number.hurry()
    await number.desk.finished(number.tenant)
    message = await number.message()
    assert (message["status"], message["in_doubt"]) == ("sent", True)
    assert number.stub.said(PERSON).count("news") == 2


async def test_a_receipt_that_comes_before_the_answer_is_not_taken_back(number: Number) -> None:
    await number.hears()
    number.stub.delay(0.5, PERSON)
    await number.send()
    await asyncio.sleep(0.25)  # it is on its way now
    message = await number.message()
    await number.reported("read", "wamid.early", str(message["id"]))
    await number.desk.finished(number.tenant)
    message = await number.message()
    assert (message["status"], message["external_id"]) == ("sent", number.stub.seen[-1].external_id)
    await number.reported("read", number.stub.seen[-1].external_id, None)
    await number.reported("delivered", number.stub.seen[-1].external_id, None)
    assert (await number.message())["status"] == "read"


async def test_a_failure_told_later_is_kept_with_its_advice(number: Number) -> None:
    await number.hears()
    await number.send()
    await number.desk.finished(number.tenant)
    sent = await number.message()
    failed = Status(
        external_id=sent["external_id"], status="failed", error_code="131026", error_title="no WhatsApp there"
    )
    async with number.desk.databases.tenant(tenancy(number.tenant)) as tx:
        await messages.receive_status(tx, number.channel.id, failed, datetime.now(UTC))
    message = await number.message()
    assert (message["status"], message["error_code"], message["error"]) == ("failed", "131026", "no WhatsApp there")

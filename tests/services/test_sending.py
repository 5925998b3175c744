"""Messages sent from outside a turn, and the receipts of what became of them."""

from datetime import UTC, datetime

import pytest

from frontdesk.core.content import Content
from frontdesk.core.message import Status
from frontdesk.errors import IdempotencyMismatch
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.sending import Sending
from frontdesk.services.tenants import tenancy
from frontdesk.store import messages
from tests.services.desk import Desk

NOW = datetime(2025, 1, 1, tzinfo=UTC)


async def test_a_message_to_somebody_new_makes_the_conversation(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant()
    channel = await desk.channel(tenant, telegram.url)
    sending = await desk.app.get(Sending)
    for text in ("one", "two"):
        await sending.send(tenant, channel, "42", Content(text=text))
    assert len(await desk.rows(tenant, "SELECT 1 FROM conversations")) == 1
    async with desk.working():
        await desk.finished(tenant)
    assert telegram.said(42) == ["one", "two"]


async def test_a_long_message_is_sent_in_parts_that_keep_their_order(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant()
    channel = await desk.channel(tenant, telegram.url)
    text = " ".join(f"Sentence number {number}." for number in range(500))
    ids = await (await desk.app.get(Sending)).send(tenant, channel, "42", Content(text=text))
    assert len(ids) > 1
    async with desk.working():
        await desk.finished(tenant)
    assert " ".join(telegram.said(42)) == text


async def test_the_same_key_sends_once_and_another_content_is_refused(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant()
    channel = await desk.channel(tenant, telegram.url)
    sending = await desk.app.get(Sending)
    first = await sending.send(tenant, channel, "42", Content(text="one"), idempotency_key="k")
    assert await sending.send(tenant, channel, "42", Content(text="one"), idempotency_key="k") == first
    with pytest.raises(IdempotencyMismatch, match="'k'"):
        await sending.send(tenant, channel, "42", Content(text="two"), idempotency_key="k")
    assert len(await desk.work(tenant)) == 1
    await desk.rows(tenant, "DELETE FROM frontdesk.work")


async def test_receipts_never_take_a_message_back(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant()
    channel = await desk.channel(tenant, telegram.url)
    await (await desk.app.get(Sending)).send(tenant, channel, "42", Content(text="one"))
    async with desk.working():
        await desk.finished(tenant)
    seen = []
    for name in ("delivered", "read", "delivered", "sent", "played", "failed"):
        async with desk.databases.tenant(tenancy(tenant)) as tx:
            assert await messages.receive_status(tx, channel.id, Status(external_id="42:1", status=name), NOW)
            seen.append(await tx.fetchval("SELECT status FROM messages"))
    assert seen == ["delivered", "read", "read", "read", "read", "failed"]
    assert len(await desk.rows(tenant, "SELECT 1 FROM receipts")) == 6
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        assert await messages.receive_status(tx, channel.id, Status(external_id="x", status="read"), NOW) is None

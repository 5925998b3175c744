"""Merges and changed numbers while workers take turns."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from frontdesk import queue
from frontdesk.core import wire
from frontdesk.core.message import Happening, Origin
from frontdesk.core.turn import Outcome, Turn
from frontdesk.core.wire import Received
from frontdesk.queue import Item
from frontdesk.rehearsal.telegram import TelegramStub
from tests.builders import a_telegram_text
from tests.handlers.scripted import SETTINGS, told
from tests.services.desk import Desk, until
from tests.store.town import Town


@pytest.fixture
async def busy(desk: Desk, telegram: TelegramStub) -> AsyncIterator[Town]:
    """A channel whose events a worker takes up."""
    tenant = await desk.tenant(**SETTINGS)
    async with desk.working():
        yield Town(desk, tenant, await desk.channel(tenant, telegram.url))


async def test_a_turn_under_way_in_a_merge_is_answered_once_by_the_contact_that_stays(
    busy: Town, telegram: TelegramStub
) -> None:
    one, other = await busy.hear("1"), await busy.hear("2")
    met, merged = [], asyncio.Event()

    async def slow(turn: Turn) -> Outcome:
        met.append(turn.contact.id)
        await merged.wait()
        return Outcome.say("done")

    await busy.desk.hear(busy.tenant, busy.channel, a_telegram_text(told(slow), chat=1))
    await until(lambda: met == [one.contact.id])
    await busy.merge(one.contact.id, other.contact.id)
    merged.set()
    await busy.desk.finished(busy.tenant)
    assert met == [one.contact.id, other.contact.id]
    assert telegram.said(1) == ["done"]
    (turn,) = await busy.rows("SELECT record ->> 'attempts' AS attempts FROM turns")
    assert turn["attempts"] == "1"


async def test_a_number_that_changed_is_taken_over_in_silence_and_only_once(busy: Town) -> None:
    opened = await busy.hear("15550001")
    event = Happening(
        event="number_changed",
        external_id="wamid.1",
        origin=Origin(sender="15550001"),
        detail={"new_sender": "15559999"},
    )
    received = Received(channel_id=busy.channel.id, event=event, received_at=datetime.now(UTC))
    group, payload = wire.group_of(busy.channel.id, event), wire.dump_received(received)
    item = Item(tenant=busy.tenant.code, group=group, kind=wire.EVENT, payload=payload)
    async with busy.transaction() as tx:
        await queue.put(tx, [item])
    busy.desk.live.wake("primary", [busy.tenant.code])
    await busy.desk.finished(busy.tenant)
    assert await busy.known() == {"15559999": opened.contact.id}
    assert await busy.addresses() == ["15559999"]
    assert await busy.desk.said_by_us(busy.tenant) == []
    (turn,) = await busy.rows("SELECT record -> 'effects' ->> 0 AS effect FROM turns")
    assert turn["effect"] == "RenameIdentity"

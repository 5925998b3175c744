"""Work that failed for good: buried, shown, edited, replayed, discarded."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from frontdesk import queue
from frontdesk.core import wire
from frontdesk.core.channel import Channel
from frontdesk.core.tenant import Tenant
from frontdesk.core.turn import Outcome, Turn
from frontdesk.errors import NotFound
from frontdesk.phrases import say
from frontdesk.queue import Item
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.tenants import tenancy
from frontdesk.store import dead_letters
from tests.builders import a_telegram_text
from tests.handlers.scripted import SETTINGS, told
from tests.services.desk import Desk, until

CHAT = 5550001


@dataclass(frozen=True, slots=True)
class Morgue:
    """A tenant whose worker buries quickly."""

    desk: Desk
    tenant: Tenant
    channel: Channel
    telegram: TelegramStub

    async def exhaust(self) -> None:
        """Let what waits for its next try be tried again and again, until it is buried."""

        async def buried() -> bool:
            await self.desk.hurry(self.tenant)
            return not await self.desk.work(self.tenant)

        await until(buried)

    async def letters(self) -> list[asyncpg.Record]:
        async with self.desk.databases.tenant(tenancy(self.tenant)) as tx:
            return await dead_letters.listed(tx)

    async def load(self, letter_id: UUID) -> asyncpg.Record:
        async with self.desk.databases.tenant(tenancy(self.tenant)) as tx:
            return await dead_letters.load(tx, letter_id)

    async def replay(self, letter_id: UUID) -> None:
        async with self.desk.databases.tenant(tenancy(self.tenant)) as tx:
            await dead_letters.replay(tx, self.tenant.code, letter_id)
        await self.desk.finished(self.tenant)


@pytest.fixture
async def morgue(desk: Desk, telegram: TelegramStub) -> AsyncIterator[Morgue]:
    tenant = await desk.tenant(**SETTINGS)
    async with desk.working():
        yield Morgue(desk, tenant, await desk.channel(tenant, telegram.url), telegram)
        await desk.rows(tenant, "DELETE FROM frontdesk.work")


async def always_fails(turn: Turn) -> Outcome:
    raise RuntimeError("poison")


@pytest.fixture
async def poisoned(morgue: Morgue) -> UUID:
    """Return the id of the dead letter of a message no handler can bear."""
    await morgue.desk.hear(morgue.tenant, morgue.channel, a_telegram_text(told(always_fails)))
    await morgue.exhaust()
    (letter,) = await morgue.letters()
    return UUID(str(letter["id"]))


async def test_poison_is_buried_after_its_tries_and_its_conversation_goes_on(morgue: Morgue) -> None:
    poison = a_telegram_text(told(always_fails))
    await morgue.desk.hear(morgue.tenant, morgue.channel, poison, a_telegram_text("help", message_id=2))
    await morgue.exhaust()
    (letter,) = await morgue.letters()
    assert (letter["kind"], letter["attempts"], letter["error_code"]) == ("event", 3, "internal_error")
    assert letter["error"] == "RuntimeError: poison"
    assert morgue.telegram.said(CHAT) == [say("en", "help.text")]


@pytest.mark.parametrize("words", ["nul \0 inside", "half a pair \ud800", "x" * 5000], ids=["nul", "surrogate", "long"])
async def test_an_error_in_odd_words_is_buried_too(morgue: Morgue, words: str) -> None:
    async def oddly(turn: Turn) -> Outcome:
        raise RuntimeError(words)

    await morgue.desk.hear(morgue.tenant, morgue.channel, a_telegram_text(told(oddly)))
    await morgue.exhaust()
    (letter,) = await morgue.letters()
    assert letter["error"].startswith("RuntimeError: ")


@pytest.mark.parametrize("kind", [wire.EVENT, wire.DELIVERY, "never heard of"])
@pytest.mark.parametrize("payload", ["", "{}", "not json"])
async def test_work_nobody_can_read_is_buried_too(morgue: Morgue, kind: str, payload: str) -> None:
    async with morgue.desk.databases.tenant(tenancy(morgue.tenant)) as tx:
        await queue.put(tx, [Item(tenant=morgue.tenant.code, group="g", kind=kind, payload=payload)])
    await morgue.exhaust()
    (letter,) = await morgue.letters()
    assert (letter["kind"], (await morgue.load(letter["id"]))["payload"]) == (kind, payload)


async def test_a_rule_that_names_no_handler_falls_back_and_blocks_nobody(morgue: Morgue) -> None:
    rules = {"keyword_rules": [{"keywords": ["odd"], "handler": "nobody"}]}
    tenant = await morgue.desk.provisioning.change_settings(morgue.tenant.code, rules)
    await morgue.desk.hear(tenant, morgue.channel, a_telegram_text("odd"), a_telegram_text("help", message_id=2))
    await morgue.exhaust()
    assert await morgue.letters() == []
    assert morgue.telegram.said(CHAT)[1:] == [say("en", "help.text")]


async def test_a_letter_shows_its_payload(morgue: Morgue, poisoned: UUID) -> None:
    letter = await morgue.load(poisoned)
    assert json.loads(letter["payload"])["event"]["external_id"] == f"{CHAT}:1"
    assert letter["queued_at"] < letter["died_at"]


async def test_a_replayed_letter_is_answered(morgue: Morgue) -> None:
    broken: list[bool] = [True]

    async def mended_later(turn: Turn) -> Outcome:
        if broken:
            raise RuntimeError("not yet")
        return Outcome.say("mended")

    await morgue.desk.hear(morgue.tenant, morgue.channel, a_telegram_text(told(mended_later)))
    await morgue.exhaust()
    broken.clear()
    (letter,) = await morgue.letters()
    await morgue.replay(letter["id"])
    assert (morgue.telegram.said(CHAT), await morgue.letters()) == (["mended"], [])


async def test_an_edited_letter_is_replayed_as_edited(morgue: Morgue, poisoned: UUID) -> None:
    payload = json.loads((await morgue.load(poisoned))["payload"])
    payload["event"]["text"] = "help"
    async with morgue.desk.databases.tenant(tenancy(morgue.tenant)) as tx:
        await dead_letters.edit(tx, poisoned, wire.checked(wire.EVENT, json.dumps(payload)))
    await morgue.replay(poisoned)
    assert morgue.telegram.said(CHAT) == [say("en", "help.text")]


async def test_a_delivery_is_replayed_with_its_message(morgue: Morgue) -> None:
    morgue.telegram.refuse(CHAT, status=401)
    await morgue.desk.hear(morgue.tenant, morgue.channel, a_telegram_text("help"))
    await morgue.desk.finished(morgue.tenant)
    (letter,) = await morgue.letters()
    assert await morgue.desk.said_by_us(morgue.tenant) == [("failed", say("en", "help.text"))]
    await morgue.desk.rows(morgue.tenant, "UPDATE channels SET status = 'active'")
    await morgue.desk.directory.changed(morgue.tenant.code)
    await morgue.replay(letter["id"])
    assert await morgue.desk.said_by_us(morgue.tenant) == [("sent", say("en", "help.text"))]


async def test_a_discarded_letter_is_gone(morgue: Morgue, poisoned: UUID) -> None:
    async with morgue.desk.databases.tenant(tenancy(morgue.tenant)) as tx:
        await dead_letters.discard(tx, poisoned)
    assert await morgue.letters() == []


async def test_letters_are_paged_newest_first(morgue: Morgue) -> None:
    for number in range(3):
        await morgue.desk.rows(
            morgue.tenant,
            "INSERT INTO dead_letters (lane, group_key, kind, payload, attempts, error_code, error, queued_at)"
            " VALUES (0, 'g', 'k', '', 1, $1, '', now())",
            str(number),
        )
    async with morgue.desk.databases.tenant(tenancy(morgue.tenant)) as tx:
        first = await dead_letters.listed(tx, limit=2)
        second = await dead_letters.listed(tx, before=first[-1]["id"], limit=2)
    assert [row["error_code"] for row in (*first, *second)] == ["2", "1", "0"]


@pytest.mark.parametrize(
    "use",
    [
        dead_letters.load,
        dead_letters.discard,
        lambda tx, unknown: dead_letters.edit(tx, unknown, "{}"),
        lambda tx, unknown: dead_letters.replay(tx, "acme", unknown),
    ],
)
async def test_a_letter_that_is_none_is_not_found(morgue: Morgue, use: Any) -> None:
    async with morgue.desk.databases.tenant(tenancy(morgue.tenant)) as tx:
        with pytest.raises(NotFound):
            await use(tx, uuid4())

"""Long conversations summed up behind the turns: what goes in, what stays outside, and what a repeat changes."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from frontdesk import queue
from frontdesk.core import wire
from frontdesk.core.channel import Channel
from frontdesk.core.tenant import Tenant
from frontdesk.core.turn import Outcome, Turn
from frontdesk.core.wire import Long
from frontdesk.errors import GenAIUnreachable, LeaseLost
from frontdesk.queue import Cursor, Item, Lane, Work
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.genai.port import GenAI
from frontdesk.services.genai.prompted import Prompted
from frontdesk.services.genai.scripted import Scripted
from frontdesk.services.tenants import tenancy
from frontdesk.understanding import summing
from frontdesk.understanding.summing import Summing
from tests.builders import a_telegram_text
from tests.handlers.scripted import SETTINGS, told
from tests.services.desk import Desk

POLICY = {"after_messages": 8, "keep_messages": 2, "most_words": 40, "after_words": 100_000}


@dataclass(frozen=True, slots=True)
class Talk:
    """A tenant's bot and one who writes to it."""

    desk: Desk
    tenant: Tenant
    channel: Channel

    async def write(self, *texts: str, first: int) -> None:
        updates = [a_telegram_text(text, message_id=n, update_id=n) for n, text in enumerate(texts, first)]
        await self.desk.hear(self.tenant, self.channel, *updates)
        await self.desk.finished(self.tenant)

    async def row(self) -> dict[str, Any]:
        (row,) = await self.desk.rows(
            self.tenant, "SELECT id, summary, loose_messages, loose_words, version FROM conversations"
        )
        return {**row, "summary": json.loads(row["summary"]) if row["summary"] else None}

    async def said(self) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.desk.rows(self.tenant, "SELECT id, text FROM messages ORDER BY id")]

    async def summed(self, models: summing.Models | None = None) -> None:
        """Queue the work and do it, as a worker would."""
        work = await self.leased((await self.row())["id"])
        await Summing(self.desk.databases, self.desk.directory, models or nobody).work(work)

    async def leased(self, conversation_id: UUID, group: str = "a") -> Work:
        payload = wire.dump_long(Long(conversation_id=conversation_id))
        async with self.desk.databases.tenant(tenancy(self.tenant)) as tx:
            item = Item(tenant=self.tenant.code, group=group, kind=wire.SUMMARISE, payload=payload, lane=Lane.LOW)
            await queue.put(tx, [item])
        async with self.desk.databases.platform() as tx:
            readers = {self.tenant.code: Cursor()}
            (work,) = await queue.lease(tx, readers, "tests", limit=1, lasting=timedelta(seconds=30))
        return work

    async def set_loose(self, messages: int) -> None:
        await self.desk.rows(self.tenant, "UPDATE conversations SET loose_messages = $1", messages)


async def nobody(tenant: Tenant, ledger: object) -> GenAI | None:
    return None


def model(answers: Sequence[object]) -> tuple[summing.Models, Scripted]:
    script = Scripted.saying(answers)  # type: ignore[arg-type]

    async def models(tenant: Tenant, ledger: object) -> GenAI | None:
        return Prompted(script)

    return models, script


@pytest.fixture
async def talk(desk: Desk, telegram: TelegramStub) -> Talk:
    tenant = await desk.tenant(**SETTINGS, summary=POLICY)
    return Talk(desk, tenant, await desk.channel(tenant, telegram.url))


@pytest.fixture
async def long(talk: Talk) -> Talk:
    """The same, after three questions and their answers, not summed up yet."""
    async with talk.desk.working():
        await talk.write("My order 88213 is broken.", "Please send another one.", "Is Friday possible?", first=1)
    assert (await talk.row())["summary"] is None
    return talk


async def test_a_long_conversation_is_summed_up_behind_the_turns(talk: Talk) -> None:
    texts = ["My order 88213 arrived broken.", "It was the blue vase.", "hm", "Is Friday possible?"]
    async with talk.desk.working():
        await talk.write(*texts, first=1)
        found = await talk.row()
        messages = await talk.said()
        assert found["summary"]["covered"] == len(messages) - 2 == 6
        assert found["summary"]["until"] == str(messages[-3]["id"])
        assert (found["summary"]["by"], found["loose_messages"]) == ("sentences", 2)
        assert "contact: My order 88213 arrived broken." in found["summary"]["text"].splitlines()
        await talk.write("And the courier should ring twice.", "What does it cost?", "Thanks", first=5)
        later = await talk.row()
        assert later["summary"]["covered"] == 12
        assert "88213" in later["summary"]["text"]


async def test_a_turn_reads_the_summary(long: Talk) -> None:
    await long.set_loose(8)
    await long.summed()
    seen: list[str] = []

    async def look(turn: Turn) -> Outcome:
        seen.append(turn.conversation.summary)
        return Outcome.silent()

    async with long.desk.working():
        await long.write(told(look), first=9)
    assert "88213" in seen[0]


async def test_work_that_comes_again_or_too_early_changes_nothing(long: Talk) -> None:
    await long.set_loose(7)
    await long.summed()
    assert (await long.row())["summary"] is None
    await long.set_loose(8)
    await long.summed()
    before = await long.row()
    assert before["summary"]["covered"] == 4
    await long.summed()
    await long.set_loose(8)
    await long.summed()
    after = await long.row()
    assert (after["summary"], after["version"]) == (before["summary"], before["version"])
    assert await long.desk.work(long.tenant) == []


async def test_words_count_as_messages_do(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant(**SETTINGS, summary={**POLICY, "after_messages": 1000, "after_words": 50})
    talk = Talk(desk, tenant, await desk.channel(tenant, telegram.url))
    async with desk.working():
        await talk.write("The parcel 5512 is late. " + "Where is it? " * 20, "ok", first=1)
    assert "5512" in (await talk.row())["summary"]["text"]


async def test_what_was_taken_back_is_left_out_and_the_working_language_counts(long: Talk) -> None:
    first, second = [row["id"] for row in await long.said()][:3:2]
    await long.desk.rows(long.tenant, "UPDATE messages SET deleted_at = now() WHERE id = $1", first)
    await long.desk.rows(long.tenant, "UPDATE messages SET working_text = 'Order 99 by air.' WHERE id = $1", second)
    await long.set_loose(8)
    await long.summed()
    found = (await long.row())["summary"]
    assert found["covered"] == 3
    assert "88213" not in found["text"]
    assert "Order 99 by air." in found["text"]


async def test_a_message_taken_back_while_it_is_summed_up_is_not_kept(long: Talk) -> None:
    first = (await long.said())[0]["id"]
    asked: list[int] = []

    async def models(tenant: Tenant, ledger: object) -> GenAI | None:
        if not asked:
            await long.desk.rows(long.tenant, "UPDATE messages SET deleted_at = now() WHERE id = $1", first)
        asked.append(1)
        return None

    await long.set_loose(8)
    await long.summed(models)
    assert len(asked) == 2
    assert "88213" not in (await long.row())["summary"]["text"]


async def test_the_tenants_model_sums_up_unless_sentences_are_asked_for(long: Talk) -> None:
    models, script = model([{"text": "Order 88213 broken; another one wanted."}])
    await long.set_loose(8)
    await long.summed(models)
    assert (await long.row())["summary"]["text"] == "Order 88213 broken; another one wanted."
    assert "en" in script.tasks[0].request
    await long.desk.rows(long.tenant, "UPDATE conversations SET summary = NULL, loose_messages = 8")
    await long.desk.provisioning.change_settings(
        long.tenant.code, {**SETTINGS, "summary": {**POLICY, "by": "sentences"}}, actor="tests"
    )
    models, script = model([])
    await long.summed(models)
    assert (await long.row())["summary"]["by"] == "sentences"
    assert not script.tasks


async def test_a_model_that_is_away_leaves_it_to_sentences(long: Talk) -> None:
    models, _ = model([GenAIUnreachable("away")])
    await long.set_loose(8)
    await long.summed(models)
    assert (await long.row())["summary"]["by"] == "sentences"


async def test_a_backlog_goes_in_by_rounds(long: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summing, "MOST_MESSAGES", 3)
    await long.set_loose(8)
    await long.summed()
    assert (await long.row())["summary"]["covered"] == 4
    await long.desk.rows(long.tenant, "UPDATE conversations SET summary = NULL, loose_messages = 8")
    monkeypatch.setattr(summing, "MOST_CHARACTERS", 1)
    await long.summed()
    assert (await long.row())["summary"]["covered"] == 4


async def test_whoever_lost_the_lease_keeps_nothing(long: Talk) -> None:
    await long.set_loose(8)
    work = await long.leased((await long.row())["id"])

    async def models(tenant: Tenant, ledger: object) -> GenAI | None:
        await long.desk.rows(long.tenant, "UPDATE frontdesk.work SET leased_by = 'another', attempts = attempts + 1")
        return None

    with pytest.raises(LeaseLost):
        await Summing(long.desk.databases, long.desk.directory, models).work(work)
    assert (await long.row())["summary"] is None
    await long.desk.rows(long.tenant, "DELETE FROM frontdesk.work")


async def test_two_at_once_keep_one_summary(long: Talk) -> None:
    await long.set_loose(8)
    conversation_id = (await long.row())["id"]
    one, two = await long.leased(conversation_id), await long.leased(conversation_id, "another")
    both = Summing(long.desk.databases, long.desk.directory, nobody)
    await asyncio.gather(both.work(one), both.work(two))
    assert (await long.row())["summary"]["covered"] == 4
    assert await long.desk.work(long.tenant) == []


async def test_a_conversation_that_is_gone_is_no_failure(long: Talk) -> None:
    work = await long.leased(UUID(int=5))
    await Summing(long.desk.databases, long.desk.directory, nobody).work(work)
    assert await long.desk.work(long.tenant) == []

"""Sessions: what a conversation is in the middle of is forgotten after a long silence, by the next turn or by the clean-up."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import pytest

from frontdesk.core.channel import Channel
from frontdesk.core.tenant import Tenant
from frontdesk.core.turn import KeepFacts, KeepVariables, Mode, Outcome, Turn
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services import cleaning
from frontdesk.services.cleaning import Cleaning
from tests.builders import UPDATES, a_telegram_text
from tests.handlers.scripted import SETTINGS, told
from tests.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Talk:
    """A tenant's bot and those who write to it."""

    desk: Desk
    tenant: Tenant
    channel: Channel

    async def write(self, text: str, chat: int = 5550001, *, wait: bool = True) -> None:
        number = next(UPDATES)
        update = a_telegram_text(text, chat=chat, message_id=number, update_id=number)
        await self.desk.hear(self.tenant, self.channel, update)
        if wait:
            await self.desk.finished(self.tenant)

    async def begin(self, chat: int = 5550001) -> None:
        """Let a question be open, and something be remembered."""

        async def ask(turn: Turn) -> Outcome:
            outcome = Outcome.say("Which day?", KeepVariables(values={"day": "?"}))
            return outcome.entering(turn, Mode(handler="scripted", state={"asked": 1}))

        await self.write(told(ask), chat)

    async def silent(self, hours: float, chat: int = 5550001) -> None:
        await self.rows(
            "UPDATE conversations SET last_message_at = now() - $1 * '1 hour'::interval WHERE external_id = $2",
            hours,
            str(chat),
        )

    async def rows(self, query: str, *arguments: Any) -> list[Any]:
        return await self.desk.rows(self.tenant, query, *arguments)

    async def kept(self, chat: int = 5550001) -> tuple[list[str], dict[str, Any]]:
        """Return the handlers of the modes, and the variables."""
        (row,) = await self.rows("SELECT modes, variables FROM conversations WHERE external_id = $1", str(chat))
        return [mode["handler"] for mode in json.loads(row["modes"])], json.loads(row["variables"])

    async def clean(self) -> dict[str, int]:
        return await (await self.desk.app.get(Cleaning)).clean(self.tenant)


BEGUN = (["scripted"], {"day": "?"})
FORGOTTEN: tuple[list[str], dict[str, Any]] = ([], {})


async def a_talk(desk: Desk, telegram: TelegramStub, **settings: Any) -> Talk:
    tenant = await desk.tenant(**SETTINGS, **settings)
    return Talk(desk, tenant, await desk.channel(tenant, telegram.url))


def looking(seen: list[Turn]) -> str:
    async def look(turn: Turn) -> Outcome:
        seen.append(turn)
        return Outcome.silent()

    return told(look)


@pytest.mark.parametrize(
    ("hours", "silence", "forgets"), [(24, 25, True), (24, 23, False), (0.5, 1, True), (None, 9000, False)]
)
async def test_after_a_long_silence_a_turn_begins_anew(
    desk: Desk, telegram: TelegramStub, hours: float | None, silence: float, forgets: bool
) -> None:
    talk, seen = await a_talk(desk, telegram, session={"hours": hours}), []
    async with desk.working():
        await talk.begin()
        (before,) = await talk.rows("SELECT session_at FROM conversations")
        assert await talk.kept() == BEGUN
        await talk.silent(silence)
        await talk.write(looking(seen))
    (after,) = await talk.rows("SELECT session_at FROM conversations")
    assert (after["session_at"] > before["session_at"]) is forgets
    assert [mode.handler for mode in seen[0].conversation.modes] == ([] if forgets else ["scripted"])
    assert seen[0].conversation.variables == ({} if forgets else {"day": "?"})
    assert await talk.kept() == (FORGOTTEN if forgets else BEGUN)


async def test_what_is_remembered_in_the_first_turn_of_a_session_stays(desk: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(desk, telegram)
    async with desk.working():
        await talk.begin()
        await talk.rows("UPDATE conversations SET variables = '{\"old\": 1}', modes = '[]'")
        await talk.silent(30)
        await talk.begin()
    assert await talk.kept() == BEGUN


async def test_history_facts_and_profile_outlive_a_session(desk: Desk, telegram: TelegramStub) -> None:
    talk, seen = await a_talk(desk, telegram, facts={"ward": {}}), []

    async def learn(turn: Turn) -> Outcome:
        return Outcome.say("noted", KeepFacts(values={"ward": "north"}))

    async with desk.working():
        await talk.write(told(learn))
        await talk.silent(1000)
        await talk.write(looking(seen))
    assert [fact.value for fact in seen[0].contact.facts] == ["north"]
    assert "noted" in [said.text for said in seen[0].history]


async def test_the_clean_up_forgets_for_those_who_do_not_come_back(desk: Desk, telegram: TelegramStub) -> None:
    talk = await a_talk(desk, telegram)
    async with desk.working():
        for chat in (1, 2, 3, 4):
            await talk.begin(chat)
    for chat in (1, 2, 3):
        await talk.silent(25, chat)
    await talk.rows("UPDATE conversations SET owner = 'human' WHERE external_id = '2'")
    await talk.rows("UPDATE conversations SET status = 'waiting' WHERE external_id = '3'")
    (before,) = await talk.rows("SELECT version FROM conversations WHERE external_id = '1'")
    assert await talk.clean() == {"sessions": 1}
    assert [await talk.kept(chat) for chat in (1, 2, 3, 4)] == [FORGOTTEN, BEGUN, BEGUN, BEGUN]
    (after,) = await talk.rows("SELECT version FROM conversations WHERE external_id = '1'")
    assert after["version"] == before["version"] + 1
    assert await talk.clean() == {}


async def test_the_clean_up_goes_on_where_it_stopped(
    desk: Desk, telegram: TelegramStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = await a_talk(desk, telegram)
    monkeypatch.setattr(cleaning, "PAGE", 2)
    monkeypatch.setattr(cleaning, "MOST_PAGES", 1)
    async with desk.working():
        for chat in range(1, 6):
            await talk.begin(chat)
    await talk.rows("UPDATE conversations SET last_message_at = now() - '2 days'::interval")
    assert [(await talk.clean()).get("sessions", 0) for _ in range(4)] == [2, 2, 1, 0]


async def test_a_turn_under_way_is_taken_again_after_the_clean_up(desk: Desk, telegram: TelegramStub) -> None:
    talk, seen, goes_on = await a_talk(desk, telegram), [], asyncio.Event()

    async def slow(turn: Turn) -> Outcome:
        seen.append(turn.conversation.version)
        await goes_on.wait()
        return Outcome.say("done", KeepVariables(values={"new": 1}))

    async with desk.working():
        await talk.begin()
        await talk.rows("UPDATE conversations SET modes = '[]'")
        await talk.silent(25)
        await talk.write(told(slow), wait=False)
        while not seen:
            await asyncio.sleep(0.01)
        assert (await talk.clean())["sessions"] == 1
        goes_on.set()
        await desk.finished(talk.tenant)
    assert seen == [seen[0], seen[0] + 1]
    assert await talk.kept() == ([], {"new": 1})
    assert [text for _, text in await desk.said_by_us(talk.tenant)].count("done") == 1

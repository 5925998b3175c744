"""A turn: answered once, committed whole, explained afterwards."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from frontdesk.core.channel import Channel
from frontdesk.core.content import Button, Content
from frontdesk.core.tenant import Tenant
from frontdesk.core.turn import Outcome, Turn
from frontdesk.phrases import say
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.sending import Sending
from tests.builders import a_membership, a_telegram_press, a_telegram_text, a_telegram_update
from tests.handlers.scripted import SETTINGS, told
from tests.services.desk import Desk, until

CHAT = 5550001
HELP = say("en", "help.text")


@dataclass(frozen=True, slots=True)
class Chat:
    """One tenant's bot, a person who writes to it, and a worker that answers."""

    desk: Desk
    tenant: Tenant
    channel: Channel
    telegram: TelegramStub

    async def hear(self, *updates: dict[str, Any]) -> None:
        """Receive updates and wait until nothing is left to do."""
        await self.desk.hear(self.tenant, self.channel, *updates)
        await self.desk.finished(self.tenant)

    async def write(self, *texts: str, first: int = 1, chat: int = CHAT) -> list[str]:
        """Write texts, and return all that was said to the chat."""
        updates = [a_telegram_text(text, chat=chat, message_id=n, update_id=n) for n, text in enumerate(texts, first)]
        await self.hear(*updates)
        return self.telegram.said(chat)

    async def rows(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        return await self.desk.rows(self.tenant, query, *arguments)

    async def modes(self) -> list[str]:
        (row,) = await self.rows("SELECT modes FROM conversations")
        return [mode["handler"] for mode in json.loads(row["modes"])]


@pytest.fixture
async def chat(desk: Desk, telegram: TelegramStub) -> AsyncIterator[Chat]:
    tenant = await desk.tenant(**SETTINGS)
    async with desk.working():
        yield Chat(desk, tenant, await desk.channel(tenant, telegram.url), telegram)


async def test_a_message_is_answered_and_every_trace_of_it_kept(chat: Chat) -> None:
    assert await chat.write("help") == [HELP]
    inbound, outbound = await chat.rows("SELECT * FROM messages ORDER BY id")
    assert (inbound["status"], inbound["text"], inbound["external_id"]) == ("answered", "help", f"{CHAT}:1")
    assert json.loads(inbound["raw"])["message"]["text"] == "help"
    assert (outbound["status"], outbound["author"], outbound["external_id"]) == ("sent", "bot", f"{CHAT}:1")
    (turn,) = await chat.rows("SELECT * FROM turns")
    assert {turn["id"]} == {inbound["turn_id"], outbound["turn_id"]}
    record = json.loads(turn["record"])
    assert (turn["handler"], record["route"]["reason"], record["replies"]) == ("commands", "command help", 1)
    (contact,) = await chat.rows("SELECT name FROM contacts")
    assert contact["name"] == "Ada"


async def test_an_event_queued_three_times_is_answered_once(chat: Chat) -> None:
    update = a_telegram_text("help")
    await chat.hear(update, update, update)
    await chat.hear(update)
    assert chat.telegram.said(CHAT) == [HELP]
    assert len(await chat.rows("SELECT 1 FROM turns")) == 1


async def test_a_repeat_of_what_was_stored_and_not_answered_is_answered(chat: Chat) -> None:
    await chat.write("help")
    await chat.rows("UPDATE messages SET status = 'received' WHERE direction = 'inbound'")
    assert await chat.write("help") == [HELP, HELP]
    assert len(await chat.rows("SELECT 1 FROM messages WHERE direction = 'inbound'")) == 1


async def test_a_burst_is_answered_in_order(chat: Chat) -> None:
    async def echo(turn: Turn) -> Outcome:
        return Outcome.say(f"heard {turn.text[:6]} {turn.event.external_id}")

    text = told(echo)
    said = await chat.write(*[text] * 20)
    assert [words.rpartition(":")[2] for words in said] == [str(n) for n in range(1, 21)]


async def test_a_turn_that_fails_leaves_no_reply_behind(chat: Chat) -> None:
    tries: list[int] = []

    async def shaky(turn: Turn) -> Outcome:
        tries.append(len(tries))
        if len(tries) <= 2:
            raise RuntimeError("not yet")
        return Outcome.say("at last")

    await chat.desk.hear(chat.tenant, chat.channel, a_telegram_text(told(shaky)), a_telegram_text("help", message_id=2))
    for attempt in (1, 2):
        await until(lambda expected=attempt: len(tries) == expected)

        async def given_back() -> bool:
            head = (await chat.desk.work(chat.tenant))[0]
            return head["leased_by"] is None

        await until(given_back)
        head, behind = await chat.desk.work(chat.tenant)
        assert 4 * attempt < head["due_in"].total_seconds() <= 6 * 2 ** (attempt - 1)
        assert (head["attempts"], behind["attempts"], chat.telegram.calls) == (attempt, 0, [])
        await chat.desk.hurry(chat.tenant)
    await chat.desk.finished(chat.tenant)
    assert chat.telegram.said(CHAT) == ["at last", HELP]
    turns = await chat.rows("SELECT record::jsonb -> 'attempts' AS attempts FROM turns ORDER BY id")
    assert [row["attempts"] for row in turns] == ["3", "1"]


async def test_a_conversation_changed_meanwhile_is_looked_at_again(chat: Chat) -> None:
    seen: list[str] = []

    async def meddled_with(turn: Turn) -> Outcome:
        seen.append(turn.conversation.owner)
        if len(seen) == 1:
            await chat.rows("UPDATE conversations SET variables = '{\"x\": 1}', version = version + 1")
        return Outcome.say(f"x is {turn.conversation.variables.get('x')}")

    assert await chat.write(told(meddled_with)) == ["x is 1"]
    assert len(seen) == 2
    assert await chat.desk.said_by_us(chat.tenant) == [("sent", "x is 1")]
    (turn,) = await chat.rows("SELECT record FROM turns")
    assert json.loads(turn["record"])["attempts"] == 1, "a conflict is no try"


async def test_what_cannot_be_stored_undoes_the_whole_turn(chat: Chat) -> None:
    async def half(turn: Turn) -> Outcome:
        return Outcome(replies=(Content(text="one"), Content(text="nul \0")))

    await chat.desk.hear(chat.tenant, chat.channel, a_telegram_text(told(half)))

    async def tried() -> bool:
        return bool(
            (work := await chat.desk.work(chat.tenant)) and work[0]["attempts"] == 1 and not work[0]["leased_by"]
        )

    await until(tried)
    assert await chat.desk.said_by_us(chat.tenant) == []
    assert await chat.rows("SELECT 1 FROM turns") == []
    await chat.rows("DELETE FROM frontdesk.work")


async def test_a_slow_turn_shows_typing_and_a_quick_one_does_not(chat: Chat) -> None:
    async def slow(turn: Turn) -> Outcome:
        await asyncio.sleep(0.5)
        return Outcome.say("done")

    await chat.write("help", told(slow))
    assert [call.method for call in chat.telegram.calls] == ["sendMessage", "sendChatAction", "sendMessage"]


async def test_a_press_is_acknowledged_and_its_short_key_resolved(chat: Chat) -> None:
    long = "answer " + "x" * 70

    async def ask(turn: Turn) -> Outcome:
        return Outcome.say("choose", buttons=[Button(title="A", payload="a"), Button(title="B", payload=long)])

    async def echo(turn: Turn) -> Outcome:
        return Outcome.say(turn.text)

    await chat.write(told(ask))
    (call,) = chat.telegram.calls
    keyboard = [button for row in call.fields["reply_markup"]["inline_keyboard"] for button in row]
    assert [button["callback_data"] for button in keyboard] == ["a", "~1"]
    await chat.hear(a_telegram_press("~1", message_id=call.message_id or 0, query="77"))
    await until(lambda: any(call.method == "answerCallbackQuery" for call in chat.telegram.calls))
    pressed = (await chat.rows("SELECT record::jsonb ->> 'text' AS text FROM turns ORDER BY id"))[-1]
    assert pressed["text"] == long


async def test_a_press_of_a_command_button_is_the_command(chat: Chat) -> None:
    await chat.write("what on earth is this")
    await chat.hear(a_telegram_press("/help", message_id=1))
    assert chat.telegram.said(CHAT)[-1] == HELP


async def test_stop_and_start(chat: Chat) -> None:
    assert await chat.write("STOP", "hello", "START", "help", first=1) == [
        say("en", "consent.stopped"),
        say("en", "consent.started"),
        HELP,
    ]
    kept = await chat.rows("SELECT status, policy FROM messages WHERE direction = 'outbound' ORDER BY id")
    assert [(row["status"], row["policy"]) for row in kept] == [
        ("sent", "allowed"),
        ("refused", "opted_out"),
        ("sent", "allowed"),
        ("sent", "allowed"),
    ]


async def test_with_a_person_the_bot_is_silent_until_called_back(chat: Chat) -> None:
    assert await chat.write("human", "hello?", "help me please", "/bot", "help", first=1) == [
        say("en", "handoff.asked"),
        say("en", "handoff.back"),
        HELP,
    ]
    assert len(await chat.rows("SELECT 1 FROM messages WHERE direction = 'inbound' AND status = 'answered'")) == 5


async def test_feedback_is_asked_for_step_by_step_and_tied_to_the_message(chat: Chat) -> None:
    await chat.write("help", "/feedback")
    assert await chat.modes() == ["feedback"]
    await chat.write("4", first=3)
    assert await chat.modes() == ["feedback"]
    await chat.write("very kind", first=4)
    assert await chat.modes() == []
    kept = await chat.rows("SELECT kind, score, text FROM feedback ORDER BY id")
    assert [tuple(row) for row in kept] == [("rating", 4, None), ("text", None, "very kind")]
    await chat.write("/feedback", "/cancel", "5", first=5)
    assert len(await chat.rows("SELECT 1 FROM feedback")) == 2


async def test_reactions_belong_to_our_message_and_can_be_withdrawn(chat: Chat) -> None:
    await chat.write("help")
    like = [{"type": "emoji", "emoji": "👍"}]
    await chat.hear(a_telegram_update("message_reaction", message_id=1, old_reaction=[], new_reaction=like))
    (ours,) = await chat.rows("SELECT id FROM messages WHERE direction = 'outbound'")
    (kept,) = await chat.rows("SELECT message_id, kind, score, emoji, withdrawn_at FROM feedback")
    assert tuple(kept) == (ours["id"], "reaction", 5, "👍", None)
    await chat.hear(a_telegram_update("message_reaction", message_id=1, old_reaction=like, new_reaction=[]))
    (kept,) = await chat.rows("SELECT withdrawn_at FROM feedback")
    assert kept["withdrawn_at"]
    assert chat.telegram.said(CHAT) == [HELP]


async def test_an_edit_changes_what_is_kept_and_is_not_answered(chat: Chat) -> None:
    await chat.write("help")
    await chat.hear(a_telegram_update("edited_message", message_id=1, edit_date=1_700_000_060, text="hello"))
    (kept,) = await chat.rows("SELECT text, edited_at FROM messages WHERE direction = 'inbound'")
    assert kept["text"] == "hello"
    assert kept["edited_at"]
    assert chat.telegram.said(CHAT) == [HELP]


async def test_a_group_we_were_removed_from_is_closed_until_we_are_back(chat: Chat) -> None:
    group = {"chat": -40, "chat_type": "group"}
    await chat.hear(a_membership("left", "member", **group))
    await chat.hear(a_membership("member", "left", **group))
    (row,) = await chat.rows("SELECT status FROM conversations")
    assert row["status"] == "closed"
    await chat.hear(a_membership("left", "member", **group))
    (row,) = await chat.rows("SELECT status FROM conversations")
    assert row["status"] == "open"
    assert len(chat.telegram.said(-40)) == 2


async def test_whoever_blocked_us_gets_no_notice_until_we_are_unblocked(chat: Chat) -> None:
    await chat.write("help")
    sending = await chat.desk.app.get(Sending)
    for update, status in ((a_membership("member", "kicked"), "refused"), (a_membership("kicked", "member"), "sent")):
        await chat.hear(update)
        (message_id,) = await sending.send(chat.tenant, chat.channel, str(CHAT), Content(text="news"))
        await chat.desk.finished(chat.tenant)
        (kept,) = await chat.rows("SELECT status FROM messages WHERE id = $1", message_id)
        assert kept["status"] == status

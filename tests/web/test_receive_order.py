"""From webhook to provider: in order, once, and written down."""

import asyncio
import json
from typing import Any

import pytest

from frontdesk.services.tenants import tenancy
from frontdesk.store.db import Databases
from tests.builders import a_telegram_text
from tests.web.bot_api import compact
from tests.web.lines import Line

COUNT = 25
RULES = [{"keywords": [f"question {number}"], "reply": f"answer {number}"} for number in range(COUNT)]


async def test_a_conversation_is_answered_in_order_however_often_it_is_sent(line: Line) -> None:
    await line.api("PUT", "/settings", json={"settings": {"keyword_rules": RULES}})
    for number in range(COUNT):
        sent = [line.say(f"question {number}", message_id=number) for _ in range(2)]
        assert await asyncio.gather(*sent) == [200, 200]
    assert await line.answers(COUNT) == [f"answer {number}" for number in range(COUNT)]
    rows = await line.messages()
    assert [row["text"] for row in rows if row["direction"] == "inbound"] == [f"question {n}" for n in range(COUNT)]


async def pair(line: Line) -> list[dict[str, Any]]:
    """Return the one message said and the one answered."""
    rows = sorted(await line.messages(), key=lambda row: row["direction"])
    assert [row["direction"] for row in rows] == ["inbound", "outbound"]
    return rows


async def test_conversations_do_not_wait_for_each_other(line: Line) -> None:
    assert set(await asyncio.gather(*(line.say("hi", chat=chat) for chat in range(1, 21)))) == {200}
    await line.answers(20)
    assert sorted(call.fields["chat_id"] for call in line.bot.said) == list(range(1, 21))


async def test_the_turn_says_why_and_carries_the_callers_trace(line: Line) -> None:
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{trace_id}-b7ad6b7169203331-01"}
    assert (await line.post(a_telegram_text("/help"), headers)).status == 200
    await line.answers(1)
    inbound, outbound = await pair(line)
    assert inbound["trace_id"] == outbound["trace_id"] == trace_id
    assert outbound["status"] == "sent"
    assert outbound["external_id"].startswith("5550001:")
    turn = await line.api("GET", f"/turns/{outbound['turn_id']}")
    assert (turn["handler"], turn["trace_id"], turn["message_id"]) == ("commands", trace_id, inbound["id"])
    assert "command help" in json.dumps(turn["record"])
    assert float(turn["milliseconds"]) > 0


async def test_the_turn_names_the_rules_that_were_tried(line: Line) -> None:
    await line.api("PUT", "/settings", json={"settings": {"keyword_rules": RULES[:2]}})
    await line.say("something else entirely")
    await line.answers(1)
    _, outbound = await pair(line)
    record = json.dumps((await line.api("GET", f"/turns/{outbound['turn_id']}"))["record"])
    assert "keyword rule 1" in record
    assert "keyword rule 2" in record
    assert "fallback" in record


async def test_the_webhook_is_kept_beside_its_message(line: Line) -> None:
    update = a_telegram_text("raw and cooked")
    await line.post(update)
    await line.settled()
    message = await line.api("GET", f"/messages/{(await pair(line))[0]['id']}")
    assert message["raw"] == compact(update).decode()


@pytest.mark.parametrize("broken", ["a", "-", "00-0-0-0", "zz-" + "0" * 32 + "-" + "0" * 16 + "-01", "é" * 55])
async def test_a_broken_traceparent_is_no_reason_to_refuse(line: Line, broken: str) -> None:
    assert (await line.post(a_telegram_text(), {"traceparent": broken})).status == 200


def a_reaction(emoji: str, message_id: int) -> dict[str, Any]:
    person = {"id": 5550001, "is_bot": False, "first_name": "Ada"}
    new = [{"type": "emoji", "emoji": emoji}]
    body = {"chat": {"id": 5550001, "type": "private"}, "message_id": message_id, "date": 1_700_000_100, "user": person}
    return {"update_id": 77, "message_reaction": {**body, "old_reaction": [], "new_reaction": new}}


async def test_a_reaction_sent_again_counts_once(line: Line, databases: Databases) -> None:
    await line.say("hello")
    await line.answers(1)
    external_id = (await pair(line))[1]["external_id"]
    for _ in range(3):
        assert (await line.post(a_reaction("👍", int(external_id.rpartition(":")[2])))).status == 200
    await line.settled()
    async with databases.tenant(tenancy(line.tenant)) as tx:
        assert await tx.fetchval("SELECT count(*) FROM feedback") == 1


async def test_an_edit_changes_what_was_said_and_opens_no_turn(line: Line) -> None:
    await line.say("first", message_id=5)
    await line.answers(1)
    edited = a_telegram_text("second", message_id=5)
    edited["edited_message"] = {**edited.pop("message"), "edit_date": 1_700_000_050}
    assert (await line.post(edited)).status == 200
    await line.settled()
    inbound, _ = await pair(line)
    assert inbound["text"] == "second"
    assert inbound["edited_at"]
    assert len(line.bot.said) == 1

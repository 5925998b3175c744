"""Conversations, messages, people who answer, queues and dead letters over the API."""

import asyncio
from typing import Any

from tests.web.lines import Line, ask, until

ADMIN = "an-operators-key"
COUNT = 120
NOWHERE = "00000000-0000-0000-0000-000000000000"


async def paged(line: Line, path: str, limit: int) -> list[dict[str, Any]]:
    """Return all items of a list, read page by page."""
    items: list[dict[str, Any]] = []
    params: dict[str, Any] = {"limit": limit}
    while True:
        page = await line.api("GET", path, params=params)
        assert len(page["items"]) <= limit
        items += page["items"]
        if page["next"] is None:
            return items
        params["cursor"] = page["next"]


async def test_120_conversations_are_paged_newest_first_without_gaps_or_doubles(line: Line) -> None:
    for start in range(0, COUNT, 30):
        chats = range(start + 1, start + 31)
        assert set(await asyncio.gather(*(line.say("hi", chat=chat) for chat in chats))) == {200}
        await line.answers(start + 30)
    for limit in (7, 50, COUNT):
        items = await paged(line, "/conversations", limit)
        assert sorted(int(item["external_id"]) for item in items) == list(range(1, COUNT + 1))
        assert [item["id"] for item in items] == sorted((item["id"] for item in items), reverse=True)


async def test_120_messages_are_paged_oldest_first_without_gaps_or_doubles(line: Line) -> None:
    for number in range(COUNT // 2):
        assert await line.say(f"hi {number}", message_id=number + 1) == 200
    await line.answers(COUNT // 2)
    (conversation,) = await line.conversations()
    for limit in (11, 60, COUNT):
        items = await paged(line, f"/conversations/{conversation['id']}/messages", limit)
        assert len(items) == COUNT
        assert [item["id"] for item in items] == sorted({item["id"] for item in items})
        said = [item["text"] for item in items if item["direction"] == "inbound"]
        assert said == [f"hi {number}" for number in range(COUNT // 2)]


async def test_a_conversation_shows_who_and_where(line: Line) -> None:
    await line.say("/feedback")
    await line.answers(1)
    (listed,) = await line.conversations()
    shown = await line.api("GET", f"/conversations/{listed['id']}")
    assert shown == {**listed, "summary": None}
    assert (shown["contact"], shown["channel_kind"], shown["owner"]) == ("Ada", "telegram", "bot")
    assert [mode["handler"] for mode in shown["modes"]] == ["feedback"]


async def test_what_is_not_there_is_404(line: Line) -> None:
    base = f"/api/v1/tenants/{line.tenant.code}"
    for path in ("conversations/{}", "conversations/{}/messages", "messages/{}", "turns/{}", "dead-letters/{}"):
        (await ask(line.desk, "GET", f"{base}/{path.format(NOWHERE)}", ADMIN)).problem(404, "not_found")
        (await ask(line.desk, "GET", f"{base}/{path.format('no-id')}", ADMIN)).problem(422, "invalid_input")
    for path, method in (("channels/{}", "DELETE"), ("keys/{}", "DELETE"), ("dead-letters/{}", "DELETE")):
        answer = await ask(line.desk, method, f"{base}/{path.format(NOWHERE)}", ADMIN)
        answer.problem(404, answer.json["code"])


async def test_a_person_answers_and_the_bot_is_silent_until_it_is_given_back(line: Line) -> None:
    await line.say("hello")
    await line.answers(1)
    (conversation,) = await line.conversations()
    path = f"/conversations/{conversation['id']}"
    queued = await line.api("POST", f"{path}/messages", status=202, json={"text": "Ana here."})
    assert (await line.answers(2))[1] == "Ana here."
    sent = await line.api("GET", f"/messages/{queued['ids'][0]}")
    assert (sent["author"], sent["status"]) == ("human", "sent")
    assert (await line.api("GET", path))["owner"] == "human"
    await line.say("and now?")
    await line.settled()
    assert len(line.bot.said) == 2
    await line.api("PUT", f"{path}/owner", status=204, json={"owner": "bot"})
    await line.say("hello again")
    assert len(await line.answers(3)) == 3


async def test_a_human_is_asked_for(line: Line) -> None:
    await line.say("/human")
    await line.answers(1)
    (conversation,) = await line.conversations()
    assert (conversation["owner"], conversation["status"]) == ("human", "waiting")


async def test_waiting_work_is_seen_in_the_queue(line: Line) -> None:
    line.bot.failing = (502, "Bad Gateway")
    await line.say("hello")

    async def waiting() -> list[dict[str, Any]]:
        depths = (await line.api("GET", "/queues"))["items"]
        return depths if line.bot.said and depths and not depths[0]["leased"] else []

    (depth,) = await until(waiting)
    assert (depth["lane"], depth["waiting"]) == ("high", 1)
    assert depth["oldest_seconds"] >= 0
    metrics = (await ask(line.desk, "GET", "/metrics")).body.decode()
    assert f'frontdesk_queue_depth{{lane="high",tenant="{line.tenant.code}"}} 1.0' in metrics
    line.bot.failing = None


async def a_dead_letter(line: Line) -> dict[str, Any]:
    """Put work into the queue that can only fail, and return the letter it becomes."""
    line.bot.failing = (401, "Unauthorized")
    await line.say("hello")

    async def dead() -> list[dict[str, Any]]:
        return (await line.api("GET", "/dead-letters"))["items"]

    (letter,) = await until(dead)
    line.bot.failing = None
    return letter


async def test_a_dead_letter_is_listed_shown_edited_and_replayed(line: Line) -> None:
    letter = await a_dead_letter(line)
    assert (letter["kind"], letter["error_code"]) == ("delivery", "channel_unauthorised")
    whole = await line.api("GET", f"/dead-letters/{letter['id']}")
    payload = whole["payload"]
    payload["outbound"]["content"] = {"text": "a better answer"}
    await line.api("PUT", f"/dead-letters/{letter['id']}", status=204, json={"payload": payload})
    await line.api("POST", f"/channels/{line.channel.id}/start", status=204)
    calls = len(line.bot.said)
    await line.api("POST", f"/dead-letters/{letter['id']}/replay", status=202)
    texts = await line.answers(calls + 1)
    assert texts[-1] == "a better answer"
    assert (await line.api("GET", "/dead-letters"))["items"] == []


async def test_a_dead_letter_takes_no_payload_that_reads_as_nothing(line: Line) -> None:
    letter = await a_dead_letter(line)
    path = f"/api/v1/tenants/{line.tenant.code}/dead-letters/{letter['id']}"
    for payload in ({}, {"channel_id": "x"}, {"outbound": {}}):
        answer = await ask(line.desk, "PUT", path, ADMIN, json={"payload": payload})
        answer.problem(422, "invalid_input")
    await line.api("DELETE", f"/dead-letters/{letter['id']}", status=204)
    (await ask(line.desk, "POST", f"{path}/replay", ADMIN)).problem(404, "not_found")

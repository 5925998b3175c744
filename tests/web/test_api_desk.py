"""The desk over the API: who waits, who takes it, who answers, and what everybody is told."""

import asyncio
import json
from typing import Any

import pytest

from tests.web.lines import Line, ask, until

ADMIN = "an-operators-key"
NOWHERE = "00000000-0000-0000-0000-000000000000"


async def settings(line: Line, **given: Any) -> None:
    await line.api("PUT", "/settings", json={"settings": given})


async def an_agent(line: Line, name: str, **given: Any) -> str:
    made = await line.api("POST", "/agents", status=201, json={"name": name, **given})
    return str(made["id"])


async def a_request(line: Line, chat: int = 5550001) -> str:
    """Let somebody ask for a person, and return the conversation."""
    before = len(line.bot.said)
    await line.say("/human", chat=chat)
    await line.answers(before + 1)
    (found,) = [each for each in await line.conversations() if each["external_id"] == str(chat)]
    return str(found["id"])


async def refused(line: Line, path: str, status: int, code: str, **body: Any) -> str:
    answer = await ask(line.desk, "POST", f"/api/v1/tenants/{line.tenant.code}{path}", ADMIN, json=body)
    return str(answer.problem(status, code)["detail"])


async def queue(line: Line, **params: Any) -> list[dict[str, Any]]:
    return list((await line.api("GET", "/handoffs", params=params))["items"])


async def test_agents_are_added_changed_and_removed(line: Line) -> None:
    ana = await an_agent(line, "Ana", email="ana@example.org", skills=["bills"], languages=["es"], capacity=2)
    shown = await line.api("GET", f"/agents/{ana}")
    assert (shown["skills"], shown["capacity"], shown["status"], shown["load"]) == (["bills"], 2, "available", 0)
    changed = await line.api("PATCH", f"/agents/{ana}", json={"status": "away", "email": None})
    assert (changed["status"], changed["email"], changed["name"]) == ("away", None, "Ana")
    await refused(line, "/agents", 409, "conflict", name="Ana")
    await refused(line, "/agents", 422, "invalid_input", name="Ben", email="nowhere")
    await line.api("DELETE", f"/agents/{ana}", status=204)
    assert (await line.api("GET", "/agents"))["items"] == []


async def test_who_asks_waits_is_answered_and_given_back(line: Line) -> None:
    ana = await an_agent(line, "Ana")
    talk = await a_request(line)
    (waiting,) = await queue(line)
    assert (waiting["reason"], waiting["detail"], waiting["priority"]) == ("asked", "command human", 3)
    assert (waiting["status"], waiting["language"], waiting["agent"]) == ("waiting", "en", None)
    await line.api("POST", f"/conversations/{talk}/answers", status=202, json={"agent": ana, "text": "Ana here."})
    assert (await line.answers(2))[1] == "Ana here."
    assert await queue(line) == []
    (taken,) = await queue(line, status="assigned", agent=ana)
    assert taken["agent"] == "Ana"
    assert taken["first_answered_at"] >= taken["assigned_at"] >= taken["requested_at"]
    await line.say("/help")
    await line.say("thank you, my number is 4711")
    await line.settled()
    assert len(line.bot.said) == 2
    whole = await line.api("GET", f"/handoffs/{taken['id']}")
    assert "4711" in whole["briefing"]
    await line.api("POST", f"/conversations/{talk}/resolve", status=204, json={"agent": ana, "summary": "all is well"})
    (ended,) = await queue(line, status="resolved")
    assert (ended["summary"], ended["agent"], ended["resolved_at"] is None) == ("all is well", "Ana", False)
    await line.say("hello again")
    assert len(await line.answers(3)) == 3


async def test_the_second_of_two_who_answer_hears_who_has_it_and_nothing_is_sent(line: Line) -> None:
    ana, ben = await an_agent(line, "Ana"), await an_agent(line, "Ben")
    talk = await a_request(line)
    path = f"/api/v1/tenants/{line.tenant.code}/conversations/{talk}/answers"
    answers = await asyncio.gather(
        *(ask(line.desk, "POST", path, ADMIN, json={"agent": who, "text": who}) for who in (ana, ben))
    )
    assert sorted(answer.status for answer in answers) == [202, 409]
    lost = next(answer for answer in answers if answer.status == 409)
    winner, name = (ana, "Ana") if answers[0].status == 202 else (ben, "Ben")
    assert name in lost.problem(409, "conversation_taken")["detail"]
    assert (await line.answers(2))[1:] == [winner]


async def test_an_answer_is_sent_once_per_key(line: Line) -> None:
    ana, talk = await an_agent(line, "Ana"), await a_request(line)
    for _ in range(2):
        given = {"json": {"agent": ana, "text": "once"}, "headers": {"idempotency-key": "k1"}}
        await line.api("POST", f"/conversations/{talk}/answers", status=202, **given)
    assert (await line.answers(2))[1:] == ["once"]


async def test_what_is_released_waits_again_and_only_for_who_has_it(line: Line) -> None:
    ana, ben = await an_agent(line, "Ana"), await an_agent(line, "Ben")
    talk = await a_request(line)
    await line.api("POST", f"/conversations/{talk}/take", status=204, json={"agent": ana})
    assert "Ana" in await refused(line, f"/conversations/{talk}/take", 409, "conversation_taken", agent=ben)
    await refused(line, f"/conversations/{talk}/release", 409, "conversation_taken", agent=ben)
    await refused(line, f"/conversations/{talk}/resolve", 409, "conversation_taken", agent=ben)
    assert (await ask(line.desk, "DELETE", f"/api/v1/tenants/{line.tenant.code}/agents/{ana}", ADMIN)).status == 409
    await line.api("POST", f"/conversations/{talk}/release", status=204, json={})
    assert [each["status"] for each in await queue(line)] == ["waiting"]
    await refused(line, f"/conversations/{talk}/take", 404, "not_found", agent=NOWHERE)


async def test_who_waits_is_paged_by_urgency(line: Line) -> None:
    for number in range(5):
        await a_request(line, chat=number + 1)
    found: list[str] = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        page = await line.api("GET", "/handoffs", params=params)
        found += [item["conversation_id"] for item in page["items"]]
        if not page["next"]:
            break
        params["cursor"] = page["next"]
    expected = sorted(await line.conversations(), key=lambda each: int(each["external_id"]))
    assert found == [each["id"] for each in expected]


async def test_who_waits_is_given_to_whoever_has_room(line: Line) -> None:
    await settings(line, desk={"assignment": "least_busy"})
    ana = await an_agent(line, "Ana", capacity=1)
    talks = [await a_request(line, chat=number) for number in (1, 2)]
    assert [each["conversation_id"] for each in await queue(line, status="assigned")] == talks[:1]
    assert [each["conversation_id"] for each in await queue(line)] == talks[1:]
    await line.api("POST", f"/conversations/{talks[0]}/resolve", status=204, json={"agent": ana})
    assert [each["conversation_id"] for each in await queue(line, status="assigned")] == talks[1:]


async def test_out_of_hours_says_when_somebody_is_there(line: Line) -> None:
    weekly = {"monday": [{"opens": "09:00", "closes": "09:01"}]}
    await settings(
        line, business_hours={"weekly": weekly}, desk={"out_of_hours": "Come back {opens}.", "first_minutes": 1}
    )
    await a_request(line)
    assert (await line.answers(1))[0].startswith("Come back Monday ")
    (waiting,) = await queue(line)
    assert waiting["first_due_at"].endswith(("T09:01:00Z", "T09:01:00+00:00"))


async def test_words_not_understood_bring_a_person(line: Line) -> None:
    await settings(line, desk={"after_misses": 2})
    await line.say("florble")
    assert len(await line.answers(1)) == 1
    await line.say("florble wumpus")
    await line.answers(2)
    (waiting,) = await queue(line)
    assert waiting["reason"] == "not_understood"


async def test_who_calls_the_bot_back_waits_no_more(line: Line) -> None:
    await a_request(line)
    await line.say("bot")
    await line.answers(2)
    assert await queue(line) == []
    assert [each["reason"] for each in await queue(line, status="abandoned")] == ["asked"]


async def test_canned_replies_have_places(line: Line) -> None:
    ana, talk = await an_agent(line, "Ana"), await a_request(line)
    given = {"name": "hello", "text": "Hello {first_name}, {agent} here."}
    await line.api("POST", "/canned-replies", status=201, json=given)
    await refused(line, "/canned-replies", 422, "invalid_input", name="bad", text="Dear {surname}")
    await line.api("POST", f"/conversations/{talk}/answers", status=202, json={"agent": ana, "canned": "hello"})
    assert (await line.answers(2))[1] == "Hello Ada, Ana here."
    changed = await line.api("PATCH", "/canned-replies/hello", json={"language": "en"})
    assert (changed["text"], changed["language"]) == (given["text"], "en")
    assert [each["name"] for each in (await line.api("GET", "/canned-replies", params={"q": "he"}))["items"]] == [
        "hello"
    ]
    await line.api("DELETE", "/canned-replies/hello", status=204)
    await refused(line, f"/conversations/{talk}/answers", 404, "not_found", agent=ana, canned="hello")
    await refused(line, f"/conversations/{talk}/answers", 422, "invalid_input", agent=ana)


async def test_notes_are_for_the_desk_alone(line: Line) -> None:
    ana, talk = await an_agent(line, "Ana"), await a_request(line)
    path = f"/conversations/{talk}/notes"
    note = await line.api("POST", path, status=201, json={"agent": ana, "text": "is kind"})
    assert [(each["text"], each["agent"]) for each in (await line.api("GET", path))["items"]] == [("is kind", "Ana")]
    await line.api("DELETE", f"/notes/{note['id']}", status=204)
    assert (await line.api("GET", path))["items"] == []
    await refused(line, f"/conversations/{NOWHERE}/notes", 404, "not_found", text="x")
    await line.settled()
    assert len(line.bot.said) == 1


@pytest.mark.parametrize("path", ["/agents", "/handoffs", "/canned-replies", "/desk/events"])
async def test_a_key_needs_the_scope(line: Line, path: str) -> None:
    made = await line.api("POST", "/keys", status=201, json={"name": "k", "scopes": ["conversations:read"]})
    answer = await ask(line.desk, "GET", f"/api/v1/tenants/{line.tenant.code}{path}", made["key"])
    answer.problem(403, "forbidden")


async def test_those_who_look_on_are_told(line: Line) -> None:
    ana = await an_agent(line, "Ana")
    url = f"{line.desk.base_url}/api/v1/tenants/{line.tenant.code}/desk/events"
    seen: list[tuple[str, dict[str, Any]]] = []

    async def read() -> None:
        async with line.desk.http.get(url, headers={"authorization": f"Bearer {ADMIN}"}) as stream:
            while True:
                block = (await stream.content.readuntil(b"\n\n")).decode()
                fields = dict(each.split(": ", 1) for each in block.strip().splitlines() if not each.startswith(":"))
                if "event" in fields:
                    seen.append((fields["event"], json.loads(fields["data"])))

    reading = asyncio.create_task(read())
    await until(lambda: _true(("queue", {"waiting": 0, "assigned": 0}) in seen))
    talk = await a_request(line)
    await line.api("POST", f"/conversations/{talk}/answers", status=202, json={"agent": ana, "text": "hi"})
    await until(lambda: _true(("queue", {"waiting": 0, "assigned": 1}) in seen))
    await line.say("thanks")
    await until(lambda: _true(("message", {"conversation": talk}) in seen))
    reading.cancel()
    assert ("waiting", {"conversation": talk}) in seen
    assert ("answered", {"conversation": talk}) in seen


async def _true(answer: bool) -> bool:
    return answer

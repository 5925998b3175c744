"""The desk over the API: teams, tags, what is told of them, and what a repeat or a gone channel must not break."""

import asyncio
import json
from typing import Any

import pytest

from frontdesk.rehearsal.openai import OpenAIStub
from tests.web.lines import Line, ask, until
from tests.web.test_api_desk import ADMIN, NOWHERE, a_request, an_agent, queue, refused, settings


async def a_talk(line: Line, chat: int = 5550001) -> str:
    before = len(line.bot.said)
    await line.say("hello", chat=chat)
    await line.answers(before + 1)
    return str(next(each["id"] for each in await line.conversations() if each["external_id"] == str(chat)))


async def test_tags_are_put_on_taken_off_and_looked_for(line: Line) -> None:
    talk, other = await a_talk(line), await a_talk(line, chat=2)
    path = f"/conversations/{talk}/tags"
    assert await line.api("POST", path, json={"tags": ["vip", "a/b"]}) == {"tags": ["a/b", "vip"]}
    assert await line.api("POST", path, json={"tags": ["vip"]}) == {"tags": ["a/b", "vip"]}
    assert (await line.api("GET", f"/conversations/{talk}"))["tags"] == ["a/b", "vip"]
    listed = (await line.api("GET", "/conversations", params={"tag": "vip"}))["items"]
    assert [(each["id"], each["tags"]) for each in listed] == [(talk, ["a/b", "vip"])]
    tags = {each["id"]: each["tags"] for each in await line.conversations()}
    assert tags == {talk: ["a/b", "vip"], other: []}
    await line.api("DELETE", f"{path}/a/b", status=204)
    assert await line.api("GET", path) == {"tags": ["vip"]}
    for method, where, code in (
        ("DELETE", f"{path}/a%2Fb", 404),
        ("GET", f"/conversations/{NOWHERE}/tags", 404),
        ("DELETE", f"/conversations/{NOWHERE}/tags/vip", 404),
    ):
        assert (await ask(line.desk, method, f"/api/v1/tenants/{line.tenant.code}{where}", ADMIN)).status == code
    await refused(line, f"/conversations/{NOWHERE}/tags", 404, "not_found", tags=["x"])
    await refused(line, path, 422, "invalid_input", tags=["a,b"])
    await refused(line, path, 422, "invalid_input", tags=[])


async def test_a_conversation_keeps_the_tags_it_has_where_more_are_too_many(line: Line) -> None:
    path = f"/conversations/{await a_talk(line)}/tags"
    for ten in range(10):
        await line.api("POST", path, json={"tags": [f"m{ten:02}{number:02}" for number in range(20)]})
    assert "at most 200" in await refused(line, path, 422, "invalid_input", tags=["a first one"])
    kept = (await line.api("GET", path))["tags"]
    assert (len(kept), kept[0], kept[-1]) == (200, "m0000", "m0919")


async def test_tags_need_the_scope(line: Line) -> None:
    talk = await a_talk(line)
    made = await line.api("POST", "/keys", status=201, json={"name": "k", "scopes": ["conversations:read"]})
    path = f"/api/v1/tenants/{line.tenant.code}/conversations/{talk}/tags"
    assert (await ask(line.desk, "GET", path, made["key"])).status == 200
    (await ask(line.desk, "POST", path, made["key"], json={"tags": ["x"]})).problem(403, "forbidden")
    (await ask(line.desk, "DELETE", f"{path}/x", made["key"])).problem(403, "forbidden")


async def test_canned_replies_are_found_by_tag_and_language(line: Line) -> None:
    for name, tags, language in (
        ("bye", ["end", "kind", "end"], "en"),
        ("hi", ["begin"], "en"),
        ("hola", ["begin"], "es"),
    ):
        given = {"name": name, "text": name, "tags": tags, "language": language}
        await line.api("POST", "/canned-replies", status=201, json=given)

    async def found(**params: str) -> list[str]:
        return [each["name"] for each in (await line.api("GET", "/canned-replies", params=params))["items"]]

    assert await found(tag="begin") == ["hi", "hola"]
    assert await found(tag="begin", language="es") == ["hola"]
    assert await found(tag="none") == []
    assert (await line.api("GET", "/canned-replies/bye"))["tags"] == ["end", "kind"]
    changed = await line.api("PATCH", "/canned-replies/bye", json={"tags": []})
    assert (changed["tags"], changed["language"], changed["text"]) == ([], "en", "bye")
    await refused(line, "/canned-replies", 422, "invalid_input", name="x", text="x", tags=["a,b"])


async def test_agents_have_teams(line: Line) -> None:
    ana = await an_agent(line, "Ana", teams=["gold"])
    assert (await line.api("GET", f"/agents/{ana}"))["teams"] == ["gold"]
    assert (await line.api("PATCH", f"/agents/{ana}", json={"teams": []}))["teams"] == []


async def test_a_repeated_answer_does_not_take_the_conversation_again(line: Line) -> None:
    ana, ben = await an_agent(line, "Ana"), await an_agent(line, "Ben")
    talk = await a_request(line)
    given = {"json": {"agent": ana, "text": "once"}, "headers": {"idempotency-key": "k1"}}
    first = await line.api("POST", f"/conversations/{talk}/answers", status=202, **given)
    await line.api("POST", f"/conversations/{talk}/resolve", status=204, json={"agent": ana})
    assert await line.api("POST", f"/conversations/{talk}/answers", status=202, **given) == first
    assert (await line.api("GET", f"/conversations/{talk}"))["owner"] == "bot"
    await line.api("POST", f"/conversations/{talk}/take", status=204, json={"agent": ben})
    assert await line.api("POST", f"/conversations/{talk}/answers", status=202, **given) == first
    other = {"agent": ana, "text": "twice"}
    path = f"/api/v1/tenants/{line.tenant.code}/conversations/{talk}/answers"
    answer = await ask(line.desk, "POST", path, ADMIN, json=other, headers={"idempotency-key": "k1"})
    answer.problem(422, "idempotency_mismatch")


async def test_what_an_agent_released_is_given_to_another(line: Line) -> None:
    await settings(line, desk={"assignment": "least_busy"})
    ana = await an_agent(line, "Ana")
    talk = await a_request(line)
    assert [each["agent"] for each in await queue(line, status="assigned")] == ["Ana"]
    await line.api("POST", f"/conversations/{talk}/release", status=204, json={"agent": ana})
    await line.api("PATCH", f"/agents/{ana}", json={"capacity": 9})  # looks who waits
    assert [each["conversation_id"] for each in await queue(line)] == [talk]
    await an_agent(line, "Ben")
    assert [each["agent"] for each in await queue(line, status="assigned")] == ["Ben"]


async def test_a_conversation_is_resolved_also_where_its_channel_is_removed(line: Line) -> None:
    await settings(line, feedback={"ask": "always"})
    talk = await a_request(line)
    await line.api("DELETE", f"/channels/{line.channel.id}", status=204)
    await line.api("POST", f"/conversations/{talk}/resolve", status=204, json={})
    assert (await line.api("GET", f"/conversations/{talk}"))["owner"] == "bot"


async def test_notes_of_a_conversation_that_is_not_there_are_not_found(line: Line) -> None:
    path = f"/api/v1/tenants/{line.tenant.code}/conversations/{NOWHERE}/notes"
    (await ask(line.desk, "GET", path, ADMIN)).problem(404, "not_found")


async def test_those_who_look_on_hear_of_notes_and_tags(line: Line) -> None:
    talk = await a_talk(line)
    url = f"{line.desk.base_url}/api/v1/tenants/{line.tenant.code}/desk/events"
    seen: list[tuple[str, Any]] = []

    async def read() -> None:
        async with line.desk.http.get(url, headers={"authorization": f"Bearer {ADMIN}"}) as stream:
            while True:
                block = (await stream.content.readuntil(b"\n\n")).decode()
                fields = dict(each.split(": ", 1) for each in block.strip().splitlines() if not each.startswith(":"))
                if "event" in fields:
                    seen.append((fields["event"], json.loads(fields["data"])))

    async def heard(event: str) -> None:
        async def there() -> bool:
            return (event, {"conversation": talk}) in seen

        await until(there)

    reading = asyncio.create_task(read())
    try:

        async def begun() -> bool:
            return bool(seen)

        await until(begun)
        note = await line.api("POST", f"/conversations/{talk}/notes", status=201, json={"text": "kind"})
        await heard("noted")
        await line.api("DELETE", f"/notes/{note['id']}", status=204)
        await heard("note_removed")
        await line.api("POST", f"/conversations/{talk}/tags", json={"tags": ["vip"]})
        await heard("tagged")
    finally:
        reading.cancel()


@pytest.mark.parametrize("works", [True, False])
async def test_a_language_model_writes_the_briefing_once_or_sentences_do(line: Line, works: bool) -> None:
    words = {"text": "Ada wants her bill explained."} if works else {"nonsense": 1}
    async with OpenAIStub("sk-1", reply=words) as stub:
        await line.api("PUT", "/secrets/brain", json={"value": "sk-1"})
        llm = {
            "kind": "pydantic_ai",
            "model": "openai-compatible:small",
            "base_url": stub.url,
            "key": "brain",
            "attempts": 1,
        }
        await settings(line, llm=llm)
        await line.say("my bill of May is too high, number 4711")
        await line.answers(1)
        await a_request(line)
        (waiting,) = await queue(line)
        asked = len(stub.calls)
        first, again = [await line.api("GET", f"/handoffs/{waiting['id']}") for _ in range(2)]
        assert (first["briefing"], first["briefing_by"]) == (again["briefing"], again["briefing_by"])
        if works:
            assert (first["briefing"], first["briefing_by"]) == ("Ada wants her bill explained.", "model")
            assert len(stub.calls) == asked + 1
        else:
            assert first["briefing_by"] == "sentences"
            assert "4711" in first["briefing"]
        await line.say("and 4712", chat=5550001)
        await line.settled()
        await line.api("GET", f"/handoffs/{waiting['id']}")
        assert len(stub.calls) >= asked + 2

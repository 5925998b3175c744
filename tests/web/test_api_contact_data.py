"""What is known of a contact over the API: facts, the whole as a document, erasure; and what is refused."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from frontdesk.services.provisioning import Provisioning
from frontdesk.services.tenants import tenancy
from frontdesk.store.db import Databases
from tests.web.lines import Line, ask
from tests.web.test_api_contacts import met, refused

ADMIN = "an-operators-key"
FACTS = {
    "blood_group": {"kind": "choice", "options": ["A", "B", "0"]},
    "born": {"kind": "date"},
    "beds": {"kind": "number", "merge": "latest"},
    "vegetarian": {"kind": "boolean"},
    "allergies": {"merge": "collect", "most": 2},
}


@pytest.fixture
async def line(line: Line) -> Line:
    provisioning = await line.desk.app.get(Provisioning)
    await provisioning.change_settings(line.tenant.code, {"facts": FACTS}, actor="tests")
    return line


async def put(line: Line, contact: str, name: str, value: object) -> dict[str, Any]:
    answer = await line.api("PUT", f"/contacts/{contact}/facts/{name}", json={"value": value})
    return {fact["name"]: fact for fact in answer["items"]}


async def rows(line: Line, databases: Databases, query: str, *arguments: object) -> list[Any]:
    async with databases.tenant(tenancy(line.tenant)) as tx:
        return await tx.fetch(query, *arguments)


async def test_facts_are_written_shown_and_forgotten(line: Line) -> None:
    (contact,) = await met(line, 1)
    for name, value in (("blood_group", "a"), ("born", "1980-02-29"), ("beds", 2), ("beds", 3.5), ("vegetarian", True)):
        found = await put(line, contact["id"], name, value)
    values = {name: fact["value"] for name, fact in found.items()}
    assert values == {"blood_group": "A", "born": "1980-02-29", "beds": 3.5, "vegetarian": True}
    fact = found["beds"]
    assert (fact["source"], fact["origin"], fact["confidence"]) == ("desk", "admin", 1)
    assert 0 <= fact["age_seconds"] < 60
    assert datetime.fromisoformat(fact["said_at"]) > datetime.now(UTC) - timedelta(minutes=1)
    await line.api("DELETE", f"/contacts/{contact['id']}/facts/beds", status=204)
    left = await line.api("GET", f"/contacts/{contact['id']}/facts")
    assert [fact["name"] for fact in left["items"]] == ["blood_group", "born", "vegetarian"]
    await refused(line, "DELETE", f"/contacts/{contact['id']}/facts/beds", 404, "not_found")


async def test_several_values_are_collected_where_the_rule_says_so(line: Line) -> None:
    (contact,) = await met(line, 1)
    for value in ("nuts", "milk", "eggs"):
        await line.api("PUT", f"/contacts/{contact['id']}/facts/allergies", json={"value": value})
    found = await line.api("GET", f"/contacts/{contact['id']}/facts")
    assert [fact["value"] for fact in found["items"]] == ["milk", "eggs"]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("blood_group", "Z", "one of: A, B, 0"),
        ("born", "yesterday", "such as 2026-05-31"),
        ("beds", "many", "a number"),
        ("vegetarian", "perhaps", "true or false"),
        ("shoe_size", 44, "the settings name: allergies, beds"),
        ("allergies", " ", "1 to 1000 characters"),
    ],
)
async def test_a_value_against_its_rule_is_refused(line: Line, name: str, value: object, says: str) -> None:
    (contact,) = await met(line, 1)
    path = f"/contacts/{contact['id']}/facts/{name}"
    assert says in await refused(line, "PUT", path, 422, "invalid_input", json={"value": value})
    assert (await line.api("GET", f"/contacts/{contact['id']}/facts"))["items"] == []


async def test_facts_follow_merges_of_merges_and_go_back(line: Line) -> None:
    one, two, three = [contact["id"] for contact in await met(line, 1, 2, 3)]
    for contact, value in ((one, "nuts"), (two, "milk")):
        await put(line, contact, "allergies", value)
    await line.api("POST", f"/contacts/{one}/merge", json={"into": two})
    await line.api("POST", f"/contacts/{two}/merge", json={"into": three})
    found = await line.api("GET", f"/contacts/{three}/facts")
    assert {fact["value"] for fact in found["items"]} == {"nuts", "milk"}
    said = await refused(line, "PUT", f"/contacts/{one}/facts/beds", 409, "conflict", json={"value": 1})
    assert two in said
    await line.api("POST", f"/contacts/{one}/unmerge")
    for contact, value in ((one, "nuts"), (three, "milk")):
        found = await line.api("GET", f"/contacts/{contact}/facts")
        assert [fact["value"] for fact in found["items"]] == [value]


async def test_the_export_holds_all_of_a_person_and_nothing_of_others(line: Line, databases: Databases) -> None:
    one, two, other = [contact["id"] for contact in await met(line, 5550001, 5550002, 5550003)]
    await line.say("my xylophone", chat=5550001)
    await line.say("bassoon", chat=5550003)
    await line.answers(5)
    await put(line, one, "beds", 2)
    await line.api("POST", f"/contacts/{two}/merge", json={"into": one})
    answer = await ask(line.desk, "GET", f"/api/v1/tenants/{line.tenant.code}/contacts/{one}/export", ADMIN)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert f'filename="contact-{one}.json"' in answer.headers["content-disposition"]
    document = answer.json
    assert (document["format"], document["tenant"]) == ("frontdesk contact 1", line.tenant.code)
    assert [contact["id"] for contact in document["contacts"]] == [one, two]
    assert {identity["external_id"] for identity in document["identities"]} == {"5550001", "5550002"}
    assert [merge["contact_id"] for merge in document["merges"]] == [two]
    assert [fact["value"] for fact in document["facts"]] == ["2"]
    assert len(document["conversations"]) == 2
    said = [(message["direction"], message["text"]) for message in document["messages"]]
    assert ("inbound", "my xylophone") in said
    assert sum(direction == "outbound" for direction, _ in said) == 3
    assert all("raw" not in message for message in document["messages"])
    assert document["messages"][0]["content"]["origin"]["sender"] in ("5550001", "5550002")
    assert len(document["turns"]) == 3
    assert document["turns"][0]["record"]["route"]
    assert (document["feedback"], document["attachments"]) == ([], [])
    for needle in (other, "5550003", "bassoon"):
        assert needle.encode() not in answer.body
    await rows(line, databases, "UPDATE messages SET text = 'a \"quote\" …' WHERE text = 'my xylophone'")
    again = await ask(line.desk, "GET", f"/api/v1/tenants/{line.tenant.code}/contacts/{one}/export", ADMIN)
    assert 'a "quote" …' in [message["text"] for message in again.json["messages"]]


async def test_a_long_history_is_exported_whole(line: Line, databases: Databases) -> None:
    (contact,) = await met(line, 1)
    await rows(
        line,
        databases,
        "INSERT INTO messages (conversation_id, channel_id, contact_id, direction, author, type, text, content, status)"
        " SELECT m.conversation_id, m.channel_id, m.contact_id, 'inbound', 'contact', 'text', n::text, m.content, 'answered'"
        " FROM messages m, generate_series(1, 1000) n WHERE m.direction = 'inbound'",
    )
    answer = await ask(line.desk, "GET", f"/api/v1/tenants/{line.tenant.code}/contacts/{contact['id']}/export", ADMIN)
    messages = answer.json["messages"]
    assert len(messages) == 1002
    assert [message["text"] for message in messages[2:]] == [str(n) for n in range(1, 1001)]


async def test_erasing_wants_the_id_once_more(line: Line, databases: Databases) -> None:
    one, two = [contact["id"] for contact in await met(line, 1, 2)]
    path = f"/contacts/{one}/erase"
    await refused(line, "POST", path, 422, "invalid_input", json={})
    said = await refused(line, "POST", path, 422, "invalid_input", json={"confirm": two})
    assert one in said
    assert await line.api("POST", path, json={"confirm": one}) == {"messages": 2}
    await refused(line, "GET", f"/contacts/{one}", 404, "not_found")
    await refused(line, "POST", path, 404, "not_found", json={"confirm": one})
    assert [item["contact_id"] for item in await line.conversations()] == [two]
    async with databases.platform() as tx:
        row = await tx.fetchrow(
            "SELECT actor, detail FROM frontdesk.audit WHERE subject = $1 AND action = 'contact.erase'", one
        )
    assert (row["actor"], json.loads(row["detail"])) == ("admin", {})


async def test_scopes_decide_who_may_see_and_change(line: Line) -> None:
    (contact,) = await met(line, 1)
    scopes = {"reader": ["contacts:read"], "both": ["contacts:read", "conversations:read"]}
    keys = {
        name: (await line.api("POST", "/keys", status=201, json={"name": name, "scopes": given}))["key"]
        for name, given in scopes.items()
    }
    path = f"/api/v1/tenants/{line.tenant.code}/contacts/{contact['id']}"
    assert (await ask(line.desk, "GET", f"{path}/facts", keys["reader"])).status == 200
    (await ask(line.desk, "GET", f"{path}/export", keys["reader"])).problem(403, "forbidden")
    assert (await ask(line.desk, "GET", f"{path}/export", keys["both"])).status == 200
    for method, rest, body in (
        ("PUT", "facts/beds", {"value": 1}),
        ("DELETE", "facts/beds", None),
        ("POST", "erase", {"confirm": contact["id"]}),
    ):
        (await ask(line.desk, method, f"{path}/{rest}", keys["both"], json=body)).problem(403, "forbidden")


async def test_an_unknown_contact_is_said_to_be_unknown(line: Line) -> None:
    nobody = "/contacts/00000000-0000-0000-0000-000000000000"
    await refused(line, "GET", f"{nobody}/facts", 404, "not_found")
    await refused(line, "GET", f"{nobody}/export", 404, "not_found")
    await refused(line, "PUT", f"{nobody}/facts/beds", 404, "not_found", json={"value": 1})


async def test_a_conversation_shows_its_summary(line: Line, databases: Databases) -> None:
    await met(line, 1)
    (conversation,) = await line.conversations()
    assert "summary" not in conversation
    path = f"/conversations/{conversation['id']}"
    assert (await line.api("GET", path))["summary"] is None
    summary = {"text": "contact: hello", "covered": 4, "until": conversation["id"], "by": "sentences"}
    await rows(line, databases, "UPDATE conversations SET summary = $1", json.dumps(summary))
    assert (await line.api("GET", path))["summary"] == summary

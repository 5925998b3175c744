"""Intents over the API: defined, changed and removed, with every fault named before anything is kept."""

import asyncio
from typing import Any

import pytest

from frontdesk.core.tenant import Tenant
from frontdesk.services.tenants import tenancy
from frontdesk.store.db import Databases
from tests.web.intents import Api
from tests.web.lines import ask

ADMIN = "an-operators-key"
NOWHERE = "00000000-0000-0000-0000-000000000000"
HUGE = "(?:(?:(?:a{200}){200}){200})"
"""A regular expression that takes minutes to make ready."""
BOOK = {
    "name": "book/visit",
    "title": {"en": "book a visit"},
    "threshold": 0.6,
    "patterns": [{"expression": "book"}, {"kind": "regex", "expression": r"\bappointment\b"}],
    "slots": [
        {"name": "day", "kind": "date", "prompt": {"en": "Which day?"}, "when": "future"},
        {"name": "ward", "kind": "list", "options": [{"value": "north"}, {"value": "south", "synonyms": ["down"]}]},
    ],
    "responses": {"en": ["See you on {day}.", "Booked for {day}."]},
    "handler": "handoff",
    "config": {"queue": ["a", 1]},
}


async def test_an_intent_is_defined_and_shown_whole(api: Api) -> None:
    made = await api.add(**BOOK)
    assert {name: made[name] for name in ("title", "threshold", "responses", "handler", "config")} == {
        name: BOOK[name] for name in ("title", "threshold", "responses", "handler", "config")
    }
    assert [slot["name"] for slot in made["slots"]] == ["day", "ward"]
    assert (made["version"], made["utterances"], made["enabled"], made["attempts"]) == (1, 0, True, 3)
    assert await api("GET", f"/{made['id']}") == made


async def test_intents_are_listed_by_name_a_page_at_a_time(api: Api) -> None:
    for name in ("Greet", "book/visit", "bill", "oos"):
        await api.add(name=name)
    found, params = [], {"limit": 3}
    while True:
        page = await api("GET", params=params)
        found += [item["name"] for item in page["items"]]
        if not page["next"]:
            break
        params["cursor"] = page["next"]
    assert found == ["Greet", "bill", "book/visit", "oos"]
    assert [item["name"] for item in (await api("GET", params={"q": "BO"}))["items"]] == ["book/visit"]


async def test_the_list_counts_what_is_said_without_a_statement_an_intent(api: Api, databases: Databases) -> None:
    for number in range(3):
        made = await api.add(name=f"i{number}")
        said = [{"text": f"say {line}"} for line in range(number)]
        if said:
            await api("POST", f"/{made['id']}/utterances", status=201, json={"items": said})
    assert [item["utterances"] for item in (await api("GET"))["items"]] == [0, 1, 2]


async def test_parts_change_and_the_rest_stays(api: Api) -> None:
    made = await api.add(**BOOK)
    path = f"/{made['id']}"
    changed = await api("PATCH", path, json={"threshold": None, "name": "visit", "responses": {"es": ["Hecho."]}})
    assert (changed["name"], changed["threshold"], changed["responses"]) == ("visit", None, {"es": ["Hecho."]})
    assert (changed["version"], changed["slots"]) == (2, made["slots"])
    replaced = await api("PUT", path, json={"name": "visit", "version": 2})
    assert (replaced["version"], replaced["slots"], replaced["handler"]) == (3, [], None)


async def test_a_change_of_an_older_version_is_refused(api: Api) -> None:
    path = f"/{(await api.add(**BOOK))['id']}"
    await api("PATCH", path, json={"priority": 1, "version": 1})
    for method, body in (("PATCH", {"priority": 2, "version": 1}), ("PUT", {**BOOK, "version": 1})):
        words = await api.refused(method, path, 409, "conflict", json=body)
        assert "has version 2 by now, not 1" in words
    await api.refused("DELETE", path, 409, "conflict", params={"version": 1})
    assert (await api("GET", path))["priority"] == 1
    await api("DELETE", path, status=204, params={"version": 2})
    await api.refused("GET", path, 404, "not_found")


async def test_of_two_changes_of_one_version_one_is_refused(api: Api) -> None:
    path = f"/api/v1/tenants/{api.tenant.code}/intents/{(await api.add(**BOOK))['id']}"
    tries = [ask(api.desk, "PATCH", path, ADMIN, json={"priority": number, "version": 1}) for number in range(1, 6)]
    assert sorted(answer.status for answer in await asyncio.gather(*tries)) == [200, 409, 409, 409, 409]


async def test_a_name_is_taken_once(api: Api) -> None:
    await api.add(name="greet")
    other = await api.add(name="bye")
    assert "an intent 'greet' already" in await api.refused("POST", "", 409, "conflict", json={"name": "greet"})
    words = await api.refused("PATCH", f"/{other['id']}", 409, "conflict", json={"name": "greet"})
    assert "another intent 'greet'" in words


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"handler": "nobody"}, "no handler 'nobody': choose one of commands, "),
        ({"patterns": [{"kind": "regex", "expression": "(a"}]}, "'(a' of 'book/visit' is no regular expression"),
        ({"patterns": [{"kind": "regex", "expression": "a*"}]}, "matches even an empty text"),
        ({"patterns": [{"kind": "regex", "expression": HUGE}]}, "repeats too much within what is repeated"),
        ({"slots": [{"name": "code", "kind": "pattern", "pattern": HUGE}]}, "repeats too much within what is repeated"),
        ({"patterns": [{"expression": " "}]}, "is empty"),
        ({"responses": {"en": ["On {month}."]}}, "names {month}, which is none of its slots: there are day, ward"),
        ({"responses": {"English": ["Hi"]}}, "`responses` has 'English' where a language stands"),
        ({"title": {"e": "Hi"}}, "`title` has 'e'"),
        ({"slots": [{"name": "a", "kind": "list"}]}, "slot 'a' is a list without `options`"),
        ({"slots": [{"name": "a", "kind": "pattern"}]}, "slot 'a' is a pattern without `pattern`"),
        ({"slots": [{"name": "a", "kind": "pattern", "pattern": "(?R)"}]}, "slot 'a' the pattern '(?R)' uses"),
        ({"slots": [{"name": "a", "kind": "date"}] * 2}, "two slots are named 'a'"),
        ({"slots": [{"name": "a", "kind": "number", "at_least": 2, "at_most": 1}]}, "`at_least` 2 over `at_most` 1"),
        ({"slots": [{"name": "a", "kind": "date", "fact": "born"}]}, "the fact 'born', which the tenant's settings"),
        ({"slots": [{"name": "a", "kind": "date", "prompt": {"??": "x"}}]}, "`prompt` has '??'"),
        ({"config": {"a": deep(60)}}, "nested deeper than 50 levels"),
        ({"config": {"a": "x" * 500_001}}, "over 500,000 characters"),
        ({"nobody": 1}, "nobody"),
        ({"name": "/x"}, "name"),
        ({"name": "oos"}, "it takes utterances and nothing else"),
    ],
)
async def test_a_fault_is_named_before_anything_is_kept(api: Api, change: dict[str, Any], fault: str) -> None:
    document = {**BOOK, **({"responses": {}} if "slots" in change else {}), **change}
    assert fault in await api.refused("POST", "", 422, "invalid_input", json=document)
    assert (await api("GET"))["items"] == []


async def test_all_faults_come_at_once(api: Api) -> None:
    document = {**BOOK, "handler": "nobody", "patterns": [{"kind": "regex", "expression": "["}], "slots": []}
    words = await api.refused("POST", "", 422, "invalid_input", json=document)
    assert all(part in words for part in ("nobody", "regular expression", "{day}"))


async def test_a_value_is_kept_as_a_fact_of_the_tenant(api: Api) -> None:
    settings = {"facts": {"ward": {"kind": "text"}}}
    await api.desk.api("PUT", f"/tenants/{api.tenant.code}/settings", json={"settings": settings})
    await api.add(name="where", slots=[{"name": "ward", "kind": "text", "fact": "ward"}])


@pytest.mark.parametrize("odd", ["a\0b", "a\ud800b"])
async def test_odd_text_in_a_definition_is_taken_or_refused(api: Api, odd: str) -> None:
    tries: list[dict[str, Any]] = [
        {"name": odd},
        {"name": "x", "description": odd},
        {"name": "x", "config": {odd: odd}},
        {"name": "x", "responses": {"en": [odd]}},
    ]
    for document in tries:
        address = f"/api/v1/tenants/{api.tenant.code}/intents"
        answer = await ask(api.desk, "POST", address, ADMIN, json=document)
        assert answer.status in (201, 409, 422), answer.body


async def test_what_is_not_there_is_said(api: Api) -> None:
    for method, body in (("GET", None), ("PATCH", {}), ("PUT", {"name": "x"}), ("DELETE", None)):
        await api.refused(method, f"/{NOWHERE}", 404, "not_found", json=body)


async def test_changes_stand_in_the_audit_trail(api: Api, databases: Databases) -> None:
    made = await api.add(name="greet")
    await api("PATCH", f"/{made['id']}", json={"name": "hello"})
    await api("DELETE", f"/{made['id']}", status=204)
    async with databases.platform() as tx:
        rows = await tx.fetch(
            "SELECT actor, action, subject FROM frontdesk.audit WHERE tenant = $1 AND action LIKE 'intent%' ORDER BY id",
            api.tenant.code,
        )
    assert [(row["actor"], row["action"], row["subject"]) for row in rows] == [
        ("admin", "intent.add", "greet"),
        ("admin", "intent.change", "hello"),
        ("admin", "intent.remove", "hello"),
    ]


async def test_a_key_needs_the_scope_and_the_tenant(api: Api, other_tenant: Tenant) -> None:
    given = {"name": "reader", "scopes": ["intents:read"]}
    key = (await api.desk.api("POST", f"/tenants/{api.tenant.code}/keys", status=201, json=given))["key"]
    here = f"/api/v1/tenants/{api.tenant.code}/intents"
    assert (await ask(api.desk, "GET", here, key)).status == 200
    writes = (("", {"name": "x"}), ("/models", {}), ("/models/none", {}), ("/import", "a: b"))
    for path, body in writes:
        answer = await ask(api.desk, "POST", here + path, key, json=body)
        answer.problem(403, "forbidden")
    there = f"/api/v1/tenants/{other_tenant.code}/intents"
    (await ask(api.desk, "GET", there, key)).problem(403, "forbidden")


async def test_tenants_do_not_see_each_others_intents(api: Api, other_tenant: Tenant, databases: Databases) -> None:
    made = await api.add(name="greet")
    other = Api(api.desk, other_tenant)
    assert (await other("GET"))["items"] == []
    await other.refused("GET", f"/{made['id']}", 404, "not_found")
    async with databases.tenant(tenancy(other_tenant)) as tx:
        assert await tx.fetchval("SELECT count(*) FROM intents") == 0

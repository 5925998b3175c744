"""Contacts over the API: lists, changes, merging and its undoing, and what is refused."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from frontdesk.store.db import Databases
from tests.web.lines import Line, ask, until

ADMIN = "an-operators-key"
NOWHERE = "00000000-0000-0000-0000-000000000000"


async def met(line: Line, *chats: int) -> list[dict[str, Any]]:
    """Let people write to the bot, and return their contacts in that order."""
    for number, chat in enumerate(chats, 1):
        await line.say("hello", chat=chat)
        await line.answers(number)
    by_chat = {int(found["external_id"]): found["contact_id"] for found in await line.conversations()}
    return [await line.api("GET", f"/contacts/{by_chat[chat]}") for chat in chats]


async def listed(line: Line, **params: Any) -> list[str]:
    page = await line.api("GET", "/contacts", params=params)
    return [item["id"] for item in page["items"]]


async def refused(line: Line, method: str, path: str, status: int, code: str, **arguments: Any) -> str:
    answer = await ask(line.desk, method, f"/api/v1/tenants/{line.tenant.code}{path}", ADMIN, **arguments)
    return str(answer.problem(status, code)["detail"])


async def test_a_contact_shows_its_identities(line: Line) -> None:
    (contact,) = await met(line, 5550001)
    assert (contact["name"], contact["language"], contact["fields"]) == ("Ada", None, {})
    assert (contact["merged_into"], contact["merged"], contact["opted_out_at"]) == (None, [], None)
    (identity,) = contact["identities"]
    assert (identity["channel_id"], identity["kind"]) == (str(line.channel.id), "telegram")
    assert (identity["external_id"], identity["former_ids"], identity["blocked"]) == ("5550001", [], False)


async def test_contacts_are_paged_newest_first(line: Line) -> None:
    ids = [contact["id"] for contact in await met(line, 1, 2, 3)]
    found, params = [], {"limit": 2}
    while True:
        page = await line.api("GET", "/contacts", params=params)
        found += [item["id"] for item in page["items"]]
        if not page["next"]:
            break
        params["cursor"] = page["next"]
    assert found == ids[::-1]


async def test_contacts_are_found_by_the_beginning_of_their_name(line: Line) -> None:
    one, two, three = [contact["id"] for contact in await met(line, 1, 2, 3)]
    for contact, name in ((one, "Zoë Ä"), (two, "zo%"), (three, "Az")):
        await line.api("PATCH", f"/contacts/{contact}", json={"name": name})
    assert await listed(line, q="ZO") == [two, one]
    assert await listed(line, q="zoë ä") == [one]
    assert await listed(line, q="zo%") == [two]
    assert await listed(line, q="ZO", limit=1, cursor=two) == [one]
    assert await listed(line, q="nobody") == []


async def test_name_language_and_single_fields_are_changed(line: Line) -> None:
    (contact,) = await met(line, 1)
    path = f"/contacts/{contact['id']}"
    await line.api("PATCH", path, json={"language": "de", "fields": {"ward": "north", "age": 30, "note": {"a": [1]}}})
    changed = await line.api("PATCH", path, json={"name": "Ada Lovelace", "fields": {"age": 31, "ward": None}})
    assert (changed["name"], changed["language"]) == ("Ada Lovelace", "de")
    assert changed["fields"] == {"age": 31, "note": {"a": [1]}}
    assert (await line.api("PATCH", path, json={}))["fields"] == changed["fields"]
    assert (await line.api("PATCH", path, json={"name": None, "language": None}))["name"] is None
    await line.say("hello again", chat=1)
    await line.answers(2)
    assert (await line.api("GET", path))["name"] is None


async def test_the_time_zone_is_shown_changed_and_kept_at_merges(line: Line) -> None:
    one, two = await met(line, 1, 2)
    assert one["time_zone"] is None
    changed = await line.api("PATCH", f"/contacts/{one['id']}", json={"time_zone": "Africa/Nairobi"})
    assert changed["time_zone"] == "Africa/Nairobi"
    merged = await line.api("POST", f"/contacts/{one['id']}/merge", json={"into": two["id"]})
    assert merged["time_zone"] == "Africa/Nairobi"
    await line.api("POST", f"/contacts/{one['id']}/unmerge")
    assert (await line.api("GET", f"/contacts/{two['id']}"))["time_zone"] is None
    await line.api("PATCH", f"/contacts/{two['id']}", json={"time_zone": "Asia/Kolkata"})
    merged = await line.api("POST", f"/contacts/{one['id']}/merge", json={"into": two["id"]})
    assert merged["time_zone"] == "Asia/Kolkata"
    assert (await line.api("PATCH", f"/contacts/{two['id']}", json={"time_zone": None}))["time_zone"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"language": "Deutsch!"},
        {"time_zone": "Mars/Base"},
        {"time_zone": ""},
        {"fields": []},
        {"fields": {"a": "\0"}},
        [],
    ],
)
async def test_a_change_that_can_not_be_is_422(line: Line, body: Any) -> None:
    (contact,) = await met(line, 1)
    await refused(line, "PATCH", f"/contacts/{contact['id']}", 422, "invalid_input", json=body)


async def test_merging_moves_everything_and_unmerging_moves_it_back(line: Line) -> None:
    one, two = await met(line, 1, 2)
    merged = await line.api("POST", f"/contacts/{one['id']}/merge", json={"into": two["id"]})
    assert (merged["id"], merged["merged"]) == (two["id"], [one["id"]])
    assert {identity["external_id"] for identity in merged["identities"]} == {"1", "2"}
    gone = await line.api("GET", f"/contacts/{one['id']}")
    assert (gone["merged_into"], gone["identities"]) == (two["id"], [])
    assert await listed(line) == [two["id"]]
    assert {found["contact_id"] for found in await line.conversations()} == {two["id"]}
    await line.say("still here", chat=1)
    await line.answers(3)
    assert await line.api("POST", f"/contacts/{one['id']}/unmerge") == one
    assert await line.api("GET", f"/contacts/{two['id']}") == two
    whose = {found["external_id"]: found["contact_id"] for found in await line.conversations()}
    assert whose == {"1": one["id"], "2": two["id"]}


async def test_what_is_no_merge_is_refused(line: Line) -> None:
    one, two, three = [contact["id"] for contact in await met(line, 1, 2, 3)]
    await line.api("POST", f"/contacts/{one}/merge", json={"into": two})
    await refused(line, "POST", f"/contacts/{two}/merge", 422, "invalid_input", json={"into": two})
    detail = await refused(line, "POST", f"/contacts/{one}/merge", 409, "conflict", json={"into": three})
    assert two in detail
    detail = await refused(line, "POST", f"/contacts/{three}/merge", 409, "conflict", json={"into": one})
    assert two in detail
    await refused(line, "PATCH", f"/contacts/{one}", 409, "conflict", json={"name": "x"})
    await refused(line, "POST", f"/contacts/{two}/unmerge", 409, "conflict")
    for action, body in (("merge", {"into": two}), ("unmerge", None)):
        await refused(line, "POST", f"/contacts/{NOWHERE}/{action}", 404, "not_found", json=body)
    await refused(line, "PATCH", f"/contacts/{NOWHERE}", 404, "not_found", json={"name": "x"})
    await refused(line, "GET", f"/contacts/{NOWHERE}", 404, "not_found")
    await refused(line, "POST", f"/contacts/{two}/merge", 404, "not_found", json={"into": NOWHERE})


async def test_a_merge_reaches_no_other_tenants_contact(line: Line, other_tenant: Any) -> None:
    (one,) = await met(line, 1)
    path = f"/api/v1/tenants/{other_tenant.code}/contacts/{one['id']}"
    for method, action in (("GET", ""), ("PATCH", ""), ("POST", "/unmerge")):
        body = {"name": "x"} if method == "PATCH" else None
        (await ask(line.desk, method, path + action, ADMIN, json=body)).problem(404, "not_found")


async def test_an_opt_out_stops_all_conversations_of_a_merged_contact(line: Line) -> None:
    one, two = await met(line, 1, 2)
    await line.say("STOP", chat=1)
    await line.answers(3)
    assert (await line.api("GET", f"/contacts/{one['id']}"))["opted_out_at"]
    merged = await line.api("POST", f"/contacts/{one['id']}/merge", json={"into": two["id"]})
    assert merged["opted_out_at"]
    sent = await ask(line.desk, "POST", line.send_address, ADMIN, json={"to": "2", "text": "news"})
    assert sent.status == 202
    assert await until(decided(line, sent.json["ids"][0])) == "opted_out"


def decided(line: Line, message_id: str) -> Callable[[], Awaitable[str | None]]:
    async def policy() -> str | None:
        return (await line.api("GET", f"/messages/{message_id}"))["policy"]

    return policy


async def test_changes_and_merges_stand_in_the_audit_trail(line: Line, databases: Databases) -> None:
    one, two = [contact["id"] for contact in await met(line, 1, 2)]
    key = await line.api("POST", "/keys", status=201, json={"name": "crm", "scopes": ["contacts:write"]})
    path = f"/api/v1/tenants/{line.tenant.code}/contacts"
    for method, rest, body in (
        ("PATCH", two, {"name": "Bo"}),
        ("POST", f"{one}/merge", {"into": two}),
        ("POST", f"{one}/unmerge", None),
    ):
        assert (await ask(line.desk, method, f"{path}/{rest}", key["key"], json=body)).status == 200
    (await ask(line.desk, "GET", path, key["key"])).problem(403, "forbidden")
    async with databases.platform() as tx:
        rows = await tx.fetch(
            "SELECT actor, action, subject, detail::text FROM frontdesk.audit WHERE tenant = $1 AND action LIKE 'contact.%'"
            " ORDER BY id",
            line.tenant.code,
        )
    assert [tuple(row.values()) for row in rows] == [
        ("crm", "contact.change", two, '{"changed": ["name"]}'),
        ("crm", "contact.merge", one, f'{{"into": "{two}"}}'),
        ("crm", "contact.unmerge", one, "{}"),
    ]

"""Rules over the API: written, put in order, tried, published, taken back; nothing is sent on the way."""

from typing import Any

import pytest

from frontdesk.core.tenant import Tenant
from tests.installation import Installation
from tests.web.chats import Chat
from tests.web.lines import ask
from tests.web.rulers import SAY, Rules


@pytest.fixture
def rules(installation: Installation, tenant: Tenant) -> Rules:
    return Rules(installation, tenant)


async def test_rules_are_written_shown_changed_and_removed(rules: Rules) -> None:
    when = {"all": [{"fact": "intent", "is": "refund"}, {"not": {"fact": "mode", "exists": True}}]}
    made = await rules.add("Refunds", {"do": "set_field", "field": "a", "value": None}, when=when, goes_on=True)
    assert (made["version"], made["enabled"], made["goes_on"]) == (1, True, True)
    shown = await rules("GET", f"/{made['id']}")
    assert shown == made
    assert await rules.names() == ["Refunds"]
    changed = await rules("PUT", f"/{made['id']}", json={"name": "Money back", "then": [SAY], "version": 1})
    assert (changed["name"], changed["version"], changed["goes_on"]) == ("Money back", 2, False)
    body = {"name": "Other", "then": [SAY], "version": 1}
    assert "by now" in await rules.refused("PUT", f"/{made['id']}", 409, "conflict", json=body)
    await rules("DELETE", f"/{made['id']}", status=204)
    await rules.refused("GET", f"/{made['id']}", 404, "not_found")
    await rules.refused("DELETE", f"/{made['id']}", 404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "No action", "then": []},
        {"name": "x", "then": [{"do": "dance"}]},
        {"name": "x", "then": [SAY], "when": {"fact": "mood", "is": "bad"}},
        {"name": "x", "then": [SAY], "when": {"fact": "text", "matches": "(a+)+\\1"}},
        {"name": "x", "then": [{"do": "reply", "text": {"en": "a\u0000b"}}]},
        {"name": "x", "then": [SAY], "colour": "red"},
    ],
)
async def test_what_is_no_rule_is_refused(rules: Rules, body: dict[str, Any]) -> None:
    assert await rules.refused("POST", "", 422, "invalid_input", json=body)
    assert await rules.names() == []


async def test_two_rules_cant_have_one_name(rules: Rules) -> None:
    await rules.add("A")
    other = await rules.add("B")
    await rules.refused("POST", "", 409, "conflict", json={"name": "A", "then": [SAY]})
    await rules.refused("PUT", f"/{other['id']}", 409, "conflict", json={"name": "A", "then": [SAY]})
    doubled = {"rules": [{"name": "C", "then": [SAY]}] * 2}
    await rules.refused("PUT", "", 422, "invalid_input", json=doubled)
    assert await rules.names() == ["A", "B"]


async def test_rules_are_put_in_order(rules: Rules) -> None:
    ids = [(await rules.add(name, goes_on=True))["id"] for name in "ABC"]
    turned = await rules("PUT", "/order", json={"ids": ids[::-1]})
    assert [item["name"] for item in turned["items"]] == await rules.names() == ["C", "B", "A"]
    for wrong in (ids[:2], [*ids, ids[0]], [*ids[:2], "00000000-0000-7000-8000-000000000000"]):
        await rules.refused("PUT", "/order", 409, "conflict", json={"ids": wrong})
    await rules.add("D")
    assert (await rules.names())[-1] == "D"


async def test_the_whole_draft_is_replaced(rules: Rules) -> None:
    await rules.add("Old")
    written = [{"name": name, "then": [SAY], "goes_on": True} for name in ("One", "Two")]
    await rules("PUT", "", json={"rules": written})
    assert await rules.names() == ["One", "Two"]


async def test_publications_are_counted_and_taken_back(rules: Rules) -> None:
    assert (await rules("GET"))["live"] is None
    await rules.refused("POST", "/rollback", 409, "conflict")
    for name in ("One", "Two", "Three"):
        await rules("PUT", "", json={"rules": [{"name": name, "then": [SAY]}]})
        await rules("POST", "/publish")
    assert await rules("POST", "/rollback") == {"version": 4}
    assert (await rules("GET", "/versions/4"))["rules"][0]["name"] == "Two"
    assert await rules("POST", "/rollback") == {"version": 5}
    assert (await rules("GET", "/versions/5"))["rules"][0]["name"] == "One"
    await rules.refused("POST", "/rollback", 409, "conflict")
    assert await rules("POST", "/versions/3/publish") == {"version": 6}
    found = (await rules("GET", "/versions"))["items"]
    assert [(item["version"], item["restores"], item["is_live"]) for item in found] == [
        (6, 3, True),
        (5, 1, False),
        (4, 2, False),
        (3, None, False),
        (2, None, False),
        (1, None, False),
    ]
    assert {item["published_by"] for item in found} == {"admin"}
    page = await rules("GET", "/versions", params={"limit": 4})
    rest = await rules("GET", "/versions", params={"cursor": page["next"]})
    assert [item["version"] for item in rest["items"]] == [2, 1]
    assert (await rules("GET"))["live"] == 6
    await rules.refused("GET", "/versions/9", 404, "not_found")
    await rules.refused("POST", "/versions/9/publish", 404, "not_found")
    await rules.refused("GET", "/versions/0", 422, "invalid_input")


async def test_faults_are_named_all_at_once_and_nothing_is_published(rules: Rules) -> None:
    await rules.add("A", {"do": "handler", "handler": "nobody"}, when={"fact": "channel", "is": "attic"})
    await rules.add("B", {"do": "handler", "handler": "intent", "argument": "refund"})
    await rules.add("C", {"do": "assign", "team": "gold"})
    said = (await rules("GET", "/faults"))["items"]
    refused = await rules.refused("POST", "/publish", 422, "invalid_input")
    for fault in ("no handler 'nobody'", "no channel 'attic'", "no intent 'refund'", "no team 'gold'"):
        assert any(fault in one for one in said), fault
        assert fault in refused
    assert any("'C'" in one and "never reached" in one for one in said)
    assert (await rules("GET"))["live"] is None


async def test_a_text_is_tried_on_the_draft_and_each_rule_explained(rules: Rules) -> None:
    spanish = {"all": [{"fact": "text", "contains": "parcel"}, {"fact": "language", "is": "es"}]}
    await rules.add("Spanish", when=spanish)
    await rules.add("Tagged", {"do": "tag", "tags": ["seen"]}, goes_on=True)
    await rules.add("Off", enabled=False)
    await rules.add("Late", when={"fact": "contact_tag", "is": "gold"})
    found = await rules.tried(text="my parcel", contact_tags=["gold"])
    assert (found["version"], found["answered_by"]) == (None, "Late")
    assert [action["do"] for action in found["actions"]] == ["tag", "reply"]
    notes = {one["rule"]: (one["matched"], one["applied"], one["note"]) for one in found["rules"]}
    assert notes == {
        "Spanish": (False, False, "does not hold"),
        "Tagged": (True, True, "applied"),
        "Off": (True, False, "switched off"),
        "Late": (True, True, "applied"),
    }
    parts = found["rules"][0]["why"]["parts"]
    assert [(part["holds"], part["seen"]) for part in parts] == [(True, "my parcel"), (False, "en")]
    given = {"text": "my parcel", "language": "es-MX", "intent": "refund", "confidence": 0.7}
    spoken = await rules.tried(**given)
    assert (spoken["answered_by"], spoken["seen"]["intent"], spoken["seen"]["confidence"]) == ("Spanish", "refund", 0.7)


async def test_a_published_version_is_tried_beside_the_draft(rules: Rules) -> None:
    await rules.add("Old")
    await rules("POST", "/publish")
    await rules("PUT", "", json={"rules": []})
    assert (await rules.tried(text="hi", version=1))["answered_by"] == "Old"
    assert (await rules.tried(text="hi"))["answered_by"] is None
    await rules.refused("POST", "/try", 404, "not_found", json={"text": "hi", "version": 7})
    await rules.refused("POST", "/try", 422, "invalid_input", json={})
    await rules.refused("POST", "/try", 422, "invalid_input", json={"text": "hi", "weather": "rain"})


async def test_a_message_that_came_is_tried_with_what_is_known_and_nothing_is_sent(rules: Rules, chat: Chat) -> None:
    await chat.say("where is my parcel")
    await chat.answers(1)
    base = f"/tenants/{rules.tenant.code}/conversations"
    (conversation,) = (await rules.desk.api("GET", base))["items"]
    said = (await rules.desk.api("GET", f"{base}/{conversation['id']}/messages"))["items"]
    kinds = {
        "all": [
            {"fact": "channel_kind", "is": "web"},
            {"fact": "text", "contains": "parcel"},
            {"fact": "turns", "is": 1},
        ]
    }
    await rules.add("Web", when=kinds)
    inbound = next(line for line in said if line["direction"] == "inbound")
    assert (await rules.tried(message_id=inbound["id"]))["answered_by"] == "Web"
    assert (await rules.tried(text="a parcel", conversation_id=conversation["id"]))["answered_by"] == "Web"
    assert (await rules.tried(message_id=inbound["id"], turns=5))["answered_by"] is None
    outbound = next(line for line in said if line["direction"] == "outbound")
    await rules.refused("POST", "/try", 404, "not_found", json={"message_id": outbound["id"]})
    after = (await rules.desk.api("GET", f"{base}/{conversation['id']}/messages"))["items"]
    assert len(after) == len(said)


@pytest.mark.parametrize(
    ("scope", "method", "path", "allowed"),
    [
        ("rules:read", "GET", "", True),
        ("rules:read", "POST", "/publish", False),
        ("rules:write", "GET", "", False),
        ("intents:read", "GET", "/versions", False),
    ],
)
async def test_rules_have_scopes_of_their_own(rules: Rules, scope: str, method: str, path: str, allowed: bool) -> None:
    key = await rules.desk.api(
        "POST", f"/tenants/{rules.tenant.code}/keys", status=201, json={"name": "k", "scopes": [scope]}
    )
    answer = await ask(rules.desk, method, f"/api/v1/tenants/{rules.tenant.code}/rules{path}", key["key"])
    assert answer.status == (200 if allowed else 403)

"""Rules tried over the API: what is said there is what a turn would find."""

import json
from typing import Any

import pytest

from frontdesk.core.tenant import Tenant
from tests.installation import Installation
from tests.web.chats import Chat
from tests.web.rulers import SAY, Rules

ASKED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"fact": "intent", "is": "refund"}, {"intent": "refund"}),
    ({"fact": "confidence", "at_least": 0.5, "at_most": 0.8}, {"confidence": 0.6, "intent": "refund"}),
    ({"fact": "entity", "name": "day", "at_least": "2026-12-24"}, {"entities": {"day": "2026-12-25"}}),
    ({"fact": "entity", "name": "size", "is": ["L"]}, {"entities": {"size": ["S", "L"]}}),
    ({"fact": "language", "is": "es"}, {"language": "es-MX"}),
    ({"fact": "message", "is": "image"}, {"message": "image"}),
    ({"fact": "sentiment", "at_most": -0.5}, {"sentiment": -0.6}),
    ({"fact": "channel", "is": "shop"}, {"channel": "shop"}),
    ({"fact": "channel_kind", "is": "web"}, {"channel_kind": "web"}),
    ({"fact": "date", "is": "2026-12-24"}, {"now": "2026-12-24T20:00:00Z"}),
    ({"fact": "time", "at_least": "18:00", "at_most": "08:00"}, {"now": "2026-12-24T20:00:00+00:00"}),
    ({"fact": "weekday", "is": "thursday"}, {"now": "2026-12-24T20:00:00Z"}),
    ({"fact": "contact_name", "contains": "ada"}, {"contact_name": "Ada Lovelace"}),
    ({"fact": "contact_field", "name": "plan", "is": "gold"}, {"contact_fields": {"plan": "Gold"}}),
    ({"fact": "contact_tag", "is": "vip"}, {"contact_tags": ["vip"]}),
    ({"fact": "opted_out", "is": True}, {"opted_out": True}),
    ({"fact": "new_contact", "is": False}, {"new_contact": False}),
    ({"fact": "conversation_tag", "is": "late"}, {"conversation_tags": ["late"]}),
    ({"fact": "group", "is": True}, {"group": True}),
    ({"fact": "turns", "at_least": 3}, {"turns": 3}),
    ({"fact": "misses", "is": 2}, {"misses": 2}),
    ({"fact": "silence", "at_least": 60}, {"silence": 61.5}),
    ({"fact": "mode", "is": "intent"}, {"mode": "intent"}),
    ({"fact": "owner", "is": "human"}, {"owner": "human"}),
    ({"fact": "variable", "name": "step", "at_most": 3}, {"variables": {"step": 2}}),
]


@pytest.fixture
def rules(installation: Installation, tenant: Tenant) -> Rules:
    return Rules(installation, tenant)


async def test_each_fact_can_be_given_and_is_explained(rules: Rules) -> None:
    written = [{"name": f"{n}", "when": when, "then": [SAY], "goes_on": True} for n, (when, _) in enumerate(ASKED)]
    await rules("PUT", "", json={"rules": written})
    for number, (when, given) in enumerate(ASKED):
        one = (await rules.tried(text="xyzzy", **given))["rules"][number]
        assert one["matched"], (when, given, one)
        assert one["why"]["wanted"].startswith(when["fact"])
        assert one["why"]["seen"] not in ("", "not known")


async def test_a_message_without_words_is_tried_by_its_kind(rules: Rules) -> None:
    assert await rules.held({"fact": "message", "is": "location"}, message="location")
    detail = await rules.refused("POST", "/try", 422, "invalid_input", json={"message": "photo"})
    assert "image" in detail
    assert "`message`" in await rules.refused("POST", "/try", 422, "invalid_input", json={"turns": 3})


async def test_reactions_are_seen_only_by_rules_that_ask_for_the_kind_as_in_a_turn(rules: Rules) -> None:
    await rules.add("Always")
    await rules.add("Reactions", when={"fact": "message", "is": "reaction"})
    found = await rules.tried(message="reaction")
    assert found["answered_by"] == "Reactions"
    notes = {one["rule"]: (one["applied"], one["note"]) for one in found["rules"]}
    assert notes["Reactions"] == (True, "applied")
    assert notes["Always"][0] is False
    assert "only rules that ask for `message`" in notes["Always"][1]


async def test_how_a_text_is_said_is_heard(rules: Rules) -> None:
    bad = {"fact": "sentiment", "at_most": -0.3}
    assert await rules.held(bad, text="this is terrible, I hate it")
    assert not await rules.held(bad, text="this is wonderful, I love it")
    assert not await rules.held(bad, text="this is terrible, I hate it", message="button_reply")


async def test_entities_are_those_a_turn_looks_for(rules: Rules) -> None:
    knows = {"fact": "entity", "name": "email", "exists": True}
    assert not await rules.held(knows, text="write to ada@example.org")
    changed = {"settings": {"intents": {"entities": ["email"]}}}
    await rules.desk.api("PUT", f"/tenants/{rules.tenant.code}/settings", json=changed)
    assert await rules.held(knows, text="write to ada@example.org")


async def test_times_have_a_zone_and_numbers_an_end(rules: Rules) -> None:
    when = {"fact": "business_hours", "is": "open"}
    await rules.add("Open", when=when)
    for wrong in ({"now": "2026-12-24T20:00:00"}, {"version": 10**20}, {"confidence": 2}, {"version": 0}):
        await rules.refused("POST", "/try", 422, "invalid_input", json={"text": "hi", **wrong})
    there = (await rules("GET"))["items"][0]
    body = {"name": "Open", "then": [SAY], "version": 10**20}
    assert "version" in await rules.refused("PUT", f"/{there['id']}", 422, "invalid_input", json=body)
    assert "version" in await rules.refused("DELETE", f"/{there['id']}?version={10**20}", 422, "invalid_input")


async def test_every_change_of_the_draft_counts_at_once(rules: Rules) -> None:
    first = await rules.add("First")
    assert (await rules.tried(text="hi"))["answered_by"] == "First"
    second = await rules.add("Second")
    await rules("PUT", "/order", json={"ids": [second["id"], first["id"]]})
    assert (await rules.tried(text="hi"))["answered_by"] == "Second"
    await rules("PUT", f"/{second['id']}", json={"name": "Changed", "then": [SAY]})
    assert (await rules.tried(text="hi"))["answered_by"] == "Changed"
    await rules("DELETE", f"/{second['id']}", status=204)
    assert (await rules.tried(text="hi"))["answered_by"] == "First"


async def test_a_draft_too_large_to_be_published_is_too_large_to_be_tried(rules: Rules) -> None:
    many = {"all": [{"fact": "text", "contains": f"w{number}"} for number in range(100)]}
    written = [{"name": f"R{number}", "when": many, "then": [SAY]} for number in range(101)]
    await rules("PUT", "", json={"rules": written})
    assert "10000" in await rules.refused("POST", "/try", 409, "conflict", json={"text": "hi"})


async def test_what_is_known_in_a_conversation_is_what_a_turn_would_find(rules: Rules, chat: Chat) -> None:
    await chat.say("xyzzy")
    await chat.answers(1)
    (talk,) = (await rules.desk.api("GET", f"/tenants/{rules.tenant.code}/conversations"))["items"]
    here = {"text": "hi", "conversation_id": talk["id"]}
    assert await rules.held({"fact": "misses", "at_least": 1}, **here)
    assert not await rules.held({"fact": "new_contact", "is": True}, **here)
    modes = json.dumps([{"handler": "intent", "state": {"intent": "x", "slots": {"filled": {"size": {"value": "L"}}}}}])
    await rules.sql("UPDATE conversations SET modes = $1, variables = '{\"step\": 1}'", modes)
    assert await rules.held({"fact": "entity", "name": "size", "is": "L"}, **here)
    await rules.sql(
        "WITH one AS (INSERT INTO contacts (name, tags, merged_into) SELECT 'B', '{vip}', contact_id FROM conversations RETURNING 1)"
        " SELECT FROM one"
    )
    assert await rules.held({"fact": "contact_tag", "is": "vip"}, **here), "tags of those merged into the contact"
    await rules.sql("UPDATE conversations SET last_message_at = now() - '2 days'::interval")
    for gone in ({"fact": "mode", "exists": True}, {"fact": "variable", "name": "step", "exists": True}):
        assert not await rules.held(gone, **here), "a new session would begin"
    assert await rules.held({"all": [{"fact": "turns", "is": 0}, {"fact": "silence", "at_least": 86_400}]}, **here)


async def test_what_was_said_in_a_conversation_is_not_for_a_key_that_may_not_read_it(rules: Rules, chat: Chat) -> None:
    await chat.say("my secret")
    await chat.answers(1)
    base = f"/tenants/{rules.tenant.code}"
    (talk,) = (await rules.desk.api("GET", f"{base}/conversations"))["items"]
    said = (await rules.desk.api("GET", f"{base}/conversations/{talk['id']}/messages"))["items"]
    inbound = next(line for line in said if line["direction"] == "inbound")
    made = await rules.desk.api("POST", f"{base}/keys", status=201, json={"name": "k", "scopes": ["rules:read"]})
    for body in ({"message_id": inbound["id"]}, {"text": "x", "conversation_id": talk["id"]}):
        detail = await rules.refused("POST", "/try", 403, "forbidden", key=made["key"], json=body)
        assert "conversations:read" in detail
    assert (await rules.tried(message_id=inbound["id"]))["seen"]["message"] == "text"

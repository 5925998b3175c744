"""Utterances, synonyms, regexes and lookups over the API, and whole files in and out."""

import io
from typing import Any

import pytest

from frontdesk.services.tenants import tenancy
from frontdesk.store.db import Databases
from frontdesk.understanding.intents import csv, rasa
from tests.web.intents import ADMIN, Api
from tests.web.lines import Line, ask

YAML = {"content-type": "application/yaml"}
NOWHERE = "00000000-0000-0000-0000-000000000000"
FILE = """
nlu:
- intent: greet
  examples: |
    - hello [Ada](name)
    - hi
- intent: go
  examples: |
    - to [NYC]{"entity": "city", "value": "New York"}
- synonym: New York
  examples: |
    - NYC
"""


async def said(api: Api, intent: str, *items: dict[str, Any]) -> dict[str, Any]:
    return dict(await api("POST", f"/{intent}/utterances", status=201, json={"items": items}))


async def texts(api: Api, intent: str, **params: Any) -> list[str]:
    page = await api("GET", f"/{intent}/utterances", params=params)
    return [item["text"] for item in page["items"]]


async def test_several_utterances_are_added_once_each(api: Api) -> None:
    intent = (await api.add(name="go"))["id"]
    first = await said(api, intent, {"text": "  to [Rome](city) "}, {"text": "home"}, {"text": "home"})
    assert (len(first["ids"]), first["known"]) == (2, 1)
    assert await said(api, intent, {"text": "home"}) == {"ids": [], "known": 1}
    page = await api("GET", f"/{intent}/utterances")
    rome, home = page["items"]
    assert (rome["text"], rome["entities"]) == ("to Rome", [{"start": 3, "end": 7, "entity": "city"}])
    assert (home["source"], home["created_by"], home["message_id"]) == ("written", "admin", None)
    assert (await api("GET", f"/{intent}"))["utterances"] == 2


async def test_entities_may_be_given_by_their_places(api: Api) -> None:
    intent = (await api.add(name="go"))["id"]
    mark = {"start": 3, "end": 7, "entity": "city", "role": "to"}
    await said(api, intent, {"text": "to Rome [x](y)", "entities": [mark]})
    (found,) = (await api("GET", f"/{intent}/utterances"))["items"]
    assert (found["text"], found["entities"]) == ("to Rome [x](y)", [mark])
    exported = rasa.read(await api("GET", "/export"))
    assert [(said.text, len(said.entities)) for said in exported.utterances] == [("to Rome [x](y)", 1)]


async def test_utterances_are_paged_searched_and_removed(api: Api) -> None:
    intent = (await api.add(name="count"))["id"]
    ids = (await said(api, intent, *({"text": f"Number {n}"} for n in range(5))))["ids"]
    found: list[str] = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        page = await api("GET", f"/{intent}/utterances", params=params)
        found += [item["id"] for item in page["items"]]
        if not page["next"]:
            break
        params["cursor"] = page["next"]
    assert found == ids
    assert await texts(api, intent, q="NUMBER 3") == ["Number 3"]
    await api("DELETE", f"/{intent}/utterances/{ids[3]}", status=204)
    await api.refused("DELETE", f"/{intent}/utterances/{ids[3]}", 404, "not_found")
    assert len(await texts(api, intent)) == 4


async def test_a_real_message_is_added_to_training_with_its_origin(line: Line) -> None:
    api = Api(line.desk, line.tenant)
    await line.say("can [somebody](x) help me?")
    await line.answers(1)
    inbound = next(message for message in await line.messages() if message["direction"] == "inbound")
    outbound = next(message for message in await line.messages() if message["direction"] == "outbound")
    intent = (await api.add(name="help"))["id"]
    await said(api, intent, {"message_id": inbound["id"]})
    (found,) = (await api("GET", f"/{intent}/utterances"))["items"]
    assert (found["text"], found["source"], found["message_id"]) == (
        "can somebody help me?",
        "message",
        inbound["id"],
    )
    for message, status, code, words in (
        (outbound["id"], 422, "invalid_input", "is one of ours"),
        (NOWHERE, 404, "not_found", "no message"),
    ):
        body = {"items": [{"message_id": message}]}
        assert words in await api.refused("POST", f"/{intent}/utterances", status, code, json=body)


async def test_a_message_counts_with_its_text_in_the_working_language(line: Line) -> None:
    api = Api(line.desk, line.tenant)
    await line.say("मदद चाहिए")
    await line.answers(1)
    (message,) = [message for message in await line.messages() if message["direction"] == "inbound"]
    async with (await line.desk.app.get(Databases)).tenant(tenancy(line.tenant)) as tx:
        await tx.execute("UPDATE messages SET working_text = 'I need help' WHERE id = $1", message["id"])
    intent = (await api.add(name="help"))["id"]
    await said(api, intent, {"message_id": message["id"]})
    assert await texts(api, intent) == ["I need help"]
    async with (await line.desk.app.get(Databases)).tenant(tenancy(line.tenant)) as tx:
        await tx.execute("UPDATE messages SET working_text = NULL, text = NULL WHERE id = $1", message["id"])
    body = {"items": [{"message_id": message["id"]}]}
    assert "has no text" in await api.refused("POST", f"/{intent}/utterances", 422, "invalid_input", json=body)


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        ({}, "either `text` or `message_id`"),
        ({"text": "a", "message_id": NOWHERE}, "either `text` or `message_id`"),
        ({"text": " "}, "is empty"),
        ({"text": "x" * 5001}, "5000"),
        ({"text": "ab", "entities": [{"start": 1, "end": 3, "entity": "x"}]}, "stands outside of 'ab'"),
        ({"text": "ab", "entities": [{"start": 1, "end": 1, "entity": "x"}]}, "stands outside"),
        ({"text": "ab", "nobody": 1}, "nobody"),
    ],
)
async def test_what_is_no_utterance_is_said(api: Api, item: dict[str, Any], fault: str) -> None:
    intent = (await api.add(name="go"))["id"]
    body = {"items": [{"text": "fine"}, item]}
    assert fault in await api.refused("POST", f"/{intent}/utterances", 422, "invalid_input", json=body)
    assert await texts(api, intent) == []


async def test_synonyms_regexes_and_lookups_are_set_listed_and_removed(api: Api) -> None:
    made = await api("PUT", "/training/synonyms/and/or", json={"examples": ["either"]})
    assert made == {"name": "and/or", "examples": ["either"]}
    await api("PUT", "/training/synonyms/and/or", json={"examples": ["either", "both"]})
    await api("PUT", "/training/regexes/number", json={"examples": [r"\d+"]})
    await api("PUT", "/training/lookups/city", json={"examples": ["Rome"]})
    assert (await api("GET", "/training/synonyms"))["items"] == [{"name": "and/or", "examples": ["either", "both"]}]
    data = rasa.read(await api("GET", "/export"))
    assert (data.synonyms, data.regexes, data.lookups) == (
        {"either": "and/or", "both": "and/or"},
        {"number": (r"\d+",)},
        {"city": ("Rome",)},
    )
    await api("DELETE", "/training/synonyms/and/or", status=204)
    await api.refused("DELETE", "/training/synonyms/and/or", 404, "not_found")
    assert (await api("GET", "/training/synonyms"))["items"] == []


async def test_a_file_goes_in_and_comes_out(api: Api) -> None:
    changes = await api("POST", "/import", data=FILE.encode(), headers=YAML)
    assert changes["intents_added"] == ["greet", "go"]
    assert changes["utterances"] == {"added": 3, "changed": 0, "removed": 0}
    assert rasa.read(await api("GET", "/export")) == rasa.read(FILE)
    rows = csv.read(await api("GET", "/export", params={"form": "csv"}))
    assert rows.utterances == rasa.read(FILE).utterances
    again = await api("POST", "/import", data=FILE.encode(), headers=YAML, params={"mode": "replace"})
    assert again["utterances"] == {"added": 0, "changed": 0, "removed": 0}


async def test_csv_goes_in_and_a_dry_run_changes_nothing(api: Api) -> None:
    asked = {"data": b"text;intent\nhi;greet\nhi;greet\n", "headers": {"content-type": "text/csv; charset=utf-8"}}
    would = await api("POST", "/import", params={"dry_run": "true"}, **asked)
    assert (would["intents_added"], would["utterances"]["added"], would["repeated"]) == (["greet"], 1, 1)
    assert (await api("GET"))["items"] == []
    assert await api("POST", "/import", **asked) == would


@pytest.mark.parametrize(
    ("content", "kind", "status", "code", "fault"),
    [
        (b"a: b", "text/plain", 415, "unsupported_media_type", "application/yaml"),
        (b"nlu: [", "application/yaml", 400, "malformed_payload", "no YAML: line 1"),
        (b"\xff", "text/csv", 400, "malformed_payload", "not UTF-8"),
        (b"a,b\n", "text/csv", 400, "malformed_payload", "`text` and `intent`"),
        (b"nlu: []", "application/yaml", 422, "invalid_input", "holds no training data"),
        (b"", "application/yaml", 400, "malformed_payload", "mapping"),
        (b'nlu: [{intent: "/x"}]', "application/yaml", 422, "invalid_input", "can't be named '/x'"),
        (b"a: &a [*a]", "application/yaml", 400, "malformed_payload", ""),
    ],
)
async def test_what_is_no_training_data_is_said(
    api: Api, content: bytes, kind: str, status: int, code: str, fault: str
) -> None:
    words = await api.refused("POST", "/import", status, code, data=content, headers={"content-type": kind})
    assert fault in words
    assert (await api("GET"))["items"] == []


async def test_a_file_over_the_limit_is_refused(api: Api) -> None:
    address = f"/api/v1/tenants/{api.tenant.code}/intents/import"
    answer = await ask(api.desk, "POST", address, ADMIN, data=io.BytesIO(b"#" * 4_200_000), headers=YAML)
    answer.problem(413, "payload_too_large")

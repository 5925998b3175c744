"""Versions of the intents over the API: trained by a worker, measured, promoted, taken back, switched off, and tried."""

from typing import Any

import pytest

from frontdesk.store.db import Databases
from tests.understanding.intents.sentences import some
from tests.web.intents import Api
from tests.web.lines import until

BOOK = {
    "name": "pizza",
    "patterns": [{"kind": "regex", "expression": r"\bmargherita\b"}],
    "slots": [{"name": "size", "kind": "list", "options": [{"value": "large"}, {"value": "small"}]}],
}


async def taught(api: Api, **first: Any) -> None:
    """Give the tenant five intents with utterances, the first one of them as defined here."""
    rows: dict[str, list[dict[str, str]]] = {}
    for utterance in some():
        rows.setdefault(utterance.intent, []).append({"text": utterance.text})
    for name, items in rows.items():
        made = await api.add(**(first if name == first.get("name") else {"name": name}))
        await api("POST", f"/{made['id']}/utterances", status=201, json={"items": items})


async def ready(api: Api, *, promote: bool = False) -> dict[str, Any]:
    """Train a version and return it once it is ready."""
    version = (await api("POST", "/models", status=202, json={"promote": promote}))["version"]

    async def ended() -> dict[str, Any] | None:
        found = await api("GET", f"/models/{version}")
        return dict(found) if found["status"] in ("ready", "failed") else None

    found = await until(ended, 60)
    assert found
    return found


async def live(api: Api) -> list[int]:
    return [version["version"] for version in (await api("GET", "/models"))["items"] if version["is_live"]]


async def test_a_version_is_trained_measured_and_promoted(api: Api) -> None:
    await taught(api)
    first = await ready(api)
    assert (first["version"], first["status"], first["is_live"], first["error"]) == (1, "ready", False, None)
    assert first["wanted_by"] == "admin"
    assert first["metrics"]["utterances"] == len(some())
    assert first["metrics"]["held_out"]["accuracy"] > 0.5
    assert set(first["metrics"]["intents"]) == {utterance.intent for utterance in some()}
    assert await live(api) == []
    assert await api("POST", "/models/1/promote") == {"version": 1}
    assert await live(api) == [1]


async def test_versions_are_taken_back_one_by_one_and_switched_off(api: Api) -> None:
    await taught(api)
    for _ in range(2):
        assert (await ready(api, promote=True))["is_live"]
    assert await api("POST", "/models/none") == {"version": None}
    assert await live(api) == []
    assert await api("POST", "/models/rollback") == {"version": 2}
    assert await api("POST", "/models/rollback") == {"version": 1}
    assert await live(api) == [1]
    history = (await api("GET", "/models/promotions"))["items"]
    assert [(entry["version"], entry["is_rollback"]) for entry in history] == [
        (1, True),
        (2, True),
        (None, False),
        (2, False),
        (1, False),
    ]
    assert {entry["promoted_by"] for entry in history} == {"admin"}
    page = await api("GET", "/models", params={"limit": 1})
    assert [item["version"] for item in page["items"]] == [2]
    assert [item["version"] for item in (await api("GET", "/models", params={"cursor": page["next"]}))["items"]] == [1]


async def test_what_cant_be_trained_promoted_or_taken_back_is_said(api: Api) -> None:
    assert "has no intents" in await api.refused("POST", "/models", 422, "invalid_input", json={})
    await api.refused("GET", "/models/9", 404, "not_found")
    await api.refused("POST", "/models/9/promote", 404, "not_found")
    await api.refused("POST", "/models/rollback", 409, "conflict")
    await api.refused("POST", "/try", 404, "not_found", json={"text": "hi", "version": 9})
    await api.add(name="alone")
    failed = await ready(api)
    assert failed["status"] == "failed"
    assert failed["error"]
    assert "could not be trained" in await api.refused("POST", "/models/1/promote", 409, "conflict")
    assert "is failed" in await api.refused("POST", "/try", 409, "conflict", json={"text": "hi", "version": 1})


async def test_a_text_is_tried_on_the_live_version_and_on_another(api: Api) -> None:
    nothing = await api("POST", "/try", json={"text": "a large pizza please"})
    assert (nothing["version"], nothing["intent"], nothing["by"]) == (None, None, "nothing")
    name = some()[0].intent
    await taught(api, **{**BOOK, "name": name})
    await ready(api, promote=True)
    said = await api("POST", "/try", json={"text": some()[0].text})
    assert (said["version"], said["intent"], said["by"], said["language"]) == (1, name, "classifier", None)
    assert said["ranking"][0] == {"intent": name, "confidence": said["confidence"]}
    assert said["why"]["accepted"] is True
    by_pattern = await api("POST", "/try", json={"text": "one Large margherita", "version": 1})
    assert (by_pattern["intent"], by_pattern["by"], by_pattern["confidence"]) == (name, "pattern", 1.0)
    assert by_pattern["pattern"] == r"\bmargherita\b"
    (size,) = by_pattern["entities"]
    assert (size["kind"], size["value"], size["detail"]["name"]) == ("list", "large", "size")


async def test_a_text_is_tried_with_its_language_and_the_kinds_looked_for_everywhere(api: Api) -> None:
    settings = {"languages": ["en", "es"], "intents": {"entities": ["email"]}}
    await api.desk.api("PUT", f"/tenants/{api.tenant.code}/settings", json={"settings": settings})
    found = await api("POST", "/try", json={"text": "quiero escribir a ana@example.org por favor"})
    assert found["language"]["language"] == "es"
    assert [entity["value"] for entity in found["entities"]] == ["ana@example.org"]


async def test_a_version_keeps_what_was_written_when_it_was_asked_for(api: Api, databases: Databases) -> None:
    await taught(api)
    await ready(api, promote=True)
    for item in (await api("GET"))["items"]:
        await api("DELETE", f"/{item['id']}", status=204)
    assert (await api("POST", "/try", json={"text": some()[0].text}))["intent"] == some()[0].intent


@pytest.mark.parametrize("path", ["/models/0", "/models/x", "/models/99999999999"])
async def test_what_is_no_version_is_said(api: Api, path: str) -> None:
    await api.refused("GET", path, 422, "invalid_input")

"""Tasks over the API: made, found, changed under their version, told to their contact; and what is refused."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from frontdesk.core.topics import desk_topic
from frontdesk.live import Live
from frontdesk.services.provisioning import Provisioning
from frontdesk.services.tenants import tenancy
from frontdesk.store.db import Databases
from tests.web.lines import Line, ask, until
from tests.web.test_api_contacts import NOWHERE, met, refused

ADMIN = "an-operators-key"
SOON = "2030-01-03T16:00:00Z"


async def make(line: Line, title: str = "Call the lab", **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = await line.api("POST", "/tasks", status=201, json={"title": title, **fields})
    return made


async def change(line: Line, task: dict[str, Any], **fields: Any) -> dict[str, Any]:
    changed: dict[str, Any] = await line.api("PATCH", f"/tasks/{task['id']}", json=fields)
    return changed


async def listed(line: Line, **params: Any) -> list[int]:
    return [task["number"] for task in (await line.api("GET", "/tasks", params=params))["items"]]


async def test_a_task_is_made_shown_changed_and_removed(line: Line) -> None:
    steps = [{"text": "find the number", "done": True}, {"text": "call", "done": False}]
    task = await make(line, "  Call the lab ", due_at=SOON, details="By phone.", checklist=steps)
    assert (task["title"], task["status"], task["version"], task["created_by"]) == ("Call the lab", "open", 1, "admin")
    assert (task["due_at"], task["checklist"]) == (SOON, steps)
    changed = await change(line, task, status="doing", version=1)
    assert (changed["status"], changed["version"], changed["title"]) == ("doing", 2, "Call the lab")
    done = await change(line, task, status="done")
    assert done["done_at"] is not None
    shown = await line.api("GET", f"/tasks/{task['id']}")
    assert shown == {key: value for key, value in done.items() if key != "following"}
    await line.api("DELETE", f"/tasks/{task['id']}", status=204)
    await refused(line, "GET", f"/tasks/{task['id']}", 404, "not_found")
    await refused(line, "DELETE", f"/tasks/{task['id']}", 404, "not_found")


async def test_numbers_count_up_in_each_tenant(line: Line) -> None:
    one, two = await make(line), await make(line)
    assert (one["number"], two["number"]) == (1, 2)
    await line.api("DELETE", f"/tasks/{two['id']}", status=204)
    assert (await make(line))["number"] == 3, "a button of the one removed must not name another"


async def test_a_change_of_another_version_is_refused(line: Line) -> None:
    task = await make(line)
    await change(line, task, title="Call them", version=1)
    why = await refused(line, "PATCH", f"/tasks/{task['id']}", 409, "conflict", json={"title": "x", "version": 1})
    assert "version 2" in why
    assert (await change(line, task, title="Call them"))["version"] == 2, "nothing changed"


async def test_of_changes_at_the_same_time_one_wins(line: Line) -> None:
    task = await make(line)
    path = f"/api/v1/tenants/{line.tenant.code}/tasks/{task['id']}"
    bodies = [{"title": f"title {number}", "version": 1} for number in range(8)]
    answers = await asyncio.gather(*(ask(line.desk, "PATCH", path, ADMIN, json=body) for body in bodies))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    assert (await line.api("GET", f"/tasks/{task['id']}"))["version"] == 2


async def test_what_can_not_follow_is_refused(line: Line) -> None:
    task = await make(line)
    await change(line, task, status="cancelled")
    why = await refused(line, "PATCH", f"/tasks/{task['id']}", 409, "conflict", json={"status": "done"})
    assert "task 1 is cancelled: it can become open" in why


@pytest.mark.parametrize(
    "body",
    [
        {"title": ""},
        {"title": "   "},
        {"title": "x" * 201},
        {"title": "x", "due_at": "2030-01-03T16:00:00"},
        {"title": "x", "due_at": "0001-01-01T00:00:00+14:00"},
        {"title": "x", "checklist": [{"text": ""}]},
        {"title": "x", "checklist": [{"text": "y", "colour": "red"}]},
        {"title": "x", "follow_up": {}},
        {"title": "x", "follow_up": {"task": {"title": ""}}},
        {},
    ],
)
async def test_what_is_no_task_is_refused(line: Line, body: dict[str, Any]) -> None:
    await refused(line, "POST", "/tasks", 422, "invalid_input", json=body)


@pytest.mark.parametrize("field", ["contact_id", "agent_id", "conversation_id"])
async def test_it_names_only_what_is_there(line: Line, field: str) -> None:
    body = {"title": "x", field: NOWHERE}
    assert field.split("_", maxsplit=1)[0] in await refused(line, "POST", "/tasks", 404, "not_found", json=body)
    task = await make(line)
    await refused(line, "PATCH", f"/tasks/{task['id']}", 404, "not_found", json={field: NOWHERE})


async def test_odd_text_is_kept_as_it_can_be(line: Line) -> None:
    task = await make(line, "nul \0 and \ud800", checklist=[{"text": "a \0"}], tell=False)
    assert task["title"] == "nul \ufffd and \ufffd"
    assert task["checklist"][0]["text"] == "a \ufffd"


async def test_tasks_are_found_by_status_contact_and_due_date(line: Line) -> None:
    (contact,) = await met(line, 5550001)
    await make(line, "one", contact_id=contact["id"], tell=False)
    await make(line, "two", due_at=SOON)
    await change(line, await make(line, "three"), status="done")
    assert await listed(line) == [3, 2, 1]
    assert await listed(line, status="done") == [3]
    assert await listed(line, status=["open", "doing"]) == [2, 1]
    assert await listed(line, contact_id=contact["id"]) == [1]
    assert await listed(line, due_before="2031-01-01T00:00:00Z") == [2]
    assert await listed(line, due_from="2031-01-01T00:00:00Z") == []
    assert await listed(line, agent_id=NOWHERE) == []
    await refused(line, "GET", "/tasks?status=lost", 422, "invalid_input")
    await refused(line, "GET", "/tasks?due_from=2031-01-01T00:00:00", 422, "invalid_input")


async def test_tasks_are_paged(line: Line) -> None:
    for number in range(5):
        await make(line, f"task {number}")
    found, params = [], {"limit": 2}
    while True:
        page = await line.api("GET", "/tasks", params=params)
        found += [task["number"] for task in page["items"]]
        if not page["next"]:
            break
        params["cursor"] = page["next"]
    assert found == [5, 4, 3, 2, 1]


async def test_comments_and_events_are_kept_in_order(line: Line) -> None:
    task = await make(line)
    for text in ("no answer", "busy"):
        await line.api("POST", f"/tasks/{task['id']}/comments", status=201, json={"text": text})
    await change(line, task, title="Call again")
    comments = await line.api("GET", f"/tasks/{task['id']}/comments", params={"limit": 1})
    assert [(item["author"], item["text"]) for item in comments["items"]] == [("admin", "no answer")]
    params = {"cursor": comments["next"]}
    comments = await line.api("GET", f"/tasks/{task['id']}/comments", params=params)
    assert [item["text"] for item in comments["items"]] == ["busy"]
    events = (await line.api("GET", f"/tasks/{task['id']}/events"))["items"]
    assert [event["kind"] for event in events] == ["created", "commented", "commented", "changed"]
    assert events[-1]["changes"] == {"title": ["Call the lab", "Call again"]}
    body = {"text": "x"}
    await refused(line, "POST", f"/tasks/{NOWHERE}/comments", 404, "not_found", json=body)
    await refused(line, "GET", f"/tasks/{NOWHERE}/events", 404, "not_found")


async def test_the_contact_is_told_what_concerns_them(line: Line) -> None:
    (contact,) = await met(line, 5550001)
    before = len(line.bot.texts)
    task = await make(line, contact_id=contact["id"], due_at=SOON)
    await change(line, task, details="By phone.")
    await change(line, task, due_at=None)
    await change(line, task, status="done", tell=False)
    await change(line, task, status="open")
    await line.settled()
    assert line.bot.texts[before:] == [
        "New task 1: Call the lab (2030-01-03 16:00)",
        "Task 1 has no due date any more: Call the lab",
        "Task 1 is open again: Call the lab",
    ]


async def test_who_wants_no_messages_gets_none(line: Line) -> None:
    (contact,) = await met(line, 5550001)
    await line.say("stop")
    await line.answers(2)
    before = len(line.bot.texts)
    await make(line, contact_id=contact["id"])
    await line.settled()
    assert line.bot.texts[before:] == []
    assert (await line.messages())[-1]["status"] == "refused"


async def test_when_it_is_done_what_follows_happens_once(line: Line) -> None:
    (contact,) = await met(line, 5550001)
    after = {"message": "Come by for the result.", "task": {"title": "Fetch it", "due_in_days": 2}}
    task = await make(line, contact_id=contact["id"], follow_up=after, tell=False)
    before = len(line.bot.texts)
    done = await change(line, task, status="done", tell=False)
    following = done["following"]
    assert (following["title"], following["number"], following["contact_id"]) == ("Fetch it", 2, contact["id"])
    due = datetime.fromisoformat(following["due_at"]) - datetime.now(UTC)
    assert timedelta(days=1, hours=23) < due <= timedelta(days=2)
    assert (await change(line, task, status="done"))["following"] is None
    await line.settled()
    assert line.bot.texts[before:] == ["Come by for the result."]


async def test_done_twice_at_once_what_follows_happens_once(line: Line) -> None:
    (contact,) = await met(line, 5550001)
    after = {"message": "Come by for the result.", "task": {"title": "Fetch it"}}
    task = await make(line, contact_id=contact["id"], follow_up=after, tell=False)
    before = len(line.bot.texts)
    found = await asyncio.gather(*(change(line, task, status="done", tell=False) for _ in range(5)))
    assert sum(each["following"] is not None for each in found) == 1
    await line.settled()
    assert line.bot.texts[before:] == ["Come by for the result."]
    assert await listed(line) == [2, 1]


async def test_who_is_given_anothers_task_hears_of_it_and_not_the_other(line: Line) -> None:
    one, two = await met(line, 5550001, 5550002)
    (talk,) = [each for each in (await line.api("GET", "/conversations"))["items"] if each["contact_id"] == one["id"]]
    task = await make(line, contact_id=one["id"], conversation_id=talk["id"], tell=False)
    await change(line, task, contact_id=two["id"])
    await line.settled()
    (sent,) = [call for call in line.bot.calls if "New task 1" in str(call.fields.get("text"))]
    assert str(sent.fields["chat_id"]) == "5550002"


async def test_the_desk_hears_of_every_change(line: Line) -> None:
    live = await line.desk.app.get(Live)
    async with live.client.pubsub() as heard:
        await heard.subscribe(desk_topic(line.tenant.code))
        task = await make(line)
        await change(line, task, status="doing")
        await line.api("POST", f"/tasks/{task['id']}/comments", status=201, json={"text": "no answer"})
        await line.api("DELETE", f"/tasks/{task['id']}", status=204)
        words: list[Any] = []

        async def all_four() -> bool:
            word = await heard.get_message(ignore_subscribe_messages=True, timeout=0.1)
            words.extend([json.loads(word["data"])] if word else [])
            return len(words) == 4

        await until(all_four)
    assert words == [{"event": "task", "tasks": [{"id": task["id"], "number": 1}]}] * 4


async def test_another_tenant_sees_nothing_of_it(line: Line, databases: Databases) -> None:
    task = await make(line)
    provisioning = await line.desk.app.get(Provisioning)
    other = await provisioning.create_tenant(f"{line.tenant.code}x", "Other", actor="tests")
    path = f"/api/v1/tenants/{other.code}/tasks"
    assert (await ask(line.desk, "GET", path, ADMIN)).json["items"] == []
    for method, body in (("GET", None), ("PATCH", {"title": "x"}), ("DELETE", None)):
        (await ask(line.desk, method, f"{path}/{task['id']}", ADMIN, json=body)).problem(404, "not_found")
    async with databases.tenant(tenancy(other)) as tx:
        assert await tx.fetchval("SELECT count(*) FROM tasks") == 0


async def test_a_key_needs_the_scope(line: Line) -> None:
    made = await line.api("POST", "/keys", status=201, json={"name": "r", "scopes": ["tasks:read"]})
    path = f"/api/v1/tenants/{line.tenant.code}/tasks"
    assert (await ask(line.desk, "GET", path, made["key"])).status == 200
    (await ask(line.desk, "POST", path, made["key"], json={"title": "x"})).problem(403, "forbidden")


async def test_every_change_stands_in_the_audit_trail(line: Line, databases: Databases) -> None:
    task = await make(line)
    await change(line, task, status="done")
    await line.api("DELETE", f"/tasks/{task['id']}", status=204)
    async with databases.platform() as tx:
        rows = await tx.fetch("SELECT action FROM frontdesk.audit WHERE subject = $1 ORDER BY id", task["id"])
    assert [row["action"] for row in rows] == ["task.add", "task.change", "task.remove"]

"""Reminders over the API, and what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from frontdesk.core.reminders import MOST_ACTIVE
from frontdesk.services.tenants import tenancy
from frontdesk.store.db import Databases
from tests.web.lines import Line
from tests.web.test_api_contacts import NOWHERE, met, refused

DAILY = {"zone": "Europe/Madrid", "first": "2026-12-01T08:00", "rule": "FREQ=DAILY", "times": ["08:00", "20:00"]}


async def a_talk(line: Line) -> dict[str, Any]:
    await met(line, 7001)
    talk: dict[str, Any] = (await line.api("GET", "/conversations"))["items"][0]
    return talk


async def make(line: Line, talk: dict[str, Any], **fields: Any) -> dict[str, Any]:
    body = {"conversation_id": talk["id"], "text": "take the pills", "schedule": DAILY, **fields}
    made: dict[str, Any] = await line.api("POST", "/reminders", status=201, json=body)
    return made


async def test_a_reminder_is_made_shown_changed_put_off_and_removed(line: Line) -> None:
    talk = await a_talk(line)
    made = await make(line, talk)
    path = f"/reminders/{made['id']}"
    assert (made["text"], made["status"], made["contact_id"]) == ("take the pills", "active", talk["contact_id"])
    assert (made["fires"], made["made_by"]) == ([], "admin")
    assert made["wakes_at"].endswith((":00:00Z", ":00:00+00:00"))
    changed = await line.api("PATCH", path, json={"schedule": {"first": "2030-05-01T09:30"}})
    assert (changed["wakes_at"], changed["schedule"]["zone"]) == ("2030-05-01T07:30:00Z", "Europe/Madrid")
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    assert (await line.api("POST", f"{path}/snooze", json={"until": until}))["snoozed"] is not None
    ended = await line.api("PATCH", path, json={"status": "cancelled"})
    assert (ended["status"], ended["wakes_at"]) == ("cancelled", None)
    assert [one["id"] for one in (await line.api("GET", "/reminders?status=cancelled"))["items"]] == [made["id"]]
    await line.api("DELETE", path, status=204)
    await refused(line, "GET", path, 404, "not_found")


@pytest.mark.parametrize(
    "schedule",
    [{"first": "soon"}, {"first": "2020-01-01T08:00"}, {"zone": "Mars", "first": "2030-01-01T08:00"}, {}, {"x": 1}],
)
async def test_a_schedule_that_cannot_be_is_refused(line: Line, schedule: dict[str, Any]) -> None:
    talk = await a_talk(line)
    body = {"conversation_id": talk["id"], "text": "x", "schedule": schedule}
    await refused(line, "POST", "/reminders", 422, "invalid_input", json=body)
    body = {"conversation_id": NOWHERE, "text": "x", "schedule": DAILY}
    await refused(line, "POST", "/reminders", 404, "not_found", json=body)


async def test_channels_are_kinds_or_names_the_tenant_has(line: Line) -> None:
    talk = await a_talk(line)
    made = await make(line, talk, channels=["whatsapp", line.channel.name])
    assert made["channels"] == ["whatsapp", line.channel.name]
    path = f"/reminders/{made['id']}"
    assert (await line.api("PATCH", path, json={"text": "now"}))["channels"] == made["channels"]
    changed = await line.api("PATCH", path, json={"channels": ["telegram"]})
    assert (changed["channels"], changed["text"], changed["wakes_at"]) == (["telegram"], "now", made["wakes_at"])
    assert (await line.api("PATCH", path, json={"channels": []}))["channels"] == []
    (listed,) = (await line.api("GET", "/reminders"))["items"]
    assert listed["channels"] == []
    for wrong in (["pigeon"], [""], ["telegram"] * 11, "telegram", [1], ["x\x00"]):
        await refused(line, "PATCH", path, 422, "invalid_input", json={"channels": wrong})
    body = {"conversation_id": talk["id"], "text": "x", "schedule": DAILY, "channels": ["pigeon"]}
    assert "pigeon" in await refused(line, "POST", "/reminders", 422, "invalid_input", json=body)


async def test_new_words_do_not_wake_what_is_over_and_a_new_schedule_does(line: Line) -> None:
    made = await make(line, await a_talk(line))
    path = f"/reminders/{made['id']}"
    await line.api("PATCH", path, json={"status": "cancelled"})
    changed = await line.api("PATCH", path, json={"text": "other words"})
    assert (changed["text"], changed["status"], changed["wakes_at"]) == ("other words", "cancelled", None)
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    await refused(line, "POST", f"{path}/snooze", 409, "conflict", json={"until": until})
    changed = await line.api("PATCH", path, json={"schedule": DAILY})
    assert (changed["status"], changed["wakes_at"]) == ("active", made["wakes_at"])


async def test_an_empty_schedule_is_refused_and_changes_nothing(line: Line) -> None:
    made = await make(line, await a_talk(line))
    await refused(line, "PATCH", f"/reminders/{made['id']}", 422, "invalid_input", json={"schedule": {}})
    assert (await line.api("GET", f"/reminders/{made['id']}"))["schedule"] == made["schedule"]


async def test_a_reminder_belongs_to_whom_the_conversation_is_with(line: Line) -> None:
    talk = await a_talk(line)
    assert (await make(line, talk, contact_id=NOWHERE))["contact_id"] == talk["contact_id"]


async def test_nobody_has_more_active_reminders_than_they_could_look_through(line: Line) -> None:
    talk = await a_talk(line)
    async with (await line.desk.app.get(Databases)).tenant(tenancy(line.tenant)) as tx:
        await tx.execute(
            "INSERT INTO reminders (contact_id, conversation_id, text, schedule, zone, since)"
            " SELECT $1, $2, 'x', $3, 'UTC', now() FROM generate_series(1, $4)",
            talk["contact_id"],
            talk["id"],
            '{"zone": "UTC", "first": "2030-01-01T08:00"}',
            MOST_ACTIVE,
        )
    body = {"conversation_id": talk["id"], "text": "x", "schedule": DAILY}
    await refused(line, "POST", "/reminders", 409, "conflict", json=body)


async def test_a_schedule_without_a_zone_is_on_the_contacts_clock(line: Line) -> None:
    talk = await a_talk(line)
    schedule = {"first": "2030-05-01T09:30"}
    assert (await make(line, talk, schedule=schedule))["wakes_at"] == "2030-05-01T09:30:00Z"
    await line.api("PATCH", f"/contacts/{talk['contact_id']}", json={"time_zone": "Asia/Kolkata"})
    assert (await make(line, talk, schedule=schedule))["wakes_at"] == "2030-05-01T04:00:00Z"

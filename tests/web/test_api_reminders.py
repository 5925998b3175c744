"""Reminders over the API, the calendar somebody subscribes to, and what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.web.lines import Line, ask
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


async def test_the_calendar_is_read_by_its_link_alone(line: Line) -> None:
    talk = await a_talk(line)
    await make(line, talk)
    url = (await line.api("POST", f"/contacts/{talk['contact_id']}/calendar"))["url"]
    answer = await ask(line.desk, "GET", url)
    text = answer.body.decode()
    assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.count("SUMMARY:take the pills") == 2
    for wrong in (url[:-1] + ("0" if url[-1] != "0" else "1"), url.partition("?")[0]):
        (await ask(line.desk, "GET", wrong)).problem(403, "forbidden")

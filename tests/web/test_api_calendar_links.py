"""Links to calendars: what they show, that each ends when it is told to, and that nothing of anybody stands in a log."""

import asyncio
import re
from typing import Any

import pytest

from frontdesk.core.calendar import feed
from frontdesk.store.calendar_links import MOST_LINKS
from tests import calendar_text
from tests.core.test_calendar import NOW, SCHEDULES, entry
from tests.web.lines import Answer, Line, ask
from tests.web.test_api_contacts import NOWHERE, met, refused
from tests.web.test_api_reminders import DAILY, a_talk, make


async def a_link(line: Line, contact_id: str, **body: Any) -> dict[str, Any]:
    path = f"/contacts/{contact_id}/calendar-links"
    made: dict[str, Any] = await line.api("POST", path, status=201, **({"json": body} if body else {}))
    return made


async def read(line: Line, link: dict[str, Any]) -> Answer:
    return await ask(line.desk, "GET", link["url"])


async def test_the_calendar_is_read_by_its_link_alone(line: Line) -> None:
    talk = await a_talk(line)
    await make(line, talk)
    odd = 'take, "this"; then\nthat \\ ' + "é🙂" * 60
    await make(line, talk, text=odd, schedule={"first": "2030-01-01T08:00:00+01:00", "zone": "Asia/Kathmandu"})
    answer = await read(line, await a_link(line, talk["contact_id"]))
    text = answer.body.decode()
    assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert calendar_text.faults(text) == []
    assert text.count("SUMMARY:take the pills") == 2
    assert "X-WR-CALNAME:Ada" in text


async def test_a_link_is_listed_without_its_secret_and_says_when_it_was_asked_for(line: Line) -> None:
    talk = await a_talk(line)
    made = await a_link(line, talk["contact_id"], name="telephone")
    path = f"/contacts/{talk['contact_id']}/calendar-links"
    (listed,) = (await line.api("GET", path))["items"]
    assert {**listed, "url": made["url"]} == made
    assert (listed["name"], listed["made_by"], listed["opened_on"]) == ("telephone", "admin", None)
    secret = made["url"].partition("token=")[2]
    assert secret not in str(listed)
    assert talk["contact_id"] not in made["url"]
    assert (await read(line, made)).status == 200
    (listed,) = (await line.api("GET", path))["items"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", listed["opened_on"])


async def test_a_revoked_link_ends_at_once_and_the_others_go_on(line: Line) -> None:
    talk = await a_talk(line)
    one, other = [await a_link(line, talk["contact_id"]) for _ in range(2)]
    await line.api("DELETE", f"/calendar-links/{one['id']}", status=204)
    await line.api("DELETE", f"/calendar-links/{one['id']}", status=204)
    (await read(line, one)).problem(403, "forbidden")
    assert (await read(line, other)).status == 200
    rows = (await line.api("GET", f"/contacts/{talk['contact_id']}/calendar-links"))["items"]
    assert [(row["id"], row["revoked_by"]) for row in rows] == [(other["id"], None), (one["id"], "admin")]
    await refused(line, "POST", f"/calendar-links/{one['id']}/renew", 409, "conflict")


async def test_a_renewed_link_takes_the_place_of_the_one_before(line: Line) -> None:
    talk = await a_talk(line)
    before = await a_link(line, talk["contact_id"], name="telephone")
    after = await line.api("POST", f"/calendar-links/{before['id']}/renew", status=201)
    assert (after["name"], after["contact_id"]) == ("telephone", talk["contact_id"])
    (await read(line, before)).problem(403, "forbidden")
    assert (await read(line, after)).status == 200


async def test_what_is_no_link_of_ours_opens_nothing(line: Line) -> None:
    talk = await a_talk(line)
    made, other = [(await a_link(line, talk["contact_id"]))["url"] for _ in range(2)]
    bare, _, secret = made.partition("?token=")
    wrong = [bare, f"{bare}?token=", f"{bare}?token={secret[:-1]}", f"{bare}?token={'a' * 10_000}"]
    wrong += [f"{bare}?token={other.partition('?token=')[2]}", made.replace(bare.rpartition("/")[2], f"{NOWHERE}.ics")]
    for url in wrong:
        (await ask(line.desk, "GET", url)).problem(403, "forbidden")
    await refused(line, "POST", f"/contacts/{NOWHERE}/calendar-links", 404, "not_found")
    await refused(line, "GET", f"/contacts/{NOWHERE}/calendar-links", 404, "not_found")
    await refused(line, "POST", f"/calendar-links/{NOWHERE}/renew", 404, "not_found")
    await refused(line, "DELETE", f"/calendar-links/{NOWHERE}", 404, "not_found")
    body = {"name": "x" * 101}
    await refused(line, "POST", f"/contacts/{talk['contact_id']}/calendar-links", 422, "invalid_input", json=body)


async def test_nobody_has_more_links_than_can_be_looked_through(line: Line) -> None:
    talk = await a_talk(line)
    path = f"/contacts/{talk['contact_id']}/calendar-links"
    key = "an-operators-key"
    url = f"/api/v1/tenants/{line.tenant.code}{path}"
    answers = await asyncio.gather(*(ask(line.desk, "POST", url, key) for _ in range(MOST_LINKS + 4)))
    assert sorted(answer.status for answer in answers) == [201] * MOST_LINKS + [409] * 4


async def test_a_link_stays_the_contacts_own_when_contacts_become_one(line: Line) -> None:
    one, two = await met(line, 7001, 7002)
    talks = {talk["contact_id"]: talk for talk in (await line.api("GET", "/conversations"))["items"]}
    await make(line, talks[one["id"]], text="of one", schedule=DAILY)
    await make(line, talks[two["id"]], text="of two", schedule=DAILY)
    ones, twos = await a_link(line, one["id"]), await a_link(line, two["id"])
    await line.api("POST", f"/contacts/{one['id']}/merge", json={"into": two["id"]})
    assert "of two" not in (await read(line, ones)).body.decode()
    both = (await read(line, twos)).body.decode()
    assert "of one" in both
    assert "of two" in both


@pytest.mark.parametrize("fields", SCHEDULES, ids=lambda fields: str(fields.get("rule", fields.get("first"))))
def test_every_shape_of_schedule_makes_a_valid_calendar(fields: dict[str, Any]) -> None:
    for more in ({}, {"task": True, "completed_at": NOW, "description": "a, b"}, {"changed_at": NOW}):
        assert calendar_text.faults(feed([entry(fields, **more)], "Ada; Bo, and\nothers", NOW)) == []


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("\r\nUID:r1@desk", "", "UID"),
        ("VERSION:2.0\r\n", "", "VERSION"),
        ("\r\n", "\n", "CRLF"),
        ("SUMMARY:Pills", "SUMMARY:Pills; more", "escaped"),
        ("END:VEVENT\r\n", "", "END:VCALENDAR"),
        ("TZID:Europe/Madrid", "TZID:Europe/Paris", "described nowhere"),
        ("FREQ=WEEKLY;BYDAY=TH", "FREQ=WEEKLY;BYDAY=FR", "not DTSTART"),
        ("SUMMARY:Pills", f"SUMMARY:{'Pills' * 20}", "75 octets"),
    ],
)
def test_the_judge_of_calendars_sees_what_is_wrong(good: str, bad: str, fault: str) -> None:
    text = feed([entry({"rule": "FREQ=WEEKLY;BYDAY=TH", "times": ["08:00"]})], "Ada", NOW)
    assert calendar_text.faults(text) == []
    assert good in text
    assert any(fault in one for one in calendar_text.faults(text.replace(good, bad)))

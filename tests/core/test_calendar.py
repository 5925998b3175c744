"""The iCalendar feed: what RFC 5545 asks of its text, and what its rules mean to a reader of its own."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule

from frontdesk.core.calendar import Entry, escaped, feed, folded
from frontdesk.core.recurrence import between
from frontdesk.core.recurrence_plain import schedule

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
SCHEDULES: list[dict[str, Any]] = [
    {"rule": "FREQ=DAILY;BYHOUR=8,20", "without_weekdays": [6], "without": ["2026-12-24", "2026-12-26T20:00"]},
    {"zone": "Australia/Lord_Howe", "rule": "FREQ=DAILY;BYHOUR=8,20;COUNT=51", "without_weekdays": [6]},
    {"zone": "America/New_York", "rule": "FREQ=MONTHLY;BYMONTHDAY=1,15", "without_weekdays": [5, 6]},
    {"zone": "America/Santiago", "rule": "FREQ=HOURLY;INTERVAL=7;BYDAY=MO,TU", "without": ["2026-12-01"]},
    {"zone": "Africa/Nairobi", "rule": "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "times": ["09:30", "17:45"]},
    {"first": "2026-01-31T10:20", "rule": "FREQ=MONTHLY"},
    {"first": "2024-02-29T10:20", "rule": "FREQ=YEARLY"},
    {"first": "2026-11-25T09:00", "rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "without_weekdays": [0]},
    {"rule": "FREQ=WEEKLY", "last": "2026-12-20T23:59:59"},
    {"first": "2026-12-01T09:00", "also": ["2026-12-02T10:00", "2026-12-03T10:00:00+00:00"], "without": ["2026-12-02"]},
    {"first": "2026-11-25T10:20:00+01:00"},
]
"""None at a time that summer time skips: there calendars and reminders differ."""


def entry(fields: dict[str, Any], **more: Any) -> Entry:
    return Entry(
        uid="r1@desk",
        title="Pills",
        schedule=schedule({"zone": "Europe/Madrid", "first": "2026-10-01T08:00"} | fields),
        **more,
    )


def components(text: str, kind: str = "VEVENT") -> list[dict[str, list[str]]]:
    """Return the properties of each component by name, each as it stands, parameters before the colon."""
    plain = text.replace("\r\n ", "")
    found = []
    for body in re.findall(rf"BEGIN:{kind}\r\n(.*?)END:{kind}", plain, re.DOTALL):
        properties: dict[str, list[str]] = {}
        for line in re.sub(r"BEGIN:VALARM.*?END:VALARM\r\n", "", body, flags=re.DOTALL).splitlines():
            name, _, value = line.partition(":")
            properties.setdefault(name.partition(";")[0], []).append(f"{name.partition('TZID=')[2]}:{value}")
        found.append(properties)
    return found


def moment(text: str) -> tuple[datetime, ZoneInfo]:
    zone, _, value = text.partition(":")
    place = ZoneInfo(zone or "UTC")
    return datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S"), place


def times(text: str) -> list[datetime]:
    """Return what a reader of the feed puts on its calendar, by dateutil's reckoning."""
    found = set()
    for properties in components(text):
        first, zone = moment(properties["DTSTART"][0])
        skipped = {moment(one)[0] for one in properties.get("EXDATE", ())}
        shown = [first]
        if "RRULE" in properties:
            rule, _, until = properties["RRULE"][0].lstrip(":").partition(";UNTIL=")
            until, _, more = until.partition(";")
            end = moment(f"UTC:{until}")[0].replace(tzinfo=UTC).astimezone(zone) if until else END + timedelta(days=2)
            shown = rrule.rrulestr(f"{rule};{more}".rstrip(";"), dtstart=first).between(
                first, end.replace(tzinfo=None), inc=True
            )
            assert shown[0] == first
        found |= {one.replace(tzinfo=zone).astimezone(UTC) for one in shown if one not in skipped}
    return sorted(one for one in found if START < one <= END)


@pytest.mark.parametrize("fields", SCHEDULES, ids=str)
def test_a_feed_shows_what_the_schedule_does(fields: dict[str, Any]) -> None:
    one = entry(fields)
    wanted = between(one.schedule, START, END, 100_000)
    assert wanted
    assert times(feed([one], "Mine", NOW)) == wanted


def test_every_line_is_short_and_ends_as_it_should() -> None:
    text = feed([entry({}, description="दवा " * 200 + "\r\nnext; line, \\")], "Ménagerie " * 20, NOW)
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "दवा " * 200 + "\\nnext\\; line\\, \\\\" in text.replace("\r\n ", "")


def test_a_title_cannot_add_lines() -> None:
    text = feed([entry({}, description="x\r\nEND:VEVENT\nBEGIN:VALARM\r\x00\x1b\udc80")], "n\nX:1", NOW)
    assert len(re.findall("^END:VEVENT", text, re.MULTILINE)) == 1
    assert "\r\nX:1" not in text
    assert not re.search(r"[\x00\x1b]", text)
    text.encode()


def test_escapes_and_folds() -> None:
    assert escaped("a\\b;c,d\ne\r\nf\x07") == "a\\\\b\\;c\\,d\\ne\\nfg"[:-1]
    assert folded("x" * 75) == "x" * 75
    assert folded("é" * 38) == "é" * 37 + "\r\n " + "é"


def test_identifiers_stay_and_differ() -> None:
    first, second = (
        feed([entry({"rule": "FREQ=DAILY;BYHOUR=8,20"})], "n", NOW + timedelta(days=day)) for day in (0, 9)
    )
    ids = [properties["UID"][0] for properties in components(first)]
    assert ids == [":r1@desk-080000", ":r1@desk-200000"]
    assert ids == [properties["UID"][0] for properties in components(second)]


def test_a_task_is_a_to_do_and_says_when_it_was_done() -> None:
    (properties,) = components(feed([entry({}, task=True, completed_at=NOW, changed_at=NOW)], "n", NOW), "VTODO")
    assert properties["STATUS"] == [":COMPLETED"]
    assert properties["COMPLETED"] == properties["LAST-MODIFIED"] == [":20261125T090000Z"]


def test_the_clocks_of_a_zone_change_in_the_feed_as_they_do() -> None:
    text = feed([entry({"zone": "Australia/Lord_Howe", "rule": "FREQ=DAILY"})], "n", NOW)
    daylight, standard = (components(text, kind) for kind in ("DAYLIGHT", "STANDARD"))
    assert {properties["TZOFFSETTO"][0] for properties in daylight} == {":+1100"}
    assert {properties["TZOFFSETTO"][0] for properties in standard} == {":+1030"}
    changes = {value for one in daylight for value in (*one["DTSTART"], *one.get("RDATE", ()))}
    assert {":20261004T020000", ":20371004T020000"} <= changes


def test_a_feed_without_entries_is_a_calendar() -> None:
    assert feed([], "n", NOW).split("\r\n")[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]


def test_moments_of_the_world_need_no_zone() -> None:
    text = feed([entry({"first": "2026-11-25T10:20:00+01:00"})], "n", NOW)
    assert "VTIMEZONE" not in text
    assert "DTSTART:20261125T092000Z" in text

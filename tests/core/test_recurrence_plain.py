"""Rules and schedules from hostile input."""

from typing import Any

import pytest

from frontdesk.core.recurrence_plain import plain, schedule
from frontdesk.core.recurrence_rule import parse
from frontdesk.errors import InvalidInput

GOOD = [
    ("freq=daily", "FREQ=DAILY"),
    ("RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=SU,MO;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU"),
    ("FREQ=MONTHLY;BYDAY=-1FR,+2MO;BYSECOND=0", "FREQ=MONTHLY;BYDAY=-1FR,2MO"),
    ("FREQ=DAILY;UNTIL=20301231", "FREQ=DAILY;UNTIL=20301231T235959"),
    ("FREQ=DAILY;UNTIL=20301231T080000Z;", "FREQ=DAILY;UNTIL=20301231T080000Z"),
    ("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=3,-1", "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=-1,3"),
]
BAD = [
    ("", "NAME=VALUE"),
    ("FREQ=SECONDLY", "FREQ"),
    ("FREQ=MINUTELY", "INTERVAL"),
    ("FREQ=MINUTELY;INTERVAL=4", "from 5"),
    ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
    ("FREQ=DAILY;INTERVAL=99999999999999999999", "INTERVAL"),
    ("FREQ=DAILY;INTERVAL=１", "INTERVAL"),
    ("FREQ=DAILY;COUNT=1001", "COUNT"),
    ("FREQ=DAILY;COUNT=-1", "COUNT"),
    ("FREQ=DAILY;COUNT=1;UNTIL=20300101", "exclude"),
    ("FREQ=DAILY;UNTIL=20301332", "UNTIL"),
    ("FREQ=DAILY;UNTIL=99990101", "UNTIL"),
    ("FREQ=DAILY;FREQ=DAILY", "twice"),
    ("FREQ=DAILY;BYWEEKNO=3", "BYWEEKNO"),
    ("FREQ=DAILY;BYEASTER=1", "BYEASTER"),
    ("FREQ=DAILY;BYSECOND=30", "BYSECOND"),
    ("FREQ=DAILY;BYMONTHDAY=0", "none of them 0"),
    ("FREQ=DAILY;BYMONTHDAY=32", "BYMONTHDAY"),
    ("FREQ=DAILY;BYHOUR=24", "BYHOUR"),
    ("FREQ=DAILY;BYDAY=1MO", "number before a weekday"),
    ("FREQ=WEEKLY;BYMONTHDAY=1", "WEEKLY"),
    ("FREQ=MONTHLY;BYDAY=6MO", "five"),
    ("FREQ=YEARLY;BYDAY=99MO", "BYDAY"),
    ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY"),
    ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS"),
    ("FREQ=DAILY;BYMINUTE=5", "BYMINUTE"),
    ("FREQ=HOURLY;BYMINUTE=5;BYHOUR=3", "BYMINUTE"),
    ("FREQ=DAILY;WKST=XX", "WKST"),
    ("FREQ=DAILY\r\nX=1", "FREQ"),
    ("FREQ=DAILY;BYMONTH=" + ",".join(["1"] * 40), "31 values"),
    ("FREQ=DAILY;" + "X" * 600, "characters"),
]


@pytest.mark.parametrize(("text", "canonical"), GOOD)
def test_a_rule_is_read_and_written_alike(text: str, canonical: str) -> None:
    assert str(parse(text)) == canonical
    assert parse(canonical) == parse(text)


@pytest.mark.parametrize(("text", "named"), BAD)
def test_a_rule_that_cannot_be_used_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        parse(text)


FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"zone": "Mars/Olympus"}, "zone"),
    ({"zone": "../../etc/passwd"}, "zone"),
    ({"zone": None}, "zone"),
    ({"zone": "Europe/Madrid\x00"}, "zone"),
    ({"first": "tomorrow"}, "first"),
    ({"first": 5}, "first"),
    ({"first": "9999-12-31T00:00"}, "first"),
    ({"rule": 5}, "rule"),
    ({"times": ["25:00"]}, "times"),
    ({"times": ["08:00+02:00"]}, "times"),
    ({"times": "08:00"}, "times"),
    ({"times": [f"{hour:02}:{minute}" for hour in range(24) for minute in (10, 20)]}, "times"),
    ({"rule": "FREQ=HOURLY", "times": ["08:00"]}, "times"),
    ({"rule": "FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7;BYMINUTE=1,2,3,4"}, "24"),
    ({"rule": None, "times": ["08:00"]}, "need a rule"),
    ({"without_weekdays": [0, 1, 2, 3, 4, 5, 6]}, "no day"),
    ({"without_weekdays": [True]}, "without_weekdays"),
    ({"without_weekdays": [7]}, "without_weekdays"),
    ({"without": ["x"]}, "without"),
    ({"without": ["2026-01-01"] * 400}, "without"),
    ({"rule": "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1", "without_weekdays": [1]}, "BYSETPOS"),
    ({"last": []}, "last"),
    ({"surprise": 1}, "surprise"),
]


@pytest.mark.parametrize(("fields", "named"), FIELDS)
def test_a_schedule_that_cannot_be_used_is_refused_by_name(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        schedule({"zone": "Europe/Madrid", "first": "2026-01-01T08:00", "rule": "FREQ=DAILY"} | fields)


def test_a_schedule_outlasts_being_plain() -> None:
    fields = {
        "zone": "Europe/Madrid",
        "first": "2026-01-01T08:00:00",
        "rule": "FREQ=WEEKLY;BYDAY=MO",
        "times": ["08:00:00", "20:30:00"],
        "also": ["2026-05-01T09:00:00", "2026-05-01T09:00:00+00:00"],
        "without": ["2026-02-02", "2026-02-09T08:00:00"],
        "without_weekdays": [6],
        "last": "2027-01-01T00:00:00",
    }
    assert plain(schedule(fields)) == fields


def test_times_in_a_rule_become_those_of_the_schedule() -> None:
    found = schedule({"zone": "UTC", "first": "2026-01-01T00:00", "rule": "FREQ=DAILY;BYHOUR=8,20;BYMINUTE=0,30"})
    assert [f"{at:%H:%M}" for at in found.times] == ["08:00", "08:30", "20:00", "20:30"]
    assert str(found.rule) == "FREQ=DAILY"

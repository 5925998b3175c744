"""Schedules of every shape there are words for, on Wednesday 25 November 2026, ten in the morning in Madrid."""

from dataclasses import replace

from frontdesk.core import recurrence_plain
from frontdesk.core.recurrence import Schedule, next_after
from frontdesk.core.wall_clock import wall, zone_of
from tests.understanding.schedules.table import NOW, ZONE

RULES: list[dict[str, object]] = [
    {"rule": "FREQ=DAILY", "times": ["08:00", "20:00"], "without_weekdays": [6]},
    {"rule": "FREQ=DAILY", "times": ["09:30"]},
    {"rule": "FREQ=DAILY", "times": ["00:15", "06:45", "12:00", "18:30"]},
    {"rule": "FREQ=DAILY;INTERVAL=3", "times": ["18:00"]},
    {"rule": "FREQ=DAILY", "times": ["21:00"], "first": "2026-11-30T21:00", "last": "2026-12-13T23:59:59"},
    {"rule": "FREQ=DAILY", "times": ["11:00"], "without_weekdays": [5, 6]},
    {"rule": "FREQ=DAILY", "times": ["07:00"], "without": ["2026-12-24", "2026-12-25"]},
    {"rule": "FREQ=WEEKLY;BYDAY=MO", "times": ["10:00"]},
    {"rule": "FREQ=WEEKLY;BYDAY=MO,WE,FR", "times": ["18:00"]},
    {"rule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "times": ["07:30"]},
    {"rule": "FREQ=WEEKLY;BYDAY=SA,SU", "times": ["10:00", "16:00"]},
    {"rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "times": ["12:00"]},
    {"rule": "FREQ=WEEKLY;INTERVAL=3;BYDAY=TH", "times": ["17:15"], "first": "2026-12-10T17:15"},
    {"rule": "FREQ=WEEKLY;BYDAY=TU", "times": ["13:00"], "last": "2027-02-28T23:59:59"},
    {"rule": "FREQ=MONTHLY;BYMONTHDAY=1", "times": ["09:00"]},
    {"rule": "FREQ=MONTHLY;BYMONTHDAY=5,20", "times": ["09:00"]},
    {"rule": "FREQ=MONTHLY;BYMONTHDAY=31", "times": ["19:45"]},
    {"rule": "FREQ=MONTHLY;BYMONTHDAY=-1", "times": ["17:00"]},
    {"rule": "FREQ=MONTHLY;BYDAY=1MO", "times": ["10:00"]},
    {"rule": "FREQ=MONTHLY;BYDAY=-1FR", "times": ["15:00"]},
    {"rule": "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=10", "times": ["08:30"]},
    {"rule": "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=3", "times": ["10:00"]},
    {"rule": "FREQ=HOURLY;INTERVAL=6", "first": "2026-11-25T16:00", "last": "2026-11-27T22:00"},
    {"rule": "FREQ=HOURLY", "first": "2026-11-25T11:00"},
    {"rule": "FREQ=MINUTELY;INTERVAL=30", "first": "2026-11-25T10:30"},
    {"first": "2026-11-25T18:20"},
    {"first": "2026-11-26T09:00", "also": ["2026-11-27T10:00"]},
    {"first": "2026-12-03T08:00", "also": ["2026-12-03T14:15"]},
]


def sample(fields: dict[str, object]) -> Schedule:
    """Return a schedule that begins with its first occurrence from now on."""
    schedule = recurrence_plain.schedule({"zone": ZONE, "first": "2026-11-25T00:00"} | fields)
    if "first" in fields:
        return schedule
    one_step = replace(schedule.rule, interval=1) if schedule.rule else None
    following = next_after(replace(schedule, rule=one_step), NOW)
    assert following
    return replace(schedule, first=wall(following, zone_of(ZONE)))


SAMPLES = [sample(fields) for fields in RULES]

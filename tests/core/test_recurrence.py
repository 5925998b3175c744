"""Occurrences against dateutil's own: a hundred schedules over the changes of clocks of four zones."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule, tz

from frontdesk.core import recurrence_plain
from frontdesk.core.recurrence import Schedule, between, latest, next_after
from frontdesk.core.wall_clock import wall, zone_of

ZONES = ("Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "America/Santiago")
START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC)
"""More than a year: every change to summer time and back is in it."""
NIGHT = ("00:15", "00:30", "01:30", "01:45", "02:00", "02:10", "02:30", "03:00", "23:30")
"""Times that the clocks of these zones skip or show twice, and their neighbours."""

CASES: list[tuple[str, tuple[str, ...], tuple[int, ...]]] = [
    ("FREQ=DAILY", NIGHT, ()),
    ("FREQ=DAILY", ("08:00", "20:00"), (6,)),
    ("FREQ=DAILY;INTERVAL=3", ("02:30", "14:15"), ()),
    ("FREQ=DAILY;COUNT=500", ("02:30",), ()),
    ("FREQ=DAILY;UNTIL=20261115T120000", ("07:45",), (5, 6)),
    ("FREQ=DAILY;BYMONTH=3,4,10,11", ("02:10",), ()),
    ("FREQ=DAILY;BYMONTHDAY=-1,8,29", ("01:45",), ()),
    ("FREQ=WEEKLY", ("09:00",), ()),
    ("FREQ=WEEKLY;BYDAY=SU", ("02:30", "01:30"), ()),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", ("07:30",), ()),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU", ("02:30", "00:30", "23:30"), ()),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", ("10:00",), ()),
    ("FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,SU;BYMONTH=3,4,5,10,11", ("02:15",), ()),
    ("FREQ=MONTHLY", ("02:30",), ()),
    ("FREQ=MONTHLY;BYMONTHDAY=1,29,31", ("02:30", "12:00"), ()),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", ("17:00",), (6,)),
    ("FREQ=MONTHLY;BYDAY=-1SU", ("02:30",), ()),
    ("FREQ=MONTHLY;BYDAY=1SU,2SU", ("02:00", "02:30", "01:45"), ()),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ("15:00",), ()),
    ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=29", ("02:30",), ()),
    ("FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU", ("02:30", "01:30"), ()),
    ("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=1", ("01:30",), ()),
    ("FREQ=HOURLY", (), ()),
    ("FREQ=HOURLY;INTERVAL=5;BYDAY=SA,SU", (), ()),
    ("FREQ=MINUTELY;INTERVAL=50;BYHOUR=0,1,2,3,23;BYMONTH=3,4,9,10,11", (), ()),
]
assert len(CASES) * len(ZONES) == 100


def localised(shown: datetime, zone: str) -> datetime:
    """Return the stated moment, found the slow way: a minute later until the clock shows it; of two the first."""
    place = tz.gettz(zone)
    while not tz.datetime_exists(shown, place):
        shown += timedelta(minutes=1)
    return shown.replace(tzinfo=place, fold=0).astimezone(UTC)


def expected(text: str, times: tuple[str, ...], skipped: tuple[int, ...], first: datetime, zone: str) -> list[datetime]:
    shown: set[datetime] = set()
    for at in map(time.fromisoformat, times):
        rule = rrule.rrulestr(f"{text};BYHOUR={at.hour};BYMINUTE={at.minute}", dtstart=first)
        shown |= set(rule.between(datetime(2026, 2, 1), datetime(2027, 6, 1), inc=True))
    if not times:
        shown = set(rrule.rrulestr(text, dtstart=first).between(datetime(2026, 2, 1), datetime(2027, 6, 1), inc=True))
    kept = {localised(one, zone) for one in shown if one.weekday() not in skipped}
    return sorted(moment for moment in kept if START < moment <= END)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("rule", "times", "skipped"), CASES, ids=lambda value: str(value)[:40])
def test_occurrences_are_those_of_dateutil_on_the_clock_of_the_zone(
    rule: str, times: tuple[str, ...], skipped: tuple[int, ...], zone: str
) -> None:
    first = "2026-02-01T00:00" if times else "2026-02-01T00:10"
    fields = {"zone": zone, "first": first, "rule": rule, "times": times, "without_weekdays": skipped}
    schedule = recurrence_plain.schedule(fields)
    wanted = expected(rule, times, skipped, datetime.fromisoformat(first), zone)
    assert wanted
    assert between(schedule, START, END, 100_000) == wanted


def a_schedule(**fields: object) -> Schedule:
    return recurrence_plain.schedule({"zone": "Europe/Madrid", "first": "2026-01-01T08:00"} | fields)


def shown(schedule: Schedule, after: str, most: int = 3) -> list[str]:
    zone = zone_of(schedule.zone)
    begin = datetime.fromisoformat(after).replace(tzinfo=zone)
    found = between(schedule, begin, begin + timedelta(days=5000), most)
    return [f"{wall(moment, zone):%y-%m-%d %H:%M}" for moment in found]


def test_a_skipped_time_happens_when_the_gap_ends() -> None:
    schedule = a_schedule(rule="FREQ=DAILY", times=["02:30"])
    assert shown(schedule, "2026-03-28T12:00", 2) == ["26-03-29 03:00", "26-03-30 02:30"]


def test_a_time_that_comes_twice_happens_the_first_time_only() -> None:
    schedule = a_schedule(rule="FREQ=DAILY", times=["02:30"])
    assert between(schedule, datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC), 9) == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    ]


def test_times_that_a_gap_brings_together_happen_once() -> None:
    schedule = a_schedule(rule="FREQ=DAILY", times=["02:15", "02:45", "03:00"])
    assert shown(schedule, "2026-03-28T12:00", 2) == ["26-03-29 03:00", "26-03-30 02:15"]


def test_a_day_that_a_zone_left_out_happens_at_its_end() -> None:
    schedule = a_schedule(zone="Pacific/Apia", first="2011-12-28T09:00", rule="FREQ=DAILY")
    assert shown(schedule, "2011-12-29T08:00") == ["11-12-29 09:00", "11-12-31 00:00", "11-12-31 09:00"]


def test_a_moment_of_the_world_keeps_to_it() -> None:
    second_pass = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert next_after(a_schedule(first=second_pass.isoformat()), START) == second_pass


def test_single_days_join_in_order_and_excluded_ones_are_left_out() -> None:
    also = ["2026-06-03T10:00", "2026-05-01T08:00", "2026-06-01T09:00"]
    schedule = a_schedule(first="2026-06-02T09:00", also=also, without=["2026-06-01"])
    assert shown(schedule, "2026-01-01T00:00", 9) == ["26-05-01 08:00", "26-06-02 09:00", "26-06-03 10:00"]


def test_exclusions_name_a_day_or_one_time_of_it() -> None:
    without = ["2026-06-02", "2026-06-03T20:00"]
    schedule = a_schedule(rule="FREQ=DAILY", times=["08:00", "20:00"], without=without)
    assert shown(schedule, "2026-06-01T12:00") == ["26-06-01 20:00", "26-06-03 08:00", "26-06-04 08:00"]


def test_a_count_counts_times_and_an_end_bounds_them() -> None:
    counted = a_schedule(rule="FREQ=DAILY;COUNT=3", times=["08:00", "20:00"])
    assert shown(counted, "2025-12-31T00:00", 9) == ["26-01-01 08:00", "26-01-01 20:00", "26-01-02 08:00"]
    ended = a_schedule(rule="FREQ=DAILY", last="2026-01-02T08:00")
    assert shown(ended, "2025-12-31T00:00", 9) == ["26-01-01 08:00", "26-01-02 08:00"]


NEVER = [
    {"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"},
    {"rule": "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"},
    {"rule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"},
    {"rule": "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1"},
    {"rule": "FREQ=WEEKLY;BYDAY=SU", "without_weekdays": [6]},
    {"rule": "FREQ=HOURLY;INTERVAL=24;BYHOUR=5"},
    {"rule": "FREQ=MINUTELY;INTERVAL=5;BYMONTH=2;BYMONTHDAY=30"},
    {"rule": "FREQ=DAILY;COUNT=1000;BYMONTH=2;BYMONTHDAY=30"},
    {"rule": "FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2"},
]


@pytest.mark.parametrize("fields", NEVER, ids=lambda fields: fields["rule"])
def test_a_rule_that_never_happens_ends(fields: dict[str, object]) -> None:
    schedule = a_schedule(**fields)
    assert next_after(schedule, START) is None
    assert latest(schedule, START, END) is None


def test_a_rule_is_found_far_from_its_beginning() -> None:
    schedule = a_schedule(first="1970-01-01T00:00", rule="FREQ=MINUTELY;INTERVAL=5")
    assert next_after(schedule, datetime(2199, 1, 1, tzinfo=UTC)) == datetime(2199, 1, 1, 0, 5, tzinfo=UTC)
    assert latest(schedule, START, END) == END


def test_leap_days_are_found_over_eight_years() -> None:
    schedule = a_schedule(first="2096-02-29T08:00", rule="FREQ=YEARLY")
    following = next_after(schedule, datetime(2097, 1, 1, tzinfo=UTC))
    assert following is not None
    assert following.date() == date(2104, 2, 29)


@pytest.mark.parametrize("moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_no_moment_is_too_far(moment: datetime) -> None:
    following = next_after(a_schedule(rule="FREQ=DAILY"), moment)
    assert following == (None if moment.year > 2000 else datetime(2026, 1, 1, 7, tzinfo=UTC))


def test_the_zones_change_their_clocks_in_the_time_that_is_checked() -> None:
    for zone in ZONES:
        offsets = {(START + timedelta(days=day)).astimezone(ZoneInfo(zone)).utcoffset() for day in range(400)}
        assert len(offsets) == 2

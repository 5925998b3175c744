"""What holds for every schedule, whatever its rule and zone."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.core.recurrence import Schedule, between, latest, next_after
from frontdesk.core.recurrence_plain import plain, schedule
from frontdesk.core.recurrence_rule import Rule, parse
from frontdesk.core.reminding import due, moved_out_of_quiet, wakes_at
from frontdesk.core.tenant import QuietHours
from frontdesk.core.wall_clock import instant, wall, zone_of

ZONES = (
    "Europe/Madrid",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Nairobi",
    "Pacific/Apia",
)
moments = st.datetimes(datetime(2010, 1, 1), datetime(2035, 1, 1)).map(
    lambda found: found.replace(tzinfo=UTC, microsecond=0)
)
clock_times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
SETTINGS = settings(max_examples=150, deadline=None)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    frequency = draw(st.sampled_from(["MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    rule = Rule(
        frequency=frequency,
        interval=draw(st.integers(5, 90)) if frequency == "MINUTELY" else draw(st.integers(1, 4)),
        count=draw(st.none() | st.integers(1, 50)),
        months=tuple(sorted(draw(st.sets(st.integers(1, 12), max_size=3)))),
        weekdays=tuple((0, day) for day in sorted(draw(st.sets(st.integers(0, 6), max_size=3)))),
    )
    return parse(str(rule))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    rule = draw(rules())
    times = () if rule.within_days else tuple(sorted(draw(st.sets(clock_times, min_size=1, max_size=3))))
    return Schedule(
        zone=draw(st.sampled_from(ZONES)),
        first=draw(st.datetimes(datetime(2015, 1, 1), datetime(2027, 1, 1))).replace(second=0, microsecond=0),
        rule=rule,
        times=times,
        also=tuple(draw(st.lists(moments, max_size=2, unique=True))),
        without_weekdays=tuple(sorted(draw(st.sets(st.integers(0, 6), max_size=2)))),
    )


@SETTINGS
@given(schedules(), moments)
def test_the_next_is_later_and_all_between_are_the_next_ones(one: Schedule, start: datetime) -> None:
    found, at = [], start
    while len(found) < 6 and (following := next_after(one, at)):
        found.append(following)
        at = following
    assert all(early < late for early, late in pairwise([start, *found]))
    assert between(one, start, datetime(2400, 1, 1, tzinfo=UTC), 6) == found


@SETTINGS
@given(schedules(), moments)
def test_every_occurrence_shows_what_was_asked_for(one: Schedule, start: datetime) -> None:
    zone = zone_of(one.zone)
    alone = {instant(moment, zone) for moment in one.also}
    for moment in between(one, start, start + timedelta(days=800), 50):
        shown = wall(moment, zone)
        if moment in alone or one.rule is None:
            continue
        before = wall(moment - timedelta(minutes=1), zone)
        after_a_gap = shown - before > timedelta(minutes=1)
        assert shown >= one.first
        if not after_a_gap:
            assert shown.weekday() not in one.without_weekdays
            assert one.rule.within_days or shown.time() in one.times
            assert not one.rule.months or shown.month in one.rule.months


@SETTINGS
@given(schedules(), moments, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_the_latest_is_the_last_of_those_between(one: Schedule, start: datetime, span: timedelta) -> None:
    span -= timedelta(microseconds=span.microseconds)
    found = between(one, start, start + span, 100_000)
    assert latest(one, start, start + span) == (found[-1] if found else None)


@SETTINGS
@given(schedules())
def test_a_schedule_outlasts_being_plain(one: Schedule) -> None:
    assert schedule(plain(one)) == one


@SETTINGS
@given(schedules(), moments, st.lists(st.timedeltas(timedelta(0), timedelta(days=3)), max_size=12))
def test_nothing_is_sent_twice_and_nothing_is_forgotten(
    one: Schedule, start: datetime, pauses: list[timedelta]
) -> None:
    since, now, sent, passed_over = start, start, [], 0
    for pause in pauses:
        now += pause
        if found := due(one, since, now):
            sent.append(found.at)
            passed_over += found.passed_over
            since = found.at
    assert sent == sorted(set(sent))
    assert len(sent) + passed_over == len(between(one, start, since, 100_000))
    following = next_after(one, since)
    assert following is None or following > now


@SETTINGS
@given(st.sampled_from(ZONES), clock_times, clock_times, moments)
def test_out_of_quiet_hours_means_out_of_them(zone: str, begin: time, end: time, moment: datetime) -> None:
    quiet = QuietHours(start=begin, end=end)
    moved = moved_out_of_quiet(moment, quiet, zone)
    assert moment <= moved <= moment + timedelta(days=2)
    if begin != end:
        assert moved_out_of_quiet(moved, quiet, zone) == moved


@SETTINGS
@given(schedules(), moments)
def test_something_is_due_when_it_was_said_to_be(one: Schedule, start: datetime) -> None:
    quiet = QuietHours(start=time(22), end=time(7))
    wake = wakes_at(one, start, quiet=quiet)
    if wake:
        found = due(one, start, wake, quiet=quiet)
        assert found is not None
        assert not found.late
        assert due(one, start, wake - timedelta(seconds=1), quiet=quiet) is None

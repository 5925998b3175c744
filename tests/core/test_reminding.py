"""When a reminder goes out: quiet hours, snoozing, and what was missed."""

from datetime import UTC, datetime, time, timedelta

import pytest

from frontdesk.core.recurrence_plain import schedule
from frontdesk.core.reminding import Due, due, moved_out_of_quiet, snoozed_until, wakes_at
from frontdesk.core.tenant import QuietHours
from frontdesk.errors import InvalidInput

MADRID = "Europe/Madrid"
NIGHT = QuietHours(start=time(22), end=time(7))
DAILY = schedule({"zone": MADRID, "first": "2026-01-01T08:00", "rule": "FREQ=DAILY", "times": ["08:00", "23:00"]})
HOURLY = schedule({"zone": MADRID, "first": "2026-01-01T00:30", "rule": "FREQ=HOURLY"})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "moved"),
    [
        ("2026-06-01T19:59", "2026-06-01T19:59"),
        ("2026-06-01T20:00", "2026-06-02T05:00"),
        ("2026-06-02T02:00", "2026-06-02T05:00"),
        ("2026-06-02T05:00", "2026-06-02T05:00"),
        ("2026-03-28T23:00", "2026-03-29T05:00"),
        ("2026-10-24T23:00", "2026-10-25T06:00"),
    ],
)
def test_quiet_hours_move_to_their_end(moment: str, moved: str) -> None:
    assert moved_out_of_quiet(at(moment), NIGHT, MADRID) == at(moved)


def test_quiet_hours_that_end_in_a_skipped_hour_end_with_it() -> None:
    quiet = QuietHours(start=time(1), end=time(2, 30))
    assert moved_out_of_quiet(at("2026-03-29T00:30"), quiet, MADRID) == at("2026-03-29T01:00")


def test_without_quiet_hours_nothing_moves() -> None:
    assert moved_out_of_quiet(at("2026-06-02T02:00"), None, MADRID) == at("2026-06-02T02:00")


def test_what_is_due_is_sent_once() -> None:
    found = due(DAILY, at("2026-06-01T07:00"), at("2026-06-01T21:00"))
    assert found == Due(at=at("2026-06-01T21:00"))
    assert due(DAILY, found.at, at("2026-06-01T21:00")) is None


def test_of_what_was_missed_the_latest_is_sent_late_and_the_others_are_counted() -> None:
    found = due(DAILY, at("2026-06-01T06:00"), at("2026-06-04T09:00"))
    assert found == Due(at=at("2026-06-04T06:00"), late=True, passed_over=5)


def test_years_of_missed_ones_are_counted_to_a_thousand() -> None:
    found = due(HOURLY, at("2026-01-01T00:00"), at("2040-01-01T00:00"))
    assert found is not None
    assert (found.at, found.passed_over) == (at("2039-12-31T23:30"), 1000)


def test_what_falls_in_quiet_hours_waits_for_their_end_and_is_not_late_then() -> None:
    assert wakes_at(DAILY, at("2026-06-01T07:00"), quiet=NIGHT) == at("2026-06-02T05:00")
    assert due(DAILY, at("2026-06-01T07:00"), at("2026-06-01T21:30"), quiet=NIGHT) is None
    assert due(DAILY, at("2026-06-01T07:00"), at("2026-06-02T05:00"), quiet=NIGHT) == Due(at=at("2026-06-01T21:00"))


def test_a_quiet_night_of_hourly_reminders_is_one_in_the_morning() -> None:
    found = due(HOURLY, at("2026-06-01T19:30"), at("2026-06-02T05:00"), quiet=NIGHT)
    assert found == Due(at=at("2026-06-02T04:30"), passed_over=8)


def test_a_snooze_comes_again_even_in_quiet_hours() -> None:
    since, now = at("2026-06-01T06:00"), at("2026-06-01T20:10")
    until = snoozed_until(now, timedelta(minutes=20))
    assert wakes_at(DAILY, since, until, NIGHT) == until
    assert due(DAILY, since, until, until, NIGHT) == Due(at=until, snoozed=True)
    assert due(DAILY, since, now, until, NIGHT) is None


def test_the_next_occurrence_comes_before_a_longer_snooze() -> None:
    since, until = at("2026-06-01T06:00"), at("2026-06-02T12:00")
    assert wakes_at(DAILY, since, until) == at("2026-06-01T21:00")
    assert due(DAILY, since, at("2026-06-01T21:00"), until) == Due(at=at("2026-06-01T21:00"))


def test_a_snooze_of_a_single_reminder_outlives_it() -> None:
    once = schedule({"zone": MADRID, "first": "2026-06-01T08:00"})
    assert wakes_at(once, at("2026-06-01T06:00")) is None
    assert wakes_at(once, at("2026-06-01T06:00"), at("2026-06-01T07:00")) == at("2026-06-01T07:00")


@pytest.mark.parametrize("wait", [timedelta(0), timedelta(seconds=59), timedelta(days=32), timedelta(days=-1)])
def test_a_snooze_has_bounds(wait: timedelta) -> None:
    with pytest.raises(InvalidInput, match="snooze"):
        snoozed_until(at("2026-06-01T06:00"), wait)

"""When somebody is there, and when next."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from frontdesk.core.hours import DAYS, BusinessHours, Opening

MADRID = "Europe/Madrid"


def opening(opens: str, closes: str) -> Opening:
    return Opening(opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))


def at(written: str) -> datetime:
    return datetime.fromisoformat(written)


OFFICE = BusinessHours(
    time_zone=MADRID,
    weekly={day: (opening("09:00", "13:00"), opening("15:00", "18:00")) for day in DAYS[:5]},
    holidays=(date(2025, 1, 1),),
)
BAR = BusinessHours(time_zone=MADRID, weekly={"saturday": (opening("20:00", "04:00"),)}, holidays=(date(2025, 3, 22),))


@pytest.mark.parametrize(
    ("hours", "moment", "is_open"),
    [
        (OFFICE, "2025-01-02T09:00+01:00", True),
        (OFFICE, "2025-01-02T08:59:59+01:00", False),
        (OFFICE, "2025-01-02T13:00+01:00", False),
        (OFFICE, "2025-01-02T14:30Z", True),
        (OFFICE, "2025-01-01T10:00+01:00", False),
        (OFFICE, "2025-01-04T10:00+01:00", False),
        (BAR, "2025-03-16T03:59+01:00", True),
        (BAR, "2025-03-16T04:00+01:00", False),
        (BAR, "2025-03-23T01:00+01:00", False),
        (BAR, "2025-03-30T01:59+01:00", True),
        (BAR, "2025-03-30T03:30+02:00", True),
        (BAR, "2025-03-30T04:00+02:00", False),
        (BusinessHours(weekly={"monday": (opening("00:00", "00:00"),)}), "2025-01-06T23:59Z", True),
        (BusinessHours(weekly={"monday": (opening("00:00", "00:00"),)}), "2025-01-07T00:00Z", False),
        (BusinessHours(), "2025-01-06T12:00Z", False),
    ],
)
def test_open_or_closed(hours: BusinessHours, moment: str, is_open: bool) -> None:
    assert hours.is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("hours", "moment", "opening_at"),
    [
        (OFFICE, "2025-01-02T10:00+01:00", "2025-01-02T10:00+01:00"),
        (OFFICE, "2025-01-02T13:00+01:00", "2025-01-02T15:00+01:00"),
        (OFFICE, "2025-01-03T18:00+01:00", "2025-01-06T09:00+01:00"),
        (OFFICE, "2024-12-31T18:00+01:00", "2025-01-02T09:00+01:00"),
        (OFFICE, "2025-03-28T20:00+01:00", "2025-03-31T09:00+02:00"),
        (BAR, "2025-03-20T12:00+01:00", "2025-03-29T20:00+01:00"),
        (BusinessHours(weekly={"sunday": (opening("02:30", "05:00"),)}, time_zone=MADRID), "2025-03-29T12:00Z", "2025-03-30T01:00Z"),
    ],
)  # fmt: skip
def test_the_next_opening(hours: BusinessHours, moment: str, opening_at: str) -> None:
    assert hours.next_opening(at(moment)) == at(opening_at)


def test_what_never_opens_has_no_next_opening() -> None:
    closed = tuple(date(2025, 1, 1) + timedelta(days=day) for day in range(500))
    assert BusinessHours().next_opening(at("2025-01-01T00:00Z")) is None
    assert OFFICE.model_copy(update={"holidays": closed}).next_opening(at("2025-01-01T00:00Z")) is None


@given(
    st.dictionaries(
        st.sampled_from(DAYS), st.lists(st.builds(Opening, opens=st.times(), closes=st.times()), max_size=2).map(tuple)
    ),
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.sampled_from((MADRID, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")),
)
def test_the_next_opening_is_open_and_nothing_before_it_is(weekly: Any, moment: datetime, zone: str) -> None:
    hours = BusinessHours(time_zone=zone, weekly=weekly)
    found = hours.next_opening(moment)
    if found is None:
        assert not any(hours.is_open(moment + timedelta(hours=step)) for step in range(0, 24 * 7, 3))
        return
    assert found >= moment
    assert hours.is_open(found)
    assert not any(hours.is_open(moment + (found - moment) * step / 10) for step in range(10) if found > moment)


@pytest.mark.parametrize(
    "written",
    [
        {"time_zone": "Mars/Base"},
        {"weekly": {"someday": []}},
        {"weekly": {"monday": [{"opens": "25:00", "closes": "26:00"}]}},
        {"weekly": {"monday": [{"opens": "09:00+01:00", "closes": "10:00"}]}},
        {"holidays": ["2025-02-30"]},
        {"closed": True},
    ],
)
def test_hours_that_are_none_are_refused(written: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        BusinessHours.model_validate(written)


@pytest.mark.parametrize("moment", [datetime.min, datetime.max])
def test_the_ends_of_the_calendar_are_asked_about_without_harm(moment: datetime) -> None:
    assert OFFICE.is_open(moment.replace(tzinfo=UTC)) is False

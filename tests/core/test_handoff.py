"""Who is given a conversation, and by when: the arithmetic of the desk."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.canned import checked, filled
from frontdesk.core.content import Content
from frontdesk.core.desk import Assignment, DeskSettings
from frontdesk.core.handoff import Agent, Due, Wanted, assignee, due, hushed, opening, shown, word
from frontdesk.core.hours import BusinessHours
from frontdesk.core.noting import Tag, Untag
from frontdesk.core.turn import HandBack, HandOver, OptOut, Outcome
from frontdesk.errors import InvalidInput
from tests.builders import a_turn

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
HOURS = BusinessHours.model_validate(
    {
        "time_zone": "Europe/Madrid",
        "weekly": {day: [{"opens": "09:00", "closes": "17:00"}] for day in WEEKDAYS},
        "holidays": ["2026-11-24"],
    }
)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # ten o'clock in Madrid


def an_agent(number: int, **given: object) -> Agent:
    return Agent(**{"id": UUID(int=number), "name": f"agent {number}", **given})  # type: ignore[arg-type]


AGENTS = (
    an_agent(1, skills=("bills",), languages=("en",), load=2, given_at=MONDAY),
    an_agent(2, skills=("Bills",), languages=("es-MX",), load=3, given_at=MONDAY - timedelta(hours=1)),
    an_agent(3, load=1, given_at=MONDAY - timedelta(minutes=1)),
    an_agent(4, skills=("bills",), load=5),
    an_agent(5, skills=("bills", "snakes"), status="away"),
)


@pytest.mark.parametrize(
    ("assignment", "skill", "language", "chosen"),
    [
        ("manual", None, None, None),
        ("round_robin", None, None, 2),
        ("least_busy", None, None, 3),
        ("least_busy", "snakes", None, 3),
        ("skills", None, None, 3),
        ("skills", "bills", None, 1),
        ("skills", "bills", "es", 2),
        ("skills", "bills", "sw", 1),
        ("skills", "snakes", None, None),
    ],
)
def test_who_is_given_it(assignment: Assignment, skill: str | None, language: str | None, chosen: int | None) -> None:
    found = assignee(assignment, AGENTS, Wanted(skill=skill, language=language))
    assert (found.id.int if found else None) == chosen


@pytest.mark.parametrize("assignment", ["manual", "least_busy"])
@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (Wanted(agent=UUID(int=2)), 2),
        (Wanted(team="gold"), 1),
        (Wanted(team="gold", language="es"), 2),
        (Wanted(agent=UUID(int=4)), None),  # has no room: it waits for them
        (Wanted(team="gold", released_by=UUID(int=1)), 2),
    ],
)
def test_those_it_was_assigned_to_come_first(assignment: Assignment, wanted: Wanted, chosen: int | None) -> None:
    agents = [replace(each, teams=("gold",) if each.id.int < 3 else ()) for each in AGENTS]
    found = assignee(assignment, agents, wanted)
    assert (found.id.int if found else None) == chosen


@pytest.mark.parametrize("wanted", [Wanted(agent=UUID(int=5)), Wanted(agent=UUID(int=9)), Wanted(team="silver")])
def test_where_none_of_those_is_there_it_goes_the_usual_way(wanted: Wanted) -> None:
    found = assignee("least_busy", AGENTS, wanted)
    assert found
    assert found.id.int == 3
    assert assignee("manual", AGENTS, wanted) is None


def test_who_released_it_is_not_given_it_again() -> None:
    assert assignee("least_busy", AGENTS[:1], Wanted(released_by=UUID(int=1))) is None


def test_with_no_one_free_it_waits() -> None:
    assert assignee("least_busy", [an_agent(1, load=5), an_agent(2, status="away")]) is None


@pytest.mark.parametrize(
    ("asked", "minutes", "expected"),
    [
        (MONDAY, 60, MONDAY + timedelta(hours=1)),
        (MONDAY, 7 * 60, MONDAY + timedelta(hours=7)),  # at the end of the day, to the minute
        (MONDAY, 7 * 60 + 1, datetime(2026, 11, 25, 8, 1, tzinfo=UTC)),  # Tuesday is a holiday
        (datetime(2026, 11, 28, 12, tzinfo=UTC), 30, datetime(2026, 11, 30, 8, 30, tzinfo=UTC)),  # a Saturday
    ],
)
def test_the_clock_stands_still_while_nobody_is_there(asked: datetime, minutes: int, expected: datetime) -> None:
    assert due(DeskSettings(first_minutes=minutes), HOURS, asked) == Due(first=expected)


def test_without_hours_the_clock_never_stands_still() -> None:
    settings = DeskSettings(first_minutes=5, resolve_minutes=90)
    assert due(settings, None, MONDAY) == Due(
        first=MONDAY + timedelta(minutes=5), resolved=MONDAY + timedelta(minutes=90)
    )
    assert due(DeskSettings(), HOURS, MONDAY) == Due()


def test_hours_that_never_open_end_no_clock() -> None:
    assert due(DeskSettings(first_minutes=1), BusinessHours(), MONDAY).first is None


@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    one=st.integers(1, 2_000),
    other=st.integers(1, 2_000),
)
def test_two_stretches_end_where_one_of_both_lengths_does(start: datetime, one: int, other: int) -> None:
    begun = start.replace(tzinfo=UTC)
    middle = HOURS.after(begun, timedelta(minutes=one))
    assert middle
    assert HOURS.after(middle, timedelta(minutes=other)) == HOURS.after(begun, timedelta(minutes=one + other))


def test_when_somebody_is_there_next() -> None:
    assert opening(HOURS, MONDAY) is None
    assert opening(None, MONDAY) is None
    evening = MONDAY + timedelta(hours=10)
    opens = opening(HOURS, evening)
    assert opens == datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert shown(opens, HOURS, evening) == ("wednesday", "09:00")
    assert shown(opens, HOURS, evening - timedelta(days=30)) == ("wednesday", "2026-11-25 09:00")


@pytest.mark.parametrize(
    ("owner", "status", "outcome", "speaks"),
    [
        ("human", "open", Outcome.say("hi"), False),
        ("human", "waiting", Outcome.say("hi"), True),
        ("bot", "open", Outcome.say("hi"), True),
        ("human", "open", Outcome.say("bye", OptOut()), True),
        ("human", "open", Outcome.say("back", HandBack()), True),
    ],
)
def test_the_bot_is_silent_where_a_person_speaks(owner: str, status: str, outcome: Outcome, speaks: bool) -> None:
    heard = hushed(a_turn(owner=owner, status=status), outcome)
    assert bool(heard.replies) == speaks
    assert heard.effects == outcome.effects


@pytest.mark.parametrize(
    ("owner", "outcome", "event"),
    [
        ("bot", Outcome(replies=(Content(text="hi"),)), None),
        ("bot", Outcome.silent(HandOver()), "waiting"),
        ("human", Outcome.silent(), "message"),
        ("human", Outcome.silent(HandBack()), "returned"),
        ("bot", Outcome.silent(Tag(tags=("vip",))), "tagged"),
        ("bot", Outcome.silent(Tag(tags=("vip",), of="contact")), None),
        ("bot", Outcome.silent(HandOver(), Untag(tags=("vip",))), "waiting"),
    ],
)
def test_the_desk_hears_of_what_is_its_own(owner: str, outcome: Outcome, event: str | None) -> None:
    told = word(a_turn(owner=owner), outcome)
    assert (told and told["event"]) == event


def test_places_in_canned_replies() -> None:
    text = checked("Hello {first_name}, {agent} here.")
    assert filled(text, {"first_name": "{agent}", "agent": "Ana"}) == "Hello {agent}, Ana here."
    with pytest.raises(InvalidInput, match="agent"):
        filled(text, {"first_name": "Ada"})
    with pytest.raises(InvalidInput, match="surname"):
        checked("Dear {surname}")

"""What a conversation is in the middle of, and what comes back."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core import modes
from frontdesk.core.content import Button, Content, Row
from frontdesk.core.conversation import Mode
from frontdesk.core.interruptions import Call, Manners, first
from frontdesk.core.modes import MOST_MODES, Modes, settle

NOW = datetime(2025, 1, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def a_mode(handler: str = "intent", **state: object) -> Mode:
    return Mode(handler=handler, state=state)


def names(stack: Modes) -> list[str]:
    return [":".join(filter(None, modes.identity(mode))) for mode in stack]


BOOKING, PAYING = a_mode(intent="book"), a_mode(intent="pay")
DAY = Content(text="Which day?", buttons=(Button(title="Today", payload="t"),))


def test_a_mode_begins_on_top_and_the_one_below_waits() -> None:
    stack = modes.push(modes.push((), BOOKING, NOW), a_mode("feedback"), LATER)
    assert names(stack) == ["intent:book", "feedback"]
    assert [modes.since(mode) for mode in stack] == [NOW, LATER]
    assert names(modes.leave(stack)) == ["intent:book"]
    assert modes.leave(()) == ()


def test_two_intents_are_two_modes_and_one_intent_is_one() -> None:
    stack = modes.push(modes.push(modes.push((), BOOKING, NOW), PAYING, NOW), a_mode(intent="book", day=1), LATER)
    assert names(stack) == ["intent:pay", "intent:book"]
    assert stack[-1].state["day"] == 1


def test_going_over_to_a_mode_under_way_takes_it_up_as_it_was() -> None:
    stack = modes.push(modes.push((), a_mode(intent="book", day=1), NOW), PAYING, LATER)
    stack = modes.switch(stack, BOOKING, LATER)
    assert names(stack) == ["intent:pay", "intent:book"]
    assert (stack[-1].state["day"], modes.since(stack[-1])) == (1, NOW)
    assert names(modes.switch(stack, a_mode("feedback"), LATER)) == ["intent:pay", "intent:book", "feedback"]


def test_of_too_many_the_oldest_is_given_up() -> None:
    stack: Modes = ()
    for number in range(MOST_MODES + 3):
        stack = modes.push(stack, a_mode(intent=str(number)), NOW)
    assert names(stack) == [f"intent:{number}" for number in range(3, MOST_MODES + 3)]


def test_modes_end_when_their_time_is_over() -> None:
    stack = modes.push(modes.push((), a_mode("feedback"), NOW), BOOKING, NOW)
    lives = {"feedback": timedelta(minutes=5)}
    assert names(modes.expire(stack, LATER, lives)) == ["intent:book"]
    assert names(modes.expire(stack, LATER - timedelta(seconds=1), lives)) == ["feedback", "intent:book"]
    assert names(modes.expire((a_mode("feedback"),), LATER, lives)) == ["feedback"]


SURE = Manners(thresholds={"urgent": 0.3}, firm=("consent",))


@pytest.mark.parametrize(
    ("stack", "call", "to"),
    [
        ((), Call(intent="pay", confidence=1), "anyone"),
        ((), Call(command="help"), "command"),
        ((BOOKING,), Call(), "mode"),
        ((BOOKING,), Call(command="cancel", intent="pay", confidence=1), "command"),
        ((BOOKING,), Call(is_feedback=True), "feedback"),
        ((BOOKING,), Call(intent="pay", confidence=0.8), "intent"),
        ((BOOKING,), Call(intent="pay", confidence=0.79), "mode"),
        ((BOOKING,), Call(intent="urgent", confidence=0.3), "intent"),
        ((BOOKING,), Call(intent="book", confidence=1), "mode"),
        ((BOOKING,), Call(intent="pay", confidence=1, answers=True), "mode"),
        ((PAYING, a_mode("feedback")), Call(intent="pay", confidence=0.9), "intent"),
        ((a_mode("consent"),), Call(intent="pay", confidence=1), "mode"),
        ((a_mode("consent"),), Call(command="stop"), "command"),
    ],
)
def test_who_a_message_goes_to_first(stack: Modes, call: Call, to: str) -> None:
    turned = first(stack, call, SURE)
    assert turned.to == to
    assert turned.reason


def begun(mode: Mode, question: Content = DAY) -> Modes:
    """Return the stack of a conversation that was just asked something."""
    return settle((), (mode,), (Content(text="Hello."), question), NOW).modes


def test_what_is_asked_last_is_the_question_of_the_active_mode() -> None:
    stack = begun(BOOKING)
    assert (modes.since(stack[0]), modes.question(stack[0])) == (NOW, DAY)
    assert modes.question(BOOKING) is None


def test_handlers_write_their_state_afresh_and_lose_nothing_kept_beside_it() -> None:
    settled = settle(begun(BOOKING), (a_mode(intent="book", day=1),), (), LATER)
    assert (modes.since(settled.modes[0]), modes.question(settled.modes[0])) == (NOW, DAY)
    assert settled.modes[0].state["day"] == 1
    assert settled.repeat is None


def test_an_answer_given_in_between_is_followed_by_the_question() -> None:
    stack = begun(BOOKING)
    settled = settle(stack, stack, (Content(text="We open at nine."),), LATER, came_between=True)
    assert (settled.repeat, settled.modes) == (DAY, stack)


def test_silence_in_between_repeats_nothing() -> None:
    stack = begun(BOOKING)
    assert settle(stack, stack, (), LATER, came_between=True).repeat is None


def test_a_mode_that_comes_between_asks_its_own_question_and_the_first_returns_after_it() -> None:
    price = Content(text="Which price?")
    both = settle(begun(BOOKING), (*begun(BOOKING), PAYING), (price,), LATER, came_between=True)
    assert (names(both.modes), both.repeat) == (["intent:book", "intent:pay"], None)
    assert [modes.question(mode) for mode in both.modes] == [DAY, price]
    back = settle(both.modes, both.modes[:-1], (Content(text="Paid."),), LATER)
    assert (names(back.modes), back.repeat) == (["intent:book"], DAY)
    assert modes.question(back.modes[0]) == DAY


def test_the_active_mode_asks_something_new() -> None:
    people = Content(text="How many?", rows=(Row(title="2", payload="2"),))
    settled = settle(begun(BOOKING), (a_mode(intent="book", day=1),), (people,), LATER)
    assert (modes.question(settled.modes[0]), settled.repeat) == (people, None)


def test_where_all_is_left_nothing_is_repeated() -> None:
    assert settle(begun(BOOKING), (), (Content(text="Cancelled."),), LATER) == modes.Settled(modes=())


def test_a_mode_replaced_by_another_is_not_returned_to() -> None:
    settled = settle(begun(BOOKING), (PAYING,), (Content(text="Which price?"),), LATER)
    assert (names(settled.modes), settled.repeat) == (["intent:pay"], None)


@pytest.mark.parametrize("kept", [None, 3, "x", {"text": 3}, {"odd": 1}, {"type": "dance"}, {"buttons": [{}]}])
def test_a_question_that_can_t_be_read_is_none(kept: object) -> None:
    assert modes.question(Mode(handler="x", state={modes.QUESTION: kept})) is None


@pytest.mark.parametrize("kept", [None, 3, "soon", "2025-01-01", "2025-01-01T12:00:00"])
def test_a_beginning_that_can_t_be_read_is_none(kept: object) -> None:
    assert modes.since(Mode(handler="x", state={modes.SINCE: kept})) is None


def test_a_stack_is_json_and_comes_back() -> None:
    stack = begun(BOOKING)
    kept = json.loads(json.dumps([asdict(mode) for mode in stack]))
    assert tuple(Mode(**mode) for mode in kept) == stack


MODE = st.builds(a_mode, st.sampled_from(("intent", "feedback")), intent=st.sampled_from(("a", "b", "c", 3)))
STACK = st.lists(MODE, max_size=10).map(tuple)


@given(STACK, STACK, st.lists(st.builds(Content, text=st.text(max_size=3)), max_size=2), st.booleans())
def test_no_stack_is_too_deep_or_without_a_beginning(
    before: Modes, after: Modes, said: list[Content], between: bool
) -> None:
    settled = settle(before, after, said, NOW, came_between=between)
    assert names(settled.modes) == names(after[-MOST_MODES:])
    assert all(modes.since(mode) for mode in settled.modes)
    pushed = modes.push(settled.modes, BOOKING, NOW)
    assert len(pushed) <= MOST_MODES
    assert modes.identity(pushed[-1]) == modes.identity(BOOKING)

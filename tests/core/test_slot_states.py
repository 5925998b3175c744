"""A form's state that is found again: what fits is kept, what doesn't is asked for anew, and the machine goes on."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.core.slot_answers import answer, begin
from frontdesk.core.slot_states import restored
from frontdesk.core.slots import ENDED, Form, Option, Slot, fresh
from frontdesk.understanding.entities import dialogue

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DAY = Slot(name="day", kind="date")
PEOPLE = Slot(name="people", kind="number")
NOTE = Slot(name="note", kind="text", required=False)
SERVICE = Slot(name="service", kind="list", options=(Option(value="haircut"), Option(value="colour")))
FORM = Form(name="booking", slots=(SERVICE, DAY, PEOPLE, NOTE), confirm=True)
WORDS = dialogue.words("en")
KEPT = {"kind": "date", "value": "2026-11-27", "text": "friday"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**70) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "form": JSON,
        "stage": JSON | st.sampled_from(["asking", "confirming", "done", "cancelled", "human"]),
        "filled": JSON | st.dictionaries(st.sampled_from(["day", "people", "x"]), JSON | st.just(KEPT), max_size=3),
        "skipped": JSON | st.lists(st.sampled_from(["note", "day", "x"]), max_size=2),
        "asked": JSON | st.sampled_from(["day", "people", "note", "x"]),
        "last": JSON | st.just("day"),
        "failures": JSON | st.integers(0, 5),
        "turns": JSON | st.integers(0, 200),
    },
)


def read(language: str = "en") -> Any:
    return dialogue.reader(language, NOW, "UTC")


@pytest.mark.parametrize("utterance", ["", "on friday", "a haircut on friday for 3", "colour for two"])
def test_what_was_stored_comes_back_as_it_was(utterance: str) -> None:
    step = begin(FORM, WORDS, read(), NOW, utterance)
    for text in ("what?", "haircut", "tomorrow", "four", "skip", "no"):
        assert restored(FORM, json.loads(json.dumps(step.state))) == step.state
        step = answer(FORM, step.state, text, WORDS, read(), NOW)


@pytest.mark.parametrize("stored", [None, [], "x", 7, {}])
def test_what_is_no_state_begins_anew(stored: object) -> None:
    assert restored(FORM, stored) == fresh(FORM)


def test_values_of_slots_that_are_gone_or_of_another_kind_by_now_are_asked_for() -> None:
    state = {**fresh(FORM), "filled": {"day": KEPT, "people": KEPT, "gone": KEPT}, "last": "gone", "asked": "day"}
    found = restored(FORM, state)
    assert (list(found["filled"]), found["last"], found["asked"]) == (["day"], None, None)


def test_a_summary_that_lacks_a_value_by_now_is_not_confirmed() -> None:
    state = {**fresh(FORM), "stage": "confirming", "filled": {"day": KEPT}}
    step = answer(FORM, restored(FORM, state), "yes", WORDS, read(), NOW)
    assert (step.stage, step.state["asked"]) == ("asking", "service")


def test_an_ended_state_begins_to_ask_again() -> None:
    assert restored(FORM, {**fresh(FORM), "stage": "done"})["stage"] == "asking"


@settings(max_examples=300, deadline=None)
@given(JSON | FIELDS, st.lists(st.sampled_from(["yes", "no", "friday", "2", "no, monday", "x"]) | st.text(max_size=9)))
def test_from_any_stored_state_the_machine_goes_on_and_ends(stored: object, said: list[str]) -> None:
    state = restored(FORM, stored)
    assert restored(FORM, state) == state
    for text in (*said, *["x"] * 12):
        if state["stage"] in ENDED:
            break
        state = answer(FORM, state, text, WORDS, read(), NOW).state
    assert state["stage"] in ENDED

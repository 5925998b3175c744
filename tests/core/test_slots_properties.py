"""What holds for every form and every answer: it ends, asks nothing twice, and lives as JSON."""

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.core.entities import Kind
from frontdesk.core.slot_answers import answer, begin
from frontdesk.core.slots import ENDED, Form, Option, Slot
from frontdesk.understanding.entities import dialogue

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
KINDS: tuple[Kind, ...] = ("number", "date", "time", "list", "email", "name", "text", "duration", "interval")
SAID = (
    "tomorrow at 5", "no, Tuesday", "3", "I meant 4", "haircut", "change s0 to 7", "change s1", "no", "yes", "skip", "blah",
    "me@example.com",
    "my name is Ann Lee", "between 3 and 5", "2 hours", "", "?", "not 3", "sorry", "from 3 to 5 pm and a haircut for 2 hours",
)  # fmt: skip


@st.composite
def forms(draw: st.DrawFn) -> Form:
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5))
    slots = tuple(
        Slot(
            name=f"s{number}",
            kind=kind,
            required=draw(st.booleans()),
            ask=draw(st.booleans()),
            options=(Option(value="haircut"), Option(value="no")) if kind == "list" else (),
        )
        for number, kind in enumerate(kinds)
    )
    return Form(name="f", slots=slots, confirm=draw(st.booleans()), attempts=draw(st.integers(1, 3)), most_turns=30)


@settings(max_examples=150, deadline=None)
@given(forms(), st.lists(st.one_of(st.sampled_from(SAID), st.text(max_size=20)), min_size=30, max_size=30))
def test_every_form_ends_and_asks_for_nothing_it_has(form: Form, said: list[str]) -> None:
    words = dialogue.words("en")
    read = dialogue.reader("en", NOW, "UTC")
    step = begin(form, words, read, NOW)
    for text in said:
        assert json.loads(json.dumps(step.state)) == step.state
        if step.stage in ENDED:
            break
        assert step.say
        assert step.state["asked"] not in step.state["filled"]
        before = json.dumps(step.state)
        following = answer(form, step.state, text, words, dialogue.reader("en", NOW, "UTC"), NOW)
        assert json.dumps(step.state) == before
        assert following == answer(form, json.loads(before), text, words, read, NOW)
        step = following
    assert step.stage in ENDED
    if step.stage == "done":
        assert {slot.name for slot in form.slots if slot.required} <= set(step.values)

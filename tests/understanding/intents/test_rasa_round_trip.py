"""Whatever training data hold, Rasa NLU YAML and CSV give back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.understanding.intents import csv, markup, rasa
from frontdesk.understanding.intents.data import Annotation, Example, Section, TrainingData, gathered

PIECES = [
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    ":",
    '"',
    "\\",
    "- ",
    "#",
    "yes",
    "007",
    "\n",
    "\r",
    "\u0085",
    "\u2028",
    " ",
    "é",
    "🚲",
]
texts = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
)
names = texts.filter(bool)
scalars = st.one_of(
    texts, st.booleans(), st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False)
)
kept = st.dictionaries(names, scalars | st.lists(scalars, max_size=2), max_size=2)


@st.composite
def examples(draw: st.DrawFn, kind: str) -> Example:
    text = draw(texts)
    if draw(st.integers(0, 5)) == 0 and text.strip() == text != "" and len(text.splitlines()) == 1:
        return Example(text, is_note=True) if not text.startswith("-") else Example(text)
    metadata = draw(st.none() | kept)
    own = {name: value for name, value in (metadata or {}).items() if name not in ("text", "entities", "note")}
    places = (
        sorted(draw(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), max_size=3))) if kind == "intent" else []
    )
    found = [_annotation(draw, start, start + length) for start, length in places if start + length <= len(text)]
    return Example(text, tuple(sorted(found, key=lambda entity: (entity.start, entity.end))), own or None)


def _annotation(draw: st.DrawFn, start: int, end: int) -> Annotation:
    value, role, group = (draw(st.none() | texts) for _ in range(3))
    return Annotation(start, end, draw(texts), value, role, group, draw(st.sampled_from([{}, {"confidence": 0.5}])))


@st.composite
def sections(draw: st.DrawFn) -> Section:
    kind = draw(st.sampled_from(rasa.KINDS))
    further = {name: value for name, value in draw(kept).items() if name not in (*rasa.KINDS, "examples")}
    return Section(kind, draw(names), tuple(draw(st.lists(examples(kind), max_size=4))), further)


@given(st.lists(sections(), max_size=3))
def test_any_data_round_trips(found: list[Section]) -> None:
    data = TrainingData(tuple(found), {"version": "3.1"})
    written = rasa.write(data)
    assert rasa.read(written) == data
    assert rasa.read(written.encode()) == data


@given(st.lists(sections(), max_size=3))
def test_any_utterances_round_trip_through_csv(found: list[Section]) -> None:
    utterances = [
        utterance for utterance in TrainingData(tuple(found)).utterances
        if utterance.text.strip() and utterance.intent.strip() == utterance.intent
        and (utterance.entities or utterance.text.strip() == utterance.text)
        and "\r" not in utterance.text + utterance.intent
    ]  # fmt: skip
    assert csv.read(csv.write(gathered(utterances))).utterances == gathered(utterances).utterances


@given(texts)
def test_any_text_is_read_as_markup_or_text(text: str) -> None:
    plain, entities = markup.parse(text)
    again = markup.render(plain, entities)
    assert again is None or markup.parse(again) == (plain, entities)


@pytest.mark.parametrize(
    "entity",
    [
        {"entity": "a:b"},
        {"entity": "a(b)"},
        {"entity": "a", "value": ""},
        {"entity": "a", "value": "{[x](y)}"},
        {"entity": "a", "role": None},
        {"entity": "a", "value": "x", "role": "r", "group": "1"},
    ],
)
def test_no_key_of_an_entity_is_lost(entity: dict[str, Any]) -> None:
    text, found = markup.parse(f"to [x y]{json.dumps(entity)} [z](w)")
    assert text == "to x y z"
    assert markup.as_list(found)[0] == {"start": 3, "end": 6, **entity}
    assert markup.parse(markup.render(text, found) or "") == (text, found)


@pytest.mark.parametrize(
    "entities",
    [
        [Annotation(0, 5, "a"), Annotation(3, 8, "b")],
        [Annotation(0, 9, "a"), Annotation(3, 5, "b")],
        [Annotation(0, 4, "a")],
        [],
    ],
)
def test_what_markup_cant_say_is_kept_beside_the_text(entities: list[Annotation]) -> None:
    example = Example("see [x](y)", tuple(entities))
    data = TrainingData((Section("intent", "a", (example, Example("hi"), Example("remark", is_note=True))),))
    assert rasa.read(rasa.write(data)).sections == data.sections


def test_a_file_without_a_version_is_of_the_newest() -> None:
    data = rasa.read("nlu:\n- intent: a\n  examples: |\n    - hi\n")
    assert data.further == {"version": "3.1"}
    assert rasa.read(rasa.write(data)) == data

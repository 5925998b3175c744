"""Rasa NLU YAML: everything in, everything out."""

import pytest

from frontdesk.errors import MalformedPayload
from frontdesk.understanding.intents import csv, markup, rasa
from frontdesk.understanding.intents.data import Annotation, gathered

FILE = r"""
version: "3.1"
nlu:
- intent: book/flight   # retrieval intents are named with a stroke
  metadata:
    sentiment: neutral
  examples: |
    - fly me to [Berlin](city)
    - from [NYC]{"entity": "city", "role": "departure", "value": "New York"} to [Rome]{"entity":"city","group":"1"}
    - [tomorrow](date:2024-01-01)
    -   नमस्ते [दिल्ली](city)
    # a remark
    - see [the terms](https://example.org/a_(b)) or [x
- intent: yes
  examples:
  - text: |
      sure
    metadata: {sentiment: happy}
  - text: no - really
- intent: empty
- synonym: New York
  examples: |
    - NYC
    - big apple
- regex: account_number
  examples: |
    - \d{10,12}
    - [a-z](x)
- lookup: cities
  examples: |
    - Berlin
- gazette: kept
  anything: [1, 2.5, null, true, 2024-01-01, 007]
responses:
  utter_yes:
  - text: "Hi {name}\nthere"
    condition: [{type: slot, name: on, value: on}]
rules: []
"""


def test_nothing_is_lost_on_the_way_through() -> None:
    data = rasa.read(FILE)
    assert rasa.read(rasa.write(data)) == data
    assert rasa.write(rasa.read(rasa.write(data))) == rasa.write(data)


def test_markup_becomes_annotations() -> None:
    said = {utterance.text: utterance for utterance in rasa.read(FILE.encode()).utterances}
    flight = said["from NYC to Rome"]
    assert flight.intent == "book/flight"
    assert flight.entities == (
        Annotation(5, 8, "city", value="New York", role="departure"),
        Annotation(12, 16, "city", group="1"),
    )
    assert said["tomorrow"].entities == (Annotation(0, 8, "date", value="2024-01-01"),)
    assert said["नमस्ते दिल्ली"].entities == (Annotation(7, 13, "city"),)


def test_words_of_yaml_stay_words() -> None:
    data = rasa.read(FILE)
    assert [section.name for section in data.of_kind("intent")] == ["book/flight", "yes", "empty"]
    assert [utterance.text for utterance in data.utterances if utterance.intent == "yes"] == ["sure", "no - really"]
    assert rasa.read('nlu:\n- intent: "on"').sections == rasa.read("nlu:\n- intent: on").sections


def test_synonyms_regexes_and_lookups_are_found() -> None:
    data = rasa.read(FILE)
    assert data.synonyms == {"NYC": "New York", "tomorrow": "2024-01-01", "big apple": "New York"}
    assert data.regexes == {"account_number": (r"\d{10,12}", "[a-z](x)")}
    assert data.lookups == {"cities": ("Berlin",)}
    assert data.further["responses"]["utter_yes"][0]["text"] == "Hi {name}\nthere"


@pytest.mark.parametrize("text", ["[x]{broken", "[x]{}", '[x]{"role":"a"}', "[x]", "[](a)", "[a](b", '[x]{"entity":1}'])
def test_what_only_looks_like_markup_stays_text(text: str) -> None:
    assert markup.parse(text) == (text, ())


def test_two_entities_on_the_same_words_come_back() -> None:
    marked = 'to [Paris][{"entity": "city", "role": "to"}, {"entity": "name", "confidence": 0.5}]'
    text, entities = markup.parse(marked)
    assert text == "to Paris"
    assert [(entity.entity, entity.further) for entity in entities] == [("city", {}), ("name", {"confidence": 0.5})]
    assert markup.render(text, entities) == marked


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("nlu: [", "no YAML"),
        ("- a", "mapping"),
        ("", "mapping"),
        ("nlu: yes", "list of sections"),
        ("nlu:\n- intent: [a]", "quotes"),
        ("nlu:\n- intent: a\n  examples: 5", "dash"),
        ("nlu:\n- intent: a\n  examples: [{x: 1}]", "neither"),
        ("!!python/object/apply:os.system [ls]", "no YAML"),
        (b"\xff\xfe\xff", "no YAML"),
        ("[" * 5000, "no YAML"),
    ],
)
def test_what_cant_be_read_is_said(content: str | bytes, fault: str) -> None:
    with pytest.raises(MalformedPayload, match=fault):
        rasa.read(content)


def test_csv_keeps_utterances_and_entities() -> None:
    utterances = rasa.read(FILE).utterances
    assert csv.read(csv.write(rasa.read(FILE))).utterances == utterances
    assert csv.write(gathered(csv.rows("text,intent\nhi,a\n"))) == "text,intent\nhi,a\n"


@pytest.mark.parametrize(
    "content", ["text,intent\nhi,a\n", "\ufeffIntent;Text\r\na;hi\r\n", b"text\tintent\n hi \ta\n\t\n"]
)
def test_csv_of_other_programs_is_understood(content: str | bytes) -> None:
    assert [(row.text, row.intent) for row in csv.rows(content)] == [("hi", "a")]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "columns"),
        ("a,b\n1,2", "columns"),
        ("text,intent\nhi", "line 2 .* no intent"),
        (b"text,intent\n\xff,a", "UTF-8"),
        ('text,intent\n"hi', "can't be read"),
        ("text,intent,entities\nhi,a,{", "entities"),
        ('text,intent,entities\nhi,a,"[{""start"":0,""end"":9,""entity"":""x""}]"', "outside"),
    ],
)
def test_csv_that_cant_be_read_is_said(content: str | bytes, fault: str) -> None:
    with pytest.raises(MalformedPayload, match=fault):
        csv.read(content)

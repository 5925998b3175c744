"""Rasa NLU YAML as people and their enemies write it."""

import codecs
import time

import pytest

from frontdesk.errors import MalformedPayload
from frontdesk.understanding.intents import rasa
from frontdesk.understanding.intents.data import Unknown

HEAD = "nlu:\n- intent: a\n  examples: |\n"


def said(content: str | bytes) -> list[str]:
    return [utterance.text for utterance in rasa.read(content).utterances]


def test_examples_and_names_stay_the_text_as_written() -> None:
    data = rasa.read(
        "nlu:\n- intent: 12\n  examples:\n  - yes\n  - 1\n  - 007\n  - 2020-01-01\n  - true\n  - 1.50\n  - null\n  -\n"
        "  - text: 3.10\n    metadata: {n: 3}\n- synonym: 1.0\n  examples: |\n    - one\n"
    )
    assert [utterance.text for utterance in data.utterances] == [
        *("yes", "1", "007", "2020-01-01", "true", "1.50", "null", "", "3.10")
    ]
    assert {utterance.intent for utterance in data.utterances} == {"12"}
    assert data.synonyms == {"one": "1.0"}
    assert rasa.read(rasa.write(data)) == data


def test_what_we_dont_know_keeps_its_numbers() -> None:
    content = {"gazette": "a", "examples": [1, 2.5, True, None, "2020-01-01"]}
    assert rasa.read("nlu:\n- gazette: a\n  examples: [1, 2.5, true, null, 2020-01-01]").sections == (Unknown(content),)


def test_a_section_without_a_name_is_kept_and_trains_nothing() -> None:
    data = rasa.read('nlu:\n- intent: ""\n  examples: |\n    - hi\n- intent:\n  examples: |\n    - ho\n')
    assert data.utterances == ()
    assert len(rasa.read(rasa.write(data)).sections) == 2


def test_every_way_of_setting_lines_is_read() -> None:
    lines = "    - one\n      - two\n    -three\n    -\u00a0four\n    -\tfive\n\n    -   six   \n    seven\n"
    data = rasa.read(HEAD + lines)
    assert [utterance.text for utterance in data.utterances] == ["one", "two", "three", "four", "five", "six"]
    assert rasa.read(rasa.write(data)) == data


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + "    - hé\n").replace("\n", "\r\n").encode(),
        codecs.BOM_UTF8 + (HEAD + "    - hé\n").encode(),
        (HEAD + "    - hé\n").encode("utf-16"),
        'nlu: [{"intent": "a", "examples": "- h\\u00e9"}]',
        "---\n" + HEAD + "    - hé\n...\n",
    ],
)
def test_other_systems_files_are_read(content: str | bytes) -> None:
    assert said(content) == ["hé"]


def test_two_halves_of_a_character_become_one() -> None:
    assert said('nlu: [{intent: a, examples: ["\\ud83d\\ude00"]}]') == ["😀"]


def test_the_last_word_on_a_synonym_holds() -> None:
    data = rasa.read(
        HEAD + '    - to [x]{"entity": "c", "value": "X"}, [y](c:y)\n- synonym: Y\n  examples: |\n    - x\n'
        '- intent: b\n  examples: |\n    - [z]{"entity": "c", "value": "Z"}\n- synonym: A\n  examples: |\n    - z\n'
    )
    assert data.synonyms == {"x": "Y", "z": "A"}


def bomb(first: str, line: str) -> str:
    return f"a: &a {first}\n" + "".join(
        line.format(now, ", ".join([f"*{before}"] * 9)) for before, now in zip("abcdefghij", "bcdefghijk", strict=True)
    )


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (bomb("[x]", "{0}: &{0} [{1}]\n"), "over 2,000,000 entries"),
        (bomb("{k: 1, l: 2}", "{0}: &{0}\n  <<: [{1}]\n"), "over 2,000,000 entries"),
        ("a: &a [*a]", "line 1: `a` stands for itself"),
        ("a: *b", "undefined alias"),
        ("a: " + "[" * 60 + "]" * 60, "over 50 levels"),
        ("".join("  " * depth + "a:\n" for depth in range(900)), "over 50 levels"),
        ("a: 1\nnlu: []\na: 2", "line 3: `a` stands twice"),
        (HEAD + "    - hi\n  examples: |\n    - ho\n", "line 5: `examples` stands twice"),
        ("? [a]\n: 1", "unhashable"),
        ("a: !!timestamp x", "tag"),
        ("a: !!binary aa==", "tag"),
        ("a: !!set {b}", "tag"),
        ("a: !!bool x", "'x' is no bool"),
        ("a: !!int ''", "'' is no int"),
        ("a: !mine x", "tag"),
        ("nlu:\n\t- intent: a", "line 2: .*cannot start any token"),
        ("a: b\n---\na: c", "another document"),
        (HEAD + "    - h\0i\n", "#x0000"),
        ('a: "\\0"', "NUL"),
        ('a: "\\ud800"', "half a character"),
        ('? "\\0"\n: a', "NUL"),
        ("nlu: [{intent: a, examples: [{text: hi, entities: [{start: 1, end: 9, entity: x}]}]}]", "outside its text"),
        (
            "nlu: [{intent: a, examples: [{text: hi, entities: [{start: 0, end: true, entity: x}]}]}]",
            "list of mappings",
        ),
        ("nlu: [{intent: a, examples: [{text: hi, entities: 5}]}]", "list of mappings"),
        ("## intent:greet\n- hi", "Markdown of Rasa 1: convert it with `frontdesk intents import nlu.md nlu.yml`"),
        (b'{"rasa_nlu_data": {}}', "JSON of Rasa 1: convert it with `frontdesk intents import nlu.json nlu.yml`"),
    ],
)
def test_what_isnt_training_data_is_refused_and_said(content: str | bytes, fault: str) -> None:
    with pytest.raises(MalformedPayload, match=fault):
        rasa.read(content)


def test_an_alias_and_a_merge_are_followed() -> None:
    assert said("nlu:\n- &a\n  intent: a\n  examples: |\n    - hi\n- <<: *a\n  intent: b\n") == ["hi", "hi"]


@pytest.mark.parametrize("mark", ["[x][", '[x]{"a":', '[x]["', "[", "[a](b:", '[x]{"entity":"a"'])
def test_markup_that_never_ends_costs_little(mark: str) -> None:
    content = f"{HEAD}    - {mark * 20_000}\n"
    before = time.process_time()
    assert said(content) == [mark * 20_000]
    assert time.process_time() - before < 2


@pytest.mark.parametrize(
    "mark",
    ['{"entity": "a", "value": "\\ud800"}', '{"entity": "a", "value": "\\u0000"}', '{"entity": "a", "b": 1e999}'],
)
def test_marks_nobody_could_store_stay_text(mark: str) -> None:
    assert said(f"{HEAD}    - [x]{mark}\n") == [f"[x]{mark}"]

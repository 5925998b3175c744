"""Markdown and JSON of Rasa 1, and folders as Rasa's projects keep them."""

import json
from pathlib import Path
from typing import Any

import pytest

from frontdesk.errors import FrontdeskError, MalformedPayload
from frontdesk.understanding.intents import earlier, files, rasa
from frontdesk.understanding.intents.data import Annotation, Utterance

MARKDOWN = """<!-- kept by
## intent:nobody
-->
# Training data
- [menu](#menu)

## intent:book/table
- a table for [two](number:2)
* at [eight]{"entity": "time", "role": "from"} <!-- in the evening -->
+ hello
  - 日本語

##synonym: Spree Bank
- spree side
## regex:postcode
- [0-9]{5}
### lookup:dishes
data/dishes.txt
## lookup:drinks
- tea
"""


def test_markdown_is_read() -> None:
    data = earlier.markdown("\ufeff" + MARKDOWN.replace("\n", "\r\n"))
    assert data.utterances == (
        Utterance("a table for two", "book/table", (Annotation(12, 15, "number", value="2"),)),
        Utterance("at eight", "book/table", (Annotation(3, 8, "time", role="from"),)),
        Utterance("hello", "book/table"),
        Utterance("日本語", "book/table"),
    )
    assert data.synonyms == {"two": "2", "spree side": "Spree Bank"}
    assert data.regexes == {"postcode": ("[0-9]{5}",)}
    assert data.lookups == {"dishes": (), "drinks": ("tea",)}
    assert "data/dishes.txt" in rasa.write(data)
    assert rasa.read(rasa.write(data)) == data


JSON = {
    "common_examples": [
        {
            "text": " a table for two",
            "intent": "book",
            "entities": [
                {"start": 13, "end": 16, "entity": "number", "value": "2"},
                {"start": 3, "end": 8, "entity": "thing", "value": "table"},
            ],
        },
        {"text": "hi 😀", "intent": "greet"},
        {"text": "nobody knows", "entities": []},
    ],
    "entity_synonyms": [{"value": "Spree Bank", "synonyms": ["spree side"]}],
    "regex_features": [{"name": "postcode", "pattern": "[0-9]{5}"}],
    "lookup_tables": [{"name": "drinks", "elements": ["tea"]}, {"name": "dishes", "elements": "data/dishes.txt"}],
}


def test_json_is_read() -> None:
    data = earlier.nlu_json(json.dumps({"rasa_nlu_data": JSON}))
    assert data.utterances == (
        Utterance(" a table for two", "book", (Annotation(3, 8, "thing"), Annotation(13, 16, "number", value="2"))),
        Utterance("hi 😀", "greet"),
    )
    assert data.synonyms == {"two": "2", "spree side": "Spree Bank"}
    assert data.regexes == {"postcode": ("[0-9]{5}",)}
    assert data.lookups == {"drinks": ("tea",), "dishes": ()}
    assert "nobody knows" in rasa.write(data)
    assert rasa.read(rasa.write(data)) == data


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "rasa_nlu_data"),
        ({"common_examples": {}}, "`common_examples` .* list of mappings"),
        ({"common_examples": [{"intent": "a"}]}, "neither a text"),
        ({"common_examples": [{"intent": "a", "text": "hi", "entities": [{"entity": "x"}]}]}, "list of mappings"),
        ({"common_examples": [{"intent": "a", "text": "hi\0"}]}, "NUL"),
        ({"common_examples": [{"intent": "a", "text": "\ud800"}]}, "no JSON"),
        ({"entity_synonyms": [{"value": ["x"], "synonyms": []}]}, "synonym .* quotes"),
    ],
)
def test_json_that_cant_be_read_is_said(data: Any, fault: str) -> None:
    with pytest.raises(MalformedPayload, match=fault):
        earlier.nlu_json(data if isinstance(data, str) else json.dumps({"rasa_nlu_data": data}))


@pytest.mark.parametrize(("content", "fault"), [(b"# A page\n- hi", "no training data"), (b"\xff", "UTF-8")])
def test_markdown_that_cant_be_read_is_said(content: bytes, fault: str) -> None:
    with pytest.raises(MalformedPayload, match=fault):
        earlier.markdown(content)


PROJECT = {
    "config.yml": "language: en\npipeline: []\n",
    "endpoints.yml": "# nothing yet\n",
    "domain.yml": "intents: [greet]\nresponses:\n  utter_greet:\n  - text: Hello\n",
    "data/nlu/greet.yml": "version: '3.1'\nnlu:\n- intent: greet\n  examples: |\n    - hi\n",
    "data/nlu/faq.yaml": "nlu:\n- intent: faq/opening\n  examples: |\n    - when do you open\n",
    "data/stories.yml": "stories:\n- story: hello\n  steps:\n  - intent: greet\n",
    "data/old.md": "## intent:thank\n- thanks\n",
    "data/stories.md": "## hello\n* greet\n  - utter_greet\n",
    "data/old.json": '{"rasa_nlu_data": {"common_examples": [{"text": "bye", "intent": "part"}]}}',
    "package.json": "{}",
    "tests/test_stories.yml": "stories:\n- story: e2e\n  steps:\n  - user: |\n      hi\n    intent: greet\n",
    ".cache/nlu.yml": "nlu: [",
}


def test_a_whole_project_is_read_by_its_training_data(tmp_path: Path) -> None:
    for name, content in PROJECT.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    data = files.read(tmp_path)
    assert {utterance.text: utterance.intent for utterance in data.utterances} == {
        **{"hi": "greet", "when do you open": "faq/opening"},
        **{"thanks": "thank", "bye": "part"},
    }
    assert data.further["responses"] == {"utter_greet": [{"text": "Hello"}]}
    assert not {"stories", "pipeline"} & data.further.keys()


def test_a_folder_of_other_things_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text("language: en\n")
    with pytest.raises(FrontdeskError, match="holds no training data"):
        files.read(tmp_path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("nlu: [")
    with pytest.raises(MalformedPayload, match=r"a\.yml: the training data is no YAML"):
        files.read(tmp_path)

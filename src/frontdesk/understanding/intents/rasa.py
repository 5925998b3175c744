"""Rasa NLU YAML, read and written: nothing in a file is lost on the way through."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from frontdesk.errors import MalformedPayload, PayloadTooLarge
from frontdesk.understanding.intents import markup
from frontdesk.understanding.intents.data import Example, Kind, Section, TrainingData, Unknown
from frontdesk.understanding.intents.scalars import TAG, Dumper, Loader

MOST_BYTES = 50_000_000
VERSION = "3.1"
REMEDY = "convert it with `frontdesk intents import nlu.{} nlu.yml`"
KINDS: tuple[Kind, ...] = get_args(Kind)


def read(content: str | bytes) -> TrainingData:
    """Return what a file holds; MalformedPayload says what is wrong with it and where."""
    if len(content) > MOST_BYTES:
        raise PayloadTooLarge(f"the training data is over {MOST_BYTES // 1_000_000} MB: split it into several files")
    return of_document(_document(content))


def of_document(document: Mapping[str, Any]) -> TrainingData:
    """Return what a file's content holds, once it is mappings, lists and texts."""
    further = {"version": VERSION, **document}
    sections = further.pop("nlu", None)
    if sections is not None and not isinstance(sections, list):
        raise MalformedPayload("`nlu` has to be a list of sections, each with `intent`, `synonym`, `regex` or `lookup`")
    return TrainingData(tuple(_section(section) for section in sections or ()), further)


def write(data: TrainingData) -> str:
    """Return the file; reading it again gives the same data."""
    head = {"version": data.further.get("version", VERSION)}
    rest = {name: value for name, value in data.further.items() if name != "version"}
    document = {**head, "nlu": [_written(section) for section in data.sections], **rest}
    return yaml.dump(document, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)


def _document(content: str | bytes) -> dict[str, Any]:
    try:
        document = _loaded(content)
    except yaml.MarkedYAMLError as error:
        place = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise MalformedPayload(f"the training data is no YAML: {place}{error.problem}") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise MalformedPayload(f"the training data is no YAML: {' '.join(str(error).split())[:300]}") from None
    if not isinstance(document, dict) or not all(isinstance(name, str) for name in document):
        raise MalformedPayload(f"the training data has to be a mapping with `version` and `nlu`{_form(content)}")
    if "rasa_nlu_data" in document:
        raise MalformedPayload(f"the training data is JSON of Rasa 1: {REMEDY.format('json')}")
    return document


def _form(content: str | bytes) -> str:
    is_markdown = (b"## intent:" if isinstance(content, bytes) else "## intent:") in content  # type: ignore[operator]
    return f"; this is Markdown of Rasa 1: {REMEDY.format('md')}" if is_markdown else ""


def _loaded(content: str | bytes) -> Any:
    loader = Loader(content)
    try:
        root = loader.get_single_node()
        for section in _items(_value(root, "nlu")):
            _as_written(section)
        return loader.construct_document(root) if root else None
    finally:
        loader.dispose()


def _as_written(section: Node) -> None:
    """Make texts of names and examples that look like numbers: who writes `- 007` means what they wrote."""
    names = [name for kind in KINDS if (name := _value(section, kind)) and name.tag != f"{TAG}null"]
    examples = _items(_value(section, "examples")) if names else ()
    texts = [_value(example, "text") for example in examples]
    for node in (*names, *examples, *texts):
        if isinstance(node, ScalarNode):
            node.tag = f"{TAG}str"


def _items(node: Node | None) -> Sequence[Node]:
    return node.value if isinstance(node, SequenceNode) else ()


def _value(node: Node | None, name: str) -> Node | None:
    pairs = node.value if isinstance(node, MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def _section(content: Any) -> Section | Unknown:
    kind = next((kind for kind in KINDS if isinstance(content, dict) and content.get(kind) not in (None, "")), None)
    if kind is None:
        return Unknown(content)
    further = {name: value for name, value in content.items() if name not in (kind, "examples")}
    name = content[kind]
    if not isinstance(name, str):
        raise MalformedPayload(f"the {kind} {name!r:.80} has to be named by a text: put it in quotes")
    return Section(kind, name, tuple(_examples(kind, name, content.get("examples"))), further)


def _examples(kind: Kind, name: str, examples: Any) -> Iterator[Example]:
    match examples:
        case None:
            return
        case str():
            yield from (_line(kind, line.strip()) for line in examples.splitlines() if line.strip())
        case list():
            for item in examples:
                yield _item(kind, name, item)
        case _:
            raise MalformedPayload(f"the examples of {kind} {name!r} have to be lines that begin with a dash")


def _line(kind: Kind, line: str) -> Example:
    return _example(kind, line[1:].strip()) if line.startswith("-") else Example(line, is_note=True)


def _item(kind: Kind, name: str, item: Any) -> Example:
    if isinstance(item, str):
        return _example(kind, item.strip())
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        raise MalformedPayload(
            f"an example of {kind} {name!r} is neither a text nor a mapping with `text`: {item!r:.80}"
        )
    text = item["text"] if "entities" in item else item["text"].strip()
    if item.keys() == {"text", "note"} and not text and isinstance(item["note"], str):
        return Example(item["note"], is_note=True)
    rest = {key: value for key, value in item.items() if key not in ("text", "entities")}
    if "entities" not in item:
        return _example(kind, text, rest or None)
    try:
        return Example(text, markup.listed(item["entities"], len(text)), rest or None)
    except ValueError as error:
        raise MalformedPayload(f"the example {text[:60]!r} of {kind} {name!r}: {error}") from None


def _example(kind: Kind, text: str, metadata: Mapping[str, Any] | None = None) -> Example:
    if kind != "intent":  # a regex may well look like markup
        return Example(text, metadata=metadata)
    plain, entities = markup.parse(text)
    return Example(plain, entities, metadata)


def _written(section: Section | Unknown) -> Any:
    if isinstance(section, Unknown):
        return section.content
    content: dict[str, Any] = {section.kind: section.name, **section.further}
    if section.examples:
        content["examples"] = _written_examples(section.kind, section.examples)
    return content


def _written_examples(kind: Kind, examples: Sequence[Example]) -> Any:
    lines = [_written_line(kind, example) for example in examples]
    if None not in lines:
        return "".join(f"{line}\n" for line in lines)
    return [_written_item(kind, example) for example in examples]


def _written_line(kind: Kind, example: Example) -> str | None:
    """Return the example as a line with a dash, or None where it holds more than such a line can say."""
    text = _marked(kind, example)
    if text is None or example.metadata is not None or len(text.splitlines()) > 1 or text != text.strip():
        return None
    return f"- {text}" if not example.is_note else text if not text.startswith("-") else None


def _written_item(kind: Kind, example: Example) -> dict[str, Any]:
    if example.is_note:
        return {"text": "", "note": example.text}
    rest = dict(example.metadata or {})
    text = _marked(kind, example)
    if text is not None and text == text.strip():
        return {"text": text, **rest}
    return {"text": example.text, "entities": markup.as_list(example.entities), **rest}


def _marked(kind: Kind, example: Example) -> str | None:
    plain = kind != "intent" or example.is_note
    return example.text if plain else markup.render(example.text, example.entities)

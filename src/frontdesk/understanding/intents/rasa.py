"""Rasa NLU YAML, read and written: nothing in a file is lost on the way through."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

import yaml

from frontdesk.errors import MalformedPayload, PayloadTooLarge
from frontdesk.understanding.intents import markup
from frontdesk.understanding.intents.data import Example, Kind, Section, TrainingData, Unknown
from frontdesk.understanding.intents.scalars import Dumper, Loader

MOST_BYTES = 50_000_000
MOST_DEPTH = 50
KINDS: tuple[Kind, ...] = get_args(Kind)


def read(content: str | bytes) -> TrainingData:
    """Return what a file holds; MalformedPayload says what is wrong with it and where."""
    if len(content) > MOST_BYTES:
        raise PayloadTooLarge(f"the training data is over {MOST_BYTES // 1_000_000} MB: split it into several files")
    document = _document(content)
    sections = document.pop("nlu", None)
    if sections is not None and not isinstance(sections, list):
        raise MalformedPayload("`nlu` has to be a list of sections, each with `intent`, `synonym`, `regex` or `lookup`")
    return TrainingData(tuple(_section(section) for section in sections or ()), document)


def write(data: TrainingData) -> str:
    """Return the file; reading it again gives the same data."""
    head = {"version": data.further.get("version", "3.1")}
    rest = {name: value for name, value in data.further.items() if name != "version"}
    document = {**head, "nlu": [_written(section) for section in data.sections], **rest}
    return yaml.dump(document, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)


def _document(content: str | bytes) -> dict[str, Any]:
    try:
        document = yaml.load(content, Loader=Loader)  # noqa: S506 - a SafeLoader with fewer guesses
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise MalformedPayload(f"the training data is no YAML: {' '.join(str(error).split())[:300]}") from None
    if not isinstance(document, dict) or not all(isinstance(name, str) for name in document):
        raise MalformedPayload("the training data has to be a mapping with `version` and `nlu`")
    return document


def _section(content: Any) -> Section | Unknown:
    kind = next((kind for kind in KINDS if isinstance(content, dict) and content.get(kind) is not None), None)
    if kind is None:
        return Unknown(content)
    further = {name: value for name, value in content.items() if name not in (kind, "examples")}
    name = content[kind]
    if not isinstance(name, str):
        raise MalformedPayload(f"the {kind} {name!r} has to be named by a text: put it in quotes")
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
    if line == "-" or line.startswith(("- ", "-\t")):
        return _example(kind, line[1:].strip())
    if line.startswith("-"):  # Rasa takes a dash without a blank, too
        return _example(kind, line[1:])
    return Example(line, is_note=True)


def _item(kind: Kind, name: str, item: Any) -> Example:
    if isinstance(item, str):
        return _example(kind, item.strip())
    if isinstance(item, dict) and isinstance(item.get("text"), str):
        rest = {key: value for key, value in item.items() if key != "text"}
        return _example(kind, item["text"].strip(), rest or None)
    raise MalformedPayload(f"an example of {kind} {name!r} is neither a text nor a mapping with `text`: {item!r:.80}")


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
        content["examples"] = _written_examples(section.examples)
    return content


def _written_examples(examples: Sequence[Example]) -> Any:
    texts = [example.text if example.is_note else markup.render(example.text, example.entities) for example in examples]
    lines_will_do = all(len(text.splitlines()) <= 1 and text == text.strip() for text in texts)
    if lines_will_do and all(example.metadata is None for example in examples):
        dashes = ("" if example.is_note else "- " for example in examples)
        return "".join(f"{dash}{text}\n" for dash, text in zip(dashes, texts, strict=True))
    return [
        {"text": text, **(example.metadata or {})} if not example.is_note else {"text": "", "note": text}
        for example, text in zip(examples, texts, strict=True)
    ]

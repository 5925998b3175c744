"""Training data of Rasa 1, Markdown and JSON, as the document Rasa's YAML would be; read only."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from frontdesk.errors import MalformedPayload, PayloadTooLarge
from frontdesk.understanding.intents import rasa
from frontdesk.understanding.intents.data import TrainingData

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
HEADING = re.compile(r"#{2,}[ \t]*(intent|synonym|regex|lookup):(.+)")
ITEM = re.compile(r"[-*+][ \t]*(.*)")
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def is_markdown(content: bytes) -> bool:
    """Tell whether a Markdown file holds training data, and not stories, answers or a page to read."""
    return any(HEADING.match(line.strip()) for line in content.decode(errors="replace").splitlines())


def markdown(content: str | bytes) -> TrainingData:
    """Return what stands under `## intent:name` and its like; MalformedPayload where there is none of them."""
    sections: list[dict[str, Any]] = []
    for line in map(str.strip, COMMENT.sub("", _text(content)).splitlines()):
        if heading := HEADING.match(line):
            sections.append({heading[1]: heading[2].strip(), "examples": ""})
        elif line and sections:
            item = ITEM.match(line)
            sections[-1]["examples"] += f"- {item[1]}\n" if item else f"{line}\n"
    if not sections:
        raise MalformedPayload("the Markdown holds no training data: a heading like `## intent:name` over its examples")
    return rasa.of_document({"nlu": sections})


def nlu_json(content: str | bytes) -> TrainingData:
    """Return what stands under `rasa_nlu_data`; MalformedPayload says what can't be read."""
    try:
        document = json.loads(_text(content))
        stored = json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise MalformedPayload(f"the training data is no JSON: {error}") from None
    if b"\\u0000" in stored:
        raise MalformedPayload("a text of the training data holds the character NUL")
    data = document.get("rasa_nlu_data") if isinstance(document, dict) else None
    if not isinstance(data, dict):
        raise MalformedPayload("training data as JSON has to hold `rasa_nlu_data`, as Rasa 1 wrote it")
    return rasa.of_document({"nlu": [*_intents(data), *_others(data)]})


def _text(content: str | bytes) -> str:
    try:
        text = content if isinstance(content, str) else content.decode()
    except UnicodeDecodeError as error:
        raise MalformedPayload(f"the training data is not UTF-8: byte {error.start}") from None
    if len(content) > rasa.MOST_BYTES:
        raise PayloadTooLarge(
            f"the training data is over {rasa.MOST_BYTES // 1_000_000} MB: split it into several files"
        )
    return text.removeprefix("\ufeff").replace("\0", "")


def _intents(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    by_intent: dict[str, list[dict[str, Any]]] = {}
    for name in ("common_examples", "intent_examples", "entity_examples"):
        for example in _mappings(data, name):
            rest = {key: value for key, value in example.items() if key != "intent"}
            entities = [_entity(entity, str(example.get("text"))) for entity in _mappings(example, "entities")]
            by_intent.setdefault(str(example.get("intent") or ""), []).append({**rest, "entities": entities})
    return ({"intent": intent, "examples": examples} for intent, examples in by_intent.items())


def _others(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for synonym in _mappings(data, "entity_synonyms"):
        yield {"synonym": synonym.get("value"), "examples": _texts(synonym.get("synonyms"))}
    for regex in _mappings(data, "regex_features"):
        yield {"regex": regex.get("name"), "examples": _texts(regex.get("pattern"))}
    for lookup in _mappings(data, "lookup_tables"):
        elements = lookup.get("elements")
        is_path = isinstance(elements, str)  # a file beside the training data: a note, as it is in Markdown
        yield {"lookup": lookup.get("name"), "examples": f"{elements}\n" if is_path else _texts(elements)}


def _entity(entity: Mapping[str, Any], text: str) -> dict[str, Any]:
    start, end = entity.get("start"), entity.get("end")
    words = text[start:end] if isinstance(start, int) and isinstance(end, int) else None
    return {name: value for name, value in entity.items() if name != "value" or value != words}


def _mappings(data: Mapping[str, Any], name: str) -> Sequence[dict[str, Any]]:
    found = data.get(name)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise MalformedPayload(f"`{name}` of the JSON has to be a list of mappings")
    return found


def _texts(found: Any) -> list[str]:
    texts = found if isinstance(found, list) else [found]
    return [str(text) for text in texts if text is not None]

"""Training data as rows and back: what a Rasa file holds stays, whatever of it is used."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from frontdesk.core.intents import IntentName
from frontdesk.core.wording import storable
from frontdesk.errors import InvalidInput
from frontdesk.store import training_sections
from frontdesk.store.intents import Stored
from frontdesk.store.utterances import Line
from frontdesk.understanding.intents import data as values
from frontdesk.understanding.intents import markup
from frontdesk.understanding.intents.data import MOST_CHARACTERS, Annotation, Example, TrainingData, Unknown
from frontdesk.understanding.intents.plain import plain_json

MOST_NAME = 500

_intent_name = TypeAdapter(IntentName)


@dataclass(slots=True)
class Rows:
    """What becomes rows: by intent what else stands with it and its lines by their text, and the other sections.

    `repeated` counts lines that say again what an earlier one of the intent says.
    """

    intents: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: dict[tuple[str, str], Example] = field(default_factory=dict)
    sections: dict[tuple[str, str], training_sections.Section] = field(default_factory=dict)
    repeated: int = 0

    def lines_of(self, ids: Mapping[str, UUID]) -> list[Line]:
        """Return the lines as they are kept, given the intents' ids."""
        return [_line(ids[name], example) for (name, _), example in self.lines.items()]


def rows(data: TrainingData) -> Rows:
    """Return what is to be kept of training data; InvalidInput says what can't be."""
    found = Rows()
    for section in data.sections:
        if isinstance(section, Unknown):
            _keep(found, _unknown(section))
        elif section.kind == "intent":
            _keep_intent(found, section)
        else:
            _keep(found, _section(section))
    for name, content in data.further.items():
        kept = plain_json(content, f"the file's `{name[:40]}`")
        _keep(found, training_sections.Section("further", _name(name, "key of the file"), kept))
    return found


def joined(earlier: training_sections.Section | None, later: training_sections.Section) -> training_sections.Section:
    """Return two sections of one name as one; where both can't be, the later one counts."""
    if earlier is None:
        return later
    return training_sections.Section(later.kind, later.name, _joined(earlier.content, later.content))


def data_of(
    intents: Iterable[Stored], lines: Iterable[Line], sections: Sequence[training_sections.Section]
) -> TrainingData:
    """Return what is kept as training data."""
    said: dict[UUID, list[Example]] = {}
    for line in lines:
        said.setdefault(line.intent_id, []).append(example_of(line))
    named = (
        values.Section("intent", stored.intent.name, tuple(said.get(stored.id, ())), stored.further)
        for stored in sorted(intents, key=lambda stored: stored.id)
    )
    further = {section.name: section.content for section in sections if section.kind == "further"}
    return TrainingData((*named, *(_value(section) for section in sections if section.kind != "further")), further)


def example_of(line: Line) -> Example:
    """Return a line as training data have it."""
    entities = markup.listed(list(line.entities), len(line.text))
    return Example(line.text, entities, line.metadata, line.is_note)


def checked_places(text: str, entities: Iterable[Annotation]) -> None:
    """Raise InvalidInput where an entity stands outside the text."""
    for entity in entities:
        if not 0 <= entity.start < entity.end <= len(text):
            raise InvalidInput(
                f"the entity {entity.entity[:40]!r} stands outside of {text[:40]!r}: from {entity.start} to {entity.end}"
            )


def entity_rows(example: Example) -> list[dict[str, Any]]:
    """Return an example's entities as JSON."""
    return plain_json(markup.as_list(example.entities), f"an entity of {example.text[:40]!r}")  # type: ignore[no-any-return]


def _keep(found: Rows, section: training_sections.Section) -> None:
    key = (section.kind, section.name)
    found.sections[key] = joined(found.sections.get(key), section)


def _keep_intent(found: Rows, section: values.Section) -> None:
    try:
        name = _intent_name.validate_python(section.name)
    except ValidationError:
        raise InvalidInput(
            f"an intent can't be named {section.name[:130]!r}: 1 to 120 characters in one line, no blank or stroke at its start"
        ) from None
    further = plain_json(section.further, f"intent {name!r}")
    found.intents[name] = {**further, **found.intents.get(name, {})}
    for example in section.examples:
        text = storable(example.text)
        if len(text) > MOST_CHARACTERS:
            raise InvalidInput(f"an example of {name!r} is over {MOST_CHARACTERS} characters: {text[:40]!r}…")
        if not text.strip():
            continue
        checked_places(text, example.entities)
        known = found.lines.get((name, text))
        found.repeated += known is not None
        if known is None or (not known.entities and example.entities):
            found.lines[name, text] = Example(text, example.entities, example.metadata, example.is_note)


def _section(section: values.Section) -> training_sections.Section:
    what = f"the {section.kind} {section.name[:40]!r}"
    examples = [_example(example) for example in section.examples]
    content = {"examples": examples, **({"further": dict(section.further)} if section.further else {})}
    assert section.kind != "intent"
    return training_sections.Section(section.kind, _name(section.name, section.kind), plain_json(content, what))


def _unknown(section: Unknown) -> training_sections.Section:
    content = plain_json(section.content, "a section of another kind")
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode("utf-8", "replace")).hexdigest()
    return training_sections.Section("unknown", digest[:32], content)


def _name(name: str, what: str) -> str:
    clean = storable(name)
    if not clean or len(clean) > MOST_NAME:
        raise InvalidInput(f"a {what} has to have a name of 1 to {MOST_NAME} characters: {clean[:60]!r}")
    return clean


def _example(example: Example) -> Any:
    """Return a line of a synonym, regex or lookup: its text alone where that is all there is."""
    if example.is_note:
        return {"note": example.text}
    return example.text if example.metadata is None else {"text": example.text, "metadata": example.metadata}


def _value(section: training_sections.Section) -> values.Section | Unknown:
    if section.kind not in get_args(values.Kind):
        return Unknown(section.content)
    examples = tuple(_read(example) for example in section.content.get("examples", ()))
    return values.Section(section.kind, section.name, examples, section.content.get("further", {}))  # type: ignore[arg-type]


def _read(example: Any) -> Example:
    match example:
        case str():
            return Example(example)
        case {"note": note}:
            return Example(note, is_note=True)
    return Example(example["text"], metadata=example.get("metadata"))


def _joined(earlier: Any, later: Any) -> Any:
    match earlier, later:
        case dict(), dict():
            return {**earlier, **{name: _joined(earlier.get(name), value) for name, value in later.items()}}
        case list(), list():
            known = {json.dumps(item, sort_keys=True) for item in earlier}
            return earlier + [item for item in later if json.dumps(item, sort_keys=True) not in known]
    return later


def _line(intent_id: UUID, example: Example) -> Line:
    metadata = plain_json(example.metadata, f"the metadata of {example.text[:40]!r}")
    return Line(
        intent_id=intent_id,
        text=example.text,
        entities=entity_rows(example),
        metadata=metadata,
        is_note=example.is_note,
    )

"""Training data of intents as values: examples with their entities, synonyms, regexes and lookups, in file order."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from frontdesk.errors import InvalidInput

OUT_OF_SCOPE = "oos"
"""The intent that marks an example as none of the tenant's intents."""
MOST_CHARACTERS = 5_000

Kind = Literal["intent", "synonym", "regex", "lookup"]


@dataclass(frozen=True, slots=True)
class Annotation:
    """A marked part of an example; `value` is what it stands for where that differs from the words themselves."""

    start: int
    end: int
    entity: str
    value: str | None = None
    role: str | None = None
    group: str | None = None
    further: Mapping[str, Any] = field(default_factory=dict)
    """Keys we don't use, kept as they came."""


@dataclass(frozen=True, slots=True)
class Example:
    """One line of a section, without markup; a note is a line that trains nothing."""

    text: str
    entities: tuple[Annotation, ...] = ()
    metadata: Any = None
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """An intent, synonym, regex or lookup with its examples."""

    kind: Kind
    name: str
    examples: tuple[Example, ...] = ()
    further: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A section of a kind we don't know, kept as it came."""

    content: Any


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody may say, and the intent it means."""

    text: str
    intent: str
    entities: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainingData:
    """All sections in their order, and what else stood in the file."""

    sections: tuple[Section | Unknown, ...] = ()
    further: Mapping[str, Any] = field(default_factory=dict)

    def of_kind(self, kind: Kind) -> Iterator[Section]:
        """Yield the sections of one kind, in order."""
        return (section for section in self.sections if isinstance(section, Section) and section.kind == kind)

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        return tuple(
            Utterance(example.text, section.name, example.entities)
            for section in self.of_kind("intent")
            for example in section.examples
            if not example.is_note
        )

    @property
    def synonyms(self) -> dict[str, str]:
        """What each synonym stands for, also those said by an entity's own value; the last one in the file holds."""
        found: dict[str, str] = {}
        for section in self.sections:
            if isinstance(section, Section) and section.kind in ("intent", "synonym"):
                found |= dict(_said(section))
        return found

    @property
    def regexes(self) -> dict[str, tuple[str, ...]]:
        return self._texts("regex")

    @property
    def lookups(self) -> dict[str, tuple[str, ...]]:
        return self._texts("lookup")

    def _texts(self, kind: Kind) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for section in self.of_kind(kind):
            texts = tuple(example.text for example in section.examples if not example.is_note)
            found[section.name] = (*found.get(section.name, ()), *texts)
        return found


def _said(section: Section) -> Iterator[tuple[str, str]]:
    for example in section.examples:
        if section.kind == "synonym" and not example.is_note:
            yield example.text, section.name
        for entity in example.entities:
            words = example.text[entity.start : entity.end]
            if entity.value is not None and entity.value != words:
                yield words, entity.value


def gathered(utterances: Iterable[Utterance]) -> TrainingData:
    """Return data of these utterances, one section an intent, in order of first sight."""
    found: dict[str, list[Example]] = {}
    for utterance in utterances:
        found.setdefault(utterance.intent, []).append(Example(utterance.text, utterance.entities))
    return TrainingData(tuple(Section("intent", name, tuple(examples)) for name, examples in found.items()))


def usable(utterances: Iterable[Utterance]) -> list[Utterance]:
    """Return what can be trained on: blank ones and exact repeats left out; InvalidInput names one too long."""
    kept: dict[tuple[str, str], Utterance] = {}
    for utterance in utterances:
        if len(utterance.text) > MOST_CHARACTERS:
            start = utterance.text[:40]
            raise InvalidInput(f"an example of {utterance.intent!r} is over {MOST_CHARACTERS} characters: {start!r}…")
        if utterance.text.strip():
            kept.setdefault((utterance.text.strip(), utterance.intent), utterance)
    return list(kept.values())

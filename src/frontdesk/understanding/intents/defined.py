"""What a version's definitions say beside its model: which intents are listened for, their patterns and examples."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from frontdesk.core.intents import Intent
from frontdesk.understanding.intents import bare, patterns, rasa
from frontdesk.understanding.intents.data import OUT_OF_SCOPE, TrainingData, Utterance
from frontdesk.understanding.intents.patterns import Pattern

EXAMPLES = 3
MOST_EXAMPLE_CHARACTERS = 160

Definitions = Mapping[str, Intent]


@dataclass(frozen=True, slots=True)
class Extras:
    """What of the training data is wanted where texts are recognised: a few examples an intent, the data's own patterns,
    and which bare replies ("no") they teach, folded.
    """

    examples: Mapping[str, Sequence[str]] = field(default_factory=dict)
    regexes: Sequence[tuple[str, str]] = ()
    replies: frozenset[str] = frozenset()

    def document(self) -> dict[str, Any]:
        examples = {name: list(texts) for name, texts in self.examples.items()}
        return {"examples": examples, "regexes": list(self.regexes), "replies": sorted(self.replies)}

    @classmethod
    def restore(cls, document: Mapping[str, Any]) -> "Extras":
        """Return what `document` gave; what else stands beside it is left."""
        regexes = [(str(name), str(expression)) for name, expression in document.get("regexes", ())]
        return cls(document.get("examples", {}), regexes, frozenset(map(str, document.get("replies", ()))))


def listened(intents: Definitions) -> dict[str, Intent]:
    """Return the intents that are listened for."""
    return {name: intent for name, intent in intents.items() if intent.enabled and name != OUT_OF_SCOPE}


def taught(data: TrainingData, intents: Definitions) -> list[Utterance]:
    """Return the utterances to train on: those of intents nobody listens for are out of scope."""
    heard = listened(intents)
    return [
        utterance if utterance.intent in heard else replace(utterance, intent=OUT_OF_SCOPE)
        for utterance in data.utterances
    ]


def extras(data: TrainingData, intents: Definitions) -> Extras:
    """Return what is kept of training data."""
    heard = listened(intents)
    examples: dict[str, list[str]] = {}
    for utterance in data.utterances:
        shown = examples.setdefault(utterance.intent, [])
        if utterance.intent in heard and len(shown) < EXAMPLES and len(utterance.text) <= MOST_EXAMPLE_CHARACTERS:
            shown.append(utterance.text)
    regexes = [(found.intent, found.expression) for found in patterns.of_data(data) if found.intent in heard]
    taught = frozenset(filter(None, (bare.reply(each.text) for each in data.utterances if each.intent in heard)))
    return Extras({name: tuple(texts) for name, texts in examples.items() if texts}, tuple(regexes), taught)


def extras_of(training: str, intents: Definitions) -> Extras:
    """Return what is kept of training data as they are stored; parsing them takes a while where they are many."""
    return extras(rasa.read(training), intents)


def all_patterns(intents: Definitions, regexes: Iterable[tuple[str, str]]) -> list[Pattern]:
    """Return the patterns of the intents listened for, the definitions' before the data's."""
    heard = listened(intents)
    defined = [
        Pattern(name, pattern.kind, pattern.expression, intent.priority)
        for name, intent in heard.items()
        for pattern in intent.patterns
    ]
    of_data = [
        Pattern(name, "regex", expression, heard[name].priority) for name, expression in regexes if name in heard
    ]
    return defined + of_data

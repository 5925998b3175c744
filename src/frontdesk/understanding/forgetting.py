"""Examples taken out of training data that is kept."""

from collections.abc import Collection
from dataclasses import replace

from frontdesk.understanding.intents import rasa
from frontdesk.understanding.intents.data import Section, Unknown


def without(training: str, texts: Collection[str]) -> str:
    """Return training data (Rasa NLU YAML) without the examples that say one of these texts; the same where none does."""
    data = rasa.read(training)
    kept = tuple(_kept(section, texts) for section in data.sections)
    return training if kept == data.sections else rasa.write(replace(data, sections=kept))


def _kept(section: Section | Unknown, texts: Collection[str]) -> Section | Unknown:
    if isinstance(section, Unknown):
        return section
    examples = tuple(example for example in section.examples if example.text not in texts)
    return section if len(examples) == len(section.examples) else replace(section, examples=examples)

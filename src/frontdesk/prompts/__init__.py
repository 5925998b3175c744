"""What language models are told, a Markdown file a task: instructions, and the request with places for its data."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from frontdesk.errors import ConfigurationError

FOLDER = Path(__file__).parent
PLACE = re.compile(r"\{\{([a-z_]+)\}\}")
PARTS = re.compile(r"# Instructions\n(.+?)\n# Request\n(.+)\Z", re.DOTALL)

PLACES: Mapping[str, frozenset[str]] = {
    "answer": frozenset({"rules", "language", "most_words", "persona", "passages", "history", "question"}),
    "chat": frozenset({"rules", "language", "tone", "most_characters", "most_sentences", "name", "history", "text"}),
    "classify": frozenset({"rules", "choices", "history", "text"}),
    "extract": frozenset({"rules", "language", "today", "wanted", "history", "text"}),
    "summarise": frozenset({"rules", "language", "most_words", "before", "lines"}),
    "translate": frozenset({"rules", "source", "target", "keep", "text"}),
}
"""The places each prompt has; a file with more or fewer is refused."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One task's instructions and request, with places such as `{{text}}`."""

    instructions: str
    request: str

    def fill(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Return both with every place filled once: what looks like a place within a value stays as it is."""
        return _fill(self.instructions, values), _fill(self.request, values)


def _fill(template: str, values: Mapping[str, str]) -> str:
    return PLACE.sub(lambda place: values[place[1]], template).strip()


def parse(name: str, text: str, places: frozenset[str]) -> Prompt:
    """Read a prompt; ConfigurationError where a part is missing or its places are not these."""
    parts = PARTS.match(text)
    if not parts:
        raise ConfigurationError(f"prompts/{name}.md needs the headings # Instructions and # Request, in this order")
    found = frozenset(PLACE.findall(text))
    if found != places:
        named = ", ".join(sorted(found ^ places))
        raise ConfigurationError(f"prompts/{name}.md and the places it may have differ in: {named}")
    return Prompt(parts[1], parts[2])


@functools.cache
def load(name: str) -> Prompt:
    """Return a prompt, read once."""
    return parse(name, (FOLDER / f"{name}.md").read_text("utf-8"), PLACES[name])


@functools.cache
def rules() -> str:
    """Return the rules that stand above every task; they have the place `{{token}}`."""
    return (FOLDER / "rules.md").read_text("utf-8").strip()

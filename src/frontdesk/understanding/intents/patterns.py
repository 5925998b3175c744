"""Patterns of a tenant: what matches one means its intent for sure, before any classifier is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from frontdesk.core.expressions import MOST_WRITTEN_OUT, written_out
from frontdesk.errors import InvalidInput
from frontdesk.understanding.intents.data import TrainingData
from frontdesk.understanding.intents.features import words

MOST_PATTERN_CHARACTERS = 1_000
READ_CHARACTERS = 1_000
SECONDS = 0.02
"""How long one regex may look at one text; then it doesn't match. A tenant's regex can be endless work by mistake."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase, matched whole without regard to case and signs at its end, or a regex, found anywhere in the text."""

    intent: str
    kind: Literal["phrase", "regex"]
    expression: str
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Patterns:
    """Compiled patterns; the higher priority is tried first, then the order given."""

    phrases: dict[tuple[str, ...], Pattern]
    regexes: tuple[tuple[Pattern, Any], ...]

    def match(self, text: str) -> Pattern | None:
        """Return the pattern that matches, or None."""
        phrase = self.phrases.get(_phrase(text))
        for pattern, regex in self.regexes:
            if phrase and phrase.priority >= pattern.priority:
                return phrase
            if _found(regex, text):
                return pattern
        return phrase


def compiled(patterns: Iterable[Pattern]) -> Patterns:
    """Compile patterns; InvalidInput lists all that can't be."""
    phrases: dict[tuple[str, ...], Pattern] = {}
    regexes, faults = [], []
    for pattern in sorted(patterns, key=lambda pattern: -pattern.priority):
        if fault := _fault(pattern):
            faults.append(f"{pattern.expression[:60]!r} of {pattern.intent!r} {fault}")
        elif pattern.kind == "phrase":
            phrases.setdefault(_phrase(pattern.expression), pattern)
        else:
            regexes.append((pattern, _compile(pattern.expression)))
    if faults:
        raise InvalidInput("these patterns can't be used: " + "; ".join(faults))
    return Patterns(phrases, tuple(regexes))


def of_data(data: TrainingData) -> list[Pattern]:
    """Return the regexes of training data that are named like an intent: they mean it where they match a whole text.

    Other regexes name an entity and mean no intent.
    """
    intents = {section.name for section in data.of_kind("intent")}
    return [
        Pattern(name, "regex", rf"^(?:{expression})$")
        for name, expressions in data.regexes.items()
        if name in intents
        for expression in expressions
    ]


def _phrase(text: str) -> tuple[str, ...]:
    found: Sequence[str] = words(text)
    spoken = tuple(word for word in found if word.isalnum() or len(word) > 1)
    return spoken or tuple(found)


def _fault(pattern: Pattern) -> str | None:
    if not pattern.expression.strip():
        return "is empty"
    if len(pattern.expression) > MOST_PATTERN_CHARACTERS:
        return f"is over {MOST_PATTERN_CHARACTERS} characters"
    if pattern.kind == "phrase":
        return None
    if written_out(pattern.expression) > MOST_WRITTEN_OUT:
        return "repeats too much within what is repeated"
    try:
        matches_all = _found(_compile(pattern.expression), "")
    except _error() as error:
        return f"is no regular expression: {error}"
    except (RecursionError, OverflowError, MemoryError):
        return "is too deep to compile"
    return "matches even an empty text" if matches_all else None


def _compile(expression: str) -> Any:
    import regex  # type: ignore[import-untyped]

    return regex.compile(expression, regex.IGNORECASE | regex.VERSION0)


def _error() -> type[Exception]:
    import regex

    error: type[Exception] = regex.error
    return error


def _found(regex: Any, text: str) -> bool:
    try:
        return regex.search(text[:READ_CHARACTERS].strip(), timeout=SECONDS) is not None
    except TimeoutError:
        return False

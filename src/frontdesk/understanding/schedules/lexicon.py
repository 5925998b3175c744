"""The words of recurrence in one language, folded and ready to look up; the files are in words/."""

import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frontdesk.understanding.entities.lexicon import CLOCK_UNITS, Word, alternatives, key

FOLDER = Path(__file__).parent / "words"
ROLES = {
    "lead": "$",
    "each": "1",
    "other": "2",
    "except": "5",
    "until": "6",
    "for": "7",
    "times": "9",
    "start": "F",
    "at": "@",
    "on": "y",
    "glue": "g",
    "on_two": "/",
    "except_after": "~",
    "last": "L",
}
ADVERB, GROUP, PLURAL, MULTIPLE, NEXT = "3", "4", "!", "8", ">"
PARTS = ("morning", "afternoon", "evening", "night", "tonight")
UNITS = ("minute", "hour", "day", "week", "month", "year")
WEEKDAYS, WEEKENDS = (0, 1, 2, 3, 4), (5, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language: what phrases mean, what is cut from the rest, the hours of the parts of a day, and what is said."""

    language: str
    phrases: Mapping[str, tuple[Word, ...]]
    longest: int
    edges: tuple[str, ...]
    ends: tuple[str, ...]
    replaced: Mapping[str, str]
    hours: Mapping[str, int]
    say: Mapping[str, Any]
    and_minutes: bool
    postpositions: bool
    numbered_days: bool


@functools.cache
def load(language: str) -> Words:
    """Return the words of one of the languages the entities know."""
    raw = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    phrases = dict(_phrases(raw["hear"])) | dict(_markers(raw["say"]))
    return Words(
        language=language,
        phrases=phrases,
        longest=max(len(phrase.split()) for phrase in phrases),
        edges=_folded(raw["strip"]["edges"]),
        ends=_folded(raw["strip"]["ends"]),
        replaced={key(word): value for word, value in raw["strip"]["replaced"].items()},
        hours=raw["hours"],
        say=raw["say"],
        and_minutes=raw["and_minutes"],
        postpositions=raw.get("postpositions", False),
        numbered_days=raw.get("numbered_days", False),
    )


def _folded(entry: str) -> tuple[str, ...]:
    """Return phrases, the longest first."""
    return tuple(sorted((key(phrase) for phrase in alternatives(entry)), key=len, reverse=True))


def _phrases(hear: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Word, ...]]]:
    for part in PARTS:
        for phrase in alternatives(hear.get(part, "")):
            yield key(phrase.rstrip("*+")), _part(part, phrase[-1])
    for name, code in ROLES.items():
        yield from ((key(phrase), (Word(code, name),)) for phrase in alternatives(hear.get(name, "")))
    for phrase in alternatives(hear.get("morning_at", "")):
        yield key(phrase), (Word("r", "morning"), Word("@"))
    for phrase in alternatives(hear.get("quarter_to", "")):
        yield key(phrase), (Word("q", 15), Word("O"))
    for phrase in alternatives(hear.get("and_at", "")):
        yield key(phrase), (Word("&"), Word("@"))
    for unit, entry in hear["adverbs"].items():
        yield from ((key(phrase), (Word(ADVERB, (unit, 1)),)) for phrase in alternatives(entry))
    yield from ((key(phrase), (Word(ADVERB, ("day", 2)),)) for phrase in alternatives(hear.get("alternate", "")))
    yield from ((key(phrase), (Word(ADVERB, ("week", 2)),)) for phrase in alternatives(hear.get("fortnight", "")))
    yield from ((key(phrase), (Word(ADVERB, ("month", 3)),)) for phrase in alternatives(hear.get("quarter", "")))
    for name, days in (("weekdays", WEEKDAYS), ("weekends", WEEKENDS)):
        yield from ((key(phrase), (Word(GROUP, days),)) for phrase in alternatives(hear[name]))
    for day, entry in enumerate(hear["plural"].split()):
        yield from ((key(phrase), (Word(PLURAL, day),)) for phrase in alternatives(entry))
    for unit, entry in hear.get("units", {}).items():
        code = "h" if unit in CLOCK_UNITS else "u"
        yield from ((key(phrase), (Word(code, unit),)) for phrase in alternatives(entry))
    for minutes, entry in hear.get("wholes", {}).items():
        yield from ((key(phrase), (Word("Y", int(minutes) * 60),)) for phrase in alternatives(entry))
    for number, entry in hear["multiples"].items():
        yield from ((key(phrase), (Word(MULTIPLE, int(number)),)) for phrase in alternatives(entry))


def _part(part: str, mark: str) -> tuple[Word, ...]:
    match mark:
        case "*":
            return (Word("1"), Word("r", part))
        case "+":
            return (Word("d", 0), Word("r", part))
    return (Word("r", part),)


def _markers(say: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Word, ...]]]:
    """What a confirmation says of the next time is no part of the schedule."""
    yield key(say["next"].partition(":")[0]), (Word(NEXT),)

"""The words of one language, folded and ready to look up; the files are in words/."""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frontdesk.understanding.entities.folding import fold

FOLDER = Path(__file__).parent / "words"
FALLBACK = "en"
GAPS = re.compile(r"[\s'._\-]+")
ROLES = {
    "next": "N",
    "this": "T",
    "last": "L",
    "in": "i",
    "ago": "a",
    "later": "f",
    "at": "@",
    "oclock": "k",
    "from": "F",
    "to": "X",
    "until": "x",
    "after": "G",
    "before": "b",
    "before_after": "l",
    "between": "B",
    "and": "&",
    "past": "P",
    "before_hour": "O",
    "half": "s",
    "half_to": "H",
    "quarter_before": "j",
    "quarter_after": "J",
    "quarter_off": "W",
    "glue": "g",
    "on": "y",
    "weekend": "E",
    "now": "0",
}
PARTS = {"am": "p", "pm": "p", "morning": "r", "afternoon": "r", "evening": "r", "night": "r"}
COMPOUND_PARTS = {"abend": "evening", "nachmittag": "afternoon", "morgen": "morning", "vormittag": "morning"}
CLOCK_UNITS = ("hour", "minute", "second")


@dataclass(frozen=True, slots=True)
class Word:
    """What one word can be: the code of its role in the grammar, its value, and whether it is weak alone."""

    code: str
    value: Any = None
    weak: bool = False


Senses = tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """One language: `when` maps phrases to what they mean in dates, `atoms` to what they are worth in numbers."""

    language: str
    raw: Mapping[str, Any]
    when: Mapping[str, Senses]
    atoms: Mapping[str, tuple[str, float]]
    articles: Mapping[str, int]
    ordinals: Mapping[str, int]
    wholes: Mapping[str, int]
    units: Mapping[str, str]
    currencies: Mapping[str, str]
    compound: re.Pattern[str] | None = None

    def section(self, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.raw.get(name, {})
        return found


def key(phrase: str) -> str:
    """Return a phrase as the lexicon holds it: folded, single spaces for every gap."""
    return GAPS.sub(" ", fold(phrase)).strip()


def alternatives(entry: str) -> Iterator[str]:
    return (part for part in entry.split("/") if part)


@functools.cache
def languages() -> frozenset[str]:
    """Return the languages there are words of."""
    return frozenset(path.stem for path in FOLDER.glob("*.toml"))


def known(language: str | None) -> str:
    """Return the language (of a BCP 47 tag) if there are words of it, else English."""
    wanted = (language or "").replace("_", "-").split("-", 1)[0].lower()
    return wanted if wanted in languages() else FALLBACK


@functools.cache
def load(language: str) -> Lexicon:
    """Return the lexicon of one of `languages()`."""
    raw = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    atoms = _atoms(raw["numbers"])
    return Lexicon(
        language=language,
        raw=raw,
        when=_when(raw),
        atoms=atoms,
        articles={key(word): int(n) for n, entry in raw["numbers"]["articles"].items() for word in alternatives(entry)},
        ordinals=_ordinals(raw["ordinals"]),
        wholes=_inverted(raw["durations"].get("whole", {}), int),
        units=_inverted(raw["quantities"], str),
        currencies=_inverted(raw["money"], str),
        compound=_compound(raw["numbers"], atoms),
    )


def _inverted(table: Mapping[str, str], kind: type[Any]) -> dict[str, Any]:
    return {key(word): kind(name) for name, entry in table.items() for word in alternatives(entry)}


def _listed(entry: str, values: Iterator[int]) -> Iterator[tuple[str, int]]:
    for group, value in zip(entry.split(), values, strict=False):
        for word in alternatives(group):
            yield word, value


def _ordinals(section: Mapping[str, Any]) -> dict[str, int]:
    listed = {key(word): value for word, value in _listed(section["words"].replace("*", ""), iter(range(1, 100)))}
    return listed | _inverted(section.get("more", {}), int)


def _atoms(section: Mapping[str, Any]) -> dict[str, tuple[str, float]]:
    """Return what each number word is: a plain value, a hundred, or a scale to multiply with."""
    found: dict[str, tuple[str, float]] = {}
    for word, value in _listed(section["small"], iter(range(1000))):
        found[key(word)] = ("value", value)
    for word, value in _listed(section.get("tens", ""), iter(range(20, 100, 10))):
        found[key(word)] = ("value", value)
    for word, value in _listed(section.get("hundreds", ""), iter(range(100, 1000, 100))):
        found[key(word)] = ("value", value)
    found |= {key(word): ("hundred", 100) for word in alternatives(section.get("hundred", ""))}
    found |= {word: ("scale", value) for word, value in _inverted(section["scales"], int).items()}
    found |= {word: ("value", value) for word, value in _inverted(section.get("fixed", {}), int).items()}
    found |= {word: ("fraction", value) for word, value in _inverted(section.get("fractions", {}), float).items()}
    if "compound" in section:
        found |= _compounds(found, key(section["compound"]))
    return found


def _compounds(atoms: Mapping[str, tuple[str, float]], joint: str) -> dict[str, tuple[str, float]]:
    """Return the words of languages that write 25 as five-and-twenty in one word."""
    small = {word: value for word, (_, value) in atoms.items() if 0 < value < 10}
    tens = {word: value for word, (_, value) in atoms.items() if value in range(20, 100, 10)}
    return {f"{one}{joint}{ten}": ("value", value + more) for one, value in small.items() for ten, more in tens.items()}


def _compound(section: Mapping[str, Any], atoms: Mapping[str, tuple[str, float]]) -> re.Pattern[str] | None:
    if "compound" not in section:
        return None
    words = sorted((word for word in atoms if " " not in word), key=len, reverse=True)
    return re.compile("|".join([*map(re.escape, words), "und"]))


def _when(raw: Mapping[str, Any]) -> dict[str, Senses]:
    when = raw["when"]
    found: dict[str, Senses] = {"t": (Word("g"),)}
    for name, code in reversed([*ROLES.items(), *PARTS.items()]):
        for word in alternatives(when.get(name, "")):
            weak = word.endswith("*")
            value = {"half": 30, "quarter_off": -15}.get(name, name)
            found[key(word.rstrip("*"))] = (Word(code, value, weak),)
    for name in ("quarter", "third"):
        for word in alternatives(when.get(name, "")):
            found[key(word)] = (Word("q", {"quarter": 15, "third": 20}[name]),)
    for name, hour in (("noon", 12), ("midnight", 0)):
        found |= {key(word): (Word("z", hour),) for word in alternatives(when.get(name, ""))}
    found |= _calendar(raw)
    found |= {word: (Word("Y", value),) for word, value in _inverted(raw["durations"].get("whole", {}), int).items()}
    for name, part in (("tonight", "tonight"), ("this_morning", "morning"), ("this_afternoon", "afternoon")):
        for word in alternatives(when.get(name, "")):
            found[key(word)] = (Word("d", 0), Word("r", part))
    return found


def _calendar(raw: Mapping[str, Any]) -> dict[str, Senses]:
    found: dict[str, Senses] = {}
    when = raw["when"]
    for name, entry in raw["units"].items():
        code = "h" if name in CLOCK_UNITS else "u"
        found |= {key(word): (Word(code, name),) for word in alternatives(entry)}
    for name, entry in raw.get("duals", {}).items():
        code = "e" if name in CLOCK_UNITS else "U"
        found |= {key(word): (Word(code, name),) for word in alternatives(entry)}
    for group, code, first in (("months", "m", 1), ("weekdays", "w", 0)):
        for word, value in _listed(when[group], iter(range(first, 20))):
            found[key(word.rstrip("*"))] = (Word(code, value, word.endswith("*")),)
            if code == "w" and "compound" in raw["numbers"] and len(word) > 2:
                for part, name in COMPOUND_PARTS.items():
                    found[key(word) + part] = (Word("w", value), Word("r", name))
    found |= {word: (Word("d", offset),) for word, offset in _inverted(when["days"], int).items()}
    return found

"""The words that tell, language by language, as `words/*.toml` lists them."""

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from frontdesk.understanding.sentiment.folding import folded, parts, squeezed

WORDS = Path(__file__).parent / "words"
DENIED_PRAISE = -0.8
"""What is left of praise that is denied: "not good" is a little less than bad."""
DENIED_BLAME = -0.5
UNMET = -2.0
"""What is expected of a desk, and didn't happen: "nobody answers"."""
THANKS = 1.0
SYMPTOM = -0.2
"""Who names a pain asks for help; that is no complaint until it lasts."""
LASTING_SYMPTOM = -1.8
CURED = 1.5
LASTING_WAIT = -1.8
"""Who waits, calls or asks says nothing by it; who still does, or has done since Monday, complains."""
LEAST_STEM = 3


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word counts plainly, denied, and beside a word such as "still"; `role` is how it changes its neighbours.

    `patient` words last beside "still" or a time that has passed, "since Monday", and not beside "more".
    """

    weight: float = 0.0
    denied: float = 0.0
    lasting: float | None = None
    role: str = ""
    patient: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All one language has: words, beginnings of words, phrases by their first word, and how far a denial reaches."""

    words: Mapping[str, Meaning]
    stems: Mapping[str, Meaning]
    phrases: Mapping[str, tuple[tuple[str, ...], ...]]
    joined: bool
    ahead: int
    back: int
    beginnings: re.Pattern[str] | None
    denying: re.Pattern[str] | None

    def meaning(self, word: str) -> tuple[Meaning | None, bool]:
        """Return what a folded word means, and whether the word itself denies it, as Swahili verbs do."""
        found = self.words.get(word) or self._stem(word)
        if not found and (less := squeezed(word)):
            found = self.words.get(less[0]) or self.words.get(less[1]) or self._stem(less[1])
        if found:
            return found, False
        if self.denying and (rest := self._without(self.denying, word)):
            return rest, True
        return (self._without(self.beginnings, word), False) if self.beginnings else (None, False)

    def _stem(self, word: str) -> Meaning | None:
        for end in range(min(len(word), 12), LEAST_STEM, -1):
            if found := self.stems.get(word[:end]):
                return found
        return None

    def _without(self, pattern: re.Pattern[str], word: str) -> Meaning | None:
        """Look up what follows each beginning the pattern allows, the shortest first."""
        for end in range(1, min(len(word) - LEAST_STEM, 8) + 1):
            if pattern.fullmatch(word, 0, end) and (found := self.words.get(word[end:]) or self._stem(word[end:])):
                return found
        return None

    def units(self, tokens: list[str]) -> Iterator[tuple[str, int]]:
        """Yield the words, those of a phrase together, with the place of the first."""
        place = 0
        while place < len(tokens):
            width = 1
            for phrase in self.phrases.get(tokens[place], ()):
                if tuple(tokens[place : place + len(phrase)]) == phrase:
                    width = len(phrase)
                    break
            yield " ".join(tokens[place : place + width]) if width > 1 else tokens[place], place
            place += width


@functools.cache
def lexicon(language: str) -> Lexicon | None:
    """Return the words of a language (its base tag), or None where there are none."""
    found = document(language)
    return _built(found) if found else None


@functools.cache
def document(language: str) -> Mapping[str, Any]:
    """Return a language's list as it is written; empty where there is none."""
    if language not in known():
        return {}
    return tomllib.loads((WORDS / f"{language}.toml").read_text("utf-8"))


@functools.cache
def known() -> frozenset[str]:
    """Return the languages there are words for."""
    return frozenset(path.stem for path in WORDS.glob("??.toml"))


def listed(text: str, *, joined: bool = False) -> list[str]:
    """Return the entries of a list that commas part, folded."""
    entries = (" ".join(parts(folded(" ".join(entry.split())), joined=joined)) for entry in text.split(","))
    return [entry for entry in entries if entry]


def _built(found: Mapping[str, Any]) -> Lexicon:
    joined = bool(found.get("joined"))
    words: dict[str, Meaning] = {}
    stems: dict[str, Meaning] = {}
    for text, meaning in _sections(found):
        for raw in text.split(","):
            for entry in listed(raw, joined=joined):
                (stems if "*" in raw else words).setdefault(entry, meaning)
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for entry, meaning in [each for each in words.items() if " " in each[0]]:
        phrase = tuple(entry.split())
        phrases.setdefault(phrase[0], []).append(phrase)
        if words.get(phrase[0], meaning).role == "not":  # "no complaints" denies itself; "I have no" denies it no more
            words[entry] = replace(meaning, denied=meaning.weight)
    forms = dict(_inflected(words, found.get("endings", "")))
    longest = {first: tuple(sorted(each, key=len, reverse=True)) for first, each in phrases.items()}
    negation = found["negation"]
    return Lexicon(
        {**forms, **words}, stems, longest, joined, negation["ahead"], negation["back"],
        _pattern(found.get("beginnings")), _pattern(found.get("denying")),
    )  # fmt: skip


def _sections(found: Mapping[str, Any]) -> Iterator[tuple[str, Meaning]]:
    """Yield each list with what its words mean; what stands first wins where a word is in two."""
    yield found["negation"]["words"], Meaning(role="not")
    for role in ("more", "less", "but", "still", "lasting", "since", "please", "polite"):
        yield found["roles"].get(role, ""), Meaning(role=role)
    expected = set(listed(found["said"]["expected"], joined=bool(found.get("joined"))))
    for weight, text in found["positive"].items():
        for entry in text.split(","):
            unmet = expected.intersection(listed(entry, joined=bool(found.get("joined"))))
            yield entry, Meaning(float(weight), UNMET if unmet else DENIED_PRAISE * float(weight))
    for weight, text in found["negative"].items():
        yield text, Meaning(-float(weight), DENIED_BLAME * -float(weight))
    yield found["said"]["thanks"], Meaning(THANKS, -THANKS, role="thanks")
    yield found["said"]["symptoms"], Meaning(SYMPTOM, CURED, LASTING_SYMPTOM)
    yield found["said"]["patience"], Meaning(lasting=LASTING_WAIT, patient=True)
    yield found["said"]["expected"], Meaning(0.0, UNMET)


def _inflected(words: Mapping[str, Meaning], endings: str) -> Iterator[tuple[str, Meaning]]:
    """Yield the forms of the words that count: each ending joined to a word, or put for its last letters."""
    rules = [(rule.partition(">")[0].strip(), rule.partition(">")[2].strip()) for rule in endings.split(",") if rule]
    for word, meaning in _counting(words):
        for ending, replaced in rules:
            if word.endswith(replaced) and len(word) - len(replaced) >= LEAST_STEM:
                yield word[: len(word) - len(replaced)] + ending, meaning


def _counting(words: Mapping[str, Meaning]) -> Iterable[tuple[str, Meaning]]:
    return ((word, meaning) for word, meaning in words.items() if meaning.role in {"", "thanks"} and " " not in word)


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return re.compile(text) if text else None

"""How praising or complaining a text is, counted from its words: no model, the same text gives the same score."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from frontdesk.understanding.language import base
from frontdesk.understanding.sentiment import folding, signs
from frontdesk.understanding.sentiment.lexicon import Lexicon, Meaning, lexicon

MOST = folding.MOST
MORE = 1.4
LESS = 0.7
LOUD = 1.3
"""What a word in capitals, or a stretched one, counts beside others that are not."""
ASKED = 0.4
"""What blame counts in a question: "is it painful?" is no complaint."""
PRAISE_ASKED = 0.1
PRAISE_WANTED = 0.3
"""Praise counts little in a question ("is there a good doctor?") and where something is asked for."""
BEFORE_BUT = 0.5
AFTER_BUT = 1.4
EXCLAIMED = 0.1
MOST_EXCLAIMED = 3
HALF = 6.0
"""A sum of weights of about 2 and a half gives 0.7; no sum reaches 1."""
DOUBT = 1.5
PARTING = frozenset(".!?,\n")
ENDING = frozenset(".!?\n")


@dataclass(frozen=True, slots=True)
class Sentiment:
    """How a text was said, from -1 (a complaint) to 1 (praise), how sure that is (0 to 1), and the words that told."""

    score: float
    confidence: float
    words: tuple[str, ...] = ()


NOTHING = Sentiment(0.0, 0.0)


@dataclass(slots=True)
class _Unit:
    """A word or phrase in its clause, with what it means and what is done to it."""

    word: str
    meaning: Meaning | None
    denied: bool
    loud: bool
    asked: bool = False
    role: str | None = None


def score(text: str, language: str) -> Sentiment:
    """Return how a text was said. Its first 2,000 characters are read; in a language without a list, emojis alone.

    Nothing that tells: `NOTHING`. It never raises.
    """
    said = folding.speech(text)
    found = lexicon(base(language))
    weights = [*(_weighed(said, found) if found else ()), *signs.told(said)]
    total = sum(weight for _, weight in weights)
    size = sum(abs(weight) for _, weight in weights)
    if not size:
        return NOTHING
    total *= 1 + EXCLAIMED * min(said.count("!") + said.count("！"), MOST_EXCLAIMED)
    agreement = (1 + min(abs(total) / size, 1)) / 2
    confidence = size / (size + DOUBT) * agreement
    return Sentiment(round(total / math.sqrt(total * total + HALF), 3), round(confidence, 3), _told(weights))


def _told(weights: Sequence[tuple[str, float]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word, weight in weights if weight))


def _weighed(said: str, words: Lexicon) -> list[tuple[str, float]]:
    """Return each word that tells with what it counts where it stands."""
    clauses = _clauses(said, words)
    asking = any(unit.asked or unit.role == "please" for clause in clauses for unit in clause)
    found: list[tuple[str, float]] = []
    for clause in clauses:
        wanting, turned = _any(clause, "please"), False
        for place, unit in enumerate(clause):
            if unit.role == "but":
                found, turned = [(word, weight * BEFORE_BUT) for word, weight in found], True
            elif unit.meaning and (unit.role == "" or (unit.role == "thanks" and not asking)):
                weight = _weight(clause, place, unit.meaning, words)
                found.append((unit.word, weight * _stress(unit, turned) * _asked(unit, weight, wanting)))
    return found


def _weight(clause: Sequence[_Unit], place: int, meaning: Meaning, words: Lexicon) -> float:
    if clause[place].denied or _denied(clause, place, words):
        return meaning.denied
    weight = meaning.weight if meaning.lasting is None or not _lasts(clause, meaning) else meaning.lasting
    return weight * _degree(clause, place)


def _lasts(clause: Sequence[_Unit], meaning: Meaning) -> bool:
    """Say whether a clause tells that something goes on, or for what waits that time has passed."""
    return _any(clause, "still") or _any(clause, "since" if meaning.patient else "lasting")


def _stress(unit: _Unit, turned: bool) -> float:
    return (LOUD if unit.loud else 1) * (AFTER_BUT if turned else 1)


def _asked(unit: _Unit, weight: float, wanting: bool) -> float:
    if unit.asked:
        return PRAISE_ASKED if weight > 0 else ASKED
    return PRAISE_WANTED if wanting and weight > 0 else 1


def _any(units: Sequence[_Unit], role: str) -> bool:
    return any(unit.role == role for unit in units)


def _denied(clause: Sequence[_Unit], place: int, words: Lexicon) -> bool:
    """Say whether a word that denies reaches this one: from before over anything but a "but", from behind over no praise."""
    for unit in reversed(clause[max(0, place - words.ahead) : place]):
        if unit.role == "not":
            return True
        if unit.role == "but":
            break
    for unit in clause[place + 1 : place + 1 + words.back]:
        if unit.role == "not" or (unit.meaning and unit.role == "" and unit.meaning.denied < 0):
            return unit.role == "not"
    return False


def _degree(clause: Sequence[_Unit], place: int) -> float:
    near = [*clause[max(0, place - 2) : place], *clause[place + 1 : place + 2]]
    return (MORE if _any(near, "more") else 1) * (LESS if _any(near, "less") else 1)


def _clauses(said: str, words: Lexicon) -> list[list[_Unit]]:
    tokens = folding.parts(folding.folded(said), joined=words.joined)
    shouted = _shouted(said)
    clauses: list[list[_Unit]] = [[]]
    sentence: list[_Unit] = []
    for word, _ in words.units(tokens):
        if word not in PARTING:
            meaning, denied = words.meaning(word)
            stretched = meaning is not None and folding.squeezed(word) is not None
            role = meaning.role if meaning else None
            sentence.append(_Unit(word, meaning, denied, stretched or word in shouted, role=role))
            clauses[-1].append(sentence[-1])
            continue
        if word in ENDING:
            for unit in sentence:
                unit.asked = word == "?"
            sentence = []
        if clauses[-1]:
            clauses.append([])
    return clauses


def _shouted(said: str) -> frozenset[str]:
    """Return the words in capitals of a text that has others."""
    if said.islower() or said.isupper():
        return frozenset()
    return frozenset(_loud(said))


def _loud(said: str) -> Iterator[str]:
    for word in said.split():
        if len(word) > 2 and word.isupper():
            yield folding.folded(word.strip(".!?,\"'()"))

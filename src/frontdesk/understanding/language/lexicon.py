"""The words that speak for a language: its small words and its courtesies, folded."""

import functools
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from frontdesk import phrases
from frontdesk.understanding.language.evidence import LATIN, folded, script, words


def tidy(said: Sequence[str]) -> list[str]:
    """Return words without those of every language, and without abbreviations in capitals among others."""
    shouting = all(word.isupper() for word in said)
    kept = (word for word in said if folded(word) not in everywhere())
    return [word for word in kept if shouting or not (word.isupper() and 1 < len(word) <= 5)]


@functools.cache
def everywhere() -> frozenset[str]:
    """Return the words that are said in every language, and so speak for none."""
    return _listed("everywhere", "words")


@functools.cache
def particles() -> frozenset[str]:
    """Return the small words inside names of people and places."""
    return _listed("names", "particles")


@functools.cache
def small_words(language: str) -> frozenset[str]:
    """Return the small words of a language and the words of its courtesies."""
    return (_listed("spoken", language) | _polite_words(language)) - everywhere()


@functools.cache
def romanised_words(language: str) -> frozenset[str]:
    """Return the words of a language of another script as people type them with Latin letters."""
    polite = {word for word in _polite_words(language) if script(word) == LATIN}
    return (_listed("romanised", language) | polite) - everywhere()


@functools.cache
def courtesies(language: str) -> frozenset[str]:
    """Return the greetings, thanks and the like of a language, each as a whole."""
    return frozenset(" ".join(folded(word) for word in words(phrase)) for phrase in _courtesies(language))


def hits(said: Sequence[str], listed: Collection[str]) -> int:
    """Return how many of the words are listed; accents written must be right, accents left out may be."""
    return sum(word.casefold() in listed for word in said)


def _courtesies(language: str) -> list[str]:
    return [phrase for said in phrases.own(language, "small_talk_words").values() for phrase in said]


def _polite_words(language: str) -> frozenset[str]:
    return frozenset(form for phrase in _courtesies(language) for word in words(phrase) for form in forms(word))


@functools.cache
def _lists() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))


def _listed(section: str, name: str) -> frozenset[str]:
    return frozenset(form for word in words(_lists()[section].get(name, ""), most=10_000) for form in forms(word))


def forms(word: str) -> set[str]:
    """Return how a listed word may be written: with its accents, and without any."""
    return {word.casefold(), folded(word)}

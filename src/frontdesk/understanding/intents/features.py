"""Words and character n-grams as weighted features, alike in every script."""

import functools
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

READ_CHARACTERS = 2_000
"""Of a longer text only the beginning counts: what somebody wants is said there."""
SHORTEST, LONGEST = 2, 5
RARE_FROM = 2_000
"""From so many texts on, character n-grams seen in one text alone are left out."""

Floats = NDArray[np.float32]
Row = tuple[list[int], Floats]


@functools.cache
def word_pattern() -> re.Pattern[str]:
    """Return what a word or a sign is; vowel signs and joiners belong to their word, which `\\w` denies them."""
    marks = (chr(code) for code in range(0x300, 0x1F000) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
    inside = rf"[\w\u200c\u200d{''.join(marks)}]"
    return re.compile(rf"{inside}+|\S")


def words(text: str) -> list[str]:
    """Return a text's words and signs, in one case and one spelling of equal characters."""
    return word_pattern().findall(unicodedata.normalize("NFKC", text[:READ_CHARACTERS]).casefold())


def word_features(found: Sequence[str]) -> Iterator[str]:
    """Yield words and pairs of neighbours, the ends of the text among them."""
    yield from found
    if found:
        yield f" {found[0]}"
        yield f"{found[-1]} "
    yield from map(" ".join, itertools.pairwise(found))


@functools.lru_cache(20_000)
def _parts(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    length = len(padded)
    longest = min(LONGEST, length)
    return tuple(
        padded[at : at + size] for size in range(SHORTEST, longest + 1) for at in range(length - size + 1)
    ) or (padded,)


def character_features(found: Sequence[str]) -> Iterator[str]:
    """Yield the character n-grams of each word, its ends marked."""
    for word in found:
        yield from _parts(word) if len(word) <= 40 else _parts.__wrapped__(word)


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of feature: where each stands and what it weighs (inverse document frequency)."""

    places: Mapping[str, int]
    weights: tuple[float, ...]

    def row(self, features: Iterator[str], offset: int) -> Row:
        """Return a text's known features and their values, of length one together; nothing known, nothing returned."""
        places = self.places
        counts: dict[int, int] = {}
        for feature in features:
            place = places.get(feature)
            if place is not None:
                counts[place] = counts.get(place, 0) + 1
        weights = self.weights
        values = [weights[place] * (1 + log(count)) if count > 1 else weights[place] for place, count in counts.items()]
        length = sum(value * value for value in values) ** 0.5 or 1.0
        return [place + offset for place in counts], np.array([value / length for value in values], np.float32)


@dataclass(frozen=True, slots=True)
class Features:
    """What a text is turned into: a block of words beside a block of character n-grams."""

    words: Block
    characters: Block

    @property
    def size(self) -> int:
        return len(self.words.weights) + len(self.characters.weights)

    def row(self, text: str) -> Row:
        """Return one text's features; both blocks weigh the same."""
        found = words(text)
        first, first_values = self.words.row(word_features(found), 0)
        second, second_values = self.characters.row(character_features(found), len(self.words.weights))
        return first + second, np.concatenate((first_values, second_values))

    def matrix(self, texts: Sequence[str]) -> Any:
        """Return a sparse matrix (CSR) with one row a text."""
        from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

        rows = [self.row(text) for text in texts]
        ends = np.cumsum([0, *(len(places) for places, _ in rows)])
        places = np.fromiter((place for found, _ in rows for place in found), np.int32, int(ends[-1]))
        values = np.concatenate([np.zeros(0, np.float32), *(values for _, values in rows)])
        return csr_matrix((values, places, ends), shape=(len(texts), self.size), dtype=np.float32)


def learn(texts: Sequence[str]) -> Features:
    """Return the features these texts have, each weighed by how few of the texts have it."""
    found = [words(text) for text in texts]
    rare = 2 if len(texts) >= RARE_FROM else 1
    return Features(_block(found, word_features, 1), _block(found, character_features, rare))


def _block(texts: Sequence[list[str]], features: Callable[[Sequence[str]], Iterator[str]], fewest: int) -> Block:
    counts: Counter[str] = Counter()
    for found in texts:
        counts.update(set(features(found)))
    kept = {feature: count for feature, count in sorted(counts.items()) if count >= fewest}
    places = {feature: place for place, feature in enumerate(kept)}
    return Block(places, tuple(log((1 + len(texts)) / (1 + count)) + 1 for count in kept.values()))

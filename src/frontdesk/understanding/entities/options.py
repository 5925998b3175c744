"""Entities of kind list: one of a tenant's values, by its synonyms, typos forgiven."""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence

from frontdesk.core.entities import Entity
from frontdesk.understanding.entities.folding import fold
from frontdesk.understanding.entities.numerals import LETTER
from frontdesk.understanding.entities.reading import Reading

WORD = re.compile(rf"(?:{LETTER}|\d)+")
MOST_FUZZY = 400
"""Characters of an utterance that are searched for typos."""
MOST_COMPARED = 1500
"""Comparisons made for one utterance: past that, only what is spelled right is found."""
MOST_WORDS = 8

Options = tuple[tuple[str, tuple[str, ...]], ...]


@functools.lru_cache(maxsize=256)
def _index(options: Options) -> tuple[Mapping[str, str], Mapping[int, Sequence[tuple[str, str, int]]]]:
    """Return values by folded phrase, and phrases of four letters and more by how many words they have."""
    exact: dict[str, str] = {}
    fuzzy: dict[int, list[tuple[str, str, int]]] = {}
    for value, synonyms in options:
        for synonym in (value, *synonyms):
            phrase = " ".join(WORD.findall(fold(synonym)))
            if phrase and phrase not in exact:
                exact[phrase] = value
                if len(phrase) >= 4:
                    fuzzy.setdefault(phrase.count(" ") + 1, []).append((phrase, value, _letters(phrase)))
    return exact, fuzzy


def _letters(phrase: str) -> int:
    mask = 0
    for char in phrase:
        mask |= 1 << (ord(char) % 63)
    return mask


def allowed(length: int) -> int:
    """Return how many typos a phrase of this length may have."""
    return 0 if length < 4 else 1 if length < 8 else 2


def find(reading: Reading, options: Options) -> Iterator[Entity]:
    """Yield the values named, longest phrases first in what they claim, in the order of the text."""
    exact, fuzzy = _index(options)
    text = reading.folded.text
    words = [(match.start(), match.end()) for match in WORD.finditer(text)]
    index, budget = 0, [MOST_COMPARED]
    while index < len(words):
        hit = _exact(text, words, index, exact) or _fuzzy(text, words, index, fuzzy, budget)
        if hit:
            count, value, confidence = hit
            yield reading.entity("list", value, words[index][0], words[index + count - 1][1], confidence)
        index += hit[0] if hit else 1


def _phrase(text: str, words: Sequence[tuple[int, int]], index: int, count: int) -> str:
    return " ".join(text[start:end] for start, end in words[index : index + count])


def _exact(
    text: str, words: Sequence[tuple[int, int]], index: int, exact: Mapping[str, str]
) -> tuple[int, str, float] | None:
    for count in range(min(MOST_WORDS, len(words) - index), 0, -1):
        phrase = _phrase(text, words, index, count)
        if phrase in exact:
            return count, exact[phrase], 1.0
    return None


def _fuzzy(
    text: str,
    words: Sequence[tuple[int, int]],
    index: int,
    fuzzy: Mapping[int, Sequence[tuple[str, str, int]]],
    budget: list[int],
) -> tuple[int, str, float] | None:
    if words[index][0] > MOST_FUZZY:
        return None
    best: tuple[int, str, float] | None = None
    for count in sorted(fuzzy, reverse=True):
        if index + count > len(words):
            continue
        phrase = _phrase(text, words, index, count)
        mask = _letters(phrase)
        for known, value, letters in fuzzy[count]:
            most = min(allowed(len(known)), allowed(len(phrase)))
            if not most or abs(len(known) - len(phrase)) > most or (mask ^ letters).bit_count() > 2 * most:
                continue
            budget[0] -= 1
            if budget[0] < 0:
                return best
            edits = distance(known, phrase, most)
            if edits is not None and (best is None or 1 - 0.15 * edits > best[2]):
                best = count, value, 1 - 0.15 * edits
        if best:
            return best
    return best


def distance(one: str, two: str, most: int) -> int | None:
    """Return the Damerau-Levenshtein distance (neighbours swapped count once), or None if it is over `most`."""
    before, previous = list[int](), list(range(len(two) + 1))
    for i, char in enumerate(one, 1):
        current = [i]
        for j, other in enumerate(two, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (char != other))
            if i > 1 and j > 1 and char == two[j - 2] and one[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return None
        before, previous = previous, current
    return previous[-1] if previous[-1] <= most else None

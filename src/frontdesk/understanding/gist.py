"""Choosing the sentences that say most, in any language and without a model: the same input gives the same choice.

A sentence counts for how much of the conversation's rarer words it shares, for figures in it, for who said it and whether it asks
something; one that repeats what was chosen before counts less.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from frontdesk.core.wording import storable
from frontdesk.services.genai.port import Line

MOST_SENTENCES = 400
MOST_CHARACTERS = 200
ELLIPSIS = "…"
ENDS = re.compile(r"(?<=[.!?؟۔।॥])[\"'»”)\]]*\s+|(?<=[。！？])|[\r\n\u2028\u2029]+|(?<=…)\s+")
QUESTION = re.compile(r"[?؟？;]\s*$")
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Scripts written without spaces: each character there is compared as a word."""

CARRIED = 1.3
"""What was worth keeping once has a lead over what is new."""
CONTACT = 1.25
FIGURES = 1.3
ASKING = 1.15
OLDEST = 0.75
WEAK = 0.4
"""A sentence with less than this share of the best one's weight doesn't fill what room is left."""
REPEATED = 0.7
ONCE = 0.5
"""The share of a word nobody came back to."""

Speaker = Literal["contact", "desk", ""]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, who said it (nobody: it comes from a summary) and whether it was in the summary before."""

    text: str
    speaker: Speaker
    carried: bool
    words: frozenset[str]


def words(text: str) -> list[str]:
    """Return the words of a text, folded; marks belong to the letters they stand on, as Hindi needs."""
    found: list[str] = []
    run = ""
    for char in unicodedata.normalize("NFKC", text).casefold():
        if UNSPACED.match(char):
            found += [*([run] if run else []), char]
            run = ""
        elif unicodedata.category(char)[0] in "LNM":
            run += char
        elif run:
            found.append(run)
            run = ""
    return [*found, run] if run else found


def length(text: str) -> int:
    """Return how many words a text has; two characters of a script without spaces count as one."""
    found = words(text)
    unspaced = sum(1 for word in found if UNSPACED.match(word))
    return len(found) - unspaced // 2


def split(text: str) -> list[str]:
    """Return the sentences of a text, each on one line, long ones cut."""
    parts = (" ".join(storable(part).split()) for part in ENDS.split(text) if part)
    return [_cut(part) for part in parts if words(part)]


def _cut(sentence: str) -> str:
    if len(sentence) <= MOST_CHARACTERS:
        return sentence
    head, space, _ = sentence[: MOST_CHARACTERS - 1].rpartition(" ")
    return (head if space else sentence[: MOST_CHARACTERS - 1]) + ELLIPSIS


def condense(before: str, lines: Sequence[Line], most_words: int) -> str:
    """Return the sentences of the earlier summary and the new lines that say most, in their order, one a line.

    Each begins with `contact: ` or `desk: ` where it is known who said it. Something is kept of any text with words in it,
    where `most_words` is a hundred or more.
    """
    sentences = [*_carried(before), *_spoken(lines)][-MOST_SENTENCES:]
    chosen = _choose(sentences, most_words)
    return "\n".join(_line(sentences[place]) for place in sorted(chosen))


def _carried(before: str) -> Iterator[Sentence]:
    for line in before.splitlines():
        speaker, text = _speaker(line)
        for part in split(text):
            yield Sentence(part, speaker, True, frozenset(words(part)))


def _spoken(lines: Sequence[Line]) -> Iterator[Sentence]:
    for line in lines:
        for part in split(line.text):
            yield Sentence(part, line.speaker, False, frozenset(words(part)))


def _speaker(line: str) -> tuple[Speaker, str]:
    speakers: tuple[Speaker, ...] = ("contact", "desk")
    for speaker in speakers:
        if line.startswith(f"{speaker}: "):
            return speaker, line[len(speaker) + 2 :]
    return "", line


def _line(sentence: Sentence) -> str:
    return f"{sentence.speaker}: {sentence.text}" if sentence.speaker else sentence.text


def _choose(sentences: Sequence[Sentence], most_words: int) -> list[int]:
    """Take the best sentence that still fits, until none does; leave out those that say little."""
    rarity = _rarity(sentences)
    weights = {place: _score(each, place, len(sentences), rarity) for place, each in enumerate(sentences)}
    least = WEAK * max(weights.values(), default=0)
    scores = {place: weight for place, weight in weights.items() if weight >= least}
    chosen: list[int] = []
    room = most_words
    while scores:
        place = max(scores, key=lambda each: (scores[each], each))
        taken, size = sentences[place], length(sentences[place].text)
        del scores[place]
        if size > room:
            continue
        chosen.append(place)
        room -= size
        for other in [each for each in scores if _same(sentences[each], taken)]:
            del scores[other]
        for other in scores:
            scores[other] *= 1 - REPEATED * _overlap(sentences[other].words, taken.words)
    return chosen


def _rarity(sentences: Sequence[Sentence]) -> dict[str, float]:
    """Weigh words: one said in several sentences is what it is about, one said in most of them says nothing."""
    spread = Counter(word for each in sentences for word in each.words)
    total = len(sentences)
    return {word: (ONCE + math.log(count)) * math.log(1 + total / count) for word, count in spread.items()}


def _score(sentence: Sentence, place: int, total: int, rarity: dict[str, float]) -> float:
    weight = sum(rarity[word] for word in sorted(sentence.words)) / math.sqrt(len(sentence.words) + 3)
    weight *= OLDEST + (1 - OLDEST) * (place + 1) / total
    weight *= CARRIED if sentence.carried else 1
    weight *= CONTACT if sentence.speaker == "contact" else 1
    weight *= FIGURES if any(char.isdigit() for char in sentence.text) else 1
    return weight * (ASKING if sentence.speaker == "contact" and QUESTION.search(sentence.text) else 1)


def _same(one: Sentence, other: Sentence) -> bool:
    return one.words == other.words


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / math.sqrt(len(one) * len(other))

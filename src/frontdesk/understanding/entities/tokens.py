"""The words of dates and times as a row of one-letter codes: the grammar is regular expressions over it.

w weekday, m month, d relative day, u day to year, U two of them, h hour to second, e two of them, Y a whole duration, n number, o ordinal,
c clock (15:30), D written date, I written moment; the rest is in `lexicon.ROLES`; `_` is any other word, `,` and `-` themselves.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from frontdesk.understanding.entities.lexicon import GAPS, Lexicon, Senses
from frontdesk.understanding.entities.numerals import LETTER, WORD
from frontdesk.understanding.entities.reading import Reading

PHRASE_WORDS = 5
MOMENT = re.compile(r"(?<!\d)\d{4}-\d\d-\d\dt\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:z|[+-]\d\d:?\d\d)")
YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
DAY_FIRST = re.compile(r"(?<![\d.,/:-])(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?![\d/:-]|[.,]\d)")
SHORT = re.compile(r"(?<![\d.,/:-])(\d{1,2})(/)(\d{1,2})()(?![\d/:-]|[.,]\d)")
SHORT_DOTTED = re.compile(r"(?<![\d.,/:-])(\d{1,2})(\.)(\d{1,2})()\.(?!\d)")
CLOCK = re.compile(rf"(?<![\d.,:])([01]?\d|2[0-4])(?::|\s?h\s?)([0-5]\d)(?::[0-5]\d)?(?!\d|:\d)(?!\s?{LETTER}{{20}})")
CLOCK_DOTTED = re.compile(r"(?<![\d.,:])([01]?\d|2[0-4])\.([0-5]\d)(?=\s?(?:[ap]\.?m\b|uhr\b|h\b))")


@dataclass(frozen=True, slots=True)
class Token:
    """One element of the row, from `start` to `end` of the folded text."""

    code: str
    value: Any
    start: int
    end: int
    weak: bool = False


def row(reading: Reading) -> list[Token]:
    """Return the tokens of a reading, in order."""
    text, lexicon = reading.folded.text, reading.lexicon
    written = dict(_written(reading)) if any(map(str.isdigit, text)) else {}
    numbers = {number.start: number for number in reading.numerals}
    words = {match.start(): match.end() for match in WORD.finditer(text)}
    found: list[Token] = []
    at, last = 0, len(text)
    while at < last:
        if at in written:
            found.append(written[at])
        elif at in words and (phrase := _phrase(text, at, words, lexicon, bool(at in numbers))):
            found += phrase
        elif at in numbers:
            number = numbers[at]
            found.append(Token("n", number.value, at, number.end, number.weak))
        elif at in words:
            found.append(Token("_", None, at, words[at]))
        else:
            if not text[at].isspace():
                found.append(Token(text[at] if text[at] in ",-" else "_", None, at, at + 1))
            at += 1
            continue
        at = found[-1].end
    return _without_articles(found, reading)


def _without_articles(tokens: list[Token], reading: Reading) -> list[Token]:
    """Return the row with articles as plain words, but where they count: `a week`, `an hour`, `a la una`."""
    kept = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1].code if index else ""
        after = tokens[index + 1].code if index + 1 < len(tokens) else ""
        if token.code == "n" and token.weak and not (after and after in "uhkUeY"):
            word = reading.folded.text[token.start : token.end]
            if before != "@" or word not in reading.lexicon.atoms:
                kept.append(replace(token, code="_"))
                continue
        kept.append(token)
    return kept


def _phrase(text: str, at: int, words: dict[int, int], lexicon: Lexicon, number: bool) -> list[Token]:
    """Return the tokens of the longest phrase of the lexicon at `at`; a number of its own goes before one word."""
    ends = _ends(text, at, words)
    for end in reversed(ends):
        name = GAPS.sub(" ", text[at:end])
        single = end == ends[0]
        for begin, senses in _senses(name, lexicon):
            if number and single and senses[0].code not in "wm":
                continue
            return [Token(word.code, word.value, at + begin, end, word.weak) for word in senses]
        if not (number and single) and name in lexicon.ordinals:
            return [Token("o", lexicon.ordinals[name], at, end)]
        if single:
            tokens = _prefixed(name, at, lexicon)
            if tokens:
                return tokens
    return []


def _ends(text: str, at: int, words: dict[int, int]) -> list[int]:
    ends = [words[at]]
    while len(ends) < PHRASE_WORDS:
        gap = GAPS.match(text, ends[-1])
        if not gap or gap.end() not in words or ("." in gap[0] and text[at : ends[-1]].isalpha() and ends[-1] - at > 1):
            break
        ends.append(words[gap.end()])
    return ends


def _senses(name: str, lexicon: Lexicon) -> Iterator[tuple[int, Senses]]:
    article = lexicon.raw.get("article", "")
    if name in lexicon.when:
        yield 0, lexicon.when[name]
    elif article and name.startswith(article) and name[len(article) :] in lexicon.when:
        yield 0, lexicon.when[name[len(article) :]]
    elif article and " " + article in name and (bare := name.replace(" " + article, " ")) in lexicon.when:
        yield 0, lexicon.when[bare]


def _prefixed(name: str, at: int, lexicon: Lexicon) -> list[Token]:
    """Read a word that another was written on to (Arabic `و`, `ب`, `ل` and the article)."""
    article = lexicon.raw.get("article", "")
    if not article:
        return []
    end = at + len(name)
    bare = name.removeprefix(article)
    if bare in lexicon.ordinals:
        return [Token("o", lexicon.ordinals[bare], at, end)]
    if name.startswith("و") and (rest := _single(name[1:], at + 1, lexicon)):
        return [Token("&", "and", at, at + 1), *rest]
    for prefix in (*lexicon.raw.get("prefixes", "").split(), "ل"):
        if name.startswith(prefix) and len(name) > 3:
            rest = _single(name[1:], at + 1, lexicon) or _single("ا" + name[1:], at, lexicon)
            if rest:
                return [Token(token.code, token.value, at, end) for token in rest]
    return []


def _single(name: str, at: int, lexicon: Lexicon) -> list[Token]:
    bare = name.removeprefix(lexicon.raw.get("article", ""))
    senses = lexicon.when.get(name) or lexicon.when.get(bare)
    end = at + len(name)
    if senses:
        return [Token(word.code, word.value, at, end) for word in senses]
    if bare in lexicon.ordinals:
        return [Token("o", lexicon.ordinals[bare], at, end)]
    return [Token("n", lexicon.atoms[name][1], at, end)] if name in lexicon.atoms else []


def _written(reading: Reading) -> Iterator[tuple[int, Token]]:
    """Yield what is written in digits with signs; of two that overlap the one read first, moments before dates."""
    text, taken = reading.folded.text, 0
    found = [token for token in (*_moments(text), *_dates(reading), *_clocks(text), *_ordinals(reading)) if token]
    for token in sorted(found, key=lambda token: (token.start, -token.end)):
        if token.start >= taken:
            yield token.start, token
            taken = token.end


def _moments(text: str) -> Iterator[Token]:
    for match in MOMENT.finditer(text):
        try:
            value = datetime.fromisoformat(match[0].upper())
        except ValueError:
            continue
        yield Token("I", value, match.start(), match.end())


def _dates(reading: Reading) -> Iterator[Token]:
    text = reading.folded.text
    for match in YEAR_FIRST.finditer(text):
        yield from _date(match, match[1], match[3], match[4])
    for pattern in (DAY_FIRST, SHORT, SHORT_DOTTED):
        for match in pattern.finditer(text):
            day, month = (match[3], match[1]) if reading.locale.month_first else (match[1], match[3])
            if int(month) > 12 >= int(day):
                day, month = month, day
            yield from _date(match, match[4], month, day)


def _date(match: re.Match[str], year: str, month: str, day: str) -> Iterator[Token]:
    full = int(year) + (2000 if int(year) < 50 else 1900) * (len(year) == 2) if year else None
    try:
        date(full or 2000, int(month), int(day))
    except ValueError:
        return
    yield Token("D", (full, int(month), int(day)), match.start(), match.end())


def _clocks(text: str) -> Iterator[Token]:
    for pattern in (CLOCK, CLOCK_DOTTED):
        for match in pattern.finditer(text):
            if (int(match[1]), int(match[2])) <= (24, 0):
                value = (int(match[1]) % 24, int(match[2]), match[1].startswith("0") or int(match[1]) > 12)
                yield Token("c", value, match.start(), match.end())


def _ordinals(reading: Reading) -> Iterator[Token]:
    suffix = reading.lexicon.section("ordinals")["suffix"]
    if suffix:
        for match in re.finditer(rf"(?<![\d.,])(\d{{1,4}})(?:{suffix})(?!{LETTER})", reading.folded.text):
            yield Token("o", int(match[1]), match.start(), match.end())

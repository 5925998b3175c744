"""An utterance as a row of tokens: those of dates and times, with the words of recurrence laid over them.

To the codes of the entities come 1 each, 2 every other, 3 an adverb (daily), 4 weekdays or weekends, ! a weekday in the plural,
5 except, 6 until, 7 for, 8 twice, 9 times, $ what leads in, / "on two" (un lundi sur deux), ~ except (behind its days) and > "next:".
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from frontdesk.understanding.entities.lexicon import GAPS, Word
from frontdesk.understanding.entities.numerals import WORD
from frontdesk.understanding.entities.reading import Reading
from frontdesk.understanding.entities.tokens import Token, row
from frontdesk.understanding.schedules.lexicon import NEXT, Words

WRITTEN = "cDI"
OURS = "123456789!$/>~"
EXCEPT = "5"
AROUND = re.compile(r"(?:z(?=&[sq])|[zno]k?(?=[O5][gy]*[sqn]))")
"""An hour with a quarter, a half or minutes added to it or taken away."""


def tokens(reading: Reading, words: Words) -> list[Token]:
    """Return the tokens of a reading, in order; of two phrases at one place the longer, of two as long ours."""
    found = row(reading)
    ours = {begin: (end, senses) for begin, end, senses in _phrases(reading.folded.text, words)}
    found = [replace(one, code="&") if _is_and(one, reading) else one for one in found]
    kept: list[Token] = []
    reached = 0
    for token in _starting(found, ours):
        if token.start < reached:
            continue
        if token.start in ours and (token.code not in WRITTEN and ours[token.start][0] >= token.end):
            end, senses = ours[token.start]
            kept += [Token(word.code, word.value, token.start, end) for word in senses]
            reached = end
        elif token.end > token.start:
            kept += [other for other in found if other.start == token.start]
            reached = token.end
    return _about_hours(kept)


def _about_hours(tokens: list[Token]) -> list[Token]:
    """Return the tokens with what stands beside an hour read as part of it: the minus of `siete menos cuarto` leaves nothing
    out, and `midi et quart` counts from twelve.
    """
    line = "".join(token.code for token in tokens)
    found = list(tokens)
    for match in AROUND.finditer(line):
        hour, sign = tokens[match.start()], tokens[match.end()]
        if hour.code == "z":
            found[match.start()] = replace(hour, code="n", value=hour.value or 24)
        if sign.code == EXCEPT:
            found[match.end()] = replace(sign, code="O")
    return found


def _is_and(token: Token, reading: Reading) -> bool:
    return token.code == "_" and reading.folded.text[token.start : token.end] in ("&", "+")


def _starting(found: list[Token], ours: dict[int, tuple[int, tuple[Word, ...]]]) -> Iterator[Token]:
    """Yield every place a token or a phrase of ours starts at, in order."""
    starts = {token.start: token for token in reversed(found)}
    empty = {begin: Token("_", None, begin, begin) for begin in ours if begin not in starts}
    yield from (token for _, token in sorted((starts | empty).items()))


def _phrases(text: str, words: Words) -> Iterator[tuple[int, int, tuple[Word, ...]]]:
    """Yield the longest phrase at every word that begins one."""
    ends = {match.start(): match.end() for match in WORD.finditer(text)}
    for begin, first in ends.items():
        reached: list[int] = [first]
        while len(reached) < words.longest:
            gap = GAPS.match(text, reached[-1])
            if not gap or gap.end() not in ends:
                break
            reached.append(ends[gap.end()])
        for end in reversed(reached):
            senses = words.phrases.get(GAPS.sub(" ", text[begin:end]))
            if senses and (senses[0].code != NEXT or text[end:].lstrip().startswith(":")):
                yield begin, end, senses
                break

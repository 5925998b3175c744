"""Times of day in a row of tokens: one, a list of them, or a window from one to another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time

from frontdesk.understanding.entities import hours, moments
from frontdesk.understanding.entities.lexicon import GAPS
from frontdesk.understanding.entities.numerals import WORD
from frontdesk.understanding.entities.tokens import Token
from frontdesk.understanding.schedules.heard import Row

JOINT = re.compile(r"(?:,?[&y]?[gy]*|&[gy]*)(?=[@nocpzr])")
TO = re.compile(r"[gy]*[X6&\-][gyX@]*")
LATE = {"afternoon": 12, "evening": 12, "tonight": 12, "night": 12, "pm": 12}
HALF_DAY = 12
DAYS = "wdmDuUIE"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; `bare` while it could be twelve hours later as well, `part` the part of the day that was said."""

    at: time
    bare: bool = False
    part: str | None = None


def clock(row: Row, at: int, *, number: bool = False) -> tuple[Clock | None, int]:
    """Return the time of day at a place of the row and where it ends; `number`: a lone number is one, too."""
    part = _part_alone(row, at)
    if part:
        return None, at
    end = next((index for index in range(at, row.limit(at)) if row.line[index] in DAYS), row.limit(at))
    found = moments.scan(row.tokens[at:end], row.reading)
    if found and found[0].first == 0 and found[0].hour and not found[0].days:
        end = at + found[0].last
        return of(row.tokens[at:end], found[0].hour, row), end
    if number and row.line[at : at + 1] in ("n", "c", "o") and not _counts(row, at):
        token = row.tokens[at]
        hour, minute = (token.value[0], token.value[1]) if token.code == "c" else (token.value, 0)
        settled = hours.settle(hour, minute, None, row.reading)
        if settled:
            return _in_part(row, of(row.tokens[at : at + 1], settled, row), at + 1)
    return None, at


def _in_part(row: Row, one: Clock, end: int) -> tuple[Clock, int]:
    """Return a lone hour in the part of the day that follows it: `hasta las 8 de la tarde`."""
    if row.line[end : end + 1] not in ("p", "r"):
        return one, end
    part = str(row.tokens[end].value)
    return Clock(beside(one.at, part), part=part), end + 1


def _part_alone(row: Row, at: int) -> bool:
    return row.line[at : at + 1] in ("r", "p") and row.line[at + 1 : at + 2] not in ("@", "n", "c")


def of(tokens: list[Token], hour: hours.Hour, row: Row) -> Clock:
    """Return an hour with what its tokens leave open."""
    said = "".join(token.code for token in tokens)
    parts = [str(token.value) for token in tokens if token.code in "pr"]
    exact = any(token.code == "c" and token.value[2] for token in tokens)
    as_written = row.reading.lexicon.raw["clock"] == 24 and bool({"k", "c"} & set(said))
    bare = not (parts or exact or "z" in said or as_written) and hour.at.hour != 0 and _written(hour, tokens) < HALF_DAY
    return Clock(
        hour.at, bare or (hour.open and not parts and _written(hour, tokens) < HALF_DAY), parts[0] if parts else None
    )


def _written(hour: hours.Hour, tokens: list[Token]) -> float:
    numbers = [token.value for token in tokens if token.code in "no"]
    digital = [token.value[0] for token in tokens if token.code == "c"]
    return float(max(digital or numbers or [hour.at.hour]))


def _counts(row: Row, at: int) -> bool:
    """Say whether a number counts something that follows: `at 8 and 2 tablets`."""
    if row.line[at + 1 : at + 2] in tuple("uhUem9"):
        return True
    text = row.reading.folded.text
    gap = GAPS.match(text, row.tokens[at].end)
    word = WORD.match(text, gap.end()) if gap else None
    return bool(word and word[0] in row.reading.lexicon.units)


def listed(row: Row, first: Clock, at: int) -> tuple[list[Clock], int]:
    """Return the times that follow one: `8, 14 and 20`. What one of them leaves open the others settle."""
    found = [first]
    while (joint := JOINT.match(row.line, at)) and joint.end() > at:
        following, end = clock(row, joint.end(), number=True)
        if not following or _dated(row, joint.end(), end):
            break
        found.append(following)
        at = end
    return settled_together(found), at


def _dated(row: Row, begin: int, end: int) -> bool:
    """Say whether the time belongs to a day of its own: `at 9 and 10 on Thursday` has none, `at 9 and Thursday at 10` has."""
    return any(token.code in "wdmDo" for token in row.tokens[begin:end] if token.code != "o")


def settled_together(clocks: list[Clock]) -> list[Clock]:
    if any(not one.bare and one.at.hour > HALF_DAY and not one.part for one in clocks) and len(clocks) > 1:
        return [replace(one, at=_morning(one.at), bare=False) if one.bare else one for one in clocks]
    settled: list[Clock] = []
    later: Clock | None = None
    for one in reversed(clocks):
        shares = one.bare and later and later.part and _morning(one.at) < _morning(later.at)
        later = replace(one, at=beside(one.at, later.part), bare=False, part=later.part) if shares and later else one
        settled.insert(0, later)
    return settled


def _morning(at: time) -> time:
    return at.replace(hour=at.hour % HALF_DAY)


def beside(at: time, part: str | None) -> time:
    """Return the time an hour up to twelve means in a part of the day."""
    if part is None or at.hour > HALF_DAY:
        return at
    hour = at.hour % HALF_DAY
    night_hours = part in ("night", "tonight") and hour < 5
    return at.replace(hour=hour if night_hours else hour + LATE.get(part, 0))


def window(row: Row, at: int) -> tuple[tuple[Clock, Clock] | None, int]:
    """Return `8 to 20`, `8 and 20`, where it begins at this place."""
    one, end = clock(row, at, number=True)
    joint = TO.match(row.line, end) if one else None
    if not one or not joint:
        return None, at
    two, last = clock(row, joint.end(), number=True)
    if not two:
        two, last = clock(row, joint.end() - 1, number=True)
    if not two:
        return None, at
    one, two = settled_together([one, two])
    return (one, two), last


def default(part: str, words_hours: Mapping[str, int]) -> time:
    """Return the hour of a part of the day of which nothing more is said."""
    return time(words_hours[{"am": "morning", "pm": "afternoon"}.get(part, part)])

"""Dates, times, both together: what the rules of days and hours find in a row of tokens, joined."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from frontdesk.understanding.entities import days as day_rules
from frontdesk.understanding.entities import hours as hour_rules
from frontdesk.understanding.entities.days import Days
from frontdesk.understanding.entities.hours import Hour
from frontdesk.understanding.entities.reading import Reading
from frontdesk.understanding.entities.tokens import Token, row

BETWEEN = re.compile(r"[gy,]*")
BEFORE_HOUR = re.compile(r"[gy,@]*")
BEFORE_DAY = re.compile(r"[gyF,]*")
FROM_NOW = re.compile(r"i@n|i[n]?Y|iY|Y[fa]|aY|in?h(?!n)|ie|ihn|hn[fa]|e[fa]|ae|nh[fa]|anh|ahn|anY")
MOST_HOURS = 100_000
SECONDS = {"hour": 3600, "minute": 60, "second": 1}


@dataclass(frozen=True, slots=True)
class Moment:
    """What a stretch of tokens means: days, an hour, a part of the day, or one exact point in time."""

    first: int
    last: int
    days: Days | None = None
    hour: Hour | None = None
    part: str | None = None
    point: datetime | None = None
    sure: float = 1.0

    @property
    def code(self) -> str:
        if self.point or (self.days and self.hour):
            return "Z"
        if self.days:
            return "S" if self.part or self.days.first != self.days.last else "A"
        return "C"

    @property
    def confidence(self) -> float:
        return min([found.confidence for found in (self.days, self.hour) if found], default=1.0)


def codes(tokens: Sequence[Token]) -> str:
    return "".join(token.code for token in tokens)


def scan(tokens: Sequence[Token], reading: Reading) -> list[Moment]:
    """Return the moments of a row in order, none overlapping."""
    line, found, at = codes(tokens), [], 0
    while at < len(tokens):
        moment = _moment(tokens, line, at, reading)
        if moment:
            found.append(moment)
        at = moment.last if moment else at + 1
    return found


def read(reading: Reading) -> tuple[list[Token], list[Moment]]:
    tokens = row(reading)
    return tokens, scan(tokens, reading)


def _best(rules: Any, tokens: Sequence[Token], line: str, at: int, reading: Reading) -> tuple[Any, int]:
    """Return what the longest rule that holds at `at` makes of it, and where it ends."""
    matches = [
        (match.end(), -index, rule) for index, (pattern, rule) in enumerate(rules) if (match := pattern.match(line, at))
    ]
    for end, _, rule in sorted(matches, key=lambda match: match[:2], reverse=True):
        value = rule(tokens[at:end], reading) if end > at else None
        if value:
            return value, end
    return None, at


def _moment(tokens: Sequence[Token], line: str, at: int, reading: Reading) -> Moment | None:
    if line[at] == "I":
        return Moment(at, at + 1, point=tokens[at].value.astimezone(reading.zone))
    if line[at] == "0":
        return Moment(at, at + 1, point=reading.local.replace(microsecond=0), sure=0.4)
    if match := FROM_NOW.match(line, at):
        point = _from_now(tokens[at : match.end()], reading)
        if point:
            return Moment(at, match.end(), point=point)
    days, after_days = _best(day_rules.RULES, tokens, line, at, reading)
    if days:
        return _with_hour(Moment(at, after_days, days=days), tokens, line, reading)
    hour, after_hour = _best(hour_rules.RULES, tokens, line, at, reading)
    if hour:
        return _with_days(Moment(at, after_hour, hour=hour), tokens, line, reading)
    if line[at] == "r" and line[at + 1 : at + 2] in tuple("dwD"):
        days, end = _best(day_rules.RULES, tokens, line, at + 1, reading)
        return Moment(at, end, days=days, part=tokens[at].value) if days else None
    return None


def _with_hour(moment: Moment, tokens: Sequence[Token], line: str, reading: Reading) -> Moment:
    assert moment.days
    if moment.days.first != moment.days.last:
        return moment
    gap = BETWEEN.match(line, moment.last)
    start = gap.end() if gap else moment.last
    further = BEFORE_HOUR.match(line, moment.last)
    for begin in dict.fromkeys((start, further.end() if further else start)):
        hour, end = _best(hour_rules.RULES, tokens, line, begin, reading)
        if hour:
            return replace(moment, last=end, hour=hour)
    if line[start : start + 1] in tuple("rp"):
        return replace(moment, last=start + 1, part=tokens[start].value)
    return moment


def _with_days(moment: Moment, tokens: Sequence[Token], line: str, reading: Reading) -> Moment:
    gap = BEFORE_DAY.match(line, moment.last)
    for start in sorted({moment.last, gap.end() if gap else moment.last}):
        days, end = _best(day_rules.RULES, tokens, line, start, reading)
        if days and days.first == days.last:
            return _with_part(replace(moment, last=end, days=days), tokens)
    return moment


def _with_part(moment: Moment, tokens: Sequence[Token]) -> Moment:
    """Read the part of the day that stands behind both: `at half past seven tomorrow evening`."""
    token = tokens[moment.last] if moment.last < len(tokens) else None
    if token is None or token.code not in "rp" or moment.hour is None or not moment.hour.open:
        return moment
    at = moment.hour.at
    late = token.value not in ("morning", "am")
    hour = Hour(at.replace(hour=at.hour % 12 + 12 * late))
    return replace(moment, last=moment.last + 1, hour=hour)


def _from_now(tokens: Sequence[Token], reading: Reading) -> datetime | None:
    """Return the point that many hours from now, counted on the clock of the world: summer time doesn't bend it."""
    count = next((token.value for token in tokens if token.code == "n"), 1)
    unit = next(token for token in tokens if token.code in "heY@")
    seconds = unit.value if unit.code == "Y" else SECONDS["hour" if unit.code == "@" else unit.value]
    seconds *= 2 if unit.code == "e" else count
    if abs(seconds) > MOST_HOURS * 3600:
        return None
    back = any(token.code == "a" for token in tokens)
    point = reading.local.astimezone(UTC) + timedelta(seconds=-seconds if back else seconds)
    return point.astimezone(reading.zone).replace(microsecond=0)


def at_clock(day: date, at: time, reading: Reading) -> datetime:
    """Return a time of day on the person's clock; one that summer time skips moves on by what is skipped, of one that comes
    twice it is the first.
    """
    local = datetime.combine(day, at, tzinfo=reading.zone)
    try:
        return local.astimezone(UTC).astimezone(reading.zone)
    except OverflowError:
        return local

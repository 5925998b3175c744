"""What was heard of a schedule, piece by piece, before it is put together."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from frontdesk.understanding.entities.reading import Reading
from frontdesk.understanding.entities.tokens import Token
from frontdesk.understanding.schedules.lexicon import Words
from frontdesk.understanding.schedules.row import OURS, tokens

if TYPE_CHECKING:
    from frontdesk.understanding.schedules.clocks import Clock


G = "[gy]*"
DAY = rf"(?:[w!E4D]|n{G}mn?)"
EXCEPTED_BEFORE = re.compile(rf"{DAY}(?:[,&]+{G}{DAY})*{G}~")
BARRIER = re.compile(rf"{EXCEPTED_BEFORE.pattern}|(?:[wdD]|n{G}mn?)x")
"""Days said of an exception or an end that stand before its word: no time before them is theirs."""


@dataclass(frozen=True)
class Row:
    """The tokens of an utterance and their codes as one line."""

    reading: Reading
    words: Words
    tokens: list[Token]

    @classmethod
    def of(cls, reading: Reading, words: Words) -> "Row":
        return cls(reading, words, tokens(reading, words))

    @cached_property
    def line(self) -> str:
        return "".join(token.code for token in self.tokens)

    @cached_property
    def barriers(self) -> frozenset[int]:
        """Where days begin that belong to a word behind them."""
        return frozenset(match.start() for match in BARRIER.finditer(self.line))

    def limit(self, at: int) -> int:
        """Return how far the rules of dates and times may read from a place: not into words of ours, nor over an "and"
        that parts two times.
        """
        for index in range(at, len(self.tokens)):
            if index > at and index in self.barriers and self.line[at] not in "wmnD":
                return index
            if self.line[index] in OURS:
                return index
            if (
                self.line[index] == "&"
                and not self.words.and_minutes
                and self.line[index + 1 : index + 2] not in ("s", "q")
            ):
                return index
        return len(self.tokens)


@dataclass(frozen=True, slots=True)
class Dated:
    """A day that was named, with its times; `weekday` where only that was said, `month_day` where only a number was."""

    day: date
    last: date
    times: tuple["Clock", ...] = ()
    part: str | None = None
    weekday: bool = False
    month_day: bool = False


FORTNIGHTS = (("day", 14), ("day", 15))
"""What people say for every other week: `cada 15 días los jueves`."""


@dataclass
class Heard:
    """Everything an utterance says of when; `spans` are the tokens that say it."""

    frequency: tuple[str, int] | None = None
    weekdays: list[tuple[int, int]] = field(default_factory=list)
    month_days: list[int] = field(default_factory=list)
    yearly: Dated | None = None
    times: list["Clock"] = field(default_factory=list)
    part: str | None = None
    parts: list[str] = field(default_factory=list)
    window: "tuple[Clock, Clock] | None" = None
    per_day: int | None = None
    count: int | None = None
    skipped: list[int] = field(default_factory=list)
    skipped_days: list[date] = field(default_factory=list)
    start: Dated | None = None
    until: date | datetime | None = None
    length: tuple[int, str] | None = None
    point: datetime | None = None
    days: list[Dated] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)

    def every(self, unit: str, interval: int = 1) -> None:
        """Note a frequency; one that was given with more detail stays."""
        before = self.frequency
        if unit == "week" and before in FORTNIGHTS:
            interval = 2
        if before is None or (interval > 1 and before == (unit, 1)) or before[0] == "day" or unit in ("hour", "minute"):
            self.frequency = (unit, interval)

    def note_part(self, part: str) -> None:
        """Note a part of the day; hours beside it are those of the first."""
        self.part = self.part or part
        if part not in self.parts:
            self.parts.append(part)

    @property
    def repeats(self) -> bool:
        """True where something says that it happens more than once."""
        return bool(self.frequency or self.weekdays or self.month_days or self.yearly or self.per_day)


def values(row: Row, match: re.Match[str], codes: str) -> list[tuple[str, object]]:
    """Return codes and values of the tokens of a match that have one of these codes."""
    span = row.tokens[match.start() : match.end()]
    return [(token.code, token.value) for token in span if token.code in codes]


def number_said(row: Row, match: re.Match[str], codes: str = "no") -> int:
    found = [value for _, value in values(row, match, codes)]
    value = found[0] if found else 1
    return int(value) if isinstance(value, int | float) and value == int(value) else 0


def unit_said(row: Row, match: re.Match[str]) -> str:
    return next((str(value) for code, value in reversed(values(row, match, "uhUe"))), "")

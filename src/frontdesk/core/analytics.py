"""What routing did, as counts a day: from the records of turns to numbers that add up."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Literal, get_args

Dimension = Literal["all", "rule", "route", "handler", "intent", "channel", "language"]
Ending = Literal["contained", "fallback", "escalated", "person", "silent"]
ENDINGS: tuple[Ending, ...] = get_args(Ending)
BOUNDS = (5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000)
"""Upper bounds of the buckets of latency, in milliseconds; what takes longer is in one more. What is stored has their number."""
MOST_RULES = 20
MOST_NAME = 120
MOST_NAMES = 200
"""Names of one day and dimension that are counted apart."""
OTHER = "~other"
"""What further names are counted as."""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What is counted: all turns of a day, or those of one rule, route, handler, intent, channel or language."""

    day: date
    dimension: Dimension
    name: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts that add up, exactly: turns by how they ended, microseconds in all, and how many took how long."""

    endings: tuple[int, ...] = (0,) * len(ENDINGS)
    microseconds: int = 0
    buckets: tuple[int, ...] = (0,) * (len(BOUNDS) + 1)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            tuple(one + more for one, more in zip(self.endings, other.endings, strict=True)),
            self.microseconds + other.microseconds,
            tuple(one + more for one, more in zip(self.buckets, other.buckets, strict=True)),
        )

    @property
    def turns(self) -> int:
        return sum(self.endings)

    def ended(self, ending: Ending) -> int:
        """Return how many turns ended so."""
        return self.endings[ENDINGS.index(ending)]

    def share(self, ending: Ending) -> float | None:
        """Return the share of turns that ended so, among those the bot was to answer; None where there were none."""
        asked = self.turns - self.ended("person") - self.ended("silent")
        return self.ended(ending) / asked if asked > 0 else None

    @property
    def mean(self) -> float | None:
        """Milliseconds a turn took; None where there was none."""
        return self.microseconds / 1000 / self.turns if self.turns else None

    def within(self, part: float) -> float | None:
        """Return milliseconds within which this part (0 to 1) of the turns took, to a bucket's bound; infinite over all."""
        passed = 0
        for bound, count in zip((*BOUNDS, float("inf")), self.buckets, strict=True):
            passed += count
            if passed and passed >= part * self.turns:
                return bound
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One turn as it was recorded; `record` is what counts of the turn record's document, of whichever version."""

    at: datetime
    channel: str | None
    handler: str
    milliseconds: float
    record: Mapping[str, Any]


Names = Mapping[tuple[date, Dimension], Collection[str]]
"""Which names have counts of their own already."""


def ending(taken: Taken) -> Ending:
    """Return how a turn ended for the contact: the bot answered, did not know, gave it to a person, or was not asked."""
    effects = _names(taken.record.get("effects"))
    route = _part(taken.record, "route")
    if "HandOver" in effects:
        return "escalated"
    if taken.handler == "handoff" and route.get("argument") == "silent":
        return "person"
    if taken.record.get("missed") is True or "fallback" in (taken.handler, route.get("handler")):
        return "fallback"
    if taken.handler == "silence" or taken.record.get("event") != "message":
        return "silent"
    return "contained"


def names(taken: Taken) -> Iterator[tuple[Dimension, str]]:
    """Yield all a turn counts for, each once."""
    record = taken.record
    yield "all", ""
    named: tuple[tuple[Dimension, Iterable[object]], ...] = (
        ("rule", dict.fromkeys(_names(record.get("rules")))),
        ("route", (_part(record, "route").get("by"),)),
        ("handler", (taken.handler,)),
        ("intent", (record.get("intent"),)),
        ("channel", (taken.channel,)),
        ("language", (record.get("language"),)),
    )
    for dimension, given in named:
        for name in given:
            if isinstance(name, str) and name:
                yield dimension, name[:MOST_NAME]


def counted(turns: Iterable[Taken], zone: tzinfo, known: Names | None = None) -> dict[Key, Tally]:
    """Return what turns add up to, on days of the tenant's zone.

    Counting in parts, in order, with the names `known` from the parts before, adds up to counting all at once.
    """
    held = {where: set(given) for where, given in (known or {}).items()}
    sums: dict[Key, list[int]] = {}
    for taken in turns:
        day, one = taken.at.astimezone(zone).date(), tally(taken)
        ended, bucket = one.endings.index(1), one.buckets.index(1)
        for dimension, name in names(taken):
            key = Key(day, dimension, _bounded(name, held.setdefault((day, dimension), set())))
            row = sums.setdefault(key, [0] * (len(ENDINGS) + 1 + len(one.buckets)))
            row[ended] += 1
            row[len(ENDINGS)] += one.microseconds
            row[len(ENDINGS) + 1 + bucket] += 1
    return {
        key: Tally(tuple(row[: len(ENDINGS)]), row[len(ENDINGS)], tuple(row[len(ENDINGS) + 1 :]))
        for key, row in sums.items()
    }


def tally(taken: Taken) -> Tally:
    """Return the counts of one turn."""
    spent, ended = max(taken.milliseconds, 0.0), ending(taken)
    place = bisect_left(BOUNDS, spent)
    return Tally(
        tuple(int(each == ended) for each in ENDINGS),
        round(spent * 1000),
        tuple(int(bucket == place) for bucket in range(len(BOUNDS) + 1)),
    )


def _bounded(name: str, held: set[str]) -> str:
    """Return the name if it has counts of its own, or may have; the name of all the others if not."""
    if name in held:
        return name
    if len(held) >= MOST_NAMES:
        return OTHER
    held.add(name)
    return name


def _part(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = record.get(name)
    return value if isinstance(value, Mapping) else {}


def _names(value: object) -> list[str]:
    if not isinstance(value, list | tuple):
        return []
    return [name for name in value[:MOST_RULES] if isinstance(name, str)]

"""What routing did, as counts a day: from the records of turns to numbers that add up."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, Literal

Dimension = Literal["all", "rule", "route", "handler", "intent", "channel", "language"]
Ending = Literal["contained", "fallback", "escalated", "person", "silent"]
BOUNDS = (25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
"""Upper bounds of the buckets of latency, in milliseconds; what takes longer is in one more."""
MOST_RULES = 20
MOST_NAME = 120


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What is counted: all turns of a day, or those of one rule, route, handler, intent, channel or language."""

    day: date
    dimension: Dimension
    name: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts that add up: turns, how they ended, milliseconds in all, and how many took how long."""

    turns: int = 0
    endings: Mapping[str, int] = field(default_factory=dict)
    milliseconds: float = 0.0
    buckets: tuple[int, ...] = (0,) * (len(BOUNDS) + 1)

    def __add__(self, other: "Tally") -> "Tally":
        names = self.endings.keys() | other.endings.keys()
        return Tally(
            self.turns + other.turns,
            {name: self.endings.get(name, 0) + other.endings.get(name, 0) for name in sorted(names)},
            self.milliseconds + other.milliseconds,
            tuple(one + more for one, more in zip(self.buckets, other.buckets, strict=True)),
        )

    def share(self, ending: Ending) -> float | None:
        """Return the share of turns that ended so, among those the bot was to answer; None where there were none."""
        asked = self.turns - self.endings.get("person", 0) - self.endings.get("silent", 0)
        return self.endings.get(ending, 0) / asked if asked > 0 else None

    def within(self, part: float) -> float | None:
        """Return milliseconds within which this part (0 to 1) of the turns took, to a bucket's bound; infinite over all."""
        passed = 0
        for bound, count in zip((*BOUNDS, float("inf")), self.buckets, strict=True):
            passed += count
            if self.turns and passed >= part * self.turns:
                return bound
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One turn as it was recorded; `record` is the turn record's document, of whichever version."""

    at: datetime
    channel: str
    handler: str
    milliseconds: float
    record: Mapping[str, Any]


def ending(taken: Taken) -> Ending:
    """Return how a turn ended for the contact: the bot answered, did not know, gave it to a person, or was not asked."""
    effects = _names(taken.record.get("effects"))
    route = _part(taken.record, "route")
    if {"HandOver", "Escalate"} & set(effects):
        return "escalated"
    if taken.handler == "handoff" and route.get("argument") == "silent":
        return "person"
    if "fallback" in (taken.handler, route.get("handler")):
        return "fallback"
    if taken.handler == "silence" or taken.record.get("event") != "message":
        return "silent"
    return "contained"


def keys(taken: Taken, zone: tzinfo) -> Iterator[Key]:
    """Yield all a turn counts for, each once; the day is that of the tenant's zone."""
    day, record = taken.at.astimezone(zone).date(), taken.record
    yield Key(day, "all")
    named: tuple[tuple[Dimension, Iterable[object]], ...] = (
        ("rule", dict.fromkeys(_names(record.get("rules")))),
        ("route", (_part(record, "route").get("by"),)),
        ("handler", (taken.handler,)),
        ("intent", (record.get("intent"),)),
        ("channel", (taken.channel,)),
        ("language", (record.get("language"),)),
    )
    for dimension, names in named:
        yield from (Key(day, dimension, name[:MOST_NAME]) for name in names if isinstance(name, str) and name)


def counted(turns: Iterable[Taken], zone: tzinfo) -> dict[Key, Tally]:
    """Return what turns add up to; adding it to what was counted before is the same as counting all at once."""
    total: dict[Key, Tally] = {}
    for taken in turns:
        one = tally(taken)
        for key in keys(taken, zone):
            total[key] = total.get(key, Tally()) + one
    return total


def tally(taken: Taken) -> Tally:
    """Return the counts of one turn."""
    spent = max(taken.milliseconds, 0.0)
    place = bisect_left(BOUNDS, spent)
    buckets = tuple(int(bucket == place) for bucket in range(len(BOUNDS) + 1))
    return Tally(1, {ending(taken): 1}, spent, buckets)


def _part(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = record.get(name)
    return value if isinstance(value, Mapping) else {}


def _names(value: object) -> list[str]:
    if not isinstance(value, list | tuple):
        return []
    return [name for name in value[:MOST_RULES] if isinstance(name, str)]

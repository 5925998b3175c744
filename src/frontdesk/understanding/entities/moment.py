"""Entities of kind date, time, datetime and interval."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from frontdesk.core.entities import Entity
from frontdesk.understanding.entities import ranges
from frontdesk.understanding.entities.hours import PARTS
from frontdesk.understanding.entities.moments import Moment, at_clock, read
from frontdesk.understanding.entities.reading import Reading
from frontdesk.understanding.entities.tokens import Token


def find(reading: Reading) -> list[Entity]:
    """Return dates, times, datetimes and intervals in order. Values are ISO 8601; an interval is `from` and `to`, of which
    one can be None, and the days at both ends belong to it.
    """
    tokens, moments = read(reading)
    found = list(ranges.find(tokens, moments, reading))
    covered = [(span.first, span.last) for span in found]
    entities = [_range(span, tokens, reading) for span in found]
    for moment in moments:
        if not any(first < moment.last and moment.first < last for first, last in covered):
            entities += _entities(moment, tokens, reading)
    return sorted(entities, key=lambda entity: entity.start)


def _range(span: ranges.Range, tokens: Sequence[Token], reading: Reading) -> Entity:
    value = {"from": _iso(span.begin), "to": _iso(span.end)}
    start, end = tokens[span.first].start, tokens[span.last - 1].end
    return reading.entity("interval", value, start, end, span.confidence, grain=_grain(span.begin or span.end))


def _grain(value: date | time | datetime | None) -> str:
    return "datetime" if isinstance(value, datetime) else "time" if isinstance(value, time) else "day"


def _iso(value: date | time | datetime | None) -> str | None:
    if isinstance(value, time):
        return value.isoformat("minutes")
    return value.isoformat() if value else None


def _entities(moment: Moment, tokens: Sequence[Token], reading: Reading) -> Iterator[Entity]:
    start, end = _edges(moment, tokens)
    if start >= end:
        return
    detail: dict[str, Any] = {"open": True} if moment.hour and moment.hour.open else {}
    if moment.point:
        yield reading.entity("datetime", moment.point.isoformat(), start, end, moment.sure)
    elif moment.days and moment.hour:
        point = at_clock(moment.days.first, moment.hour.at, reading)
        yield reading.entity("datetime", point.isoformat(), start, end, moment.confidence, **detail)
    elif moment.hour:
        yield reading.entity("time", _iso(moment.hour.at), start, end, moment.confidence, **detail)
    elif moment.days and moment.part:
        first, last = (at_clock(moment.days.first, at, reading) for at in PARTS[moment.part])
        value = {"from": first.isoformat(), "to": last.isoformat()}
        yield reading.entity("interval", value, start, end, 0.9, grain="part", part=moment.part)
    elif moment.days and moment.days.first != moment.days.last:
        value = {"from": moment.days.first.isoformat(), "to": moment.days.last.isoformat()}
        yield reading.entity("interval", value, start, end, moment.confidence, grain=moment.days.grain)
    elif moment.days:
        yield reading.entity("date", moment.days.first.isoformat(), start, end, moment.confidence)


def _edges(moment: Moment, tokens: Sequence[Token]) -> tuple[int, int]:
    """Return the span without the small words at its edge."""
    first, last = moment.first, moment.last
    while first < last and tokens[first].code in "g,":
        first += 1
    while last > first and tokens[last - 1].code in "g,":
        last -= 1
    return tokens[first].start if first < last else 0, tokens[last - 1].end if first < last else 0

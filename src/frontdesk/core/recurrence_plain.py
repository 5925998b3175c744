"""A schedule as plain JSON, and back from JSON nobody vouches for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, TypeVar

from frontdesk.core.recurrence import Schedule
from frontdesk.core.recurrence_rule import Rule, parse
from frontdesk.core.wall_clock import zone_of
from frontdesk.errors import InvalidInput

MOST_TIMES_A_DAY = 24
MOST_ALSO = 100
MOST_WITHOUT = 366
YEARS = range(1970, 2201)
FIELDS = frozenset({"zone", "first", "rule", "times", "also", "without", "without_weekdays", "last"})
Value = TypeVar("Value")


def plain(schedule: Schedule) -> dict[str, Any]:
    """Return a schedule as `schedule` reads it."""
    return {
        "zone": schedule.zone,
        "first": schedule.first.isoformat(),
        "rule": str(schedule.rule) if schedule.rule else None,
        "times": [at.isoformat() for at in schedule.times],
        "also": [moment.isoformat() for moment in schedule.also],
        "without": [day.isoformat() for day in schedule.without],
        "without_weekdays": list(schedule.without_weekdays),
        "last": schedule.last.isoformat() if schedule.last else None,
    }


def schedule(fields: Mapping[str, Any]) -> Schedule:
    """Return the schedule of plain fields; InvalidInput names the one that can't be used.

    Only `zone` and `first` must be there. Times in the rule (BYHOUR, BYMINUTE) become `times`, and with an offset `first`
    and `last` of a rule are brought to the clock of the zone.
    """
    if unknown := set(fields) - FIELDS:
        raise InvalidInput(f"schedule: {', '.join(sorted(map(str, unknown)))[:100]} is unknown")
    zone = fields.get("zone")
    if not isinstance(zone, str):
        raise InvalidInput("zone: an IANA name is missing")
    zone_of(zone)
    first, last = _moment("first", fields.get("first")), fields.get("last")
    rule, times = _rule(fields.get("rule"))
    found = Schedule(
        zone=zone,
        first=_on_the_clock(first, zone) if rule else first,
        rule=rule,
        times=_listed("times", fields.get("times"), MOST_TIMES_A_DAY, _time) or times,
        also=_listed("also", fields.get("also"), MOST_ALSO, lambda text: _moment("also", text)),
        without=_listed("without", fields.get("without"), MOST_WITHOUT, _day_or_time),
        without_weekdays=_listed("without_weekdays", fields.get("without_weekdays"), 7, _weekday),
        last=_on_the_clock(_moment("last", last), zone) if last is not None else None,
    )
    return _consistent(found)


def _rule(text: Any) -> tuple[Rule | None, tuple[time, ...]]:
    if text is None:
        return None, ()
    if not isinstance(text, str):
        raise InvalidInput("rule: must be the text of an RRULE")
    rule, times = parse(text).without_times()
    if len(times) > MOST_TIMES_A_DAY:
        raise InvalidInput(f"rule: at most {MOST_TIMES_A_DAY} times a day")
    return rule, times


def _consistent(found: Schedule) -> Schedule:
    if found.rule is None and (found.times or found.without_weekdays or found.last):
        raise InvalidInput("schedule: times, without_weekdays and last need a rule")
    if found.rule and found.rule.within_days and found.times:
        raise InvalidInput("times: an hourly rule has none of its own; BYHOUR bounds it to hours")
    if found.rule and found.rule.positions and found.without_weekdays:
        raise InvalidInput("without_weekdays: can't be used beside BYSETPOS; leave the weekdays out of BYDAY")
    if len(found.without_weekdays) == 7:
        raise InvalidInput("without_weekdays: leaves no day")
    return replace(found, times=tuple(sorted(found.times)), without_weekdays=tuple(sorted(found.without_weekdays)))


def _on_the_clock(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0) if moment.tzinfo else moment


def _listed(name: str, values: Any, most: int, read: Callable[[Any], Value]) -> tuple[Value, ...]:
    if values is None:
        return ()
    if not isinstance(values, Sequence) or isinstance(values, str) or len(values) > most:
        raise InvalidInput(f"{name}: must be a list of at most {most}")
    return tuple(dict.fromkeys(read(value) for value in values))


def _moment(name: str, text: Any) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"{name}: must be a date and time in ISO 8601") from error
    if found.year not in YEARS:
        raise InvalidInput(f"{name}: must lie in the years {YEARS.start} to {YEARS.stop - 1}")
    return found


def _time(text: Any) -> time:
    try:
        found = time.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise InvalidInput("times: must be times such as 08:30") from error
    if found.tzinfo:
        raise InvalidInput("times: are on the clock of the zone and have no offset")
    return found.replace(microsecond=0)


def _day_or_time(text: Any) -> date | datetime:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return _moment("without", text)


def _weekday(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 6:
        raise InvalidInput("without_weekdays: must be numbers from 0, Monday, to 6")
    return value

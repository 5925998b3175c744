"""When something happens again: a rule on the wall clock of a zone, with several times of day, exceptions and an end."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice

from frontdesk.core.recurrence_days import HORIZON, days
from frontdesk.core.recurrence_rule import Rule
from frontdesk.core.wall_clock import instant, wall, zone_of

SLACK = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Times on the clock of a zone; `recurrence_plain` reads one from hostile input.

    Without a rule `first` and `also` are all there is; each is on the clock, or, with an offset, a moment of the world ("in
    20 minutes"). With a rule nothing happens before `first`, and intervals are counted from it; it is an occurrence only if
    the rule says so. `times` are those of each day of the rule, by default the time of `first`.
    """

    zone: str
    first: datetime
    rule: Rule | None = None
    times: tuple[time, ...] = ()
    also: tuple[datetime, ...] = ()
    without: tuple[date | datetime, ...] = ()
    without_weekdays: tuple[int, ...] = ()
    last: datetime | None = None

    @property
    def times_of_day(self) -> tuple[time, ...]:
        """The times of each day of the rule, in order."""
        return self.times or (self.first.time(),)


def next_after(schedule: Schedule, moment: datetime) -> datetime | None:
    """Return the first occurrence later than `moment`, in UTC; None once there is none within twelve years."""
    return next(occurrences(schedule, moment), None)


def between(schedule: Schedule, start: datetime, end: datetime, most: int) -> list[datetime]:
    """Return up to `most` occurrences later than `start` and not later than `end`, in UTC and in order."""
    found = []
    for moment in islice(occurrences(schedule, start), most):
        if moment > end:
            break
        found.append(moment)
    return found


def latest(schedule: Schedule, after: datetime, until: datetime) -> datetime | None:
    """Return the last occurrence later than `after` and not later than `until`, however many lie between."""
    span = timedelta(days=1)
    while True:
        begin = max(after, until - span)
        found = None
        for moment in occurrences(schedule, begin):
            if moment > until:
                break
            found = moment
        if found or begin == after:
            return found
        span *= 4


def occurrences(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """Yield what comes later than `after`, in UTC, strictly rising. Wall times that summer time puts together come once."""
    zone, previous = zone_of(schedule.zone), after.astimezone(UTC)
    start = wall(after, zone) - SLACK
    single = (*schedule.also, *(() if schedule.rule else (schedule.first,)))
    # Times with and without an offset don't compare: moments of the world do.
    alone = sorted(instant(shown, zone) for shown in single if not left_out(shown, schedule))
    for moment in heapq.merge(alone, (instant(shown, zone) for shown in walls(schedule, start))):
        if moment > previous:
            yield moment
            previous = moment


def left_out(shown: datetime, schedule: Schedule) -> bool:
    """Say whether an exclusion names this time, or its day."""
    return shown in schedule.without or shown.date() in schedule.without


def walls(schedule: Schedule, start: datetime) -> Iterator[datetime]:
    """Yield what the clock shows at each occurrence of the rule, from `start` on."""
    end = _end(schedule)
    for shown in _repeated(schedule, start):
        if end is not None and shown > end:
            return
        if not left_out(shown, schedule):
            yield shown


def last_wall(schedule: Schedule) -> datetime | None:
    """Return the last time on the clock at which the rule can happen, None where it has no end."""
    return _end(schedule) if schedule.rule else schedule.first


@lru_cache(maxsize=1024)
def _end(schedule: Schedule) -> datetime | None:
    rule, ends = schedule.rule, [schedule.last] if schedule.last else []
    if rule and rule.until:
        ends.append(wall(rule.until, zone_of(schedule.zone)) if rule.until.tzinfo else rule.until)
    if rule and rule.count:
        counted = islice(_repeated(schedule, schedule.first), rule.count)
        ends.append(max(counted, default=schedule.first))
    return min(ends, default=None)


def _repeated(schedule: Schedule, start: datetime) -> Iterator[datetime]:
    rule = schedule.rule
    if rule is None:
        return
    begin = max(start, schedule.first)
    latest_day = begin.date()
    for day in days(rule, schedule.first.date(), begin.date(), schedule.without_weekdays):
        if day - latest_day > HORIZON:  # a rule within days can have days on which no step falls
            return
        for shown in _steps(rule, schedule.first, day) if rule.within_days else _at_times(schedule, day):
            if shown >= begin:
                latest_day = day
                yield shown


def _at_times(schedule: Schedule, day: date) -> Iterator[datetime]:
    return (datetime.combine(day, at) for at in sorted(schedule.times_of_day))


def _steps(rule: Rule, first: datetime, day: date) -> Iterator[datetime]:
    """Yield the times of one day that a whole number of steps leads to, on the clock."""
    midnight, step = datetime.combine(day, time()), rule.step
    shown = first + max(0, -((first - midnight) // step)) * step
    while shown.date() == day:
        if not rule.hours or shown.hour in rule.hours:
            yield shown
        shown += step

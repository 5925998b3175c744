"""The days of a rule, in order, from any day on and at a bounded cost."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from itertools import count

from dateutil import rrule

from frontdesk.core.recurrence_rule import Rule

HORIZON = timedelta(days=12 * 366)
"""A rule with no day for so long is over. Between two days of any rule people write lie at most eight years (29 February)."""
END = date(2300, 1, 1)
ALONE = 12 * 9_999
"""An interval that leads past the last year there is. dateutil looks for the next day of a rule until the year 9999; asked
about one month or year at a time it looks no further."""
CALENDAR = ("MONTHLY", "YEARLY")


def days(rule: Rule, first: date, start: date, skipped: Collection[int] = ()) -> Iterator[date]:
    """Yield the days of `rule` from `start` on, never before `first`, where intervals are counted from.

    `skipped` weekdays are left out. COUNT and UNTIL are the caller's: both are about times, too.
    """
    begin = max(first, start)
    latest = begin
    for period in _periods(rule, first, begin):
        if period > min(latest + HORIZON, END):
            return
        for day in _days_in(period, rule, first):
            if begin <= day and day.weekday() not in skipped:
                latest = day
                yield day


def fits(day: date, rule: Rule) -> bool:
    """Say whether a day passes the filters of a rule that steps by days or less."""
    return (
        (not rule.weekdays or any(day.weekday() == weekday for _, weekday in rule.weekdays))
        and (not rule.months or day.month in rule.months)
        and (not rule.month_days or bool({day.day, day.day - _length(day) - 1} & set(rule.month_days)))
    )


def _length(day: date) -> int:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def _periods(rule: Rule, first: date, start: date) -> Iterator[date]:
    """Yield the first day of each day, week, month or year the interval falls on, from the one that holds `start`."""
    origin = _period(rule, first)
    if rule.frequency in CALENDAR:
        length = rule.interval * (12 if rule.frequency == "YEARLY" else 1)
        passed = (start.year - origin.year) * 12 + start.month - origin.month
        for index in count(passed // length):
            years, month = divmod(origin.month - 1 + index * length, 12)
            yield date(origin.year + years, month + 1, 1)
    length = 1 if rule.within_days else rule.interval * (7 if rule.frequency == "WEEKLY" else 1)
    for index in count((start - origin).days // length):
        yield origin + timedelta(days=index * length)


def _period(rule: Rule, day: date) -> date:
    match rule.frequency:
        case "YEARLY":
            return day.replace(month=1, day=1)
        case "MONTHLY":
            return day.replace(day=1)
        case "WEEKLY":
            return day - timedelta(days=(day.weekday() - rule.week_start) % 7)
    return day


def _days_in(period: date, rule: Rule, first: date) -> Iterator[date]:
    if rule.frequency == "WEEKLY":
        wanted = {weekday for _, weekday in rule.weekdays} or {first.weekday()}
        week = (period + timedelta(days=offset) for offset in range(7))
        yield from (day for day in week if day.weekday() in wanted and (not rule.months or day.month in rule.months))
    elif rule.frequency in CALENDAR:
        yield from (found.date() for found in _calendar(period, rule, first))
    elif fits(period, rule):
        yield period


def _calendar(period: date, rule: Rule, first: date) -> rrule.rrule:
    plain = not (rule.month_days or rule.weekdays)
    months = rule.months or ((first.month,) if plain and rule.frequency == "YEARLY" else ())
    weekdays = [rrule.weekdays[day](nth) if nth else rrule.weekdays[day] for nth, day in rule.weekdays]
    return rrule.rrule(
        rrule.YEARLY if rule.frequency == "YEARLY" else rrule.MONTHLY,
        dtstart=datetime(period.year, period.month, period.day),
        interval=ALONE,
        bymonth=months or None,
        bymonthday=rule.month_days or ((first.day,) if plain else None),
        byweekday=weekdays or None,
        bysetpos=rule.positions or None,
    )

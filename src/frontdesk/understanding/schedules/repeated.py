"""Schedules that happen again: the rule, its times, its beginning and its end."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import cast

from dateutil.relativedelta import relativedelta

from frontdesk.core.recurrence import Schedule, next_after
from frontdesk.core.recurrence_rule import INTERVALS, Frequency, Rule
from frontdesk.core.wall_clock import wall
from frontdesk.understanding.schedules.asked import HALF_DAY, Asked
from frontdesk.understanding.schedules.clocks import Clock, beside, default
from frontdesk.understanding.schedules.heard import Dated

FREQUENCIES = {
    "minute": "MINUTELY",
    "hour": "HOURLY",
    "day": "DAILY",
    "week": "WEEKLY",
    "month": "MONTHLY",
    "year": "YEARLY",
}
TIMES_A_DAY = {1: (9,), 2: (9, 21), 3: (9, 15, 21), 4: (9, 13, 17, 21)}
WAKING = (8, 22)
END_OF_DAY = time(23, 59, 59)
MOST_IN_WINDOW = 24


def repeated(asked: Asked) -> Schedule | None:
    _settle_days(asked)
    heard = asked.heard
    if "several" in asked.missing:
        return None
    unit, interval = heard.frequency or ("day", 1)
    least, most = INTERVALS[FREQUENCIES[unit]]
    if not least <= interval <= most:
        asked.missing.append("interval")
        return None
    if unit in ("minute", "hour"):
        return _within_days(asked, unit, interval)
    frequency = cast(Frequency, FREQUENCIES[unit])
    rule = Rule(
        frequency=frequency,
        count=heard.count,
        weekdays=tuple(sorted(set(heard.weekdays))) if unit in ("week", "month") else (),
        month_days=tuple(sorted(set(heard.month_days))) if unit in ("month", "year") else (),
        months=(heard.yearly.day.month,) if heard.yearly and unit == "year" else (),
    )
    if unit == "year" and heard.yearly:
        rule = replace(rule, month_days=(heard.yearly.day.day,))
    return _ending(asked, _beginning(asked, rule, _times(asked)), interval)


def _settle_days(asked: Asked) -> None:
    """Give the days that were named beside a frequency their part in it."""
    heard = asked.heard
    if heard.frequency is None:
        heard.frequency = ("month", 1) if heard.month_days else ("year", 1) if heard.yearly else ("week", 1)
    unit = heard.frequency[0]
    for dated in heard.days:
        if dated.weekday and dated.times and heard.times and heard.weekdays:
            asked.missing.append("several")
        if dated.weekday and unit == "day":
            unit, heard.frequency = "week", ("week", 1)
        heard.times += [one for one in dated.times if one not in heard.times]
        heard.part = heard.part or dated.part
        if unit == "week" and (dated.weekday or not heard.weekdays):
            heard.weekdays += [(0, day.weekday()) for day in _each(dated)]
        elif unit == "month" and not heard.weekdays:
            heard.month_days.append(dated.day.day)
        elif unit == "year" and not heard.yearly:
            heard.yearly = dated
        else:
            heard.start = heard.start or dated
    for bound in (heard.start, heard.yearly):
        if bound:
            heard.times += [one for one in bound.times if one not in heard.times]
            heard.part = heard.part or bound.part


def _times(asked: Asked) -> tuple[time, ...]:
    heard = asked.heard
    if heard.times:
        return tuple(sorted({beside(one.at, heard.part) for one in heard.times}))
    if len(heard.parts) > 1:
        return tuple(sorted({default(part, asked.words.hours) for part in heard.parts}))
    if heard.window and not heard.per_day:
        return (heard.window[0].at,)
    if heard.per_day:
        asked.missing.append("time")
        return tuple(map(time, _spread(heard.per_day)))
    return (asked.usual(heard.part),)


def _beginning(asked: Asked, rule: Rule, times: tuple[time, ...]) -> Schedule | None:
    """Return the schedule from its first occurrence on."""
    heard = asked.heard
    start = heard.start.day if heard.start else asked.now.date()
    schedule = Schedule(
        zone=asked.zone,
        first=datetime.combine(start, time()),
        rule=replace(rule, count=None),
        times=times,
        without=tuple(sorted(set(heard.skipped_days))),
        without_weekdays=tuple(sorted(set(heard.skipped))),
    )
    first = next_after(schedule, asked.reading.local) if len(set(heard.skipped)) < 7 else None
    if first is None:
        return None
    shown = wall(first, asked.reading.zone)
    skipped_by_summer_time = shown.time() not in times
    return replace(
        schedule,
        rule=rule,
        first=datetime.combine(shown, max(t for t in times if t <= shown.time())) if skipped_by_summer_time else shown,
    )


def _ending(asked: Asked, schedule: Schedule | None, interval: int) -> Schedule | None:
    if schedule is None or schedule.rule is None:
        return None
    heard, last = asked.heard, None
    if isinstance(heard.until, datetime):
        last = heard.until
    elif heard.until:
        last = datetime.combine(heard.until, END_OF_DAY)
    elif heard.length:
        last = _after(asked, schedule, *heard.length)
    if last and last < schedule.first:
        return None
    return replace(schedule, rule=replace(schedule.rule, interval=interval), last=last)


def _after(asked: Asked, schedule: Schedule, number: int, unit: str) -> datetime | None:
    """Return the end of so many days, weeks or months; hours are counted from now."""
    try:
        step = relativedelta(**{f"{unit}s": number})  # type: ignore[arg-type]
        if schedule.rule and schedule.rule.within_days and asked.heard.start is None:
            return asked.now + step
        return datetime.combine(schedule.first.date() + step - timedelta(days=1), END_OF_DAY)
    except (ValueError, OverflowError):
        return None


def _within_days(asked: Asked, unit: str, interval: int) -> Schedule | None:
    heard = asked.heard
    step = timedelta(hours=interval) if unit == "hour" else timedelta(minutes=interval)
    if heard.window:
        times = _in_window(asked, step)
        if not times:
            asked.missing.append("interval")
            return None
        days = tuple(sorted(set(heard.weekdays)))
        rule = Rule(frequency="WEEKLY" if days else "DAILY", weekdays=days, count=heard.count)
        return _ending(asked, _beginning(asked, rule, times), 1)
    rule = Rule(
        frequency=cast(Frequency, FREQUENCIES[unit]), count=heard.count, weekdays=tuple(sorted(set(heard.weekdays)))
    )
    first = asked.now + step
    if heard.times or heard.part or heard.start:
        first = _first_step(asked)
    schedule = Schedule(zone=asked.zone, first=first, rule=rule, without_weekdays=tuple(sorted(set(heard.skipped))))
    return _ending(asked, schedule, interval)


def _first_step(asked: Asked) -> datetime:
    heard = asked.heard
    if heard.start is None:
        clocks = heard.times or [Clock(default(heard.part or "morning", asked.words.hours))]
        return asked.ahead(clocks[0], heard.part)
    at = beside(heard.times[0].at, heard.part) if heard.times else default(heard.part or "morning", asked.words.hours)
    first = datetime.combine(heard.start.day, at)
    return first if first > asked.now else first + timedelta(days=1)


def _in_window(asked: Asked, step: timedelta) -> tuple[time, ...]:
    assert asked.heard.window
    begin, end = (datetime.combine(asked.now.date(), one.at) for one in asked.heard.window)
    if end <= begin:
        end += HALF_DAY if end + HALF_DAY > begin and asked.heard.window[1].bare else 2 * HALF_DAY
    number = int((end - begin) / step) + 1
    return tuple(sorted({(begin + step * index).time() for index in range(number)})) if number <= MOST_IN_WINDOW else ()


def _each(dated: Dated) -> list[date]:
    return [dated.day + timedelta(days=index) for index in range(min(7, (dated.last - dated.day).days + 1))]


def _spread(number: int) -> tuple[int, ...]:
    """Return hours for so many times a day."""
    first, last = WAKING
    return TIMES_A_DAY.get(number) or tuple(first + (last - first) * index // (number - 1) for index in range(number))

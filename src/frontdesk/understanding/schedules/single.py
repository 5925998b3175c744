"""Schedules that happen at named moments: days with their times, or the next time the clock shows something."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from frontdesk.core.recurrence import Schedule
from frontdesk.understanding.schedules.asked import Asked, both
from frontdesk.understanding.schedules.clocks import Clock, beside, default
from frontdesk.understanding.schedules.heard import Dated


def days_named(asked: Asked, days: list[Dated]) -> Schedule | None:
    days = _sharing(_in_month(days))
    moments = sorted({at for dated in days for at in _moments(asked, dated)})
    ahead = [moment for moment in moments if moment > asked.now]
    return Schedule(zone=asked.zone, first=ahead[0], also=tuple(ahead[1:])) if ahead else None


def _moments(asked: Asked, dated: Dated) -> list[datetime]:
    short = (dated.last - dated.day).days <= 1
    days = {dated.day, dated.last} if short else {dated.day}
    times = list(dated.times) or asked.heard.times
    part = dated.part or asked.heard.part
    if not times:
        return [datetime.combine(day, asked.usual(part)) for day in days]
    return [_on(asked, day, one, part) for day in days for one in times]


def _on(asked: Asked, day: date, one: Clock, part: str | None) -> datetime:
    shown = datetime.combine(day, beside(one.at, part) if part else one.at)
    if one.bare and not part and day == asked.now.date():
        return next((at for at in both(shown) if at > asked.now and at.date() == day), shown)
    return shown


def next_time(asked: Asked) -> Schedule:
    """The next time the clock shows this; of an hour that could be twelve later the one that comes first."""
    clocks = asked.heard.times or list(asked.heard.window or ())
    part, heard_parts = asked.heard.part, asked.heard.parts
    if len(heard_parts) > 1:
        part = None
    if not clocks:
        clocks = [Clock(default(one, asked.words.hours)) for one in heard_parts] or [Clock(asked.usual(part))]
    moments = sorted({asked.ahead(one, part) for one in clocks})
    return Schedule(zone=asked.zone, first=moments[0], also=tuple(moments[1:]))


def _in_month(days: list[Dated]) -> list[Dated]:
    """Put a day that is only a number into the month beside it: `next month on the 3rd`."""
    months = [dated for dated in days if (dated.last - dated.day).days > 26]
    numbers = [dated for dated in days if dated.month_day]
    if not (months and numbers):
        return days
    first, last = months[0].day, months[0].last
    moved = [first + timedelta(days=dated.day.day - 1) for dated in numbers]
    placed = [replace(dated, day=day, last=day) for dated, day in zip(numbers, moved, strict=True) if day <= last]
    return [dated for dated in days if dated not in (*months, *numbers)] + placed


def _sharing(days: list[Dated]) -> list[Dated]:
    """Give days without a time that of the next one with: `24 and 31 December at six`."""
    shared: list[Dated] = []
    for dated in reversed(days):
        later = shared[0] if shared else None
        bare = later and not dated.times and not dated.part
        shared.insert(0, replace(dated, times=later.times, part=later.part) if bare and later else dated)
    return shared

"""A schedule said anew in part: "no, at 9" keeps the day, "no, on Friday" keeps the time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from frontdesk.core.recurrence import Schedule
from frontdesk.core.wall_clock import wall, zone_of


def at_time(schedule: Schedule, at: time, now: datetime) -> Schedule:
    """Return the schedule at another time of day; one that would be over then comes a day later."""
    if schedule.rule and not schedule.rule.within_days:
        return replace(
            schedule, times=(at,), first=datetime.combine(schedule.first.date(), min(at, schedule.first.time()))
        )
    zone = zone_of(schedule.zone)
    first = schedule.first.astimezone(zone) if schedule.first.tzinfo else schedule.first
    moved = datetime.combine(first.date(), at)
    if moved <= wall(now, zone):
        moved += timedelta(days=1)
    return Schedule(zone=schedule.zone, first=moved)


def instead(before: Schedule, said: Schedule, missing: Sequence[str]) -> Schedule:
    """Return what was said instead; where it names no time, that of before stays."""
    if "time" not in missing or (before.rule and before.rule.within_days):
        return said
    zone = zone_of(before.zone)
    first = before.first.astimezone(zone) if before.first.tzinfo else before.first
    times = before.times or (first.time(),)
    moved = datetime.combine(said.first.date(), min(times))
    return replace(said, first=moved, times=times if said.rule else (), also=())

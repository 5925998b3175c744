"""A schedule from what was heard, with what nobody said: asked for, or taken as usual."""

from dataclasses import dataclass
from datetime import UTC

from frontdesk.core.recurrence import Schedule
from frontdesk.understanding.schedules.asked import Asked, Missing
from frontdesk.understanding.schedules.heard import Heard, Row
from frontdesk.understanding.schedules.repeated import repeated
from frontdesk.understanding.schedules.single import days_named, next_time


@dataclass(frozen=True, slots=True)
class Built:
    """A schedule, None where nothing can be made of it, and what is missing for it."""

    schedule: Schedule | None
    missing: tuple[Missing, ...] = ()


def build(row: Row, heard: Heard) -> Built:
    """Return the schedule of what was heard."""
    asked = Asked(row, heard)
    point = heard.point.astimezone(UTC) if heard.point else None
    if point and not heard.repeats and point > asked.reading.local.astimezone(UTC):
        return _done(asked, Schedule(zone=asked.zone, first=point))
    if not heard.repeats and (heard.length or heard.until):
        heard.frequency = ("day", 1)
    if heard.repeats:
        return _done(asked, repeated(asked))
    days = [*heard.days, *([heard.start] if heard.start else [])]
    if days:
        return _done(asked, days_named(asked, days))
    if heard.times or heard.part or heard.window:
        return _done(asked, next_time(asked))
    return Built(None, ("when",))


def _done(asked: Asked, schedule: Schedule | None) -> Built:
    if schedule is None:
        refused = [reason for reason in asked.missing if reason in ("interval", "several")]
        return Built(None, tuple(refused) or ("when",))
    return Built(schedule, tuple(asked.missing))

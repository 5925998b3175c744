"""When a reminder goes out: quiet hours, snoozing, and what was missed while nothing ran."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from frontdesk.core.recurrence import Schedule, latest, next_after, occurrences
from frontdesk.core.tenant import QuietHours
from frontdesk.core.wall_clock import instant, wall, zone_of
from frontdesk.errors import InvalidInput

GRACE = timedelta(minutes=2)
"""What goes out later than this is marked late."""
SHORTEST_SNOOZE, LONGEST_SNOOZE = timedelta(minutes=1), timedelta(days=31)
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One reminder to send now: when it was meant for, whether it is late, and how many before it are never sent."""

    at: datetime
    late: bool = False
    passed_over: int = 0
    snoozed: bool = False


def moved_out_of_quiet(moment: datetime, quiet: QuietHours | None, zone: str) -> datetime:
    """Return the moment, in UTC, or the end of the quiet hours it falls in. A beginning that is the end means all day."""
    place = zone_of(zone)
    shown = wall(moment, place)
    for days in (-1, 0) if quiet else ():
        assert quiet
        start = datetime.combine(shown.date() + timedelta(days=days), quiet.start)
        end = datetime.combine(start.date() + timedelta(days=quiet.end <= quiet.start), quiet.end)
        if start <= shown < end:
            return max(instant(end, place), moment.astimezone(UTC))
    return moment.astimezone(UTC)


def snoozed_until(now: datetime, wait: timedelta) -> datetime:
    """Return when a snoozed reminder comes again, quiet hours or not; InvalidInput under a minute and over 31 days."""
    if not SHORTEST_SNOOZE <= wait <= LONGEST_SNOOZE:
        raise InvalidInput(f"snooze: from {SHORTEST_SNOOZE} to {LONGEST_SNOOZE.days} days")
    return now.astimezone(UTC) + wait


def wakes_at(
    schedule: Schedule, since: datetime, snoozed: datetime | None = None, quiet: QuietHours | None = None
) -> datetime | None:
    """Return when to look again: the next occurrence later than `since` out of the quiet hours, or an earlier snooze."""
    following = next_after(schedule, since)
    moved = moved_out_of_quiet(following, quiet, schedule.zone) if following else None
    return min((moment for moment in (moved, snoozed) if moment), default=None)


def due(
    schedule: Schedule,
    since: datetime,
    now: datetime,
    snoozed: datetime | None = None,
    quiet: QuietHours | None = None,
) -> Due | None:
    """Return what to send now, None for nothing. `since` is the occurrence sent last, or when the reminder was made.

    Of several occurrences only the latest is sent; the next call takes its `at` as `since`. In quiet hours only a snooze
    is. An occurrence ends a snooze: the caller forgets it once anything was sent.
    """
    awake = moved_out_of_quiet(now, quiet, schedule.zone) <= now
    occurrence = latest(schedule, since, now) if awake else None
    if occurrence:
        meant = moved_out_of_quiet(occurrence, quiet, schedule.zone)
        return Due(at=occurrence, late=now - meant > GRACE, passed_over=_counted(schedule, since, occurrence))
    if snoozed and snoozed <= now:
        return Due(at=snoozed, late=now - snoozed > GRACE, snoozed=True)
    return None


def _counted(schedule: Schedule, since: datetime, occurrence: datetime) -> int:
    count = 0
    for moment in occurrences(schedule, since):
        if moment >= occurrence or count == MOST_COUNTED:
            break
        count += 1
    return count

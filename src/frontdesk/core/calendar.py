"""Schedules as an iCalendar feed (RFC 5545) that calendar programs subscribe to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from frontdesk.core.calendar_zone import time_zone
from frontdesk.core.recurrence import Schedule, between, last_wall, walls
from frontdesk.core.recurrence_rule import Rule
from frontdesk.core.wall_clock import instant, wall, zone_of

PRODUCT = "-//Frontdesk//Reminders//EN"
OCTETS = 75
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
MOST_TITLE, MOST_DESCRIPTION = 1_000, 10_000
EVERY_DAY = tuple((0, day) for day in range(7))
MOST_A_DAY = 288
LENGTH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing on the calendar; `uid` stays the same for as long as the thing is the same.

    A `task` becomes a to-do, everything else an event of a quarter of an hour with an alarm. `changed_at` lets programs see
    that there is something new.
    """

    uid: str
    title: str
    schedule: Schedule
    description: str = ""
    task: bool = False
    completed_at: datetime | None = None
    changed_at: datetime | None = None


def feed(entries: Sequence[Entry], name: str, now: datetime) -> str:
    """Return the text of a calendar; lines end in CRLF and none is longer than 75 octets.

    A schedule with several times a day is one event a time, since RRULE multiplies hours with minutes. COUNT is written as
    UNTIL, excluded weekdays as BYDAY. Programs put a time that summer time skips later by what is skipped, as RFC 5545 says;
    Frontdesk itself sends at the first moment after the gap.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{escaped(name[:MOST_TITLE])}")
    zones: dict[str, int] = {}
    for entry in entries:
        if any(moment.tzinfo is None for moment in (entry.schedule.first, *entry.schedule.also)):
            zones[entry.schedule.zone] = min(zones.get(entry.schedule.zone, 9999), _first_year(entry.schedule))
    for zone, year in sorted(zones.items()):
        lines += time_zone(zone, year, now.year)
    for entry in entries:
        lines += _components(entry, now)
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def escaped(text: str) -> str:
    """Return a value of type TEXT."""
    text = UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.encode("utf-8", "replace").decode()
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """Return a line broken where it would be longer than 75 octets, never inside a character."""
    parts, size = [""], 0
    for char in line:
        width = len(char.encode())
        if size + width > OCTETS:
            parts.append(" ")
            size = 1
        parts[-1] += char
        size += width
    return "\r\n".join(parts)


def _first_year(schedule: Schedule) -> int:
    return min(moment.year for moment in (schedule.first, *schedule.also))


def _components(entry: Entry, now: datetime) -> Iterator[str]:
    schedule = entry.schedule
    if schedule.rule:
        several = len(schedule.times_of_day) > 1 and not schedule.rule.within_days
        for at in schedule.times_of_day if several else (None,):
            single = replace(schedule, times=(at,)) if at else schedule
            suffix = f"{at:%H%M%S}" if at else ""
            yield from _repeated(entry, single, suffix, now)
    moments = schedule.also if schedule.rule else (schedule.first, *schedule.also)
    for moment in moments:
        suffix = f"{instant(moment, zone_of(schedule.zone)):%Y%m%dT%H%M%S}" if schedule.rule or schedule.also else ""
        if moment not in schedule.without and moment.date() not in schedule.without:
            yield from _component(entry, _dated("DTSTART", moment, schedule.zone), suffix, now)


def _repeated(entry: Entry, schedule: Schedule, suffix: str, now: datetime) -> Iterator[str]:
    rule, zone = _written_out(schedule), zone_of(schedule.zone)
    counted = last_wall(entry.schedule)
    first = next(
        walls(replace(schedule, without=(), rule=replace(rule, count=None), last=counted), schedule.first), None
    )
    if first is None:
        return
    until = instant(counted, zone) if counted else None
    lines = [*_dated("DTSTART", first, schedule.zone), f"RRULE:{replace(rule, count=None, until=until)}"]
    for shown in _left_out(schedule):
        lines += _dated("EXDATE", shown, schedule.zone)
    yield from _component(entry, lines, suffix, now)


def _written_out(schedule: Schedule) -> Rule:
    """Return the rule with the excluded weekdays in it."""
    assert schedule.rule
    rule, first, skipped = schedule.rule, schedule.first, schedule.without_weekdays
    if not skipped:
        return rule
    if rule.frequency in ("MONTHLY", "YEARLY") and not rule.weekdays:
        months = rule.months or ((first.month,) if rule.frequency == "YEARLY" and not rule.month_days else ())
        rule = replace(rule, month_days=rule.month_days or (first.day,), months=months)
    elif rule.frequency == "WEEKLY" and not rule.weekdays:
        rule = replace(rule, weekdays=((0, first.weekday()),))
    kept = tuple((nth, day) for nth, day in rule.weekdays or EVERY_DAY if day not in skipped)
    return replace(rule, weekdays=kept)


def _left_out(schedule: Schedule) -> Iterator[datetime]:
    """Yield the times on the clock that the exclusions name."""
    zone, plain = zone_of(schedule.zone), replace(schedule, without=(), also=())
    for day in schedule.without:
        if isinstance(day, datetime):
            yield day
            continue
        midnight = datetime.combine(day, datetime.min.time())
        begin, end = (instant(midnight + timedelta(days=step), zone) - timedelta(seconds=1) for step in (0, 1))
        yield from (wall(moment, zone) for moment in between(plain, begin, end, MOST_A_DAY))


def _dated(name: str, moment: datetime, zone: str) -> list[str]:
    if moment.tzinfo:
        return [f"{name}:{_utc(moment)}"]
    return [f"{name};TZID={zone}:{moment:%Y%m%dT%H%M%S}"]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _component(entry: Entry, when: list[str], suffix: str, now: datetime) -> Iterator[str]:
    kind = "VTODO" if entry.task else "VEVENT"
    title = escaped(entry.title[:MOST_TITLE])
    yield f"BEGIN:{kind}"
    yield f"UID:{escaped(entry.uid)}{'-' * bool(suffix)}{suffix}"
    yield f"DTSTAMP:{_utc(now)}"
    if entry.changed_at:
        yield f"LAST-MODIFIED:{_utc(entry.changed_at)}"
    yield from when
    yield f"SUMMARY:{title}"
    if entry.description:
        yield f"DESCRIPTION:{escaped(entry.description[:MOST_DESCRIPTION])}"
    if entry.task:
        yield f"STATUS:{'COMPLETED' if entry.completed_at else 'NEEDS-ACTION'}"
        if entry.completed_at:
            yield f"COMPLETED:{_utc(entry.completed_at)}"
    else:
        yield f"DURATION:PT{LENGTH // timedelta(minutes=1)}M"
        yield "TRANSP:TRANSPARENT"
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{title}", "TRIGGER:PT0S", "END:VALARM")
    yield f"END:{kind}"

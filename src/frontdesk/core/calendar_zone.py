"""A time zone as iCalendar describes it: the changes of its clocks, year by year."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from frontdesk.core.wall_clock import zone_of

YEARS_AHEAD = 12
STEP = timedelta(days=14)
"""No zone changed its clocks twice within so few days since 1970."""
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of clocks: from which offset to which, and what the clock showed."""

    shown: datetime
    before: timedelta
    after: timedelta
    name: str
    summer: bool


@lru_cache(maxsize=64)
def time_zone(name: str, first_year: int, this_year: int) -> tuple[str, ...]:
    """Return the lines of a VTIMEZONE that covers from a year on to twelve years after the present one."""
    zone = zone_of(name)
    begin = datetime(max(first_year - 1, 1900), 1, 1, tzinfo=UTC)
    found = list(_changes(zone, begin, datetime(max(this_year, first_year) + YEARS_AHEAD, 1, 1, tzinfo=UTC)))
    local = begin.astimezone(zone)
    offset = local.utcoffset() or timedelta()
    initial = Change(local.replace(tzinfo=None), offset, offset, local.tzname() or name, bool(local.dst()))
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    kinds: dict[tuple[object, ...], list[Change]] = defaultdict(list)
    for change in (initial, *found):
        kinds[change.before, change.after, change.name, change.summer].append(change)
    for changes in kinds.values():
        lines += _observance(changes)
    return (*lines, "END:VTIMEZONE")


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[Change]:
    while begin < end:
        following = begin + STEP
        before, after = (moment.astimezone(zone).utcoffset() or timedelta() for moment in (begin, following))
        if before != after:
            early, late = begin, following
            while late - early > SECOND:
                middle = early + (late - early) // (2 * SECOND) * SECOND
                early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
            local = late.astimezone(zone)
            yield Change((late + before).replace(tzinfo=None), before, after, local.tzname() or "", bool(local.dst()))
        begin = following


def _observance(changes: list[Change]) -> Iterator[str]:
    first, *others = changes
    kind = "DAYLIGHT" if first.summer else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{first.shown:%Y%m%dT%H%M%S}"
    yield f"TZOFFSETFROM:{_offset(first.before)}"
    yield f"TZOFFSETTO:{_offset(first.after)}"
    yield f"TZNAME:{first.name}"
    yield from (f"RDATE:{change.shown:%Y%m%dT%H%M%S}" for change in others)
    yield f"END:{kind}"


def _offset(offset: timedelta) -> str:
    sign, minutes = ("-" if offset < timedelta() else "+"), abs(offset) // timedelta(minutes=1)
    return f"{sign}{minutes // 60:02}{minutes % 60:02}"

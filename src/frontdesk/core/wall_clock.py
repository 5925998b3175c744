"""Times on the clock of a place as moments of the world, across the changes to and from summer time."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from frontdesk.errors import InvalidInput

EARLIEST = datetime(1900, 1, 2, tzinfo=UTC)
LATEST = datetime(2300, 1, 1, tzinfo=UTC)
"""What lies outside is no time anybody is reminded at; moments are brought between the two."""
SECOND = timedelta(seconds=1)


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """Return the zone of an IANA name; InvalidInput for any other."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidInput(f"time zone {name[:60]!r} is unknown: use an IANA name such as Europe/Madrid") from error


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clock shows at a moment, without a zone."""
    return min(max(moment, EARLIEST), LATEST).astimezone(zone).replace(tzinfo=None, fold=0)


def instant(shown: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment, in UTC, at which the clock shows this; what has a zone already is one.

    A time that comes twice is its first. One that is skipped is the first moment after the gap. So later on the clock is
    never earlier in the world.
    """
    if shown.tzinfo:
        return shown.astimezone(UTC)
    local = shown.replace(tzinfo=zone, fold=0)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == shown:
        return moment
    return _end_of_gap(local.replace(fold=1).astimezone(UTC), moment, zone)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the second at which the clock jumps, known to lie between two moments."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) // (2 * SECOND) * SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after

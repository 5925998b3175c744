"""A tenant's business hours: when somebody is there, and when next."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from frontdesk.core.section import Section
from frontdesk.core.wall_clock import instant, wall, zone_of
from frontdesk.errors import InvalidInput

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = timedelta(days=1)
LOOK_AHEAD = timedelta(days=400)
"""How far ahead an opening is looked for: holidays can close a whole year, and no more than that is of use."""


def _zone(name: str) -> str:
    try:
        zone_of(name)
    except InvalidInput as error:
        raise ValueError(str(error)) from error
    return name


def _clock(shown: time) -> time:
    if shown.tzinfo is not None:
        raise ValueError("times of day have no time zone of their own")
    return shown


class Opening(Section):
    """Hours on end; those that close before they open, or as they do, run into the next day."""

    opens: Annotated[time, AfterValidator(_clock)] = Field(description="When somebody is there.")
    closes: Annotated[time, AfterValidator(_clock)] = Field(description="When nobody is any more; 00:00 is midnight.")


class BusinessHours(Section):
    """When a tenant's people are there. A holiday closes what would open on it; what opened the evening before runs out."""

    time_zone: Annotated[str, AfterValidator(_zone)] = Field("UTC", description="IANA name.")
    weekly: Mapping[Weekday, tuple[Opening, ...]] = Field(
        default_factory=dict, description="The hours of each day of the week; a day that is left out is closed."
    )
    holidays: tuple[date, ...] = Field((), max_length=1000, description="Days on which nobody is there.")

    def is_open(self, moment: datetime) -> bool:
        """Say whether somebody is there; the moment of closing is closed."""
        day = wall(moment, zone_of(self.time_zone)).date()
        return any(start <= moment < end for start, end in (*self._spans(day - DAY), *self._spans(day)))

    def next_opening(self, moment: datetime) -> datetime | None:
        """Return when somebody is there next, in UTC: `moment` itself during the hours, None where that is never."""
        if self.is_open(moment):
            return moment.astimezone(UTC)
        day = first = wall(moment, zone_of(self.time_zone)).date()
        while day <= first + LOOK_AHEAD:
            if starts := [start for start, end in self._spans(day) if start >= moment and end > start]:
                return min(starts)
            day += DAY
        return None

    def after(self, moment: datetime, length: timedelta) -> datetime | None:
        """Return the moment by which so much of the hours has gone by since `moment`, in UTC; None where that is never."""
        day = wall(moment, zone_of(self.time_zone)).date() - DAY
        last, reached, left = day + LOOK_AHEAD, moment, length
        while day <= last:
            for start, end in sorted(self._spans(day)):
                begin = max(reached, start)
                if end - begin >= left:
                    return (begin + left).astimezone(UTC)
                if end > begin:
                    reached, left = end, left - (end - begin)
            day += DAY
        return None

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the hours that begin on a day, as moments; a change of the clocks lengthens or shortens them."""
        if day in self.holidays:
            return
        zone = zone_of(self.time_zone)
        for opening in self.weekly.get(DAYS[day.weekday()], ()):
            last = day + DAY if opening.closes <= opening.opens else day
            yield (
                instant(datetime.combine(day, opening.opens), zone),
                instant(datetime.combine(last, opening.closes), zone),
            )

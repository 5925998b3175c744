"""A rule of recurrence as RFC 5545 writes it, read from hostile text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, get_args

from frontdesk.errors import InvalidInput

Frequency = Literal["MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
INTERVALS: Mapping[str, tuple[int, int]] = {
    "MINUTELY": (5, 10_080),
    "HOURLY": (1, 8_784),
    "DAILY": (1, 1_000),
    "WEEKLY": (1, 200),
    "MONTHLY": (1, 120),
    "YEARLY": (1, 10),
}
"""The least and the greatest INTERVAL: nobody is reminded more often than every five minutes."""
WITHIN_DAYS = ("MINUTELY", "HOURLY")
MOST_CHARACTERS = 500
MOST_TIMES = 1_000
MOST_VALUES = 31
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
RANGES = {"BYMONTH": (1, 12), "BYMONTHDAY": (-31, 31), "BYSETPOS": (-366, 366), "BYHOUR": (0, 23), "BYMINUTE": (0, 59)}
WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
WHOLE = re.compile(r"[+-]?[0-9]{1,6}")
UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One RRULE. `weekdays` are pairs of which one of the month (0: every) and the day, Monday being 0.

    `until` with a zone is a moment, without one it is on the clock of the schedule.
    """

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    positions: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    week_start: int = 0

    @property
    def within_days(self) -> bool:
        """True for hourly and more frequent rules, which have no times of day."""
        return self.frequency in WITHIN_DAYS

    @property
    def step(self) -> timedelta:
        """From one occurrence to the next, where the rule is within days."""
        return self.interval * (timedelta(hours=1) if self.frequency == "HOURLY" else timedelta(minutes=1))

    def __str__(self) -> str:
        days = ",".join(f"{nth or ''}{WEEKDAYS[day]}" for nth, day in self.weekdays)
        parts = {
            "FREQ": self.frequency,
            "INTERVAL": str(self.interval) if self.interval != 1 else "",
            "COUNT": str(self.count or ""),
            "UNTIL": _until_text(self.until) if self.until else "",
            "BYMONTH": _listed(self.months),
            "BYMONTHDAY": _listed(self.month_days),
            "BYDAY": days,
            "BYHOUR": _listed(self.hours),
            "BYMINUTE": _listed(self.minutes),
            "BYSETPOS": _listed(self.positions),
            "WKST": WEEKDAYS[self.week_start] if self.week_start else "",
        }
        return ";".join(f"{name}={value}" for name, value in parts.items() if value)

    def without_times(self) -> tuple["Rule", tuple[time, ...]]:
        """Return the rule of days, and the times of day it names."""
        if self.within_days or not (self.hours or self.minutes):
            return self, ()
        times = tuple(time(hour, minute) for hour in self.hours for minute in self.minutes or (0,))
        return replace(self, hours=(), minutes=()), times


def _listed(values: tuple[int, ...]) -> str:
    return ",".join(map(str, values))


def _until_text(until: datetime) -> str:
    return until.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") if until.tzinfo else until.strftime("%Y%m%dT%H%M%S")


@lru_cache(maxsize=1024)
def parse(text: str) -> Rule:
    """Return the rule of an RRULE's value; InvalidInput names the part that can't be used."""
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput(f"rule: at most {MOST_CHARACTERS} characters")
    parts = _parts(text.strip().upper().removeprefix("RRULE:"))
    frequency = parts.pop("FREQ", "")
    if frequency not in get_args(Frequency):
        raise InvalidInput(f"rule: FREQ must be one of {', '.join(get_args(Frequency))}")
    least, most = INTERVALS[frequency]
    rule = Rule(
        frequency=frequency,  # type: ignore[arg-type]  # checked above
        interval=_whole("INTERVAL", parts.pop("INTERVAL", "1"), least, most),
        count=_whole("COUNT", parts.pop("COUNT"), 1, MOST_TIMES) if "COUNT" in parts else None,
        until=_until(parts.pop("UNTIL")) if "UNTIL" in parts else None,
        week_start=_week_start(parts.pop("WKST", "MO")),
        weekdays=_weekdays(parts.pop("BYDAY")) if "BYDAY" in parts else (),
        months=_values("BYMONTH", parts),
        month_days=_values("BYMONTHDAY", parts),
        positions=_values("BYSETPOS", parts),
        hours=_values("BYHOUR", parts),
        minutes=_values("BYMINUTE", parts),
    )
    if parts.pop("BYSECOND", "0") not in ("0", "00") or parts:
        raise InvalidInput(f"rule: {', '.join(sorted(parts))[:100] or 'BYSECOND'} can't be used here")
    return _consistent(rule)


def _parts(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.rstrip(";").split(";"):
        name, sign, value = part.partition("=")
        if not sign or not value or name in found:
            raise InvalidInput(f"rule: {part[:40]!r} is no NAME=VALUE, or is there twice")
        found[name] = value
    return found


def _consistent(rule: Rule) -> Rule:
    monthly = rule.frequency in ("MONTHLY", "YEARLY")
    faults = {
        "COUNT and UNTIL exclude each other": rule.count and rule.until,
        "BYSETPOS needs FREQ=MONTHLY or YEARLY with BYDAY or BYMONTHDAY": rule.positions
        and not (monthly and (rule.weekdays or rule.month_days)),
        "a number before a weekday needs FREQ=MONTHLY or YEARLY": not monthly and any(nth for nth, _ in rule.weekdays),
        "a month has no weekday five times over": rule.frequency == "MONTHLY" and any(abs(nth) > 5 for nth, _ in rule.weekdays),
        "BYMONTHDAY can't be used with FREQ=WEEKLY": rule.frequency == "WEEKLY" and rule.month_days,
        "BYMINUTE needs BYHOUR and FREQ=DAILY or longer": rule.minutes and (rule.within_days or not rule.hours),
    }  # fmt: skip
    for fault, applies in faults.items():
        if applies:
            raise InvalidInput(f"rule: {fault}")
    return rule


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not WHOLE.fullmatch(text) or not least <= int(text) <= most:
        raise InvalidInput(f"rule: {name} must be a whole number from {least} to {most}")
    return int(text)


def _values(name: str, parts: dict[str, str]) -> tuple[int, ...]:
    if name not in parts:
        return ()
    least, most = RANGES[name]
    texts = parts.pop(name).split(",")
    values = {_whole(name, text, least, most) for text in texts[: MOST_VALUES + 1]}
    if len(texts) > MOST_VALUES or (least < 0 and 0 in values):
        raise InvalidInput(
            f"rule: {name} takes at most {MOST_VALUES} values" + (", none of them 0" if least < 0 else "")
        )
    return tuple(sorted(values))


def _weekdays(text: str) -> tuple[tuple[int, int], ...]:
    found: set[tuple[int, int]] = set()
    for part in text.split(",")[: MOST_VALUES + 1]:
        match = WEEKDAY.fullmatch(part)
        nth = int(match[1] or 0) if match else 99
        if not match or abs(nth) > 53 or (match[1] and not nth) or len(found) >= MOST_VALUES:
            raise InvalidInput(f"rule: BYDAY can't be {part[:20]!r}; at most {MOST_VALUES} values such as MO or -1FR")
        found.add((nth, WEEKDAYS.index(match[2])))
    return tuple(sorted(found))


def _week_start(text: str) -> int:
    if text not in WEEKDAYS:
        raise InvalidInput(f"rule: WKST must be one of {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(text)


def _until(text: str) -> datetime:
    """Return the end; a lone date counts to its last second."""
    match = UNTIL.fullmatch(text)
    try:
        day = datetime.strptime(match[1], "%Y%m%d") if match else None
        if day is None or match is None or not 1900 < day.year < 2300:
            raise ValueError
        if match[2] is None:
            return datetime.combine(date(day.year, day.month, day.day), time(23, 59, 59))
        found = datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S")
    except ValueError as error:
        raise InvalidInput("rule: UNTIL must be a date or a date and time, such as 20301231T235959Z") from error
    return found.replace(tzinfo=UTC) if match[3] else found

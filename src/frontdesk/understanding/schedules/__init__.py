"""Schedules in words: "every day at 8 and 20 except Sunday" as a rule, and a rule as words, in eight languages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from frontdesk.core.recurrence import Schedule
from frontdesk.understanding import entities
from frontdesk.understanding.entities.lexicon import known
from frontdesk.understanding.schedules import lexicon
from frontdesk.understanding.schedules.asked import Missing
from frontdesk.understanding.schedules.building import build
from frontdesk.understanding.schedules.grammar import listen
from frontdesk.understanding.schedules.heard import Row
from frontdesk.understanding.schedules.remaining import remaining
from frontdesk.understanding.schedules.saying import words_of

__all__ = ["Missing", "Request", "read", "words_of"]

COLON = re.compile(r"(\d:\d\d):(?=\s)")
"""A colon behind a time (`at 14:15: dentist`) is no part of it."""
UNKNOWN_ZONE = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asked to be reminded of and when.

    `missing` says what to ask for: `when` where there is no schedule, `time` where the schedule has a usual one nobody named,
    `zone`, `what`, and `interval` for one that can't be had, such as every minute.
    """

    schedule: Schedule | None
    what: str
    missing: Sequence[Missing] = ()


def read(text: str, language: str, now: datetime, time_zone: str | None, *, region: str | None = None) -> Request:
    """Return what a text asks for; no text makes it raise. It reads the first 2,000 characters.

    Without a time zone, times count in UTC and `zone` is missing, but for points counted from now ("in 20 minutes").
    """
    reading = entities.read(COLON.sub(r"\1 ", text), language, now, time_zone or UNKNOWN_ZONE, region=region)
    row = Row.of(reading, lexicon.load(known(language)))
    heard = listen(row)
    what = remaining(row, heard)
    built = build(row, heard)
    missing = list(dict.fromkeys(built.missing))
    if time_zone is None and not (heard.point and not heard.repeats):
        missing.append("zone")
    if not what:
        missing.append("what")
    return Request(schedule=built.schedule, what=what, missing=tuple(missing))

"""What bounds a schedule: exceptions, a beginning, an end, a length, the hours of the day it keeps to."""

import re
from datetime import datetime

from frontdesk.understanding.entities.moments import at_clock
from frontdesk.understanding.schedules import clocks
from frontdesk.understanding.schedules.days import days, end_of, scan
from frontdesk.understanding.schedules.heard import Heard, Row, number_said, unit_said, values

LISTED = re.compile(r"[,&]+[gy15@]*(?=[w!E4DnodmNT])|(?=[w!])")


def excepted(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    """`except Sundays and Mondays`, `außer am Wochenende`."""
    return _skipped(row, heard, match.end())


def excepted_before(row: Row, heard: Heard, match: re.Match[str]) -> int:
    """`रविवार को छोड़कर`: what is left out stands first."""
    _skipped(row, heard, match.start())
    return match.end()


def _skipped(row: Row, heard: Heard, at: int) -> int | None:
    good = None
    while True:
        code = row.line[at : at + 1]
        if code in ("w", "!"):
            heard.skipped.append(row.tokens[at].value)
        elif code in ("E", "4"):
            heard.skipped += (5, 6) if code == "E" else row.tokens[at].value
        elif found := days(row, at):
            heard.skipped_days.append(found[0].day)
            at = found[1] - 1
        else:
            return good
        at, good = at + 1, at + 1
        joint = LISTED.match(row.line, at)
        if not joint:
            return good
        at = joint.end()


def until(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    found = scan(row, match.end())
    if not found:
        one, end = clocks.clock(row, match.end(), number=True)
        if one and heard.frequency:
            heard.until = datetime.combine(row.reading.local.date(), one.at)
            return end
        return None
    moment, end = found
    if moment.days and moment.hour:
        heard.until = at_clock(moment.days.last, moment.hour.at, row.reading).replace(tzinfo=None)
    elif moment.days:
        heard.until = moment.days.last
    elif moment.hour:
        heard.until = datetime.combine(row.reading.local.date(), moment.hour.at)
    return end


def length(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    """`for two weeks`, `zwei Wochen lang`."""
    whole = [value for code, value in values(row, match, "Y")]
    unit = unit_said(row, match)
    if whole:
        seconds = whole[0]
        heard.length = (int(str(seconds)) // 86_400, "day")
    elif unit in ("day", "week", "month", "year"):
        dual = bool(values(row, match, "U"))
        heard.length = (2 if dual else number_said(row, match), unit)
    return match.end() if heard.length and 0 < heard.length[0] <= 1000 else None


def start(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    """`from Monday`, `starting tomorrow`; with an end, both."""
    found = days(row, match.end())
    if not found:
        return None
    heard.start, end = found
    joint = re.compile(r"[gy,]*[X6][gy]*").match(row.line, end)
    last = days(row, joint.end()) if joint else None
    if last:
        heard.until, end = end_of(last[0]), last[1]
    return end


def window(row: Row, heard: Heard, match: re.Match[str]) -> int | None:
    found, end = clocks.window(row, match.end())
    often = heard.frequency and heard.frequency[0] in ("hour", "minute")
    if not found or (match[0][0] == "g" and not often):
        return None
    heard.window = found
    return end

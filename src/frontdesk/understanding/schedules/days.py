"""Days in a row of tokens, with the times said of them."""

import re
from datetime import date, datetime

from frontdesk.understanding.entities import moments
from frontdesk.understanding.entities.moments import Moment
from frontdesk.understanding.schedules import clocks
from frontdesk.understanding.schedules.heard import Dated, Heard, Row

AFTER = re.compile(r"[gy@X]*")


def moment_alone(row: Row, heard: Heard, at: int) -> int | None:
    """Note a day, a time, a part of the day or an exact point that stands for itself."""
    code = row.line[at]
    if code in "_,-":
        return None
    found = moments.scan(row.tokens[at : row.limit(at)], row.reading)
    moment = found[0] if found and found[0].first == 0 else None
    if moment and moment.sure < 0.5:
        return None
    if moment and moment.point:
        heard.point = moment.point
        return at + moment.last
    if moment and moment.days and moment.confidence >= 0.5:
        day, end = dated(row, moment, at + moment.last)
        return _behind(row, heard, day, end)
    one, end = clocks.clock(row, at)
    if one:
        times, end = clocks.listed(row, one, end)
        heard.times += times
        return end
    if code in "rp":
        heard.note_part(str(row.tokens[at].value))
        return at + 1
    return None


def _behind(row: Row, heard: Heard, dated: Dated, end: int) -> int:
    """Note a day, as beginning or end where a language says so behind it."""
    sign = row.line[end : end + 1] if row.words.postpositions else ""
    if sign == "X":
        heard.start = dated
    elif sign == "x":
        heard.until = end_of(dated)
    else:
        heard.days.append(dated)
        return end
    return end + 1


def days(row: Row, at: int) -> tuple[Dated, int] | None:
    found = scan(row, at)
    if not found or not found[0].days:
        return None
    return dated(row, found[0], found[1])


def scan(row: Row, at: int) -> tuple[Moment, int] | None:
    """Return the moment that begins at a place, small words aside, and where it ends."""
    gap = AFTER.match(row.line, at)
    for begin in dict.fromkeys((at, gap.end() if gap else at)):
        found = moments.scan(row.tokens[begin : row.limit(begin)], row.reading)
        if found and found[0].first == 0:
            return found[0], begin + found[0].last
    return None


def dated(row: Row, moment: Moment, end: int) -> tuple[Dated, int]:
    assert moment.days
    begin = end - (moment.last - moment.first)
    said = row.line[begin:end]
    times: list[clocks.Clock] = []
    if moment.hour:
        at = next(
            index
            for index in range(begin, end)
            if row.line[index] in "@ncopzrHsjJP" and index >= _after_day(said) + begin
        )
        times, end = clocks.listed(row, clocks.of(row.tokens[at:end], moment.hour, row), end)
    weekday = "w" in said and not set(said) & set("mDdNTLF") and not _number_before_hour(said)
    month_day = bool(re.match(r"[gy]*[no]", said)) and not set(said) & set("mDwu")
    return Dated(moment.days.first, moment.days.last, tuple(times), moment.part, weekday, month_day), end


def _after_day(said: str) -> int:
    places = [said.rfind(code) for code in "wdmDuE"]
    last = max(places)
    return last + 1 if last < len(said) - 1 else 0


def _number_before_hour(said: str) -> bool:
    return bool(re.search(r"w,?[gy]*y[no]", said))


def end_of(dated: Dated) -> date | datetime:
    return datetime.combine(dated.last, dated.times[0].at) if dated.times else dated.last

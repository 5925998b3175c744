"""From one moment to another: intervals over the moments found, open ones as well."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from frontdesk.understanding.entities import hours
from frontdesk.understanding.entities.moments import Moment, at_clock
from frontdesk.understanding.entities.reading import Reading
from frontdesk.understanding.entities.tokens import Token

Bound = date | time | datetime
CLOSED = re.compile(
    r"(?:(?P<day>A)[,gy]*)?(?:(?P<lead>[BFgy@])[gy@]*)?(?P<one>[ACZno])[kh]?(?P<part>[pr])?(?P<joint>[X&@-]?)[gy@X]*(?P<two>[ACZno])"
    r"(?P<tail>[kh]?[pr]*)x?(?:[gy,]*(?P<later>A))?"
)
OPEN = re.compile(r"(?P<sign>[FXGb])[gy@]*(?P<one>[ACZn])(?P<tail>k?[pr]?)|(?P<late>[AZC])(?P<sign2>[xl])")


@dataclass(frozen=True, slots=True)
class Range:
    """From `begin` to `end`, None where it is open; `first` and `last` count tokens."""

    begin: Bound | None
    end: Bound | None
    first: int
    last: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """The tokens with every moment as one element."""

    line: str
    items: tuple[Moment | Token, ...]
    starts: tuple[int, ...]
    tokens: tuple[Token, ...]

    def at_sign(self, index: int) -> bool:
        return self.tokens[self.starts[index]].code == "@"


def find(tokens: Sequence[Token], moments: Sequence[Moment], reading: Reading) -> Iterator[Range]:
    row, at = _row(tokens, moments), 0
    while at < len(row.line):
        found, end = _closed(row, at, reading)
        if not found:
            found, end = _open(row, at, reading)
        if found:
            yield found
        at = max(end, at + 1)


def _row(tokens: Sequence[Token], moments: Sequence[Moment]) -> Row:
    begins = {moment.first: moment for moment in moments}
    line, items, starts, at = "", [], [], 0
    while at < len(tokens):
        item = begins.get(at) or tokens[at]
        line += item.code
        items.append(item)
        starts.append(at)
        at = item.last if isinstance(item, Moment) else at + 1
    return Row(line, tuple(items), (*starts, at), tuple(tokens))


def _closed(row: Row, at: int, reading: Reading) -> tuple[Range | None, int]:
    match = CLOSED.match(row.line, at)
    if not match or not _joins(match, row):
        return None, at
    one, two = row.items[match.start("one")], row.items[match.start("two")]
    part = _part(row, *match.span("tail"))
    bounds = _bounds(one, two, part, reading)
    if not bounds:
        return None, at
    begin, end = bounds
    day = next((row.items[match.start(name)] for name in ("day", "later") if match[name]), None)
    if isinstance(day, Moment) and day.days and isinstance(begin, time) and isinstance(end, time):
        begin, end = (at_clock(day.days.first, bound, reading) for bound in (begin, end))
    elif match["day"] and not isinstance(begin, datetime):
        return None, at
    sure = {match["one"], match["two"]} & {"A", "C", "Z"} or match["tail"]
    return Range(begin, end, row.starts[at], row.starts[match.end()], 1.0 if sure else 0.6), match.end()


def _part(row: Row, start: int, end: int) -> str | None:
    return next(
        (str(item.value) for item in row.items[start:end] if isinstance(item, Token) and item.code in "pr"), None
    )


def _joins(match: re.Match[str], row: Row) -> bool:
    """Say whether the small words make it an interval: `and` needs a `between`, and two bare numbers need a sign of time."""
    lead, joint, ends = match["lead"] or "", match["joint"], {match["one"], match["two"]}
    if not joint:
        return bool(lead) and lead in "Fg" and row.line[match.start("two")] == "C" and row.at_sign(match.start("two"))
    if joint == "&" and lead != "B":
        return False
    if joint == "@" and lead not in ("F", "g", "B"):
        return False
    return bool(ends - {"n", "o"}) or bool(match["tail"]) or lead in ("B", "F", "@") or bool(match["day"])


def _bounds(one: Moment | Token, two: Moment | Token, part: str | None, reading: Reading) -> tuple[Bound, Bound] | None:
    begin, end = _bound(one, part, reading), _bound(two, part, reading)
    if begin is None and isinstance(end, date) and not isinstance(end, datetime):
        begin = _day(one, end)
    elif end is None and isinstance(begin, date) and not isinstance(begin, datetime):
        end = _day(two, begin)
    else:
        begin = begin or _time(one, two, part, reading)
        end = end or _time(two, one, part, reading)
    if isinstance(begin, time) and isinstance(end, datetime):
        begin = at_clock(end.date(), begin, reading)
    if isinstance(begin, datetime) and isinstance(end, time):
        end = at_clock(begin.date(), end, reading)
    if begin is None or end is None or _grain(begin) != _grain(end):
        return None
    return begin, _not_before(begin, end, two)


def _grain(bound: Bound) -> type[Bound]:
    return datetime if isinstance(bound, datetime) else type(bound)


def _bound(item: Moment | Token, part: str | None, reading: Reading) -> Bound | None:
    if isinstance(item, Token):
        return None
    if item.point:
        return item.point
    if item.days and item.hour:
        return at_clock(item.days.first, item.hour.at, reading)
    return item.days.first if item.days else item.hour.at if item.hour else None


def _day(item: Moment | Token, beside: date) -> date | None:
    value = item.value if isinstance(item, Token) else None
    try:
        return beside.replace(day=int(value)) if value and value == int(value) else None
    except ValueError:
        return None


def _time(item: Moment | Token, beside: Moment | Token, part: str | None, reading: Reading) -> time | None:
    """Return a bare number as the hour it means beside another one: `5 to 7 pm` begins at 17:00, `11 to 1 pm` at 11:00."""
    if not isinstance(item, Token):
        return None
    exact = isinstance(beside, Moment) and beside.hour is not None and not beside.hour.open
    found = hours.settle(item.value, 0, part, reading, exact=exact and not part)
    if not found:
        return None
    other = beside.hour.at if isinstance(beside, Moment) and beside.hour else None
    if (
        exact
        and other
        and other.hour > 12
        and found.at.hour + 12 < other.hour
        and found.at.hour < 12
        and reading.lexicon.raw["clock"] == 12
    ):
        return time(found.at.hour + 12, found.at.minute)
    return found.at


def _not_before(begin: Bound, end: Bound, last: Moment | Token) -> Bound:
    """Move an end that lies before its beginning to the next one: Friday to Monday, December to January."""
    if isinstance(begin, datetime) and isinstance(end, datetime):
        return end if end >= begin else end + timedelta(days=1)
    if isinstance(begin, time) or isinstance(end, time) or end >= begin:
        return end
    week = end + timedelta(days=7)
    return week if week >= begin else end + relativedelta(years=1)


def _open(row: Row, at: int, reading: Reading) -> tuple[Range | None, int]:
    match = OPEN.match(row.line, at)
    if not match:
        return None, at
    name = "one" if match["one"] else "late"
    item = row.items[match.start(name)]
    bound: Bound | None = _bound(item, None, reading)
    if bound is None and match["sign"] in ("G", "b") and isinstance(item, Token):
        part = _part(row, match.start("tail"), match.end())
        settled = hours.settle(item.value, 0, part, reading)
        bound = settled.at if settled else None
    if bound is None:
        return None, at
    begin, end = (bound, None) if match["sign"] in ("F", "G") else (None, bound)
    confidence = 0.9 if isinstance(item, Moment) else 0.5
    return Range(begin, end, row.starts[at], row.starts[match.end()], confidence), match.end()

"""Which days words mean: rules over the row of tokens, resolved against today."""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from frontdesk.understanding.entities.reading import Reading
from frontdesk.understanding.entities.tokens import Token

MOST_AHEAD = 12_000
"""Days, weeks, months or years from today: more is no date anybody means."""
UNSURE = 0.8


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` to `last`, both counted; one day where they are the same."""

    first: date
    last: date
    confidence: float = 1.0
    grain: str = "day"


Tokens = Sequence[Token]
Rule = Callable[[Tokens, Reading], Days | None]


def one(day: date, confidence: float = 1.0) -> Days:
    return Days(day, day, confidence)


def pick(tokens: Tokens, codes: str) -> list[Token]:
    return [token for token in tokens if token.code in codes]


def written(tokens: Tokens, reading: Reading) -> Days | None:
    year, month, day = tokens[-1].value
    return _dated(reading, day, month, year, 1.0 if year else UNSURE)


def day_of_month(tokens: Tokens, reading: Reading) -> Days | None:
    """`3 May 2027`, `lunes 3 de mayo`, `May 3rd`; without a year the one the policy prefers."""
    month = pick(tokens, "m")[0]
    day, *years = pick(tokens, "no")
    year = years[0].value if years else None
    if day.value != int(day.value) or not 1 <= day.value <= 31 or (year and not 1900 <= year <= 2200):
        return None
    if tokens.index(day) > tokens.index(month) and day.weak:
        return None
    return _dated(reading, int(day.value), month.value, int(year) if year else None)


def _dated(reading: Reading, day: int, month: int, year: int | None, confidence: float = 1.0) -> Days | None:
    today = reading.local.date()
    years = [year] if year else range(today.year - 8, today.year + 9)
    found = [date(number, month, day) for number in years if day <= monthrange(number, month)[1]]
    return one(_preferred(found, today, reading), confidence) if found else None


def _preferred(days: Sequence[date], today: date, reading: Reading) -> date:
    """Return the one of several days the policy means; today counts for every policy."""
    prefer = reading.locale.prefer
    sided = [day for day in days if (day >= today if prefer == "future" else day <= today)]
    pool = days if prefer == "nearest" else sided or days
    return min(pool, key=lambda day: abs(day - today))


def bare_day(tokens: Tokens, reading: Reading) -> Days | None:
    """`on the 15th`, `le 15`: the month is the one the policy prefers."""
    day, today = tokens[-1].value, reading.local.date()
    if day != int(day) or not 1 <= day <= 31:
        return None
    months = [today.replace(day=1) + relativedelta(months=offset) for offset in range(-3, 4)]
    found = [month.replace(day=int(day)) for month in months if day <= monthrange(month.year, month.month)[1]]
    return one(_preferred(found, today, reading), 0.6) if found else None


def relative_day(tokens: Tokens, reading: Reading) -> Days | None:
    """`tomorrow`; 101 and 102 are the words (Hindi `कल`) that mean the day before as well as the day after."""
    offset, confidence = tokens[0].value, 1.0
    if offset > 100:
        offset, confidence = offset - 100, UNSURE
        offset = -offset if reading.locale.prefer == "past" else offset
    return one(reading.local.date() + timedelta(days=offset), confidence)


def weekday(tokens: Tokens, reading: Reading) -> Days | None:
    token = pick(tokens, "w")[0]
    said = {token.code for token in pick(tokens, "NTL")}
    today = reading.local.date()
    monday = today - timedelta(days=today.weekday())
    ahead = (token.value - today.weekday()) % 7
    if "N" in said and reading.lexicon.raw["next_weekday"] == "week_after":
        return one(monday + timedelta(days=7 + token.value), UNSURE)
    if "T" in said:
        return one(
            today + timedelta(days=ahead) if reading.locale.prefer == "future" else monday + timedelta(days=token.value)
        )
    back = "L" in said or (reading.locale.prefer == "past" and "N" not in said)
    if reading.locale.prefer == "nearest" and not said:
        back = 7 - (ahead or 7) < (ahead or 7)
    day = today - timedelta(days=(7 - ahead) if ahead else 7) if back else today + timedelta(days=ahead or 7)
    return one(day, 0.4 if token.weak and len(tokens) == 1 else 1.0)


def shifted(tokens: Tokens, reading: Reading) -> Days | None:
    """`in two weeks`, `hace tres días`, `दो हफ्ते बाद`."""
    unit = pick(tokens, "uU")[0]
    numbers = pick(tokens, "n")
    count = 2 if unit.code == "U" else (numbers[0].value if numbers else 1)
    if count != int(count) or abs(count) > MOST_AHEAD:
        return None
    back = bool(pick(tokens, "aL")) and not pick(tokens, "if")
    return _moved(reading.local.date(), unit.value, -int(count) if back else int(count))


def _moved(day: date, unit: str, count: int) -> Days | None:
    try:
        return one(day + relativedelta(**{f"{unit}s": count}))  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        return None


def span_of_unit(tokens: Tokens, reading: Reading) -> Days | None:
    """`next week`, `ce mois`, `el año pasado`: from its first day to its last."""
    unit = pick(tokens, "u")[0].value
    offset = {"N": 1, "T": 0, "L": -1}[pick(tokens, "NTL")[0].code]
    today = reading.local.date()
    if unit == "day":
        return one(today + timedelta(days=offset))
    if unit == "week":
        monday = today + timedelta(days=7 * offset - today.weekday())
        return Days(monday, monday + timedelta(days=6), grain="week")
    first = today.replace(day=1) if unit == "month" else today.replace(month=1, day=1)
    step = relativedelta(months=1) if unit == "month" else relativedelta(years=1)
    return Days(first + step * offset, first + step * (offset + 1) - timedelta(days=1), grain=unit)


def weekend(tokens: Tokens, reading: Reading) -> Days | None:
    said = {token.code for token in pick(tokens, "NTL")}
    today = reading.local.date()
    monday = today - timedelta(days=today.weekday())
    saturday = monday + timedelta(days=5 + 7 * (("N" in said) - ("L" in said)))
    return Days(saturday, saturday + timedelta(days=1), grain="weekend")


def month(tokens: Tokens, reading: Reading) -> Days | None:
    """`in May`, `mai 2027`, `next March`: from its first day to its last."""
    number = pick(tokens, "m")[0].value
    today = reading.local.date()
    years = [int(token.value) for token in pick(tokens, "n")]
    if years and not 1900 <= years[0] <= 2200:
        return None
    if years:
        year = years[0]
    elif pick(tokens, "L") or reading.locale.prefer == "past":
        year = today.year - (number >= today.month)
    else:
        year = today.year + (number < today.month)
    first = date(year, number, 1)
    return Days(first, first + relativedelta(months=1, days=-1), 0.9 if years else UNSURE, grain="month")


RULES: tuple[tuple[re.Pattern[str], Rule], ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in [
        (r"(?:w,?[gy]*)?D", written),
        (r"(?:w,?[gy]*)?[no][gy]*m(?:[gy,]*n(?![kuhp]))?", day_of_month),
        (r"(?:w,?[gy]*)?m[gy]*[no](?![kuhp])(?:,?n(?![kuhp]))?", day_of_month),
        (r"[NTL][gy]*w|w[gy]*[NTL]", weekday),
        (r"iun|i[nU]?[gy]*u|iU|nu[fa]|Uf|Ua|an?u|aU|anu|aun|un[af]|una|in?u[fa]", shifted),
        (r"[NTL][gy]*u|u[gy]*[NTL]", span_of_unit),
        (r"[TNL]?[gy]*E[gy]*[NTL]?", weekend),
        (r"[NTL][gy]*m(?!n)|m[gy]*[NTL]|m[gy]*n|[ig]m(?![no])", month),
        (r"dD", written),
        (r"d", relative_day),
        (r"w,?[gy]*y[no](?![mkuhp])", bare_day),
        (r"w", weekday),
        (r"y[no](?![gy]*m)(?![kuhpn&])", bare_day),
    ]
)

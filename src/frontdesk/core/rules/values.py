"""Values of unlike make, compared: numbers, days and times of day, whatever they are kept as."""

import re
from collections.abc import Callable, Collection
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictStr

from frontdesk.core.wording import plain

Number = (
    Annotated[int, Field(strict=True, ge=-(10**15), le=10**15)]
    | Annotated[float, Field(strict=True, ge=-1e15, le=1e15)]
)
Scalar = StrictBool | Number | Annotated[StrictStr, Field(min_length=1, max_length=1000)]
"""What a condition can compare with, as JSON has it; never NaN."""

Form = Literal["number", "date", "time"]
Measure = float | Decimal | date | time
NUMERAL = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
CLOCK = re.compile(r"(?:.*T)?(\d{2}:\d{2}(?::\d{2})?)(?:\D.*)?", re.ASCII)
MOST = 200


def form_of(wanted: Scalar) -> Form | None:
    """Return as what a bound is compared; None where it has no order: only numbers, `2026-12-24` and `18:00` have."""
    if not isinstance(wanted, str):
        return None if isinstance(wanted, bool) else "number"
    if DAY.fullmatch(wanted) and measured(wanted, "date"):
        return "date"
    return "time" if len(wanted) == len("18:00") and measured(wanted, "time") else None


def measured(value: Any, form: Form) -> Any:
    """Return a value as a number, a day or a time of day; None where it is no such thing. Never raises.

    An interval counts from its beginning; of a moment, the day or the time is taken as it is written.
    """
    if isinstance(value, dict):
        value = value.get("from")
    match form:
        case "number":
            return _number(value)
        case "date":
            return _date(value)
        case "time":
            return _time(value)


def _number(value: Any) -> int | Decimal | None:
    match value:
        case bool():
            return None
        case int():
            return value
        case float():
            return Decimal(repr(value)) if abs(value) < float("inf") else None  # 0.1 is the 0.1 somebody wrote
        case Decimal():
            return value if value.is_finite() else None
        case str() if NUMERAL.fullmatch(value.strip()[:MOST]):
            return Decimal(value.strip())
    return None


def _date(value: Any) -> date | None:
    match value:
        case datetime():
            return value.date()
        case date():
            return value
        case str() if DAY.match(value):
            try:
                return date.fromisoformat(value[:10])
            except ValueError:
                return None
    return None


def _time(value: Any) -> time | None:
    match value:
        case datetime():
            return value.time()
        case time():
            return value.replace(tzinfo=None)
        case str() if clock := CLOCK.fullmatch(value[:MOST]):
            try:
                return time.fromisoformat(clock[1])
            except ValueError:
                return None
    return None


def spoken(value: Any) -> str | None:
    """Return a value as text; None for what is no single value, such as an object."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value[:2000]
        case date() | time():
            return value.isoformat()
        case int():
            return str(value) if abs(value) < 10**30 else None
        case float() | Decimal():
            return str(value)
    return None


def sameness(wanted: Collection[Scalar]) -> Callable[[Any, Callable[[str], str]], bool]:
    """Return what says whether a value is one of those wanted: numbers by amount, words folded by what it is given."""
    flags = {str(one).lower() for one in wanted if isinstance(one, bool)}
    numbers = {_number(one) for one in wanted if not isinstance(one, bool | str)}
    words = {one for one in wanted if isinstance(one, str)}
    folded = {plain(word) for word in words} - {""}

    def holds(value: Any, fold: Callable[[str], str]) -> bool:
        if numbers and (number := _number(value)) is not None and number in numbers:
            return True
        said = spoken(value) if words or flags else None
        if said is None:
            return False
        if flags and isinstance(value, bool | str) and said.strip().lower() in flags:
            return True
        return said in words or (bool(folded) and fold(said) in folded)

    return holds


def between(moment: time, lower: time | None, upper: time | None) -> bool:
    """Say whether a time of day is within bounds, the upper one left out; they may run past midnight."""
    after, before = lower is None or moment >= lower, upper is None or moment < upper
    return after or before if lower and upper and lower > upper else after and before

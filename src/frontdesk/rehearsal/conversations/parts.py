"""What all parts of a file of conversation tests have in common, and the values they are written in."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d|w)\s*")
SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
MOST_WAIT = timedelta(days=3660)


class Part(BaseModel):
    """A part of a file; nothing in it that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False)


def duration(value: object) -> timedelta:
    """Read `2h`, `1d 12h`, `30 min`."""
    text = str(value).strip()
    if not text or DURATION.sub("", text):
        raise ValueError(f"{text[:40]!r} is no duration: write it like 90s, 30m, 2h or 1d 12h")
    found = timedelta(seconds=sum(float(number) * SECONDS[unit] for number, unit in DURATION.findall(text)))
    if found > MOST_WAIT:
        raise ValueError(f"{text[:40]!r} is longer than {MOST_WAIT.days} days")
    return found


def pattern(value: object) -> str:
    """Check a regular expression."""
    try:
        return re.compile(str(value)).pattern
    except re.error as error:
        raise ValueError(f"{str(value)[:60]!r} is no regular expression: {error}") from None


def words(value: Any) -> Any:
    """Take numbers for the words they are written as."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def listed(value: Any) -> Any:
    """Take one for a list of one."""
    return value if isinstance(value, list | tuple) else (value,)


Text = Annotated[str, BeforeValidator(words)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(listed)]
Regex = Annotated[str, BeforeValidator(pattern)]
Duration = Annotated[timedelta, BeforeValidator(duration)]

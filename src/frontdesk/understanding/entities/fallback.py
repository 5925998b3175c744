"""Dates in words we have none of: `dateparser`, for short texts only, because it is slow."""

import functools
import warnings
from collections.abc import Collection
from datetime import datetime

from frontdesk.core.entities import Entity, Kind
from frontdesk.understanding.entities.lexicon import languages
from frontdesk.understanding.entities.reading import Reading

MOST = 40
FEWEST = 3


def find(reading: Reading, kinds: Collection[str]) -> list[Entity]:
    """Return the whole text as a date, if `dateparser` reads it as one in a language without a lexicon of ours."""
    text, language = reading.text.strip(), reading.locale.language.replace("_", "-").split("-", 1)[0].lower()
    if (
        language in languages()
        or not FEWEST <= len(text) <= MOST
        or text.isdecimal()
        or not {"date", "datetime"} & set(kinds)
    ):
        return []
    point = _parse(text, language, reading.local, reading.locale.prefer)
    if point is None:
        return []
    start = reading.text.index(text)
    timed = point.time() != reading.local.time().replace(microsecond=point.microsecond) and (
        point.hour,
        point.minute,
    ) != (0, 0)
    value = point.replace(tzinfo=reading.zone).isoformat() if timed else point.date().isoformat()
    kind: Kind = "datetime" if timed else "date"
    return [Entity(kind=kind, value=value, text=text, start=start, end=start + len(text), confidence=0.6)]


@functools.lru_cache(maxsize=256)
def _parse(text: str, language: str, now: datetime, prefer: str) -> datetime | None:
    import dateparser  # type: ignore[import-untyped]

    settings = {
        "RELATIVE_BASE": now.replace(tzinfo=None),
        "PREFER_DATES_FROM": prefer if prefer != "nearest" else "current_period",
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found: datetime | None = dateparser.parse(text, languages=[language], settings=settings)
            return found
    except (ValueError, OverflowError, TypeError, KeyError):
        return None

"""Tolerant readers for JSON from outside: a field of another type than documented reads as absent."""

import math
from datetime import UTC, datetime

from frontdesk.core.fields import LAST_SECOND, Fields, part, parts, words

__all__ = ["LAST_SECOND", "LONGEST_ID", "Fields", "moment", "name", "part", "parts", "real", "words"]


LONGEST_ID = 200


def name(fields: Fields, key: str) -> str | None:
    """Return an id: text of at most 200 characters, or a whole number as its digits."""
    value = fields.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return str(value)
    text = words(fields, key)
    return text if text and len(text) <= LONGEST_ID else None


def real(fields: Fields, key: str) -> float | None:
    """Return a finite number."""
    value = fields.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def moment(fields: Fields, key: str) -> datetime | None:
    """Return a time: ISO 8601 (UTC where it names no zone) or Unix seconds."""
    seconds = real(fields, key)
    try:
        if seconds is not None:
            return datetime.fromtimestamp(seconds, UTC) if 0 < seconds <= LAST_SECOND else None
        given = datetime.fromisoformat(words(fields, key) or "")
        return (given if given.tzinfo else given.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None

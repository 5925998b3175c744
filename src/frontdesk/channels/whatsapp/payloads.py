"""Tolerant readers for Meta's JSON: a field of another type than documented reads as absent."""

import math
from datetime import UTC, datetime
from typing import Any

from frontdesk.core.fields import LAST_SECOND, UNSTORABLE, Fields, flag, items, part, parts, real, whole, words

__all__ = [
    "DEEPEST",
    "LAST_SECOND",
    "MILLISECONDS",
    "UNSTORABLE",
    "Fields",
    "flag",
    "items",
    "moment",
    "name",
    "part",
    "parts",
    "real",
    "storable",
    "whole",
    "words",
]


MILLISECONDS = 10**12
DEEPEST = 20


def name(fields: Fields, key: str) -> str | None:
    """Return an id: a string, also where Meta wrote it as a number."""
    value = fields.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return str(value)
    return words(fields, key)


def moment(fields: Fields, key: str = "timestamp") -> datetime | None:
    """Return Unix seconds as a time; 13 digits are milliseconds, which Meta has sent in the same place."""
    seconds = whole(fields, key)
    if seconds is None or seconds <= 0:
        return None
    milliseconds = 0
    if seconds >= MILLISECONDS:
        seconds, milliseconds = divmod(seconds, 1000)
    if seconds > LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)


def storable(value: Any, depth: int = DEEPEST) -> Any:
    """Return any JSON as JSON that can be stored: what is nested too deep, or no finite number, is null."""
    match value:
        case dict() | list() if depth == 0:
            return None
        case dict():
            return {UNSTORABLE.sub("\ufffd", key): storable(item, depth - 1) for key, item in value.items()}
        case list():
            return [storable(item, depth - 1) for item in value]
        case str():
            return UNSTORABLE.sub("\ufffd", value)
        case bool() | None:
            return value
        case int():
            return value if abs(value) < 2**63 else None
        case float():
            return value if math.isfinite(value) else None
    return None

"""Tolerant readers for Meta's JSON: a field of another type than documented reads as absent."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Fields = Mapping[str, Any]

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL refuses both in text and jsonb
DIGITS = re.compile("-?[0-9]{1,19}")
LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z, the last one a datetime can hold
MILLISECONDS = 10**12
DEEPEST = 20


def part(fields: Fields, key: str) -> Fields:
    """Return the object under `key`, empty where there is none."""
    value = fields.get(key)
    return value if isinstance(value, dict) else {}


def items(fields: Fields, key: str) -> list[Any]:
    """Return whatever stands in the list under `key`."""
    value = fields.get(key)
    return value if isinstance(value, list) else []


def parts(fields: Fields, key: str) -> list[Fields]:
    """Return the objects in the list under `key`."""
    return [item for item in items(fields, key) if isinstance(item, dict)]


def words(fields: Fields, key: str) -> str | None:
    """Return text fit to store, or None where it is missing or empty; NUL and unpaired surrogates become U+FFFD."""
    value = fields.get(key)
    return UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) and value else None


def name(fields: Fields, key: str) -> str | None:
    """Return an id: a string, also where Meta wrote it as a number."""
    value = fields.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return str(value)
    return words(fields, key)


def whole(fields: Fields, key: str) -> int | None:
    """Return an integer of 64 bits, also where it came as a string or as a float without fraction."""
    match fields.get(key):
        case bool():
            return None
        case int(number):
            pass
        case float(fraction) if fraction.is_integer():
            number = int(fraction)
        case str(digits) if DIGITS.fullmatch(digits):
            number = int(digits)
        case _:
            return None
    return number if abs(number) < 2**63 else None


def real(fields: Fields, key: str) -> float | None:
    """Return a finite number; `1e999` is JSON and infinite."""
    value = fields.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


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


def flag(fields: Fields, key: str) -> bool:
    return fields.get(key) is True


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

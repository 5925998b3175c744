"""Tolerant readers for JSON from outside: a field of another type than documented reads as absent."""

import math
import re
from collections.abc import Mapping
from typing import Any

Fields = Mapping[str, Any]

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL refuses both in text and jsonb
DIGITS = re.compile("-?[0-9]{1,19}")
LAST_SECOND = 253_402_300_799
"""9999-12-31T23:59:59Z, the last one a datetime can hold."""


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
    """Return text fit to store, or None where it is missing or empty.

    NUL and unpaired surrogates become U+FFFD: each is one UTF-16 unit before and after, so offsets into the text stay true.
    """
    value = fields.get(key)
    return UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) and value else None


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


def flag(fields: Fields, key: str) -> bool:
    return fields.get(key) is True

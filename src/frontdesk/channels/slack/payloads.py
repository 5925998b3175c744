"""Tolerant readers for Slack's JSON: a field of another type than documented reads as absent."""

import re
from datetime import UTC, datetime

from frontdesk.core.fields import LAST_SECOND, UNSTORABLE, Fields, flag, part, parts, words

__all__ = [
    "LAST_SECOND",
    "TS",
    "UNSTORABLE",
    "Fields",
    "flag",
    "moment",
    "part",
    "parts",
    "several",
    "stamp",
    "storable",
    "whole",
    "words",
]


TS = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")


def several(fields: Fields, key: str) -> list[str]:
    """Return the texts in the list under `key`."""
    value = fields.get(key)
    return [storable(item) for item in value if isinstance(item, str)] if isinstance(value, list) else []


def storable(text: str) -> str:
    return UNSTORABLE.sub("\ufffd", text)


def whole(fields: Fields, key: str) -> int | None:
    """Return an integer of 64 bits."""
    value = fields.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else None


def stamp(fields: Fields, key: str) -> str | None:
    """Return a message's `ts` as the text it is: as a number it would lose digits, so a number reads as absent."""
    value = fields.get(key)
    return value if isinstance(value, str) and TS.fullmatch(value) else None


def moment(fields: Fields, key: str) -> datetime | None:
    """Return the second a `ts` was given in, also where it came as a number; what follows its point only tells apart."""
    given = fields.get(key)
    seconds = whole(fields, key)
    if isinstance(given, str) and TS.fullmatch(given):
        seconds = int(given.partition(".")[0])
    if seconds is None or not 0 < seconds <= LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC)

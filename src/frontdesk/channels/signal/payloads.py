"""Tolerant readers for signal-cli's JSON: a field of another type than documented reads as absent, as do null, [] and ""."""

from datetime import UTC, datetime, timedelta

from frontdesk.core import fields as fields_of
from frontdesk.core.fields import UNSTORABLE, Fields, flag, part, parts, words

__all__ = [
    "EPOCH",
    "LAST_MILLISECOND",
    "LONGEST_ID",
    "UNSTORABLE",
    "Fields",
    "flag",
    "moment",
    "name",
    "part",
    "parts",
    "whole",
    "words",
]


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MILLISECOND = 253_402_300_799_999  # 9999-12-31, the last day a datetime can hold
LONGEST_ID = 400
"""Ids are keys of an index, whose entries PostgreSQL limits to some 2,700 bytes; real ones have 44 characters at most."""


def name(fields: Fields, key: str) -> str | None:
    """Return an id or a number, without the blanks some builds put around it; None where it is too long for one."""
    text = (words(fields, key) or "").strip()
    return text if 0 < len(text) <= LONGEST_ID else None


def whole(fields: Fields, key: str) -> int | None:
    """Return a positive integer of 63 bits: timestamps are numbers in what arrives and a string in the answer to a send."""
    number = fields_of.whole(fields, key)
    return number if number is not None and number > 0 else None


def moment(milliseconds: int | None) -> datetime | None:
    """Return milliseconds since 1970 as a time; None for those no calendar has."""
    if milliseconds is None or milliseconds > LAST_MILLISECOND:
        return None
    return EPOCH + timedelta(milliseconds=milliseconds)

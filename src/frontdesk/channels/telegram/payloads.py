"""Tolerant readers for the Bot API's JSON: a field of another type than documented reads as absent."""

from datetime import UTC, datetime

from frontdesk.core.fields import LAST_SECOND, UNSTORABLE, Fields, flag, part, parts, real, whole, words

__all__ = ["LAST_SECOND", "UNSTORABLE", "Fields", "flag", "moment", "part", "parts", "real", "whole", "words"]


def moment(fields: Fields, key: str) -> datetime | None:
    """Return Unix seconds as a time; 0 is how Telegram says it has none."""
    seconds = whole(fields, key)
    if seconds is None or not 0 < seconds <= LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC)

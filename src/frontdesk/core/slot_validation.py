"""Whether a value may fill a slot, and what is said if not."""

from datetime import date, datetime, time
from typing import Any

from frontdesk.core.entities import Entity
from frontdesk.core.slots import Slot, Words, label, worded

MEASURED = ("number", "ordinal", "duration", "quantity", "money")
TEXTUAL = ("text", "name", "pattern", "url", "email")


def fault(entity: Entity, slot: Slot, words: Words, now: datetime) -> str | None:
    """Return what is wrong with a value, in the person's language, or None; `now` is on the person's clock."""
    said = _bounds(entity.value, slot) or _side(entity.value, slot, now)
    if said is None:
        return None
    key, limit = said
    own = worded(slot.invalid, words.language)
    return own or words.says[key].replace("{slot}", label(slot, words)).replace("{limit}", limit)


def not_understood(slot: Slot, words: Words) -> str:
    """Return what is said to an answer that holds no value of the slot's kind."""
    return worded(slot.invalid, words.language) or words.says["invalid"].replace("{slot}", label(slot, words))


def _bounds(value: Any, slot: Slot) -> tuple[str, str] | None:
    small, large = ("small", "large") if slot.kind in MEASURED else ("short", "long")
    measure = value if slot.kind in MEASURED else len(value) if slot.kind in TEXTUAL else None
    if measure is None:
        return None
    if slot.at_least is not None and measure < slot.at_least:
        return small, f"{slot.at_least:g}"
    return (large, f"{slot.at_most:g}") if slot.at_most is not None and measure > slot.at_most else None


def _side(value: Any, slot: Slot, now: datetime) -> tuple[str, str] | None:
    if slot.when is None or slot.kind not in ("date", "datetime", "interval"):
        return None
    ends = value if isinstance(value, dict) else {"from": value, "to": value}
    moment = _moment(ends["from"] or ends["to"], now)
    today = datetime.combine(now.date(), time(), tzinfo=now.tzinfo)
    if moment is None or slot.kind == "date" or len(str(ends["from"] or ends["to"])) == len("2000-01-01"):
        wrong = moment is not None and (moment < today if slot.when == "future" else moment > now)
    else:
        wrong = moment < now if slot.when == "future" else moment > now
    return (slot.when, "") if wrong else None


def _moment(text: str | None, now: datetime) -> datetime | None:
    try:
        read = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    if len(str(text)) == len("2000-01-01"):
        day = date.fromisoformat(str(text))
        return datetime.combine(day, time(), tzinfo=now.tzinfo)
    return read if read.tzinfo or not now.tzinfo else read.replace(tzinfo=now.tzinfo)

"""What somebody wants of their tasks, in their words: add, list, done 12, until when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, get_args

from frontdesk.core.entities import Entity, Kind
from frontdesk.core.slots import Reader, Slot
from frontdesk.core.tasks import LAST_MINUTE, LONGEST_TITLE
from frontdesk.core.wording import plain

Action = Literal["create", "list", "done", "show", "cancel", "comment", "due", "reopen", "start"]
ACTIONS: tuple[Action, ...] = get_args(Action)
NUMBERED = frozenset(ACTIONS) - {"create", "list"}
"""Actions on one task, which is named by its number."""
MOST_WORDS = 8
"""Words what is wanted may begin with."""
MOST_DIGITS = 15
NUMBER = re.compile(r"\s*(?:#|№|n[°º.]\s?|no\.\s?|nr\.?\s)?\s*(\d{1,15})(?!\w)[\s:.,\-–—]*", re.IGNORECASE)
EDGES = " \t\r\n:;,.-–—!¡¿?،؛।"
READ: tuple[Kind, ...] = ("datetime", "interval", "date", "time")
ONE_DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted, of which task, and the words that are left."""

    action: Action
    number: int | None = None
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due, and the words that say so, from `start` to `end`; `begin` for a span of time."""

    at: datetime
    all_day: bool
    start: int
    end: int
    begin: datetime | None = None


def pressed(argument: str | None) -> Wish | None:
    """Return what a button stands for: `done 12`, `list`; None for anything else."""
    name, _, number = (argument or "").partition(" ")
    if name not in ACTIONS or (number and not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS)):
        return None
    return Wish(action=name, number=int(number) if number else None)


def wish(text: str, words: Mapping[str, Sequence[str]]) -> Wish | None:
    """Return what a text asks for; `words` are what it may begin with, folded, by action. None where it begins with none.

    The longest beginning counts. What acts on a task needs its number next, or nothing at all.
    """
    tokens = list(re.finditer(r"\S+", text))
    meanings = {said: name for name in ACTIONS for said in words.get(name, ())}
    for count in range(min(len(tokens), MOST_WORDS), 0, -1):
        end = tokens[count - 1].end()
        if action := meanings.get(plain(text[:end])):
            return _wish(action, text[end:])
    return None


def _wish(action: Action, left: str) -> Wish | None:
    if action not in NUMBERED:
        return Wish(action=action, rest=left.strip(EDGES))
    if found := NUMBER.match(left):
        return Wish(action=action, number=int(found[1]), rest=left[found.end() :].strip())
    return None if left.strip(EDGES) else Wish(action=action)


def due(text: str, read: Reader, now: datetime) -> Due | None:
    """Return when a text says something is due; of several times the last one. `now` is on the contact's clock.

    A day alone counts to its last minute, a time alone is the next one on the clock.
    """
    found = [
        each for kind in READ for one in read(text, Slot(name="due", kind=kind), False) if (each := _due(one, now))
    ]
    if not found:
        return None
    last = max(found, key=lambda each: (each.end, each.end - each.start))
    same = [each for each in found if each.end == last.end]
    return max(same, key=lambda each: (each.end - each.start, not each.all_day))


def _due(entity: Entity, now: datetime) -> Due | None:
    value: Any = entity.value
    begin: datetime | None = None
    if entity.kind == "interval":
        first, value = value.get("from"), value.get("to")
        begin = _moment(first, now, time()) if first else None
    if not isinstance(value, str):
        return None
    at = _moment(value, now, LAST_MINUTE)
    all_day = len(value) == len("2000-01-01")
    if entity.kind == "date" and all_day:
        begin = datetime.combine(at.date(), time(), at.tzinfo)
    return Due(at, all_day, entity.start, entity.end, begin)


def _moment(value: str, now: datetime, of_day: time) -> datetime:
    """Return the moment of a date, a time of day, or both."""
    if len(value) <= len("23:59:59") and ":" in value:
        hours = time.fromisoformat(value)
        at = datetime.combine(now.date(), hours, now.tzinfo)
        return at if at > now else datetime.combine(now.date() + ONE_DAY, hours, now.tzinfo)
    if len(value) == len("2000-01-01"):
        return datetime.combine(date.fromisoformat(value), of_day, now.tzinfo)
    at = datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=now.tzinfo)


def title(text: str, when: Due | None, before: Sequence[str]) -> str:
    """Return what is left of a text without the words of its due date, at either end, and those `before` them ("by").

    A date in the midst stays: the words around it would not hold together.
    """
    if when is None:
        return text.strip(EDGES)[:LONGEST_TITLE]
    head, tail = _without(text[: when.start].rstrip(EDGES), before).strip(EDGES), text[when.end :].strip(EDGES)
    return (text.strip(EDGES) if head and tail else head or tail)[:LONGEST_TITLE]


def bounds(text: str, when: Due, until: Sequence[str]) -> tuple[datetime | None, datetime]:
    """Return the span of time a text names, without a beginning where words such as "by" stand before it."""
    head = text[: when.start].rstrip(EDGES)
    is_open = _without(head, until) != head
    return None if is_open else when.begin, when.at + MINUTE


def _without(head: str, before: Sequence[str]) -> str:
    """Return the head without the longest of these words at its end."""
    tokens = list(re.finditer(r"\S+", head))
    for count in range(min(len(tokens), MOST_WORDS), 0, -1):
        start = tokens[-count].start()
        if plain(head[start:]) in before:
            return head[:start]
    return head

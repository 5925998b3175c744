"""What somebody wants of their tasks, in their words: add, list, done 12, until when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, get_args

from frontdesk.core.entities import Entity, Kind
from frontdesk.core.openings import EDGES, HEADS, MOST_WORDS, Begun, begun
from frontdesk.core.slots import Reader, Slot
from frontdesk.core.tasks import LAST_MINUTE, LONGEST_TITLE
from frontdesk.core.wording import plain

Action = Literal["create", "list", "done", "show", "cancel", "comment", "due", "reopen", "start", "tick"]
ACTIONS: tuple[Action, ...] = get_args(Action)
NUMBERED = frozenset(ACTIONS) - {"create", "list", "tick"}
"""Actions on one task, which is named by its number. Lines of a checklist are ticked by button only."""
SAYING = frozenset({"comment", "due"})
"""Actions after whose number something is said."""
MOST_DIGITS = 15
MOST_AFTER_LIST = 6
"""Words that may narrow a list down: "due until the end of the week"."""
NUMBER = re.compile(r"\s*(?:#|№|n[°º.]\s?|no\.\s?|nr\.?\s)?\s*(\d{1,15})(?!\w)[\s:.,\-–—]*", re.IGNORECASE)
READ: tuple[Kind, ...] = ("datetime", "interval", "date", "time")
ONE_DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted, of which task, of which line of its checklist (from 1), and the words that are left."""

    action: Action
    number: int | None = None
    rest: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due, and the words that say so, from `start` to `end`; `begin` for a span of time."""

    at: datetime
    all_day: bool
    start: int
    end: int
    begin: datetime | None = None


def pressed(argument: str | None) -> Wish | None:
    """Return what a button stands for: `done 12`, `tick 12 3`, `list`; None for anything else."""
    name, *figures = (argument or "").split() or [""]
    if name not in ACTIONS or len(figures) > 1 + (name == "tick"):
        return None
    if not all(figure.isascii() and figure.isdigit() and len(figure) <= MOST_DIGITS for figure in figures):
        return None
    number, line = (*map(int, figures), *[None] * 2)[:2]
    return Wish(action=name, number=number, line=line or 0)


def wish(text: str, words: Mapping[str, Sequence[str]]) -> Wish | None:
    """Return what a text asks for; `words` are what it may begin with, folded, by action. None where it begins with none.

    The longest beginning counts. What acts on a task needs its number next, or nothing at all. After the number nothing may
    follow but thanks, what is to be said, or that it is done: "done 12 days ago" is about no task. What is `headed` needs a
    colon.
    """
    meanings = {said: name for name in ACTIONS for said in words.get(name, ())}
    found = begun(text, meanings)
    if found is None:
        return None
    action = meanings[found.phrase]
    if action in NUMBERED:
        return _numbered(action, found, words)
    rest = found.rest.strip(EDGES)
    if found.phrase in words.get("headed", ()) and not (found.is_headed if rest else " " in found.phrase):
        return None
    return Wish(action=action, rest=rest)


def _numbered(action: Action, found: Begun, words: Mapping[str, Sequence[str]]) -> Wish | None:
    number = NUMBER.match(found.rest)
    if number is None:
        return None if plain(found.rest) else Wish(action=action)
    rest = found.rest[number.end() :].strip()
    wanted = Wish(action=action, number=int(number[1]), rest=rest)
    said = plain(rest)
    if not said or said in words.get("polite", ()):
        return replace(wanted, rest="")
    if action in SAYING:
        is_parted = any(sign in HEADS for sign in number[0])
        return wanted if is_parted or _names_a_task(found.phrase, words) else None
    return replace(wanted, action="done", rest="") if action == "show" and said in words.get("said_done", ()) else None


def _names_a_task(phrase: str, words: Mapping[str, Sequence[str]]) -> bool:
    """Say whether a phrase has a word for a task in it, such as can show one."""
    return any(name in phrase.split() for name in words.get("show", ()))


def opens(text: str, between: bool, words: Mapping[str, Sequence[str]]) -> bool:
    """Say whether a text is about tasks; while something else is active, whether it can hardly be the answer to that."""
    wanted = wish(text, words)
    if wanted is None:
        return False
    if wanted.action == "list":
        return " " in plain(text) and not wanted.rest if between else len(wanted.rest.split()) <= MOST_AFTER_LIST
    return not between or wanted.action == "create" or wanted.number is not None


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


def title(text: str, when: Due | None, words: Mapping[str, Sequence[str]]) -> str:
    """Return what is left of a text without the words of its due date, those before them ("by"), and "I have to".

    A date in the midst stays, as the words around it would not hold together; but where the verb comes last, and the date is
    an aside.
    """
    duty = words.get("duty", ())
    if when is None:
        return _after(text.strip(EDGES), duty)[:LONGEST_TITLE]
    head = _after(_without(text[: when.start].rstrip(EDGES), words.get("by", ())).strip(EDGES), duty)
    tail = text[when.end :].strip(EDGES)
    if not (head and tail):
        return (head or _after(tail, duty))[:LONGEST_TITLE]
    if _is_aside(text, when, words):
        return f"{head} {tail}"[:LONGEST_TITLE]
    return _after(text.strip(EDGES), duty)[:LONGEST_TITLE]


def _after(text: str, duty: Sequence[str]) -> str:
    """Return the text without the longest of these words at its beginning."""
    found = begun(text, duty)
    return text if found is None else found.rest.strip(EDGES)


def _is_aside(text: str, when: Due, words: Mapping[str, Sequence[str]]) -> bool:
    """Say whether a date in the midst can be left out: words of a language whose verb comes last say so."""
    if not (aside := words.get("aside", ())):
        return False
    head, tail = text[: when.start].rstrip(EDGES), text[when.end :].strip(EDGES)
    said, until = text[when.start : when.end], words.get("until", ())
    if begun(said, until) or _without(head, until) != head:
        return True
    around = {plain(head.split()[-1]), plain(tail.split()[0])}
    return begun(said, aside) is not None and not around & {*words.get("of", ())}


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

"""What a conversation is in the middle of, and what comes back when something came between: rules over its stack of modes.

The active mode is the last. When a mode began, and what it asked, is kept in its state under keys no handler uses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from frontdesk.core.content import Content
from frontdesk.core.conversation import Mode
from frontdesk.core.intents import Intent

MOST_MODES = 8
SINCE = "~since"
QUESTION = "~question"
MOST_QUESTION = 4_000
ASKING = ("text", "format", "buttons", "rows", "list_title", "keyboard", "asks_for", "language")
"""What of a reply is kept to be asked again: its words and its choices."""

Modes = tuple[Mode, ...]
_question = TypeAdapter(Content)


def identity(mode: Mode) -> tuple[str, str]:
    """Return what makes a mode this one: its handler, and the intent it asks values for. Two intents are two modes."""
    intent = mode.state.get("intent")
    return mode.handler, intent if isinstance(intent, str) else ""


def since(mode: Mode) -> datetime | None:
    """Return when a mode began; None where that was not kept."""
    try:
        began = datetime.fromisoformat(str(mode.state.get(SINCE)))
    except ValueError:
        return None
    return began if began.tzinfo else None


def question(mode: Mode) -> Content | None:
    """Return what a mode asked last; None where it asked nothing, or it can't be read."""
    kept = mode.state.get(QUESTION)
    try:
        asked = _question.validate_python(kept) if isinstance(kept, Mapping) else None
    except ValidationError:
        return None
    return asked if asked and asked.text else None


def takes_any_words(mode: Mode, intents: Mapping[str, Intent]) -> bool:
    """Say whether a mode waits for words of whatever kind: a free text asked for, so that nothing tells what is no answer."""
    intent, state = intents.get(identity(mode)[1]), mode.state.get("slots")
    if intent is None or intent.form is None or not isinstance(state, Mapping):
        return False
    slot = intent.form.slot(state.get("asked"))
    return slot is not None and slot.kind == "text"


def asking(mode: Mode, replies: Sequence[Content]) -> Mode:
    """Return the mode with its question: the last of the replies that has words. Without one, the question stays."""
    last = next((reply for reply in reversed(replies) if reply.type == "text" and reply.text), None)
    if last is None or len(last.text or "") > MOST_QUESTION:
        return mode
    kept = {name: getattr(last, name) for name in ASKING}
    written = _question.dump_python(Content(**kept), mode="json", exclude_defaults=True)
    return _with(mode, {QUESTION: written})


def _with(mode: Mode, more: Mapping[str, Any]) -> Mode:
    return replace(mode, state={**mode.state, **more})


def push(modes: Modes, mode: Mode, now: datetime) -> Modes:
    """Begin a mode, on top of what there is: it interrupts the active one. The same mode further down is replaced; of
    more than MOST_MODES the oldest is given up.
    """
    below = tuple(kept for kept in modes if identity(kept) != identity(mode))
    begun = mode if since(mode) else _with(mode, {SINCE: now.isoformat()})
    return (*below, begun)[-MOST_MODES:]


def switch(modes: Modes, mode: Mode, now: datetime) -> Modes:
    """Go over to a mode because the contact wants to: one that is under way goes on as it was left."""
    under_way = next((kept for kept in modes if identity(kept) == identity(mode)), mode)
    return push(modes, under_way, now)


def leave(modes: Modes) -> Modes:
    """End the active mode, done or cancelled: the one before it goes on."""
    return modes[:-1]


def expire(modes: Modes, now: datetime, lives: Mapping[str, timedelta]) -> Modes:
    """Return the modes whose time is not over; `lives` says by handler how long one lasts from its beginning."""
    return tuple(mode for mode in modes if not _is_over(mode, now, lives.get(mode.handler)))


def _is_over(mode: Mode, now: datetime, life: timedelta | None) -> bool:
    began = since(mode)
    return life is not None and began is not None and now - began >= life


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The modes after a turn, and the question that is asked again because something came between."""

    modes: Modes
    repeat: Content | None = None


def settle(
    before: Modes, after: Modes, replies: Sequence[Content], now: datetime, *, came_between: bool = False
) -> Settled:
    """Return what a turn leaves: each mode with its beginning, the active one with its question.

    `came_between` says that not the active mode answered. Its question is asked again then, where something was said; and
    that of a mode that goes on because the one above it ended.
    """
    began = {identity(mode): mode for mode in before}
    kept = tuple(_begun(mode, began.get(identity(mode)), now) for mode in after[-MOST_MODES:])
    if not kept:
        return Settled(modes=())
    active, was = kept[-1], before[-1] if before else None
    known = began.get(identity(active))
    is_same = was is not None and identity(was) == identity(active)
    if known is not None and (came_between and bool(replies) if is_same else len(after) < len(before)):
        return Settled(modes=kept, repeat=question(known))
    if came_between and is_same:
        return Settled(modes=kept)
    return Settled(modes=(*kept[:-1], asking(active, replies)))


def _begun(mode: Mode, known: Mode | None, now: datetime) -> Mode:
    """Return a mode with what is kept beside its state: handlers write their states afresh."""
    held = known.state if known else {}
    beside = {key: held[key] for key in (SINCE, QUESTION) if key in held and key not in mode.state}
    return _with(mode, {SINCE: now.isoformat(), **beside} if SINCE not in mode.state else beside)

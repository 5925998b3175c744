"""What turns do about feedback: keep it, take it back, ask for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from frontdesk.core.content import Button

RATINGS = ("1", "2", "3", "4", "5")
OCCASIONS = ("turn", "handoff", "said")
"""What a question for a rating follows: an answer, a person's help, or that somebody wanted to give one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFeedback:
    """Keep a rating, a reaction or words, tied to the message of ours they are about.

    `turn_id` names the turn they are about where the message isn't known; `source` says whether we had asked; `sentiment` is −1
    to 1. `occasion` names the question a rating answers: of several answers by one contact the last one counts.
    """

    kind: Literal["reaction", "rating", "text"]
    message_id: UUID | None
    score: int | None = None
    emoji: str | None = None
    text: str | None = None
    sentiment: float | None = None
    source: Literal["asked", "volunteered"] = "volunteered"
    turn_id: UUID | None = None
    occasion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFeedback:
    """The contact is asked for a rating; on one `occasion` that is never done twice."""

    occasion: str
    handler: str
    intent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawFeedback:
    """Take a reaction back; without an emoji, all of this contact's reactions to the message."""

    message_id: UUID | None
    emoji: str | None


def rating_buttons(occasion: str) -> tuple[Button, ...]:
    """Return what a rating is given with; pressed however late, a button knows which question it answers."""
    return tuple(Button(title=rating, payload=f"/feedback {rating} {occasion}") for rating in RATINGS)


def pressed(argument: str | None) -> tuple[int, dict[str, str]] | None:
    """Return the rating a button stands for, and the question it answers as a mode remembers it; None for anything else."""
    rating, _, occasion = (argument or "").partition(" ")
    if rating not in RATINGS:
        return None
    kind, _, name = occasion.partition(" ")
    return int(rating), {kind: name} if kind in OCCASIONS and _is_id(name) else {}


def occasion(state: Mapping[str, Any]) -> str | None:
    """Return which question a mode waits for the answer to."""
    found = ((kind, state[kind]) for kind in OCCASIONS if kind in state)
    return next((f"{kind} {name}" for kind, name in found if _is_id(name)), None)


def _is_id(name: object) -> bool:
    try:
        return isinstance(name, str) and bool(UUID(name))
    except ValueError:
        return False


FeedbackEffect = RecordFeedback | WithdrawFeedback | AskedFeedback

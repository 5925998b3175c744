"""What turns do about feedback: keep it, take it back, ask for it."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFeedback:
    """Keep a rating, a reaction or words, tied to the message of ours they are about.

    `turn_id` names the turn they are about where the message isn't known; `source` says whether we had asked; `sentiment` is −1
    to 1.
    """

    kind: Literal["reaction", "rating", "text"]
    message_id: UUID | None
    score: int | None = None
    emoji: str | None = None
    text: str | None = None
    sentiment: float | None = None
    source: Literal["asked", "volunteered"] = "volunteered"
    turn_id: UUID | None = None


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


FeedbackEffect = RecordFeedback | WithdrawFeedback | AskedFeedback

"""How a message was said, as a turn is told: its sentiment, and the rating in an answer to a question for feedback."""

from dataclasses import dataclass

from frontdesk.core.message import Message
from frontdesk.store.conversations import Opened
from frontdesk.understanding import sentiment
from frontdesk.understanding.heard import Steps

ASKS = "feedback"
"""The handler whose question a rating answers."""


@dataclass(frozen=True, slots=True)
class Tone:
    """What was heard between the words; None where nothing tells."""

    sentiment: float | None = None
    rating: int | None = None


SILENT = Tone()


def heard(event: Message, text: str, language: str, opened: Opened, steps: Steps) -> Tone:
    """Return the tone of a contact's own words; a button has none."""
    if event.press or not text:
        return SILENT
    found = sentiment.score(text, language)
    mode = opened.conversation.mode
    tone = Tone(
        sentiment=found.score if found.confidence else None,
        rating=sentiment.rating(text, language) if mode and mode.handler == ASKS else None,
    )
    if found.confidence:
        told = {
            "score": round(found.score, 3),
            "confidence": round(found.confidence, 3),
            "words": list(found.words[:10]),
        }
        steps.found["sentiment"] = told
    if tone.rating is not None:
        steps.found["rating"] = tone.rating
    return tone

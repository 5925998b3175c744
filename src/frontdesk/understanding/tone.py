"""How a message was said, as a turn is told: its sentiment, and the rating in an answer to a question for feedback."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from frontdesk.core.message import Message
from frontdesk.core.tenant import Tenant
from frontdesk.errors import GenAIError
from frontdesk.services.genai.chosen import Chosen
from frontdesk.services.rulebook import Rulebook
from frontdesk.store.conversations import Opened
from frontdesk.understanding import sentiment
from frontdesk.understanding.heard import Steps
from frontdesk.understanding.intents.recent import Recent
from frontdesk.understanding.sentiment import Sentiment, model

ASKS = "feedback"
"""The handler whose question a rating answers."""
MOST_REMEMBERED = 1_000
NO_MODEL = "no_model"
UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Tone:
    """What was heard between the words; None where nothing tells."""

    sentiment: float | None = None
    rating: int | None = None


SILENT = Tone()
Told = Callable[[], Awaitable[Tone]]


class Tones:
    """Hears tones for one tenant: by lists of words, or by its language model where something hangs on it."""

    def __init__(self, tenant: Tenant, chosen: Chosen, rulebook: Rulebook) -> None:
        self.tenant = tenant
        self.settings = tenant.settings.sentiment
        self.chosen = chosen
        self.rulebook = rulebook
        self._known: Recent[bytes, Sentiment] = Recent(MOST_REMEMBERED)

    @contextlib.asynccontextmanager
    async def hear(self, event: Message, text: str, language: str, opened: Opened, steps: Steps) -> AsyncIterator[Told]:
        """Begin to hear the tone of a contact's own words, a button having none; what is yielded waits for it.

        A model is asked meanwhile, so that a turn waits no longer than it must; it is given up with the turn.
        """
        if event.press or not text:
            yield _ready(SILENT)
            return
        if not await self._is_needed(opened):
            yield _ready(_heard(sentiment.score(text, language), text, language, opened, steps))
            return
        asking = asyncio.create_task(self._asked(text, language, opened, steps))
        try:
            yield lambda: asyncio.shield(asking)
        finally:
            if not asking.done():
                asking.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await asking

    async def of(self, text: str, language: str, steps: Steps) -> Sentiment:
        """Return how a text was said: by the model where it can say, else by the words. Each text is asked about once."""
        key = hashlib.blake2b(f"{language}\n{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if known := self._known.get(key):
            steps.found["sentiment"] = {"by": "model", "remembered": True}
            return known
        found, failure = await self._by_model(text, language, steps)
        steps.found["sentiment"] = {"by": "model"} if found else {"by": "words", "failure": failure}
        if found is None:
            return sentiment.score(text, language)
        self._known.put(key, found)
        return found

    async def _asked(self, text: str, language: str, opened: Opened, steps: Steps) -> Tone:
        with steps.step("sentiment"):
            found = await self.of(text, language, steps)
        return _heard(found, text, language, opened, steps)

    async def _by_model(self, text: str, language: str, steps: Steps) -> tuple[Sentiment | None, str]:
        asked = self.chosen.model(steps.ledger, self.settings.seconds)
        if asked is None:
            return None, NO_MODEL
        try:
            return await model.ask(text, language, asked), UNSURE
        except GenAIError as error:
            return None, error.code

    async def _is_needed(self, opened: Opened) -> bool:
        """Say whether a model is to be asked: it may, and feedback was asked for, or the desk or a rule goes by tone."""
        if self.settings.by != "model" or opened.conversation.owner == "human":
            return False
        mode = opened.conversation.mode
        if (mode is not None and mode.handler == ASKS) or self.tenant.settings.desk.upset_below is not None:
            return True
        return opened.rules is not None and (await self.rulebook.of(self.tenant, opened.rules)).asks_for_sentiment


def _heard(found: Sentiment, text: str, language: str, opened: Opened, steps: Steps) -> Tone:
    """Return the tone, and note it for the turn record."""
    mode = opened.conversation.mode
    tone = Tone(
        sentiment=found.score if found.confidence else None,
        rating=sentiment.rating(text, language, found.score) if mode and mode.handler == ASKS else None,
    )
    if found.confidence:
        told = {
            "score": round(found.score, 3),
            "confidence": round(found.confidence, 3),
            "words": list(found.words[:10]),
        }
        steps.found["sentiment"] = {**steps.found.get("sentiment", {}), **told}
    if tone.rating is not None:
        steps.found["rating"] = tone.rating
    return tone


def _ready(tone: Tone) -> Told:
    async def told() -> Tone:
        return tone

    return told

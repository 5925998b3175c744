"""A language model's second opinion of a text the classifier is not sure of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from frontdesk.core.conversation import Said
from frontdesk.errors import GenAIError
from frontdesk.services.genai.chosen import Chosen
from frontdesk.services.genai.port import Choice, Classify, Line
from frontdesk.services.genai.usage import Ledger
from frontdesk.understanding.intents.decide import OutOfScope, Unsure
from frontdesk.understanding.intents.known import Known, spelt
from frontdesk.understanding.intents.recent import Recent

log = structlog.get_logger()

LEAST_CONFIDENCE = 0.5
MOST_CHOICES = 10
MOST_LINES = 4
MOST_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """The intent a language model is sure enough of, or none; `name` is what it said, `failure` the code of what went wrong."""

    name: str | None = None
    confidence: float = 0.0
    failure: str | None = None
    is_remembered: bool = False

    @property
    def intent(self) -> str | None:
        return self.name if self.confidence >= LEAST_CONFIDENCE else None

    def record(self) -> dict[str, Any]:
        if self.failure:
            return {"failure": self.failure}
        remembered = {"remembered": True} if self.is_remembered else {}
        return {"intent": self.name, "confidence": round(self.confidence, 4), **remembered}


Key = tuple[int, str, tuple[Line, ...]]


class SecondOpinion:
    """Asks the tenant's language model, where it has one; the same text after the same words is asked about once."""

    def __init__(self, chosen: Chosen, most_remembered: int) -> None:
        self.chosen = chosen
        self._given: Recent[Key, tuple[str | None, float]] = Recent(most_remembered)

    async def ask(
        self, known: Known, text: str, decision: Unsure | OutOfScope, history: Sequence[Said], ledger: Ledger
    ) -> Opinion | None:
        """Return the opinion; None where there is nobody to ask, or nothing to choose from."""
        model = self.chosen.model(ledger)
        choices = _choices(known, text, decision) if model else ()
        if model is None or not choices:
            return None
        lines = _lines(history, text)
        key = (known.version, spelt(known, text), lines)
        if (given := self._given.get(key)) is not None:
            return Opinion(name=given[0], confidence=given[1], is_remembered=True)
        try:
            found = (await model.classify(Classify(text[:MOST_CHARACTERS], choices, lines))).value
        except GenAIError as error:
            log.warning("no_second_opinion", code=error.code, error=str(error))
            return Opinion(failure=error.code)
        name = found.name if found.name in known.intents else None
        self._given.put(key, (name, found.confidence))
        return Opinion(name=name, confidence=found.confidence)


def _choices(known: Known, text: str, decision: Unsure | OutOfScope) -> tuple[Choice, ...]:
    """Return the likeliest intents; without a model, those with the highest priority."""
    if known.model and decision.prediction:
        ranked = known.model.predict(text, MOST_CHOICES).ranking
        names = [candidate.intent for candidate in ranked if candidate.intent in known.intents]
    else:
        names = sorted(known.intents, key=lambda name: -known.intents[name].priority)[:MOST_CHOICES]
    return tuple(Choice(name, known.intents[name].description, tuple(known.examples.get(name, ()))) for name in names)


def _lines(history: Sequence[Said], text: str) -> tuple[Line, ...]:
    """Return what was said last, in the working language where it was translated; the text itself is not said twice."""
    said = [line for line in history if line.text]
    if said and said[-1].direction == "inbound" and text in (said[-1].text, said[-1].working):
        said = said[:-1]
    return tuple(
        Line("contact" if line.direction == "inbound" else "desk", (line.working or line.text or "")[:MOST_CHARACTERS])
        for line in said[-MOST_LINES:]
    )

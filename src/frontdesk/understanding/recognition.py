"""What a message wants: patterns, the live model, and a language model's second opinion."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from frontdesk.core.conversation import Said
from frontdesk.core.intents import Intent
from frontdesk.core.meaning import NOTHING_MEANT, Candidate, Meaning
from frontdesk.core.tenant import Tenant
from frontdesk.services.genai.chosen import Chosen
from frontdesk.services.genai.usage import Ledger
from frontdesk.understanding.intents import bare, decide, model
from frontdesk.understanding.intents.decide import Decision, OutOfScope, Preferences, Understood, Unsure
from frontdesk.understanding.intents.known import Known, Models, spelt
from frontdesk.understanding.intents.model import Prediction
from frontdesk.understanding.intents.recent import Recent
from frontdesk.understanding.intents.second import Opinion, SecondOpinion

MOST_REMEMBERED = 500
MOST_REMEMBERED_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What a text means, the live version's intents by name, and how it was found, for the turn record."""

    meaning: Meaning = NOTHING_MEANT
    intents: Mapping[str, Intent] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)


class Recognition:
    """Recognises intents for one tenant, as its settings have it; what was decided of a text is remembered a while."""

    def __init__(self, tenant: Tenant, models: Models, chosen: Chosen) -> None:
        self.tenant = tenant
        self.models = models
        self.settings = tenant.settings.intents
        self.second = SecondOpinion(chosen, MOST_REMEMBERED) if self.settings.second_opinion else None
        self._decided: Recent[tuple[int, str], Decision] = Recent(MOST_REMEMBERED)
        self._wishes: tuple[int, Preferences] | None = None

    async def recognise(
        self, text: str, version: int | None, history: Sequence[Said], ledger: Ledger, *, alone: bool = False
    ) -> Recognised:
        """Return what a text in the working language wants, by the intents of `version`; nothing without one.

        `alone` asks no language model: where the text answers a question of ours, little hangs on its intent.
        NotFound or Conflict where that version is none, or none to go by.
        """
        if version is None:
            return Recognised()
        started = time.perf_counter()
        known = await self.models.get(self.tenant, version)
        decision = await self._decide(known, text)
        opinion = None
        is_worth = bool(text.strip()) and self._reply(text) is None
        if self.second and not alone and is_worth and not isinstance(decision, Understood):
            opinion = await self.second.ask(known, text, decision, history, ledger)
        meaning = _meaning(decision, opinion, version)
        record = _record(known, decision, opinion, meaning)
        return Recognised(meaning=meaning, intents=known.intents, record={**record, "milliseconds": _since(started)})

    async def intents(self, version: int | None) -> Mapping[str, Intent]:
        """Return the intents of a version by name, without looking at any text."""
        return {} if version is None else (await self.models.get(self.tenant, version)).intents

    async def _decide(self, known: Known, text: str) -> Decision:
        key = (known.version, spelt(known, text))
        if (remembered := self._decided.get(key)) is not None:
            return remembered
        wishes = self._preferences(known)
        if known.is_slow:
            decision = await asyncio.to_thread(decide.decide, text, known.patterns, known.model, wishes)
        else:
            decision = decide.decide(text, known.patterns, known.model, wishes)
        if _wants_nothing(decision, self._reply(text), known):
            decision = OutOfScope(decision.prediction)
        if len(text) <= MOST_REMEMBERED_CHARACTERS:
            self._decided.put(key, decision)
        return decision

    def _reply(self, text: str) -> str | None:
        return bare.reply(text, self.tenant.settings.working_language)

    def _preferences(self, known: Known) -> Preferences:
        if self._wishes is None or self._wishes[0] != known.version:
            intents = known.intents.values()
            wishes = Preferences(
                close=self.settings.close,
                least=self.settings.least,
                sure=self.settings.sure,
                most_proposed=self.settings.most_proposed,
                least_of_intent={intent.name: intent.threshold for intent in intents if intent.threshold is not None},
                priorities={intent.name: intent.priority for intent in intents if intent.priority},
            )
            self._wishes = known.version, wishes
        return self._wishes[1]


def _wants_nothing(decision: Decision, reply: str | None, known: Known) -> bool:
    """Say whether the classifier made something of a bare reply that nobody taught it."""
    by_pattern = isinstance(decision, Understood) and decision.pattern is not None
    return reply is not None and reply not in known.replies and not by_pattern


def _meaning(decision: Decision, opinion: Opinion | None, version: int) -> Meaning:
    ranking = _candidates(decision.prediction.ranking if decision.prediction else ())
    if opinion and opinion.intent:
        return Meaning(
            intent=opinion.intent, confidence=opinion.confidence, by="model", ranking=ranking, version=version
        )
    match decision:
        case Understood(intent, confidence, pattern):
            return Meaning(
                intent=intent,
                confidence=confidence,
                by="pattern" if pattern else "classifier",
                ranking=ranking,
                version=version,
                pattern=pattern.expression if pattern else None,
            )
        case Unsure(candidates):
            return Meaning(asked=_candidates(candidates), ranking=ranking, version=version)
        case OutOfScope():
            return Meaning(ranking=ranking, version=version)


def _candidates(found: Sequence[model.Candidate]) -> tuple[Candidate, ...]:
    return tuple(Candidate(intent=each.intent, confidence=each.confidence) for each in found)


def _record(known: Known, decision: Decision, opinion: Opinion | None, meaning: Meaning) -> dict[str, Any]:
    """Return what the turn record keeps; what there is nothing to say of is left out."""
    record = {
        "version": known.version,
        "intent": meaning.intent,
        "confidence": round(meaning.confidence, 4) if meaning.intent else None,
        "by": meaning.by,
        "asked": [candidate.intent for candidate in meaning.asked] or None,
        "ranking": {each.intent: round(each.confidence, 4) for each in meaning.ranking} or None,
        "pattern": meaning.pattern,
        **_scope(known, decision.prediction),
        "second_opinion": opinion.record() if opinion else None,
        "fault": known.fault,
    }
    return {name: value for name, value in record.items() if value is not None}


def _scope(known: Known, prediction: Prediction | None) -> dict[str, Any]:
    if prediction is None or known.model is None:
        return {}
    threshold = known.model.threshold
    return {
        "scope": round(prediction.scope, 4),
        "threshold": round(threshold, 4) if threshold > float("-inf") else None,
        "accepted": prediction.accepted,
    }


def _since(started: float) -> float:
    return round(1000 * (time.perf_counter() - started), 3)

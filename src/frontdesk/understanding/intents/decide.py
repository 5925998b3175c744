"""What a text means: by a pattern, by the classifier, one of two close ones, or nothing the tenant knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from frontdesk.understanding.intents.model import Candidate, Model, Prediction
from frontdesk.understanding.intents.patterns import Pattern, Patterns


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a tenant wants of decisions; confidences lie between 0 and 1."""

    close: float = 0.15
    """Two intents whose confidences differ by less are asked about."""
    least: float = 0.2
    """An intent less sure than this is not worth proposing."""
    sure: float = 0.0
    """An intent less sure than this is asked about rather than taken."""
    most_proposed: int = 3
    least_of_intent: Mapping[str, float] = field(default_factory=dict)
    """What confidence an intent needs to be taken without asking, where that is not `sure`."""
    priorities: Mapping[str, int] = field(default_factory=dict)
    """Of two close intents the one with the higher priority is taken; nought where none is given."""


@dataclass(frozen=True, slots=True)
class Understood:
    """The text means this intent."""

    intent: str
    confidence: float
    pattern: Pattern | None = None
    prediction: Prediction | None = None


@dataclass(frozen=True, slots=True)
class Unsure:
    """The text means one of these: "did you mean …?"."""

    candidates: tuple[Candidate, ...]
    prediction: Prediction


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """The text means none of the tenant's intents, as far as can be told."""

    prediction: Prediction | None = None


Decision = Understood | Unsure | OutOfScope
USUAL = Preferences()


def decide(text: str, patterns: Patterns | None, model: Model | None, wishes: Preferences = USUAL) -> Decision:
    """Decide what a text means; without a model only patterns are asked."""
    if not text.strip():
        return OutOfScope()
    if patterns and (pattern := patterns.match(text)):
        return Understood(pattern.intent, 1.0, pattern)
    if model is None:
        return OutOfScope()
    return judge(model.predict(text), wishes)


def judge(prediction: Prediction, wishes: Preferences = USUAL) -> Decision:
    """Decide by what the classifier found."""
    if not prediction.accepted:
        return OutOfScope(prediction)
    best = prediction.best
    close = [found for found in prediction.ranking if best.confidence - found.confidence < wishes.close]
    chosen = _preferred(close, wishes)
    if chosen and _is_sure(chosen, best, wishes):
        return Understood(chosen.intent, chosen.confidence, prediction=prediction)
    proposed = close if len(close) > 1 else prediction.ranking[: wishes.most_proposed]
    worth = tuple(found for found in proposed if found.confidence >= wishes.least)[: wishes.most_proposed]
    return Unsure(worth or (best,), prediction)


def _is_sure(chosen: Candidate, best: Candidate, wishes: Preferences) -> bool:
    """Say whether the intent chosen may be taken; where priority chose it, the best one says how sure that is."""
    needed = wishes.least_of_intent.get(chosen.intent)
    return chosen.confidence >= needed if needed is not None else best.confidence >= wishes.sure


def _preferred(close: list[Candidate], wishes: Preferences) -> Candidate | None:
    """Return the only one, or the one whose priority is above all others'."""
    ordered = sorted(close, key=lambda found: -wishes.priorities.get(found.intent, 0))
    if len(ordered) == 1:
        return ordered[0]
    first, second = (wishes.priorities.get(found.intent, 0) for found in ordered[:2])
    return ordered[0] if first > second else None

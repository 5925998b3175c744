"""How good a model is on rows it was not trained on."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from frontdesk.errors import InvalidInput
from frontdesk.understanding.intents.calibration import Bin, calibration_error, reliability
from frontdesk.understanding.intents.data import OUT_OF_SCOPE, Utterance
from frontdesk.understanding.intents.model import Model, Prediction

WARM_UP = 50


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured; shares lie between 0 and 1, None where the rows can't tell.

    `accuracy` and `macro_f1` are those of the likeliest intent on in-scope rows, whether or not it was accepted;
    `accepted_accuracy` counts an in-scope row that was asked again as wrong, and `overall_accuracy` takes all rows.
    """

    rows: int
    accuracy: float | None
    accepted_accuracy: float | None
    overall_accuracy: float
    macro_f1: float | None
    asked_again: float | None
    oos_recall: float | None
    oos_precision: float | None
    ece: float | None
    ms_per_text: float
    confusion: dict[str, dict[str, int]]
    """Per intent, how often which other was taken for it (`oos` where it was refused); right ones are left out."""
    bins: list[Bin]

    def document(self, digits: int = 4) -> dict[str, Any]:
        """Return the figures that are single numbers."""
        names = [name for name in self.__slots__ if name not in ("confusion", "bins")]
        figures = {name: getattr(self, name) for name in names}
        return {name: round(value, digits) if isinstance(value, float) else value for name, value in figures.items()}


def evaluate(model: Model, rows: Sequence[Utterance]) -> Report:
    """Predict the rows one by one and count; InvalidInput where there is none."""
    if not rows:
        raise InvalidInput("there is nothing to evaluate on: the test data hold no utterance")
    for row in rows[:WARM_UP]:
        model.predict(row.text)
    predictions, seconds = [], []
    for row in rows:
        started = time.perf_counter()
        predictions.append(model.predict(row.text))
        seconds.append(time.perf_counter() - started)
    return report(rows, predictions, 1000 * sum(seconds) / len(seconds))


def report(rows: Sequence[Utterance], predictions: Sequence[Prediction], milliseconds: float) -> Report:
    """Count what was predicted of rows."""
    pairs = list(zip(rows, predictions, strict=True))
    inside = [(row, found) for row, found in pairs if row.intent != OUT_OF_SCOPE]
    outside = [found for row, found in pairs if row.intent == OUT_OF_SCOPE]
    right = [found.best.intent == row.intent for row, found in inside]
    kept = [hit and found.accepted for hit, (_, found) in zip(right, inside, strict=True)]
    refused, refused_outside = (sum(not found.accepted for found in some) for some in (predictions, outside))
    bins = reliability([found.best.confidence for _, found in inside], right) if inside else []
    return Report(
        rows=len(rows),
        accuracy=_share(sum(right), len(inside)),
        accepted_accuracy=_share(sum(kept), len(inside)),
        overall_accuracy=(sum(kept) + refused_outside) / len(rows),
        macro_f1=_macro_f1([(row.intent, found.best.intent) for row, found in inside]),
        asked_again=_share(refused - refused_outside, len(inside)),
        oos_recall=_share(refused_outside, len(outside)),
        oos_precision=_share(refused_outside, refused) if outside else None,
        ece=calibration_error(bins) if inside else None,
        ms_per_text=milliseconds,
        confusion=_confusion(pairs),
        bins=bins,
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _macro_f1(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return the mean, over the intents asked for, of each one's harmonic mean of precision and recall."""
    wanted, given = Counter(want for want, _ in pairs), Counter(got for _, got in pairs)
    hits = Counter(want for want, got in pairs if want == got)
    scores = [2 * hits[intent] / (count + given[intent]) for intent, count in wanted.items()]
    return sum(scores) / len(scores) if scores else None


def _confusion(pairs: Sequence[tuple[Utterance, Prediction]]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for row, prediction in pairs:
        said = prediction.best.intent if prediction.accepted else OUT_OF_SCOPE
        if said != row.intent:
            found.setdefault(row.intent, Counter())[said] += 1
    return {intent: dict(others.most_common()) for intent, others in sorted(found.items())}

"""What is kept of a training: how good the model was on rows it was not shown, by intent, and what it mixes up."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from frontdesk.understanding.intents.calibration import confidences
from frontdesk.understanding.intents.data import OUT_OF_SCOPE, Utterance
from frontdesk.understanding.intents.evaluation import Report, report
from frontdesk.understanding.intents.model import Candidate, Prediction, split
from frontdesk.understanding.intents.training import Trained

MOST_CONFUSED = 30
HELD_OUT = (
    "rows",
    "accuracy",
    "accepted_accuracy",
    "macro_f1",
    "asked_again",
    "oos_recall",
    "oos_precision",
    "ece",
)


def measured(trained: Trained) -> dict[str, Any]:
    """Return what is kept, as JSON holds it; shares lie between 0 and 1, None where the rows can't tell."""
    model, rows = trained.model, trained.rows
    predictions = _predictions(trained)
    found = report(rows, predictions, 0.0) if rows else None
    figures = found.document() if found else {}
    return {
        "utterances": model.about["utterances"],
        "intents": _by_intent(rows, predictions, model.about["intents"]),
        "held_out": {name: figures.get(name) for name in HELD_OUT},
        "confused": _confused(found) if found else [],
        "calibration": [[part.count, _rounded(part.confidence), _rounded(part.accuracy)] for part in found.bins]
        if found
        else [],
        "threshold": _rounded(model.threshold) if math.isfinite(model.threshold) else None,
        "sharpness": _rounded(model.sharpness),
        "willingness": model.about["willingness"],
        "embedding": model.embedding,
        "train_seconds": model.about["train_seconds"],
    }


def of_patterns(utterances: Sequence[Utterance], note: str) -> dict[str, Any]:
    """Return what is kept of a version without a model, and why it has none."""
    counts = Counter(utterance.intent for utterance in utterances)
    nothing = {"precision": None, "recall": None, "f1": None, "support": 0}
    intents = {name: {"utterances": count, **nothing} for name, count in sorted(counts.items())}
    return {"utterances": len(utterances), "intents": intents, "held_out": None, "confused": [], "note": note}


def _predictions(trained: Trained) -> list[Prediction]:
    """Return the likeliest intent of each row by the scores it had while it was held out."""
    model = trained.model
    inside, scope = split(trained.scores, model.linear.labels)
    sure = confidences(inside, model.sharpness) if len(inside) else inside
    best = inside.argmax(axis=1)
    names = model.intents
    return [
        Prediction(
            (Candidate(names[place], float(sure[row, place])),), float(scope[row]), scope[row] >= model.threshold
        )
        for row, place in enumerate(best)
    ]


def _by_intent(
    rows: Sequence[Utterance], predictions: Sequence[Prediction], utterances: Mapping[str, int]
) -> dict[str, dict[str, Any]]:
    """Return precision and recall of each intent; what was refused counts as out of scope."""
    said = [found.best.intent if found.accepted else OUT_OF_SCOPE for found in predictions]
    support, given = Counter(row.intent for row in rows), Counter(said)
    hits = Counter(row.intent for row, name in zip(rows, said, strict=True) if row.intent == name)
    return {
        name: {
            "utterances": count,
            "precision": _share(hits[name], given[name]),
            "recall": _share(hits[name], support[name]),
            "f1": _share(2 * hits[name], support[name] + given[name]),
            "support": support[name],
        }
        for name, count in utterances.items()
    }


def _confused(found: Report) -> list[dict[str, Any]]:
    """Return the pairs mixed up most often."""
    counts = Counter(
        {(name, other): count for name, others in found.confusion.items() for other, count in others.items()}
    )
    return [
        {"intent": name, "taken_for": other, "count": count}
        for (name, other), count in counts.most_common(MOST_CONFUSED)
    ]


def _share(part: int, whole: int) -> float | None:
    return _rounded(part / whole) if whole else None


def _rounded(value: float) -> float:
    return round(float(value), 4)

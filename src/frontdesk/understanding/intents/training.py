"""From utterances to a model: features, classifier, calibration and threshold, each from rows not trained on."""

import re
import time
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from frontdesk.errors import InvalidInput
from frontdesk.understanding.intents import calibration, classifier, features, threshold
from frontdesk.understanding.intents.classifier import Linear
from frontdesk.understanding.intents.data import OUT_OF_SCOPE, Utterance, usable
from frontdesk.understanding.intents.features import Features
from frontdesk.understanding.intents.model import EMBEDDING_WEIGHT, Embed, Model, split

NAME_PARTS = re.compile(r"[\s\d_\-/.:+]+|(?<=[a-z])(?=[A-Z])")
ENOUGH_VALIDATION = 500


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, and the rows it was not shown while they were scored."""

    model: Model
    rows: tuple[Utterance, ...]
    scores: NDArray[np.float32]


def train(
    utterances: Sequence[Utterance],
    validation: Sequence[Utterance] = (),
    *,
    willingness: float = threshold.WILLINGNESS,
    embed: Embed | None = None,
    embedding: str | None = None,
) -> Model:
    """Train on utterances; CPU work of seconds, for a thread or process of its own.

    Calibration and threshold come from `validation`, which is never trained on, and while that is small from
    cross-validation, too. InvalidInput says what the data lack.
    """
    return trained(utterances, validation, willingness=willingness, embed=embed, embedding=embedding).model


def trained(
    utterances: Sequence[Utterance],
    validation: Sequence[Utterance] = (),
    *,
    willingness: float = threshold.WILLINGNESS,
    embed: Embed | None = None,
    embedding: str | None = None,
) -> Trained:
    """Train as `train` does, and return the held-out scores beside the model."""
    started = time.perf_counter()
    known = usable(utterances)
    _check(known)
    shown = known + _names({utterance.intent for utterance in known})
    texts, labels = [utterance.text for utterance in shown], [utterance.intent for utterance in shown]
    vocabulary = features.learn(texts)
    matrix = _matrix(vocabulary, texts, embed)
    unseen = usable(validation)
    rows, tables = list[Utterance](), []
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # scikit-learn's, where examples are few
        linear = classifier.fit(matrix, labels)
        if sum(utterance.intent in linear.labels for utterance in unseen) < ENOUGH_VALIDATION:
            held_out = classifier.score_held_out(matrix, labels, len(known))
            rows += [shown[row] for row in held_out.rows]
            tables.append(held_out.scores)
    if unseen:
        rows += unseen
        tables.append(classifier.score(linear, _matrix(vocabulary, [utterance.text for utterance in unseen], embed)))
    scores = np.concatenate(tables)
    inside, scope, right = _of_intents(scores, [row.intent for row in rows], linear)
    about = {
        **_about(known),
        "willingness": willingness,
        "held_out_rows": len(right),
        "held_out_accuracy": round(float((inside.argmax(axis=1) == right).mean()), 4) if len(right) else None,
        "train_seconds": round(time.perf_counter() - started, 3),
    }
    hit = inside.argmax(axis=1) == right
    sharpness, line = calibration.sharpness(inside, right), threshold.choose(scope, hit, willingness)
    model = Model(vocabulary, linear, sharpness, line, (embedding or "local") if embed else None, about, embed)
    return Trained(model, tuple(rows), scores)


def _about(utterances: Sequence[Utterance]) -> dict[str, Any]:
    counts = Counter(utterance.intent for utterance in utterances)
    return {"utterances": len(utterances), "intents": dict(sorted(counts.items()))}


def _check(utterances: Sequence[Utterance]) -> None:
    if not utterances:
        raise InvalidInput("there is nothing to train on: add intents with utterances")
    intents = {utterance.intent for utterance in utterances}
    if intents == {OUT_OF_SCOPE}:
        raise InvalidInput(f"there are only out-of-scope utterances (`{OUT_OF_SCOPE}`): add intents with utterances")
    if len(intents) == 1:
        raise InvalidInput(
            f"there is only the intent {min(intents)!r}: add a second one, or utterances of `{OUT_OF_SCOPE}`"
        )


def _names(intents: set[str]) -> list[Utterance]:
    """Return the intents' own names as utterances: who has few examples has named well, mostly."""
    said = {intent: NAME_PARTS.sub(" ", intent).strip() for intent in sorted(intents - {OUT_OF_SCOPE})}
    return [Utterance(name, intent) for intent, name in said.items() if name]


def _matrix(vocabulary: Features, texts: Sequence[str], embed: Embed | None) -> Any:
    from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]

    sparse = vocabulary.matrix(texts)
    if embed is None:
        return sparse
    return hstack([sparse, csr_matrix(embed(texts) * np.float32(EMBEDDING_WEIGHT))]).tocsr()


def _of_intents(
    scores: NDArray[np.float32], labels: Sequence[str], linear: Linear
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.intp]]:
    """Return the rows of known intents: the intents' scores, the scope's score, and the right column."""
    inside, scope = split(scores, linear.labels)
    columns = {label: place for place, label in enumerate(name for name in linear.labels if name != OUT_OF_SCOPE)}
    rows = [row for row, label in enumerate(labels) if label in columns]
    right = np.array([columns[labels[row]] for row in rows], np.intp)
    return inside[rows], scope[rows], right

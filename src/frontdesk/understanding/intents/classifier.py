"""The linear classifier: one-against-the-rest support vector machines over sparse features."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

C = 1.0
FOLDS, FOLDS_OF_FEW = 2, 4
"""Utterances written together resemble each other, so that held-out rows look easier than what contacts write; half
the rows to learn from makes up for it. Of few rows a half is too few."""
FEW_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights (features × labels) and biases; a score over nought speaks for the label."""

    labels: tuple[str, ...]
    weights: NDArray[Any]
    biases: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Scores of rows by a classifier that was not shown them; `rows` says which."""

    rows: NDArray[np.intp]
    scores: NDArray[np.float32]


def fit(matrix: Any, labels: Sequence[str], c: float = C) -> Linear:
    """Train on rows with their labels, of which there have to be two or more kinds."""
    from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

    known = sorted(set(labels))
    place = {label: number for number, label in enumerate(known)}
    machine = LinearSVC(C=c, random_state=0).fit(matrix, np.array([place[label] for label in labels]))
    weights, biases = machine.coef_.T, machine.intercept_
    if weights.shape[1] == 1:  # two labels share one machine
        weights, biases = np.hstack([-weights, weights]), np.concatenate([-biases, biases])
    return Linear(tuple(known), np.ascontiguousarray(weights, dtype=np.float16), biases.astype(np.float32))


def score(linear: Linear, matrix: Any) -> NDArray[np.float32]:
    """Return the scores of many rows at once."""
    return np.asarray(matrix @ linear.weights.astype(np.float32) + linear.biases, dtype=np.float32)


def score_held_out(matrix: Any, labels: Sequence[str], given: int) -> HeldOut:
    """Score the first `given` rows by cross-validation, in the order of the sorted labels.

    The rows after them, and a label's only row, are always trained on and never scored: every fold knows every label.
    """
    folds = FOLDS_OF_FEW if given < FEW_ROWS else FOLDS
    fold = _folds(labels, given, folds)
    order = {label: place for place, label in enumerate(sorted(set(labels)))}
    scores = np.zeros((len(labels), len(order)), np.float32)

    for number in range(folds):  # one after another: liblinear's random numbers are shared by all threads
        train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        if len(test):
            linear = fit(matrix[train], [labels[int(row)] for row in train])
            known = _as_seen(matrix[train], matrix[test])
            columns = np.array([order[label] for label in linear.labels])
            scores[np.ix_(test, columns)] = score(linear, known)

    rows = np.flatnonzero(fold >= 0)
    return HeldOut(rows, scores[rows])


def _folds(labels: Sequence[str], given: int, folds: int) -> NDArray[np.intp]:
    """Return each row's fold, −1 for rows that are always trained on; labels are spread evenly."""
    fold = np.full(len(labels), -1)
    rows: dict[str, list[int]] = {}
    for row in np.random.default_rng(0).permutation(given):
        rows.setdefault(labels[row], []).append(int(row))
    for start, found in enumerate(rows.values()):
        if len(found) > 1:
            fold[found] = (np.arange(len(found)) + start) % folds
    return fold


def _as_seen(train: Any, test: Any) -> Any:
    """Return the test rows as they look without the features no training row has."""
    from scipy.sparse import diags  # type: ignore[import-untyped]

    known = np.bincount(train.indices, minlength=train.shape[1]) > 0
    before = np.asarray(test.multiply(test).sum(axis=1)).ravel()
    seen = test @ diags(known.astype(np.float32))
    after = np.asarray(seen.multiply(seen).sum(axis=1)).ravel()
    scale = np.sqrt(before / np.where(after > 0, after, 1))
    return (diags(scale.astype(np.float32)) @ seen).tocsr()

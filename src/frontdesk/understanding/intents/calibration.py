"""Confidence that means what it says: scores become probabilities by one temperature, and the error is counted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

USUAL_SHARPNESS = 4.0
"""What the scores of separate machines are mostly to be multiplied with."""
TRUST = 5.0
"""How many rows that usual value is worth beside those held out."""
BINS = 15

Floats = NDArray[np.float64]


def confidences(scores: ArrayLike, sharpness: float) -> Floats:
    """Return probabilities, row by row, that add up to one."""
    sharp = np.asarray(scores, np.float64) * sharpness
    powers = np.exp(sharp - sharp.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def sharpness(scores: ArrayLike, right: ArrayLike) -> float:
    """Return the sharpness under which the right columns of held-out rows are likeliest."""
    from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]

    table, columns = np.asarray(scores, np.float64), np.asarray(right, np.intp)
    if not len(table):
        return USUAL_SHARPNESS

    def unlikelihood(logarithm: float) -> float:
        sharp = table * np.exp(logarithm)
        most = sharp.max(axis=1)
        total = most + np.log(np.exp(sharp - most[:, None]).sum(axis=1))
        surprise = total - sharp[np.arange(len(sharp)), columns]
        return float(surprise.sum() + TRUST * (logarithm - np.log(USUAL_SHARPNESS)) ** 2)

    return float(np.exp(minimize_scalar(unlikelihood, bounds=(-3.0, 4.0), method="bounded").x))


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of like confidence: how many, how sure they were on average, and what share was right."""

    count: int
    confidence: float
    accuracy: float


def reliability(confidence: Sequence[float] | Floats, right: Sequence[bool], bins: int = BINS) -> list[Bin]:
    """Return the bins of equal width that hold something."""
    sure, hit = np.asarray(confidence, np.float64), np.asarray(right, bool)
    place = np.minimum((sure * bins).astype(int), bins - 1)
    chosen = ((place == number) for number in range(bins))
    return [Bin(int(rows.sum()), float(sure[rows].mean()), float(hit[rows].mean())) for rows in chosen if rows.any()]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: how far confidence and accuracy are apart, on average over rows."""
    total = sum(found.count for found in bins)
    return sum(found.count * abs(found.confidence - found.accuracy) for found in bins) / total if total else 0.0

"""The line under which a message is out of scope, chosen by how many good messages may be asked again."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from frontdesk.errors import InvalidInput

WILLINGNESS = 0.03
"""The share of in-scope messages a tenant is willing to ask again about, unless it says otherwise."""
SURE = 1.96
"""Standard errors kept as a margin."""
FEW = 1_000
"""Fewer held-out scores don't show how variously contacts write."""
UNDECIDED = 0.0
"""Where the classifier itself draws the line; of few scores none leads above it."""


def choose(in_scope: ArrayLike, right: ArrayLike, willingness: float = WILLINGNESS) -> float:
    """Return the threshold that most likely refuses no more than this share of in-scope messages.

    It lies where held-out scores are refused by the share less twice its own uncertainty. With too few scores to say,
    it refuses this share of those that were classified rightly, and never where the classifier would still say yes.
    `right` says which were.
    """
    if not 0 <= willingness < 1:
        raise InvalidInput(f"the share of messages to ask again about has to lie between 0 and 1, not {willingness}")
    ordered = np.sort(np.asarray(in_scope, np.float64))
    count = len(ordered)
    refused = int(willingness * count - SURE * (count * willingness * (1 - willingness)) ** 0.5)
    if not count:
        return float("-inf")
    line = (
        float(ordered[refused])
        if refused > 0
        else _of_few(np.asarray(in_scope, np.float64), np.asarray(right, bool), willingness)
    )
    return min(line, UNDECIDED) if count < FEW else line


def _of_few(scores: NDArray[np.float64], right: NDArray[np.bool_], willingness: float) -> float:
    """Return a line for few examples: below it lies the tenant's share of the scores that were right."""
    if not right.any():
        return float(scores.min() - scores.std())
    return float(np.quantile(scores[right], willingness))

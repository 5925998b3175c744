"""The line under which a message is out of scope, chosen by how many good messages may be asked again."""

import numpy as np
from numpy.typing import ArrayLike

from frontdesk.errors import InvalidInput

WILLINGNESS = 0.03
"""The share of in-scope messages a tenant is willing to ask again about, unless it says otherwise."""
SURE = 1.96
"""Standard errors kept as a margin."""
FEW = 1_000
"""Fewer held-out scores don't show how variously contacts write."""
UNDECIDED = 0.0
"""Where the classifier itself draws the line; of few scores none leads above it."""


def choose(in_scope: ArrayLike, willingness: float = WILLINGNESS) -> float:
    """Return the threshold that most likely refuses no more than this share of in-scope messages.

    It lies where held-out scores are refused by the share less twice its own uncertainty. With too few scores to say,
    it lies below them all, by as much as they spread, and never where the classifier would still say yes.
    """
    if not 0 <= willingness < 1:
        raise InvalidInput(f"the share of messages to ask again about has to lie between 0 and 1, not {willingness}")
    ordered = np.sort(np.asarray(in_scope, np.float64))
    count = len(ordered)
    refused = int(willingness * count - SURE * (count * willingness * (1 - willingness)) ** 0.5)
    if not count:
        return float("-inf")
    line = float(ordered[refused]) if refused > 0 else float(ordered[0] - ordered.std())
    return min(line, UNDECIDED) if count < FEW else line

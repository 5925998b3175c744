"""When failed work runs again."""

import random
from datetime import timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(hours=1)


def next_wait(attempts: int, *, limit: int = 12) -> timedelta | None:
    """Say how long failed work waits, or None once it belongs in the dead letters.

    Waits double from five seconds to an hour; the first failure passes 1. The caller adds jitter: this stays exact.
    """
    if attempts >= limit:
        return None
    return min(FIRST * (1 << min(attempts - 1, 20)), LONGEST)


def jittered(wait: timedelta) -> timedelta:
    """Return `wait` made up to a fifth longer, so that what failed together does not come back together."""
    return wait * (1 + random.random() / 5)  # noqa: S311 - spreads load, guards nothing

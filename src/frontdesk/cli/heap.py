"""What a process has loaded stays for good: the garbage collector need not look at it again and again."""

import gc

YOUNG, MIDDLE, OLD = 10_000, 20, 50
"""After how many new objects the young are looked at, after how many such rounds the older ones, and the oldest. An answer
of the API may be made of thousands of objects, none of them garbage before it is sent.
"""


def settle() -> None:
    """Put all there is by now out of the collector's sight. Called once a process has loaded what it works with, and only
    where that is all the process does: what is put away is never freed.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)

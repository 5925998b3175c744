"""How large a regular expression gets before it looks at any text."""

import re

MOST_WRITTEN_OUT = 5_000
"""Signs an expression may come to: to make one of three repeats of 200 within each other ready takes minutes, and no timeout
stops that.
"""
PIECE = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<open>\()|(?P<close>\))|\{(?P<least>\d+)(?:,\d*)?\}|.", re.DOTALL
)


def written_out(expression: str) -> int:
    """Return how many signs an expression has with each part written as often as it is repeated at least."""
    sizes, last = [0], 0
    for piece in PIECE.finditer(expression):
        if piece["open"]:
            sizes.append(0)
            last = 0
            continue
        if piece["close"]:
            last = max(sizes.pop(), 1) if len(sizes) > 1 else 1
        elif piece["least"]:
            sizes[-1] -= last
            last *= max(int(piece["least"][:9]), 1)
        else:
            last = 1
        sizes[-1] += last
    return sum(sizes)

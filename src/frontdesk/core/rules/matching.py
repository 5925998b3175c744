"""A tenant's regular expressions: hostile until shown otherwise, so bounded in what they may say and how long they look."""

import functools
import re
from typing import Any

from frontdesk.core.expressions import MOST_WRITTEN_OUT, written_out

MOST_READ = 1_000
MOST_SEARCHES = 100
"""Different expressions looked for in one message; rules with more are not taken."""
SECONDS = 0.005
MOST_LOOKS = 400
MOST_TIMEOUTS = 4
"""After so many searches, or so many that took too long, no further one is begun for that message."""
LARGEST_REPEAT = 200
REFUSED = re.compile(r"\(\?(?:R|0|&|P>|\d|\(|#|[a-zA-Z^-]*[a-zA-Z]\)|<!|<=)|\{[^}\d,]|\\[KGRXLN1-9]|\\g|\(\?P=|\(\*")
"""Recursion, conditions, flags, back references, verbs, look-behind, fuzzy matching: what makes a search endless or odd."""


@functools.lru_cache(maxsize=2048)
def fault(expression: str) -> str | None:
    """Return why an expression can't be used, or None."""
    if refused := REFUSED.search(expression):
        return f"{refused[0]} is not taken"
    if any(int(count) > LARGEST_REPEAT for count in re.findall(r"\d{1,20}(?=[,}])", expression)):
        return f"nothing may be repeated more than {LARGEST_REPEAT} times"
    if written_out(expression) > MOST_WRITTEN_OUT:
        return f"with its repeats written out it has more than {MOST_WRITTEN_OUT:,} signs: repeat less within what is repeated"
    import regex  # type: ignore[import-untyped, unused-ignore]

    try:
        found = compiled(expression).search("", timeout=SECONDS)
    except TimeoutError:
        return "it takes too long"
    except (regex.error, ValueError, OverflowError, RecursionError, MemoryError) as error:
        return str(error)[:100]
    return "it is found even where nothing is said" if found else None


@functools.lru_cache(maxsize=2048)
def compiled(expression: str) -> Any:
    """Return an expression compiled by an engine that can be stopped."""
    import regex

    return regex.compile(expression, regex.IGNORECASE | regex.VERSION0)


class Searches:
    """What was looked for in the texts of one message, each expression once, and how often that took too long."""

    __slots__ = ("results", "timeouts")

    def __init__(self) -> None:
        self.results: dict[tuple[str, str], bool] = {}
        self.timeouts = 0

    def found(self, expression: str, text: str) -> bool:
        """Say whether an expression is found; False where that took too long, or others before it did."""
        asked = (expression, text)
        if asked not in self.results:
            may_look = self.timeouts < MOST_TIMEOUTS and len(self.results) < MOST_LOOKS
            self.results[asked] = may_look and self._found(expression, text)
        return self.results[asked]

    def _found(self, expression: str, text: str) -> bool:
        try:
            return compiled(expression).search(text[:MOST_READ], timeout=SECONDS) is not None
        except TimeoutError:
            self.timeouts += 1
            return False

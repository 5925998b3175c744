"""Entities of kind pattern: a tenant's regular expression, which may be hostile."""

import functools
import re
from collections.abc import Iterator

import regex  # type: ignore[import-untyped]

from frontdesk.core.entities import Entity
from frontdesk.core.expressions import MOST_WRITTEN_OUT, written_out
from frontdesk.errors import InvalidInput
from frontdesk.understanding.entities.reading import Reading

MOST_PATTERN = 300
MOST_TEXT = 500
MOST_FOUND = 20
SECONDS = 0.02
"""What one pattern may take of one utterance. The standard library's engine can't be stopped; this one stops by itself."""
NOT_OURS = re.compile(r"\(\?(?:R|0|&|P>|\d|\(|#|[a-zA-Z^-]*[a-zA-Z]\)|<!|<=)|\{[^}\d,]|\\[KGRXLN1-9]|\(\?P=|\(\*")
"""Recursion, conditions, back references, flags, verbs, look-behind and fuzzy matching: none is needed to name a thing."""
LARGEST_REPEAT = 200


@functools.lru_cache(maxsize=512)
def checked(pattern: str) -> "regex.Pattern[str]":
    """Return a compiled pattern; InvalidInput if it can't be used, with the reason."""
    if len(pattern) > MOST_PATTERN:
        raise InvalidInput(f"the pattern has {len(pattern)} characters; at most {MOST_PATTERN} are taken")
    refused = NOT_OURS.search(pattern)
    if refused:
        raise InvalidInput(f"the pattern {pattern[:60]!r} uses {refused[0]!r}, which is not taken; write it without")
    if any(int(count) > LARGEST_REPEAT for count in re.findall(r"\d{1,20}(?=[,}])", pattern)):
        raise InvalidInput(f"the pattern {pattern[:60]!r} repeats more than {LARGEST_REPEAT} times")
    if written_out(pattern) > MOST_WRITTEN_OUT:
        raise InvalidInput(f"the pattern {pattern[:60]!r} repeats too much within what is repeated")
    try:
        compiled = regex.compile(pattern, regex.IGNORECASE | regex.V0)
    except (regex.error, ValueError, OverflowError, RecursionError) as fault:
        raise InvalidInput(f"the pattern {pattern[:60]!r} can't be read: {str(fault)[:100]}") from fault
    if compiled.fullmatch("", timeout=SECONDS):
        raise InvalidInput(f"the pattern {pattern[:60]!r} matches nothing at all; make it ask for a character")
    return compiled


def find(reading: Reading, pattern: str) -> Iterator[Entity]:
    """Yield what the pattern matches in the first 500 characters; one group in it is the value. A pattern that takes
    too long, or can't be used, finds nothing.
    """
    try:
        matches = list(_matches(checked(pattern), reading.text[:MOST_TEXT]))
    except (InvalidInput, TimeoutError):
        return
    for match in matches:
        value = match[1] if match.re.groups == 1 and match[1] else match[0]
        yield Entity(kind="pattern", value=value, text=match[0], start=match.start(), end=match.end())


def _matches(pattern: "regex.Pattern[str]", text: str) -> Iterator["regex.Match[str]"]:
    for count, match in enumerate(pattern.finditer(text, timeout=SECONDS)):
        if count >= MOST_FOUND:
            return
        if match[0]:
            yield match

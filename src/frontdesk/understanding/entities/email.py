"""Entities of kind email."""

import re
from collections.abc import Iterator

from frontdesk.core.entities import Entity
from frontdesk.understanding.entities.folding import MOST
from frontdesk.understanding.entities.reading import Reading

ADDRESS = re.compile(
    r"(?<![\w.+%-])([\w+%'-]{1,64}(?:\.[\w+%'-]{1,64}){0,5})@((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,6}[^\W\d_]{2,24})(?![\w@-])"
)


def find(reading: Reading) -> Iterator[Entity]:
    """Yield addresses, the domain in lower case; at most 64 characters before the @ and 254 in all (RFC 5321)."""
    text = reading.text[:MOST]
    if "@" not in text:
        return
    for match in ADDRESS.finditer(text):
        if len(match[0]) <= 254 and len(match[1]) <= 64:
            yield Entity(
                kind="email",
                value=f"{match[1]}@{match[2].lower()}",
                text=match[0],
                start=match.start(),
                end=match.end(),
            )

"""Entities of kind url."""

import re
from collections.abc import Iterator

from frontdesk.core.entities import Entity
from frontdesk.understanding.entities.folding import MOST
from frontdesk.understanding.entities.reading import Reading

HOST = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,6}[^\W\d_]{2,24}"
ADDRESS = re.compile(
    rf"(?<![\w@.])(?:https?://(?:{HOST}|localhost|\d{{1,3}}(?:\.\d{{1,3}}){{3}})|www\.{HOST})(?::\d{{1,5}})?(?:[/?#][^\s<>\"]*)?",
    re.I,
)
BARE = re.compile(rf"(?<![\w@.:/-]){HOST}(?:/[^\s<>\"]*)?(?![\w@-])", re.I)
ENDINGS = frozenset(  # of addresses without a scheme
    "com org net edu gov io app dev info biz co es fr de br pt in ke tz uk mx ar eu us ch at sa ae eg".split()  # noqa: SIM905
)
AFTER = ".,;:!?'\"»”’)]}…،؟।"


def find(reading: Reading) -> Iterator[Entity]:
    """Yield addresses of the web; one without a scheme gets https in its value, if its ending is well known."""
    text = reading.text[:MOST]
    if "." not in text and "://" not in text:
        return
    taken = 0
    for pattern in (ADDRESS, BARE):
        for match in pattern.finditer(text):
            found = _trimmed(match[0])
            if pattern is BARE and (match.start() < taken or not _known(found)):
                continue
            taken = max(taken, match.start() + len(found)) if pattern is ADDRESS else taken
            value = found if "://" in found else f"https://{found}"
            yield Entity(
                kind="url",
                value=value,
                text=found,
                start=match.start(),
                end=match.start() + len(found),
                confidence=1.0 if pattern is ADDRESS else 0.8,
            )


def _known(found: str) -> bool:
    return found.split("/", 1)[0].rsplit(".", 1)[-1].lower() in ENDINGS


def _trimmed(found: str) -> str:
    while found and found[-1] in AFTER:
        if found[-1] == ")" and found.count("(") >= found.count(")"):
            break
        found = found[:-1]
    return found

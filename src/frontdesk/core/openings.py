"""What a message to a handler begins with, and what has to follow for it to be one."""

import itertools
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from frontdesk.core.wording import plain

MOST_WORDS = 8
"""Words an opening has at most."""
LONGEST_WORD = 64
WORD = re.compile(r"\S+")
EDGES = " \t\r\n:;,.-–—!¡¿?،؛।"
HEADS = ":：-–—"
"""What stands after a heading, as in "reminder: …"."""

Opens = Callable[[str, bool], bool]
"""Says whether a text is for a handler. True besides the text asks whether it is while something else is active: where a
word may be the answer to that, it is not.
"""


@dataclass(frozen=True, slots=True)
class Begun:
    """What a text begins with: the phrase, folded, and what is left. `is_headed` says that a colon or a dash parts them."""

    phrase: str
    rest: str
    is_headed: bool


def begun(text: str, phrases: Collection[str]) -> Begun | None:
    """Return the longest of the phrases, which are folded, that a text begins with."""
    found, said = None, ""
    for token in itertools.islice(WORD.finditer(text), MOST_WORDS):
        said = f"{said} {plain(token[0][:LONGEST_WORD])}".strip()
        found = (said, token.end()) if said in phrases else found
    if found is None:
        return None
    said, end = found
    rest = text[end:]
    return Begun(said, rest, text[end - 1] in HEADS or rest.lstrip()[:1] in (*HEADS,))


def opened(text: str, openings: Mapping[str, Opens], *, between: bool = False) -> str | None:
    """Return the handler a text is for by how it begins; `between` asks whether it may interrupt what is active."""
    return next((name for name, opens in openings.items() if opens(text, between)), None)


def opens(text: str, between: bool, words: Mapping[str, Sequence[str]]) -> bool:
    """Say whether a text asks for a handler by these words, folded, by what has to follow them.

    `begin`: anything but one of `asks` ("remind me who you are" is a question); `headed`: a colon; `list`: nothing. Alone, what
    is one word could be the answer to anything: it counts where nothing is active.
    """
    kinds = {phrase: name for name in ("begin", "headed", "list") for phrase in words.get(name, ())}
    found = begun(text, kinds)
    if found is None:
        return False
    left = plain(found.rest)
    if not left:
        return not between or " " in found.phrase
    if kinds[found.phrase] == "begin":
        return begun(found.rest.lstrip(EDGES), words.get("asks", ())) is None
    return kinds[found.phrase] == "headed" and found.is_headed

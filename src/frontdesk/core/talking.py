"""Small talk that doesn't repeat itself: which of several answers comes next, from what was said lately."""

from collections.abc import Iterable, Sequence

from frontdesk.core.conversation import Said
from frontdesk.core.wording import plain

LATELY = 10
"""Messages back to which an answer counts as just given."""


def fresh(variants: Sequence[str], history: Iterable[Said], seed: int) -> str:
    """Return a variant that was not said lately; where all were, the one said longest ago. `seed` chooses among several."""
    said = [plain(line.text or "") for line in list(history)[-LATELY:] if line.author == "bot"]
    places = {text: max((nr for nr, line in enumerate(said) if plain(text) in line), default=-1) for text in variants}
    oldest = min(places.values())
    left = [text for text in variants if places[text] == oldest]
    return left[seed % len(left)]


def repeats(kind: Sequence[str], history: Iterable[Said]) -> int:
    """Say how often in a row the contact said nothing but this kind of thing before, `kind` being its words."""
    count = 0
    for line in reversed(list(history)[:-1] if history else []):
        if line.direction != "inbound":
            continue
        if plain(line.text or "") not in kind:
            break
        count += 1
    return count

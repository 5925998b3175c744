"""The part of a webhook's body that one event was read from: what is kept beside it where the body holds more."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from frontdesk.core.message import Event, Ignored
from frontdesk.core.wording import storable


def with_piece(event: Event, fragment: Any) -> Event:
    """Return the event with its fragment of the body as JSON; what is ignored is not kept."""
    if isinstance(event, Ignored):
        return event
    try:
        piece = json.dumps(fragment, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:  # read at the edge of what can be read, and not to be written
        return event
    return replace(event, piece=storable(piece))


def pieced(events: Sequence[Event], fragments: Sequence[Any]) -> list[Event]:
    """Return each event with the fragment at its place; one alone needs none, the body is its own."""
    if len(events) < 2:
        return list(events)
    return [with_piece(event, fragment) for event, fragment in zip(events, fragments, strict=True)]

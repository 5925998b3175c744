"""Effects that concern intent listeners: they are carried out while the turn is under way, and nothing of them is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from frontdesk.core.content import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentAnswered:
    """An intent fires: all it asks for is known, and it is answered in this turn.

    `stand_in` is what is said because the tenant wrote no answer: it gives way to one of a listener's.
    """

    intent: str
    values: Mapping[str, Any] = field(default_factory=dict)
    stand_in: Content | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TellListener:
    """A rule wants a listener to be told."""

    listener: str


ListenEffect = IntentAnswered | TellListener

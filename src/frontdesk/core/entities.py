"""An entity: a typed value somebody named, and where in their words it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Kind = Literal[
    "number",
    "ordinal",
    "date",
    "time",
    "datetime",
    "interval",
    "duration",
    "quantity",
    "money",
    "email",
    "phone",
    "url",
    "location",
    "name",
    "list",
    "pattern",
    "text",
]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One value found. `value` and `detail` are plain JSON; `text` is what stands from `start` to `end` of the utterance.

    `confidence` is 0 to 1: under 0.5 the words mean this only where the value was asked for ("a" as 1, "sat" as Saturday).
    """

    kind: Kind
    value: Any
    text: str
    start: int
    end: int
    confidence: float = 1.0
    detail: Mapping[str, Any] = field(default_factory=dict)

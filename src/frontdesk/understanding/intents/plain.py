"""What stands in a file as JSON can hold it: bounded, without what PostgreSQL refuses, and said so where it can't be."""

import math
from collections.abc import Mapping
from typing import Any

from frontdesk.core.wording import storable
from frontdesk.errors import InvalidInput

MOST_DEPTH = 50
MOST_NODES = 1_000_000
"""YAML's aliases make much out of little, or something without an end."""


def plain_json(value: Any, what: str) -> Any:
    """Return a value as JSON holds it; InvalidInput says of `what` it can't be kept."""
    nodes = 0

    def visit(value: Any, depth: int) -> Any:
        nonlocal nodes
        nodes += 1
        if depth > MOST_DEPTH or nodes > MOST_NODES:
            raise InvalidInput(
                f"{what} is nested deeper than {MOST_DEPTH} levels, or unfolds to too much: write it flatter"
            )
        match value:
            case None | bool() | int():
                return value
            case str():
                return storable(value)
            case float() if math.isfinite(value):
                return value
            case list() | tuple():
                return [visit(item, depth + 1) for item in value]
            case Mapping() if all(isinstance(name, str) for name in value):
                return {storable(name): visit(item, depth + 1) for name, item in value.items()}
            case Mapping():
                raise InvalidInput(f"{what} has a key that is no text: put it in quotes")
        raise InvalidInput(f"{what} holds a {type(value).__name__}, which can't be kept: write it as a text")

    return visit(value, 0)

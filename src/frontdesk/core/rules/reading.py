"""Where each fact is read, and how many values it has."""

from collections.abc import Callable, Collection, Mapping
from operator import attrgetter
from typing import Any

from frontdesk.core.rules.conditions import Comparison
from frontdesk.core.rules.facts import Facts

Predicate = Callable[[Facts], bool]
ATTRIBUTES: Mapping[str, str] = {
    "conversation_tag": "conversation_tags",
    "contact_tag": "contact_tags",
    "language": "tongues",
}
"""Where a fact is not kept under its own name."""
HELD: Mapping[str, str] = {
    "entity": "named",
    "contact_fact": "known",
    "contact_field": "fields",
    "variable": "variables",
}
"""Where the facts that have names are kept."""
MOST_VALUES = 100
SEVERAL = ("entity", "contact_fact")
"""Of these there may be several of one name."""


def reader(comparison: Comparison) -> Callable[[Facts], Any]:
    """Return what reads a comparison's fact."""
    fact = comparison.fact
    if fact not in HELD:
        return attrgetter("local" if fact in ("date", "time") else ATTRIBUTES.get(fact, fact))
    held, name = attrgetter(HELD[fact]), comparison.name
    return lambda facts: held(facts).get(name)


def as_several(value: Any) -> Collection[Any]:
    """Return the values of a field, which may hold a list: the first MOST_VALUES of it."""
    if value is None or value == "":
        return ()
    return value[:MOST_VALUES] if isinstance(value, list | tuple) else (value,)


def known(comparison: Comparison, read: Callable[[Facts], Any]) -> list[Predicate]:
    """Return the test of `exists`, where that is asked."""
    match comparison.exists:
        case True:
            return [lambda facts: read(facts) is not None]
        case False:
            return [lambda facts: read(facts) is None]
    return []

"""Comparisons in words."""

from typing import Any

from frontdesk.core.rules.conditions import Comparison
from frontdesk.core.rules.values import spoken

MOST_SHOWN = 120


def in_words(comparison: Comparison) -> str:
    """Return what a comparison wants, in words: `confidence is at least 0.5 and at most 0.8`."""
    said = {
        "is": _listed(comparison.is_, "is "),
        "contains": _listed(comparison.contains, "contains "),
        "matches": f"matches {comparison.matches!r}",
        "at_least": f"is at least {comparison.at_least}",
        "at_most": f"is at most {comparison.at_most}",
        "exists": "is known" if comparison.exists else "is not known",
    }
    if comparison.fact == "time":
        said |= {"at_least": f"is {comparison.at_least} or later", "at_most": f"is before {comparison.at_most}"}
    about = f"{comparison.fact} {comparison.name}" if comparison.name else comparison.fact
    return f"{about} {' and '.join(said[operator] for operator in comparison.operators)}"[:500]


def _listed(values: tuple[Any, ...], verb: str) -> str:
    if len(values) == 1:
        return f"{verb}{one_value(values[0])}"
    more = f" or {len(values) - 10} more" if len(values) > 10 else ""
    return f"{verb}one of {', '.join(map(one_value, values[:10]))}{more}"


def one_value(value: Any) -> str:
    """Return a value as it is shown; an interval from its beginning to its end."""
    if isinstance(value, dict) and "from" in value:
        return f"{spoken(value['from']) or '…'} to {spoken(value.get('to')) or '…'}"[:MOST_SHOWN]
    said = spoken(value)
    return "something else than a value" if said is None else said[:MOST_SHOWN]

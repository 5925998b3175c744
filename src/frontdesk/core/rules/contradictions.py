"""Conditions that always hold, and such as never can."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

from frontdesk.core.rules.conditions import AllOf, AnyOf, Comparison, Condition, Not
from frontdesk.core.rules.values import form_of, measured
from frontdesk.core.rules.wording import in_words

SINGLE = ("name", "number", "flag", "date")
"""Kinds of fact that have one value, so that two comparisons can exclude each other."""


def always(condition: Condition) -> bool:
    """Say whether a condition holds whatever the facts; of comparisons none does."""
    match condition:
        case AllOf():
            return all(map(always, condition.all_))
        case AnyOf():
            return any(map(always, condition.any_))
        case Not():
            return never(condition.not_) is not None
    return False


def never(condition: Condition) -> str | None:
    """Return why a condition can't hold, whatever the facts; None where it might."""
    match condition:
        case Not():
            return "it is the opposite of what always holds" if always(condition.not_) else None
        case AnyOf():
            reasons = [never(part) for part in condition.any_]
            return reasons[0] if all(reasons) else None
        case AllOf():
            part = next((reason for part in condition.all_ if (reason := never(part))), None)
            return part or _opposed(_leaves(condition))
    return None


def _leaves(condition: AllOf) -> list[Comparison]:
    """Return the comparisons that all have to hold for this condition."""
    found: list[Comparison] = []
    for part in condition.all_:
        match part:
            case Comparison():
                found.append(part)
            case AllOf():
                found += _leaves(part)
    return found


def _opposed(leaves: Sequence[Comparison]) -> str | None:
    for one, other in combinations(leaves, 2):
        if (one.fact, one.name) == (other.fact, other.name) and _exclude(one, other):
            return f"{in_words(one)}, and {in_words(other)}"
    return None


def _exclude(one: Comparison, other: Comparison) -> bool:
    if {one.exists, other.exists} == {True, False} or ((one.exists is False or other.exists is False) and one != other):
        return True
    if one.subject.kind not in SINGLE:
        return False
    if one.is_ and other.is_ and not set(one.is_) & set(other.is_):
        return True
    return _above(one, other) or _above(other, one)


def _above(one: Comparison, other: Comparison) -> bool:
    """Say whether all that the first lets pass is over all that the second does."""
    lowest, highest = _edge(one, one.at_least, min), _edge(other, other.at_most, max)
    return lowest is not None and highest is not None and lowest > highest


def _edge(comparison: Comparison, bound: Any, outer: Callable[..., Any]) -> Any:
    values = [value for value in (bound, *comparison.is_) if value is not None and not isinstance(value, bool)]
    forms = {form_of(value) for value in values}
    if comparison.subject.kind not in ("number", "date") or len(forms) != 1 or (form := forms.pop()) is None:
        return None
    candidates = [measured(bound, form)] if bound is not None else [measured(value, form) for value in comparison.is_]
    return outer(candidates)

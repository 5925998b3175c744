"""Conditions as trees of functions over facts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from frontdesk.core.rules.comparing import predicate
from frontdesk.core.rules.conditions import AllOf, AnyOf, Comparison, Condition, Not
from frontdesk.core.rules.facts import Facts
from frontdesk.core.rules.reading import Predicate, reader
from frontdesk.core.rules.wording import in_words

JOINED: Mapping[str, str] = {"all": "all of these", "any": "any of these", "not": "not this", "always": "always"}


@dataclass(frozen=True)
class Tree:
    """A condition as functions: `holds` is the whole, `parts` what it is joined of, `comparison` what a leaf compares."""

    holds: Predicate
    joint: str = ""
    parts: tuple["Tree", ...] = ()
    comparison: Comparison | None = None

    @cached_property
    def wanted(self) -> str:
        return JOINED[self.joint] if self.comparison is None else in_words(self.comparison)

    @cached_property
    def subject(self) -> tuple[str, str | None]:
        """What a leaf looks at; different leaves may look at the same."""
        assert self.comparison is not None
        return self.comparison.fact, self.comparison.name

    @cached_property
    def read(self) -> Callable[[Facts], Any]:
        assert self.comparison is not None
        return reader(self.comparison)


def planted(condition: Condition) -> Tree:
    """Return a condition as a tree of functions."""
    match condition:
        case Comparison():
            return Tree(predicate(condition), comparison=condition)
        case Not():
            part = planted(condition.not_)
            holds = part.holds
            return Tree(lambda facts: not holds(facts), "not", (part,))
        case AllOf():
            parts = tuple(planted(part) for part in condition.all_)
            return Tree(_all([part.holds for part in parts]), "all" if parts else "always", parts)
        case AnyOf():
            parts = tuple(planted(part) for part in condition.any_)
            return Tree(_any([part.holds for part in parts]), "any", parts)


def _all(tests: Sequence[Predicate]) -> Predicate:
    match tests:
        case []:
            return lambda facts: True
        case [one]:
            return one
        case [one, other]:
            return lambda facts: one(facts) and other(facts)
        case [one, other, third]:
            return lambda facts: one(facts) and other(facts) and third(facts)

    def holds(facts: Facts) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs as much as the tests do
            if not test(facts):
                return False
        return True

    return holds


def _any(tests: Sequence[Predicate]) -> Predicate:
    match tests:
        case [one]:
            return one
        case [one, other]:
            return lambda facts: one(facts) or other(facts)

    def holds(facts: Facts) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs as much as the tests do
            if test(facts):
                return True
        return False

    return holds

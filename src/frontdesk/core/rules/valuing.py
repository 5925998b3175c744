"""Comparisons with values a tenant or a contact gave, of whatever kind these are, as functions over facts."""

from collections.abc import Callable, Collection
from typing import Any

from frontdesk.core.rules.conditions import Comparison
from frontdesk.core.rules.facts import Facts
from frontdesk.core.rules.matching import Searches
from frontdesk.core.rules.reading import Predicate, known
from frontdesk.core.rules.values import between, form_of, measured, sameness, spoken
from frontdesk.core.wording import plain


def value_tests(comparison: Comparison, read: Callable[[Facts], Collection[Any]]) -> list[Predicate]:
    """Return tests of which each holds where one of the values passes it."""
    tests = list[Predicate]()
    if comparison.is_:
        same = sameness(comparison.is_)
        tests.append(lambda facts: any(same(value, facts.fold) for value in read(facts)))
    if phrases := [f" {plain(phrase)} " for phrase in comparison.contains]:
        tests.append(lambda facts: any(_said(phrases, value, facts) for value in read(facts)))
    if (expression := comparison.matches) is not None:
        tests.append(lambda facts: any(_found(facts.searches, expression, value) for value in read(facts)))
    if comparison.at_least is not None or comparison.at_most is not None:
        tests.append(_bounded(read, comparison.at_least, comparison.at_most))
    return [*tests, *known(comparison, lambda facts: read(facts) or None)]


def _said(phrases: Collection[str], value: Any, facts: Facts) -> bool:
    words = f" {facts.fold(spoken(value) or '')} "
    return any(phrase in words for phrase in phrases)


def _found(searches: Searches, expression: str, value: Any) -> bool:
    said = spoken(value)
    return bool(said) and searches.found(expression, said or "")


def _bounded(read: Callable[[Facts], Collection[Any]], lower: Any, upper: Any) -> Predicate:
    form = form_of(lower if lower is not None else upper)
    if form is None:
        return lambda facts: False
    least, most = (None if bound is None else measured(bound, form) for bound in (lower, upper))

    def within(value: Any) -> bool:
        if value is None or form == "time":
            return value is not None and between(value, least, most)
        return (least is None or value >= least) and (most is None or value <= most)

    return lambda facts: any(within(measured(value, form)) for value in read(facts))

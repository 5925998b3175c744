"""Comparisons as functions over facts."""

from collections.abc import Callable, Collection
from datetime import time
from typing import Any

from frontdesk.core.rules.conditions import Comparison
from frontdesk.core.rules.facts import Facts
from frontdesk.core.rules.reading import SEVERAL, Predicate, as_several, known, reader
from frontdesk.core.rules.values import between, measured
from frontdesk.core.rules.valuing import value_tests
from frontdesk.core.wording import plain


def predicate(comparison: Comparison) -> Predicate:
    """Return what says whether a comparison holds; it never raises."""
    match comparison.subject.kind:
        case "name" | "flag":
            tests = _one(comparison)
        case "names" | "language":
            tests = _many(comparison)
        case "words":
            tests = _words(comparison)
        case "number":
            tests = _number(comparison)
        case "date" | "time":
            tests = _moment(comparison)
        case "value":
            tests = _value(comparison)
    return tests[0] if len(tests) == 1 else lambda facts: all(test(facts) for test in tests)


def _one(comparison: Comparison) -> list[Predicate]:
    read, wanted = reader(comparison), frozenset(comparison.is_)
    return [*([lambda facts: read(facts) in wanted] if wanted else []), *known(comparison, read)]


def _many(comparison: Comparison) -> list[Predicate]:
    read: Callable[[Facts], Collection[str]] = reader(comparison)
    lower = comparison.subject.kind == "language"
    wanted = {str(one).replace("_", "-").lower() if lower else str(one) for one in comparison.is_}
    tests: list[Predicate] = [lambda facts: not wanted.isdisjoint(read(facts))] if wanted else []
    return [*tests, *known(comparison, lambda facts: read(facts) or None)]


def _number(comparison: Comparison) -> list[Predicate]:
    read, tests = reader(comparison), list[Predicate]()
    if comparison.is_:
        tests.append(lambda facts: read(facts) in comparison.is_)
    if (least := comparison.at_least) is not None:
        tests.append(lambda facts: (value := read(facts)) is not None and value >= least)
    if (most := comparison.at_most) is not None:
        tests.append(lambda facts: (value := read(facts)) is not None and value <= most)
    return [*tests, *known(comparison, read)]


def _moment(comparison: Comparison) -> list[Predicate]:
    if comparison.fact == "time":
        lower, upper = (_clock(bound) for bound in (comparison.at_least, comparison.at_most))
        return [lambda facts: facts.local is not None and between(facts.local.time(), lower, upper)]
    wanted = {measured(one, "date") for one in comparison.is_}
    least, most = measured(comparison.at_least, "date"), measured(comparison.at_most, "date")

    def holds(facts: Facts) -> bool:
        if facts.local is None:
            return False
        day = facts.local.date()
        return (not wanted or day in wanted) and (least is None or day >= least) and (most is None or day <= most)

    return [holds]


def _clock(bound: Any) -> time | None:
    return None if bound is None else measured(bound, "time")


def _words(comparison: Comparison) -> list[Predicate]:
    if comparison.fact != "text":
        read = reader(comparison)
        return value_tests(comparison, lambda facts: as_several(read(facts)))
    tests = list[Predicate]()
    if wanted := {plain(str(one)) for one in comparison.is_}:
        tests.append(lambda facts: not wanted.isdisjoint(facts.folded))
    if comparison.contains:
        tests.append(_spoken(comparison.contains))
    if (expression := comparison.matches) is not None:
        tests.append(
            lambda facts: (
                facts.searches.found(expression, facts.text)
                or bool(facts.working and facts.searches.found(expression, facts.working))
            )
        )
    return [*tests, *known(comparison, lambda facts: facts.text.strip() or None)]


def _spoken(phrases: Collection[str]) -> Predicate:
    """Return what finds any phrase: single words among the words said, the rest where their first word was said."""
    folded = {plain(phrase) for phrase in phrases}
    single = frozenset(phrase for phrase in folded if " " not in phrase)
    longer = tuple((phrase.split(" ", 1)[0], f" {phrase} ") for phrase in sorted(folded - single))
    if not longer:
        return lambda facts: not single.isdisjoint(facts.words)
    return lambda facts: (
        not single.isdisjoint(facts.words)
        or any(first in facts.words and phrase in facts.haystack for first, phrase in longer)
    )


def _value(comparison: Comparison) -> list[Predicate]:
    read = reader(comparison)
    if comparison.fact in SEVERAL:
        return value_tests(comparison, lambda facts: read(facts) or ())
    return value_tests(comparison, lambda facts: as_several(read(facts)))

"""Whether a comparison fits its fact; what is said where it does not names the fact and what it takes."""

from typing import TYPE_CHECKING, Any

from frontdesk.core.rules import matching, values
from frontdesk.core.rules.subjects import Subject
from frontdesk.core.wording import plain

if TYPE_CHECKING:
    from frontdesk.core.rules.conditions import Comparison

NAMES_DATE = "a day such as 2026-12-24"
NAMES_TIME = "a time of day such as 18:00"


def fault(comparison: "Comparison") -> str | None:
    """Return what is wrong with a comparison, in words, or None."""
    checks = (_named, _operators, _wanted, _phrases, _bounds, _pattern)
    return next((said for check in checks if (said := check(comparison, comparison.subject))), None)


def _named(comparison: "Comparison", subject: Subject) -> str | None:
    if subject.named and comparison.name is None:
        return f"{comparison.fact} needs a `name`: which one"
    if not subject.named and comparison.name is not None:
        return f"{comparison.fact} takes no `name`: there is only one"
    return None


def _operators(comparison: "Comparison", subject: Subject) -> str | None:
    given, takes = comparison.operators, ", ".join(subject.operators)
    if not given:
        return f"{comparison.fact} is compared with nothing; it takes: {takes}"
    if foreign := [name for name in given if name not in subject.operators]:
        return f"{comparison.fact} does not take {', '.join(foreign)}; it takes: {takes}"
    if comparison.exists is False and len(given) > 1:
        return f"{comparison.fact} can't be unknown and compared at once: leave out `exists` or the rest"
    return None


def _wanted(comparison: "Comparison", subject: Subject) -> str | None:
    for wanted in comparison.is_:
        if said := _one(comparison.fact, wanted, subject):
            return said
    return None


def _one(fact: str, wanted: values.Scalar, subject: Subject) -> str | None:
    if subject.options and wanted not in subject.options:
        return f"{fact} is one of: {', '.join(subject.options)}"
    match subject.kind:
        case "flag":
            return None if isinstance(wanted, bool) else f"{fact} is true or false"
        case "number":
            return _within(fact, wanted, subject)
        case "date":
            return None if isinstance(wanted, str) and values.form_of(wanted) == "date" else f"{fact} is {NAMES_DATE}"
        case "value":
            return None
    if not isinstance(wanted, str):
        return f"{fact} is compared with text, not with {wanted!r}"
    return _folds(fact, wanted) if subject.kind == "words" else None


def _within(fact: str, wanted: Any, subject: Subject) -> str | None:
    if isinstance(wanted, str | bool):
        return f"{fact} is a number"
    if (subject.least is not None and wanted < subject.least) or (subject.most is not None and wanted > subject.most):
        upper = "up" if subject.most is None else f"{subject.most:g}"
        return f"{fact} runs from {subject.least:g} {'' if upper == 'up' else 'to '}{upper}"
    return None


def _phrases(comparison: "Comparison", subject: Subject) -> str | None:
    return next((said for phrase in comparison.contains if (said := _folds(comparison.fact, phrase))), None)


def _folds(fact: str, phrase: str) -> str | None:
    if plain(phrase):
        return None
    return f"{fact} is compared by letters and digits, and {phrase[:20]!r} has none; use `matches` for signs"


def _bounds(comparison: "Comparison", subject: Subject) -> str | None:
    given = [bound for bound in (comparison.at_least, comparison.at_most) if bound is not None]
    forms = [values.form_of(bound) for bound in given]
    for bound, form in zip(given, forms, strict=True):
        if said := _bound(comparison.fact, bound, form, subject):
            return said
    if len(set(forms)) > 1:
        return f"{comparison.fact} needs `at_least` and `at_most` of one kind"
    if len(given) == 2 and forms[0] and forms[0] != "time":
        lower, upper = (values.measured(bound, forms[0]) for bound in given)
        if lower > upper:
            return f"{comparison.fact} can't be at least {given[0]} and at most {given[1]}"
    return None


def _bound(fact: str, bound: Any, form: values.Form | None, subject: Subject) -> str | None:
    match subject.kind:
        case "number":
            return _within(fact, bound, subject)
        case "date":
            return None if form == "date" else f"{fact} is {NAMES_DATE}"
        case "time":
            return None if form == "time" else f"{fact} is {NAMES_TIME}"
    return None if form else f"{fact} is at least or at most a number, {NAMES_DATE} or {NAMES_TIME}"


def _pattern(comparison: "Comparison", subject: Subject) -> str | None:
    if comparison.matches is None:
        return None
    said = matching.fault(comparison.matches)
    return f"{comparison.fact} can't match {comparison.matches[:60]!r}: {said}" if said else None

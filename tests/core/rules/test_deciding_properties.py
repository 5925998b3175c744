"""What holds for all rules and all facts."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.core.rules.actions import is_final
from frontdesk.core.rules.conditions import Condition
from frontdesk.core.rules.contradictions import always, never
from frontdesk.core.rules.deciding import compiled
from frontdesk.core.rules.explaining import Because
from frontdesk.core.rules.facts import Facts
from frontdesk.core.rules.house import House, faults
from frontdesk.core.rules.rule import Rule, RuleSet
from frontdesk.core.rules.trees import planted
from tests.core.rules.strategies import CONDITIONS, FACTS, RULES

thorough = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def ruleset(written: list[dict[str, Any]]) -> RuleSet:
    return RuleSet.model_validate({"rules": written})


def condition(written: dict[str, Any]) -> Condition:
    return Rule.model_validate({"name": "x", "when": written, "then": [{"do": "tag", "tags": ["x"]}]}).when


def holds(written: dict[str, Any], facts: Facts) -> bool:
    return planted(condition(written)).holds(facts)


def leaves(why: Because) -> Iterator[Because]:
    yield why
    for part in why.parts:
        yield from leaves(part)


@thorough
@given(RULES, st.lists(FACTS, min_size=1, max_size=3))
def test_deciding_and_explaining_always_agree(written: list[dict[str, Any]], several: list[Facts]) -> None:
    rules = compiled(ruleset(written).rules)
    for facts in several:
        decision, explained = rules.decide(facts), rules.explain(facts)
        assert decision.matched == tuple(one.rule for one in explained if one.applied)
        assert all(one.matched for one in explained if one.applied)
        assert all(one.matched == one.why.holds for one in explained)
        assert [one.rule for one in explained] == [rule["name"] for rule in written]
        assert all(
            part.wanted and (part.parts or part.seen or part.wanted == "always" or "these" in part.wanted)
            for one in explained
            for part in leaves(one.why)
        )


@thorough
@given(RULES, FACTS)
def test_the_index_leaves_out_no_rule_that_holds(written: list[dict[str, Any]], facts: Facts) -> None:
    """Each rule is tried by itself, without an index, and the outcome put together by hand."""
    rules, expected, answered = ruleset(written).rules, list[str](), None
    actions: list[Any] = []
    for rule in rules:
        if not rule.enabled or not planted(rule.when).holds(facts):
            continue
        expected.append(rule.name)
        actions += [action for action in rule.then if answered is None or not is_final(action)]
        answered = answered or (rule.name if rule.answers else None)
        if not rule.goes_on:
            break
    decision = compiled(rules).decide(facts)
    assert (decision.matched, decision.answered_by) == (tuple(expected), answered)
    assert list(decision.actions) == actions
    looked_at = [rule.name for rule in rules if rule.enabled]
    if expected and not next(rule for rule in rules if rule.name == expected[-1]).goes_on:
        looked_at = looked_at[: looked_at.index(expected[-1]) + 1]
    assert [*decision.tried] == [name for name in looked_at if name not in expected]


@given(RULES)
def test_rules_come_back_from_json_as_they_went(written: list[dict[str, Any]]) -> None:
    rules = ruleset(written)
    assert RuleSet.model_validate_json(rules.model_dump_json()) == rules
    assert RuleSet.model_validate(rules.model_dump(mode="json", exclude_unset=True)) == rules
    assert RuleSet.model_validate(rules.model_dump()) == rules


@thorough
@given(CONDITIONS, CONDITIONS, FACTS)
def test_logic_is_logic(one: dict[str, Any], other: dict[str, Any], facts: Facts) -> None:
    a, b = holds(one, facts), holds(other, facts)
    assert holds({"not": one}, facts) is not a
    assert holds({"not": {"not": one}}, facts) is a
    assert holds({"all": [one, other]}, facts) is (a and b)
    assert holds({"any": [one, other]}, facts) is (a or b)
    assert holds({"not": {"any": [one, other]}}, facts) is holds({"all": [{"not": one}, {"not": other}]}, facts)


@thorough
@given(CONDITIONS, FACTS)
def test_what_never_or_always_holds_is_never_wrong(written: dict[str, Any], facts: Facts) -> None:
    if always(condition(written)):
        assert holds(written, facts)
    if never(condition(written)):
        assert not holds(written, facts)


@thorough
@given(RULES, FACTS)
def test_what_is_said_never_to_be_reached_is_not_applied(written: list[dict[str, Any]], facts: Facts) -> None:
    rules = ruleset(written).rules
    found = [fault for fault in faults(rules, House()) if "never" in fault]
    for name in compiled(rules).decide(facts).matched:
        assert not [fault for fault in found if fault.startswith(f"rule {name!r}")]


@pytest.mark.parametrize("turned", [False, True])
def test_order_matters(turned: bool) -> None:
    written = [
        {"name": "first", "then": [{"do": "reply", "text": {"en": "1"}}]},
        {"name": "second", "then": [{"do": "reply", "text": {"en": "2"}}]},
    ]
    decision = compiled(ruleset(written[::-1] if turned else written).rules).decide(Facts())
    assert decision.answered_by == ("second" if turned else "first")
    assert decision.tried == ()

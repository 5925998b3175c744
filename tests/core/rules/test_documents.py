"""Rules as documents: what is wrong with them is said, and hostile ones are refused quickly."""

import json
import math
from typing import Any

import pytest
from pydantic import ValidationError

from frontdesk.core.rules.rule import RuleSet

TAG = {"do": "tag", "tags": ["x"]}


def refused(rule: Any) -> str:
    with pytest.raises(ValidationError) as failure:
        RuleSet.model_validate({"rules": [rule]})
    return str(failure.value)


def nested(levels: int, joint: str = "not") -> dict[str, Any]:
    written: dict[str, Any] = {"fact": "intent", "is": "a"}
    for _ in range(levels):
        written = {"not": written} if joint == "not" else {joint: [written]}
    return written


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"fact": "intents", "is": "a"}, "when.fact.fact"),
        ({"fact": "intent"}, "intent is compared with nothing; it takes: is, exists"),
        ({"fact": "intent", "is": []}, "intent is compared with nothing"),
        ({"fact": "intent", "contains": "a"}, "intent does not take contains; it takes: is, exists"),
        ({"fact": "opted_out", "at_least": 1}, "opted_out does not take at_least; it takes: is"),
        ({"fact": "opted_out", "is": "yes"}, "opted_out is true or false"),
        ({"fact": "intent", "is": 3}, "intent is compared with text, not with 3"),
        ({"fact": "intent", "name": "a", "is": "b"}, "intent takes no `name`"),
        ({"fact": "entity", "is": "b"}, "entity needs a `name`"),
        ({"fact": "confidence", "at_least": 1.5}, "confidence runs from 0 to 1"),
        ({"fact": "sentiment", "at_most": -2}, "sentiment runs from -1 to 1"),
        ({"fact": "turns", "at_least": -1}, "turns runs from 0 up"),
        ({"fact": "turns", "at_least": "many"}, "turns is a number"),
        ({"fact": "turns", "is": True}, "turns is a number"),
        ({"fact": "turns", "at_least": 3, "at_most": 2}, "turns can't be at least 3 and at most 2"),
        ({"fact": "date", "at_least": "2025-02-30"}, "date is a day such as 2026-12-24"),
        ({"fact": "date", "is": "tomorrow"}, "date is a day such as 2026-12-24"),
        ({"fact": "time", "at_least": "25:00"}, "time is a time of day such as 18:00"),
        ({"fact": "time", "is": "18:00"}, "time does not take is; it takes: at_least, at_most"),
        ({"fact": "weekday", "is": "Monday"}, "weekday is one of: monday, tuesday"),
        ({"fact": "message", "is": "letter"}, "message is one of: text, image"),
        ({"fact": "business_hours", "is": "late"}, "business_hours is one of: open, closed"),
        ({"fact": "text", "contains": "👍"}, "compared by letters and digits, and '👍' has none; use `matches`"),
        ({"fact": "text", "is": "..."}, "compared by letters and digits"),
        ({"fact": "text", "matches": "("}, "text can't match '(':"),
        ({"fact": "text", "matches": "x*"}, "found even where nothing is said"),
        ({"fact": "text", "matches": "(a)\\1"}, "\\1 is not taken"),
        ({"fact": "text", "matches": "(?R)"}, "is not taken"),
        ({"fact": "text", "matches": "(?:a{1000}){1000}"}, "repeated more than 200 times"),
        ({"fact": "text", "matches": "a" * 301}, "at most 300 characters"),
        ({"fact": "contact_field", "name": "x", "at_least": 1, "at_most": "18:00"}, "of one kind"),
        ({"fact": "contact_field", "name": "x", "at_least": "soon"}, "at least or at most a number, a day"),
        ({"fact": "contact_field", "name": "x", "at_least": math.nan}, "at_least"),
        ({"fact": "contact_field", "name": "x", "is": math.inf}, "is"),
        ({"fact": "contact_field", "name": "x", "is": 10**400}, "is"),
        ({"fact": "contact_field", "name": "x", "is": "b", "exists": False}, "can't be unknown and compared at once"),
        ({"fact": "contact_field", "name": "x", "exists": "yes"}, "exists"),
        ({"fact": "intent", "is": "a", "or": "b"}, "Extra inputs are not permitted"),
        ({"all": [], "fact": "intent"}, "Extra inputs are not permitted"),
        ({"any": []}, "at least 1 item"),
        ({"all": {"fact": "intent", "is": "a"}}, "when.all.all"),
        ({"not": []}, "when.not.not"),
        ({}, "when.fact"),
        ([], "when.fact"),
        ("intent is refund", "when.fact"),
        (None, "when.fact"),
    ],
)
def test_a_condition_that_does_not_fit_names_its_fact_and_what_it_takes(when: Any, said: str) -> None:
    assert said in refused({"name": "x", "when": when, "then": [TAG]})


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ([], "at least 1 item"),
        ([TAG] * 21, "at most 20 items"),
        ([{"do": "dance"}], "does not match any of the expected tags"),
        ([{"tags": ["x"]}], "Unable to extract tag"),
        ([{"do": "tag", "tags": []}], "at least 1 item"),
        ([{"do": "tag", "tags": ["a,b"]}], "pattern"),
        ([{"do": "handler", "handler": "No Such"}], "pattern"),
        ([{"do": "reply", "text": {}}], "at least 1 item"),
        ([{"do": "reply", "text": {"english": "x"}}], "pattern"),
        ([{"do": "reply", "text": {"en": ""}}], "at least 1 character"),
        ([{"do": "assign"}], "needs an `agent` or a `team`"),
        ([{"do": "assign", "agent": "a", "team": "b"}], "needs an `agent` or a `team`"),
        ([{"do": "escalate", "reason": "x", "priority": 6}], "less than or equal to 5"),
        ([{"do": "escalate", "reason": "x", "priority": True}], "valid integer"),
        ([{"do": "handler", "handler": "a"}, {"do": "escalate", "reason": "x"}], "at most one of handler, mode"),
        ([{"do": "handler", "handler": "a"}, {"do": "reply", "text": {"en": "x"}}], "a reply stands before handler"),
        ([{"do": "mode", "handler": "a", "state": {"x": [math.nan]}}], "no NaN"),
        ([{"do": "mode", "handler": "a", "state": {"x": list(range(300))}}], "at most 200 values"),
        ([{"do": "mode", "handler": "a", "state": {"x": json.loads("[" * 20 + "]" * 20)}}], "at most 8 deep"),
        ([{"do": "set_variable", "name": "x"}], "Field required"),
    ],
)
def test_an_action_that_does_not_fit_is_refused(then: Any, said: str) -> None:
    assert said in refused({"name": "x", "then": then})


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"then": [TAG]}, "Field required"),
        ({"name": " x", "then": [TAG]}, "pattern"),
        ({"name": "x" * 121, "then": [TAG]}, "pattern"),
        ({"name": "x", "then": [TAG], "enabled": "no"}, "valid boolean"),
        ({"name": "x", "then": [TAG], "order": 3}, "Extra inputs"),
        ({"name": "x", "then": [TAG], "when": nested(8)}, "at most 8 deep"),
        ({"name": "x", "then": [TAG], "when": nested(8, "all")}, "at most 8 deep"),
        ({"name": "x", "then": [TAG], "when": nested(900)}, "at most 8 deep"),
        ({"name": "x", "then": [TAG], "when": {"all": [{"any": [nested(0)] * 51}, {"any": [nested(0)] * 50}]}}, "at most 100"),
        ({"name": "x", "then": [TAG], "when": {"all": [{"all": [{"all": []}] * 90}] * 3}}, "at most 100 comparisons"),
        ({"name": "x", "then": [TAG], "when": {"all": [nested(0)] * 1_000_000}}, "at most 100"),
    ],
)  # fmt: skip
def test_a_rule_that_is_too_large_or_odd_is_refused(rule: Any, said: str) -> None:
    assert said in refused(rule)


def test_a_condition_as_large_as_may_be_is_taken() -> None:
    RuleSet.model_validate({"rules": [{"name": "x", "then": [TAG], "when": nested(7)}]})
    RuleSet.model_validate({"rules": [{"name": "x", "then": [TAG], "when": {"any": [nested(0)] * 100}}]})


def test_json_too_deep_to_read_is_a_fault_and_no_crash() -> None:
    deep = '{"rules": [{"name": "x", "then": [], "when": ' + '{"not": ' * 100_000
    with pytest.raises(ValidationError):
        RuleSet.model_validate_json(deep)


def test_one_value_may_stand_without_a_list() -> None:
    one, listed = (
        RuleSet.model_validate({"rules": [{"name": "x", "when": {"fact": "intent", "is": value}, "then": [TAG]}]})
        for value in ("a", ["a"])
    )
    assert one == listed
    assert one.model_dump(mode="json")["rules"][0]["when"]["is"] == ["a"]

"""What rules decide together, and what is said of each."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from frontdesk.core.rules.actions import Reply, Tag
from frontdesk.core.rules.deciding import Rules, compiled
from frontdesk.core.rules.explaining import Explained
from frontdesk.core.rules.facts import Facts
from tests.core.rules.test_deciding_properties import ruleset


def reply(text: str) -> dict[str, Any]:
    return {"do": "reply", "text": {"en": text}}


def tag(name: str) -> dict[str, Any]:
    return {"do": "tag", "tags": [name]}


def rules(*written: dict[str, Any]) -> Rules:
    return compiled(ruleset([{"name": str(number), **rule} for number, rule in enumerate(written)]).rules)


REFUND = {"fact": "intent", "is": "refund"}


def test_the_first_rule_that_holds_is_the_last_one_looked_at() -> None:
    decision = rules({"when": REFUND, "then": [reply("no")]}, {"then": [tag("a")]}, {"then": [reply("never")]}).decide(
        Facts()
    )
    assert decision.actions == (Tag(tags=("a",)),)
    assert (decision.matched, decision.tried, decision.answers) == (("1",), ("0",), False)


def test_a_rule_that_goes_on_lets_later_ones_have_their_say() -> None:
    decision = rules({"then": [tag("a")], "goes_on": True}, {"then": [tag("b"), reply("yes")]}).decide(Facts())
    assert decision.actions == (Tag(tags=("a",)), Tag(tags=("b",)), Reply(text={"en": "yes"}))
    assert (decision.matched, decision.answered_by) == (("0", "1"), "1")


def test_only_the_first_answer_counts_and_the_rest_of_later_rules_is_done() -> None:
    ready = rules({"then": [reply("first")], "goes_on": True}, {"then": [tag("b"), reply("second")]})
    decision = ready.decide(Facts())
    assert decision.actions == (Reply(text={"en": "first"}), Tag(tags=("b",)))
    assert [one.note for one in ready.explain(Facts())] == ["applied", "applied, but for its answer: '0' answers"]


def test_what_is_switched_off_is_explained_and_not_applied() -> None:
    ready = rules({"enabled": False, "then": [reply("x")]}, {"then": [tag("a")]}, {"then": [tag("b")]})
    decision, explained = ready.decide(Facts()), ready.explain(Facts())
    assert (decision.matched, decision.tried) == (("1",), ())
    assert [(one.matched, one.applied, one.note) for one in explained] == [
        (True, False, "switched off"),
        (True, True, "applied"),
        (True, False, "holds, but '1' came first"),
    ]


def test_no_rules_decide_nothing() -> None:
    decision = rules().decide(Facts(text="hello", intent="refund"))
    assert (decision.actions, decision.matched, decision.tried, decision.answers) == ((), (), (), False)


@pytest.mark.parametrize(
    ("facts", "matched"),
    [
        (Facts(), ("4",)),
        (Facts(intent="refund"), ("0", "4")),
        (Facts(intent="other", text="my order"), ("1", "4")),
        (Facts(text="money back please"), ("2", "4")),
        (Facts(text="money"), ("4",)),
        (Facts(intent="refund", text="an order, money back"), ("0", "1", "2", "3", "4")),
    ],
)
def test_rules_keep_their_order_however_they_are_found(facts: Facts, matched: tuple[str, ...]) -> None:
    order = {"fact": "text", "contains": "order"}
    conditions = [
        REFUND,
        {"any": [order, {"fact": "text", "is": "order"}]},
        {"fact": "text", "contains": ["money back"]},
        {"all": [REFUND, order]},
        {"not": {"fact": "intent", "is": "nothing"}},
    ]
    assert (
        rules(*({"when": when, "then": [tag("x")], "goes_on": True} for when in conditions)).decide(facts).matched
        == matched
    )


def test_an_expression_that_takes_too_long_does_not_hold_and_holds_up_nobody() -> None:
    slow = {"fact": "text", "matches": "(?:a|aa|aaa)+(?:a|aa)+(?:a|aaa)+!"}
    facts = Facts(text="a" * 900)
    written = [
        {"name": f"{n}", "when": {**slow, "matches": f"{slow['matches']}{n}"}, "then": [tag("x")]} for n in range(9)
    ]
    decision = compiled(ruleset(written).rules).decide(facts)
    assert decision.matched == ()
    assert 0 < facts.searches.timeouts <= 4


def test_a_field_with_a_list_without_end_is_looked_at_in_part() -> None:
    asked = {"fact": "contact_field", "name": "x", "matches": "^y$"}
    facts = Facts(fields={"x": [f"{number}" for number in range(100_000)]})
    assert rules({"when": asked, "then": [tag("x")]}).decide(facts).matched == ()
    assert len(facts.searches.results) == 100


def test_after_too_many_searches_no_further_one_is_begun() -> None:
    facts = Facts(fields={f"{field}": [f"{field}-{number}" for number in range(100)] for field in range(5)})
    asked = [{"fact": "contact_field", "name": f"{field}", "matches": "-99$"} for field in range(5)]
    decision = rules(*({"when": one, "then": [tag("x")], "goes_on": True} for one in asked)).decide(facts)
    assert decision.matched == ("0", "1", "2", "3")


def test_an_explanation_is_json() -> None:
    written = {"all": [{"not": REFUND}, {"any": [{"fact": "turns", "at_least": 3}]}]}
    explained = rules({"when": written, "then": [tag("x")]}).explain(Facts(turns=5))
    shown = json.loads(TypeAdapter(tuple[Explained, ...]).dump_json(explained))
    assert shown[0]["why"]["parts"][1]["parts"][0] == {
        "holds": True, "wanted": "turns is at least 3", "seen": "5", "parts": []
    }  # fmt: skip

"""Rules checked against the house and against each other."""

from typing import Any

import pytest

from frontdesk.core.rules.house import House, faults
from tests.core.rules.test_deciding_properties import ruleset

HOUSE = House(
    handlers={"handoff", "intent", "feedback"},
    intents={"refund"},
    listeners={"crm"},
    agents={"ada"},
    teams={"billing"},
    skills={"french"},
    channels={"shop"},
    channel_kinds={"telegram"},
    contact_facts={"city"},
)
TAG = {"do": "tag", "tags": ["x"]}
REPLY = {"do": "reply", "text": {"en": "x"}}


def found(*written: dict[str, Any], house: House = HOUSE) -> list[str]:
    return faults(ruleset([{"name": f"r{n}", "then": [TAG], **rule} for n, rule in enumerate(written)]).rules, house)


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ({"then": [{"do": "handler", "handler": "hand"}]}, "no handler 'hand'; there is: feedback, handoff, intent"),
        ({"then": [{"do": "mode", "handler": "hand"}]}, "no handler 'hand'"),
        ({"then": [{"do": "handler", "handler": "intent", "argument": "x"}]}, "no intent 'x'; there is: refund"),
        ({"then": [{"do": "mode", "handler": "intent", "state": {"intent": "x"}}]}, "no intent 'x'"),
        ({"then": [{"do": "listener", "listener": "x"}]}, "no listener 'x'; there is: crm"),
        ({"then": [{"do": "assign", "agent": "x"}]}, "no agent 'x'"),
        ({"then": [{"do": "assign", "team": "x"}]}, "no team 'x'"),
        ({"then": [{"do": "escalate", "reason": "y", "skill": "x"}]}, "no skill 'x'"),
        ({"when": {"not": {"fact": "intent", "is": ["refund", "x"]}}}, "no intent 'x'"),
        ({"when": {"fact": "mode", "is": "x"}}, "no mode 'x'"),
        ({"when": {"any": [{"fact": "channel", "is": "x"}]}}, "no channel 'x'; there is: shop"),
        ({"when": {"fact": "channel_kind", "is": "x"}}, "no channel kind 'x'"),
        ({"when": {"fact": "contact_fact", "name": "x", "exists": True}}, "no contact fact 'x'; there is: city"),
    ],
)
def test_names_nobody_knows_are_found_and_those_there_are_listed(rule: dict[str, Any], fault: str) -> None:
    (only,) = found(rule)
    assert only.startswith("rule 'r0': there is ")
    assert fault in only
    assert found(rule, house=House()) == []


def test_a_house_in_order_has_no_faults() -> None:
    assert not found(
        {"when": {"fact": "intent", "is": "refund"}, "then": [{"do": "assign", "team": "billing"}]},
        {
            "when": {"fact": "contact_fact", "name": "city", "is": "Bonn"},
            "then": [{"do": "listener", "listener": "crm"}],
        },
        {"then": [{"do": "handler", "handler": "intent", "argument": "refund"}]},
    )


def test_names_are_given_once() -> None:
    assert found({"name": "a"}, {"name": "a", "when": {"fact": "turns", "is": 1}}, house=House())[0] == (
        "rule 'a': 2 rules have this name; give each its own"
    )


@pytest.mark.parametrize(
    ("rules", "unreached"),
    [
        (({"then": [REPLY]}, {}, {}), ("r1", "r2")),
        (({}, {}), ("r1",)),
        (({"goes_on": True}, {}), ()),
        (({"enabled": False}, {}), ()),
        (({"when": {"fact": "turns", "is": 1}}, {}), ()),
        (({"when": {"any": [{"fact": "turns", "is": 1}, {"all": []}]}}, {}), ("r1",)),
        (({"when": {"not": {"all": [{"fact": "turns", "is": 1}, {"fact": "turns", "is": 2}]}}}, {}), ("r1",)),
        (({"when": {"fact": "turns", "is": 1}}, {"when": {"fact": "turns", "is": 1}}), ("r1",)),
        (({"when": {"fact": "turns", "is": 1}, "goes_on": True}, {"when": {"fact": "turns", "is": 1}}), ()),
    ],
)  # fmt: skip
def test_rules_behind_one_that_always_ends_the_search_are_found(rules: Any, unreached: tuple[str, ...]) -> None:
    said = [fault for fault in found(*rules) if "never reached" in fault]
    assert [fault.split("'")[1] for fault in said] == list(unreached)
    assert all("'r0' stands before it" in fault for fault in said)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"fact": "confidence", "at_least": 0.8}, {"fact": "confidence", "at_most": 0.3}),
        ({"fact": "intent", "is": "refund"}, {"fact": "intent", "exists": False}),
        ({"fact": "weekday", "is": "monday"}, {"all": [{"fact": "weekday", "is": ["friday", "sunday"]}]}),
        ({"fact": "opted_out", "is": True}, {"fact": "opted_out", "is": False}),
        ({"fact": "date", "is": "2025-01-01"}, {"fact": "date", "at_least": "2025-02-01"}),
        ({"fact": "turns", "is": [1, 2]}, {"fact": "turns", "at_least": 3}),
        ({"fact": "contact_field", "name": "x", "exists": False}, {"fact": "contact_field", "name": "x", "is": 1}),
    ],
)
def test_what_can_never_hold_together_is_found(one: dict[str, Any], other: dict[str, Any]) -> None:
    (fault,) = found({"when": {"all": [one, other]}})
    assert fault.startswith("rule 'r0': it never applies: ")
    assert not found({"when": {"any": [one, other]}})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"fact": "confidence", "at_least": 0.3}, {"fact": "confidence", "at_most": 0.3}),
        ({"fact": "contact_tag", "is": "a"}, {"fact": "contact_tag", "is": "b"}),
        ({"fact": "contact_field", "name": "x", "is": 1}, {"fact": "contact_field", "name": "x", "is": 2}),
        ({"fact": "text", "contains": "a"}, {"fact": "text", "contains": "b"}),
        ({"fact": "time", "at_least": "18:00"}, {"fact": "time", "at_most": "08:00"}),
        ({"fact": "turns", "is": [1, 5]}, {"fact": "turns", "at_least": 3}),
        ({"fact": "intent", "exists": False}, {"fact": "intent", "exists": False}),
    ],
)
def test_what_may_hold_together_is_left_alone(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not found({"when": {"all": [one, other]}})


def test_more_expressions_than_can_be_looked_for_are_refused() -> None:
    many = {"any": [{"fact": "text", "matches": f"x{n}"} for n in range(60)]}
    more = {"any": [{"fact": "text", "matches": f"y{n}"} for n in range(60)]}
    assert found({"when": many}, {"when": more}) == [
        "the rules look for 120 regular expressions; at most 100 can be looked for: join those that are alike with |"
    ]


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ({"then": [{"do": "handler", "handler": "intent"}]}, "it names no intent: name one in `argument`"),
        ({"then": [{"do": "mode", "handler": "intent", "state": {"day": 1}}]}, "it names no intent"),
        ({"when": {"fact": "time", "at_least": "18:00", "at_most": "18:00"}}, "no time is at least 18:00 and before"),
        ({"when": {"fact": "time", "at_most": "00:00"}}, "no time is before 00:00"),
        ({"when": {"not": {"fact": "language", "is": ["es", "Spanish"]}}}, "'Spanish' is no language tag"),
    ],
)
def test_what_can_never_come_about_is_found_before_it_is_published(rule: dict[str, Any], fault: str) -> None:
    (only,) = found(rule)
    assert fault in only


@pytest.mark.parametrize(
    "when",
    [
        {"fact": "time", "at_least": "18:00", "at_most": "00:00"},
        {"fact": "time", "at_least": "00:00", "at_most": "06:00"},
        {"fact": "language", "is": ["es", "es_MX", "zh-Hans-CN"]},
    ],
)
def test_what_may_hold_is_no_fault(when: dict[str, Any]) -> None:
    assert not found({"when": when})

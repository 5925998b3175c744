"""What is known of a contact, and which of two facts counts."""

import itertools
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core import facts
from frontdesk.core.facts import Fact, Rule, Source, Value
from frontdesk.errors import InvalidInput

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
RULES = {
    "city": Rule(merge="latest"),
    "name": Rule(merge="strongest", life=timedelta(days=365)),
    "joined": Rule("date", merge="first"),
    "likes": Rule(merge="collect", most=3),
    "age": Rule("number"),
    "member": Rule("boolean"),
    "size": Rule("choice", options=("Small", "Large")),
}


def a_fact(
    name: str, value: Value, source: Source = Source.STATED, days_ago: float = 0, confidence: float = 1.0
) -> Fact:
    return Fact(name, value, source, NOW - timedelta(days=days_ago), confidence)


def values(found: tuple[Fact, ...]) -> list[Value]:
    return [fact.value for fact in found]


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("city", "  Nairobi ", "Nairobi"),
        ("age", "41", Decimal(41)),
        ("age", 41.5, Decimal("41.5")),
        ("joined", "2020-02-29", date(2020, 2, 29)),
        ("member", True, True),
        ("member", "FALSE", False),
        ("size", "small", "Small"),
        ("city", "a\0b", "a\ufffdb"),
    ],
)
def test_a_value_is_read_as_its_kind(name: str, raw: object, value: Value) -> None:
    assert facts.read(name, raw, RULES) == value


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("age", "old", "age is a number"),
        ("age", "NaN", "age is a number"),
        ("age", "1e999999", "age is a number"),
        ("age", "9" * 40, "age is a number"),
        ("joined", "31.05.2026", "2026-05-31"),
        ("member", "perhaps", "true or false"),
        ("size", "medium", "Small, Large"),
        ("city", "", "1 to 1000"),
        ("city", "x" * 1001, "1 to 1000"),
        ("shoe", "42", "no fact 'shoe'; the settings name: age"),
    ],
)
def test_a_value_that_can_not_be_is_refused_with_the_remedy(name: str, raw: object, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        facts.read(name, raw, RULES)


def test_a_guess_never_replaces_what_the_contact_said() -> None:
    known = (a_fact("name", "Ada", Source.STATED, days_ago=30),)
    assert values(facts.merge(known, [a_fact("name", "Eda", Source.GUESSED)], RULES, NOW)) == ["Ada"]
    assert values(facts.merge(known, [a_fact("name", "Adah", Source.STATED)], RULES, NOW)) == ["Adah"]
    assert values(facts.merge(known, [a_fact("name", "Ms Ada", Source.DESK, 60)], RULES, NOW)) == ["Ms Ada"]


def test_what_expired_holds_nothing_back() -> None:
    old = a_fact("name", "Ada", Source.DESK, days_ago=365)
    assert facts.current([old], RULES, NOW) == ()
    assert facts.current([old], RULES, NOW - timedelta(seconds=1)) == (old,)
    assert values(facts.merge([old], [a_fact("name", "Eda", Source.GUESSED)], RULES, NOW)) == ["Eda"]
    assert old.age(NOW) == timedelta(days=365)


def test_latest_first_and_collect_do_as_they_say() -> None:
    heard = [
        a_fact("city", "Lagos", Source.DESK, 2),
        a_fact("city", "Accra", Source.EXTRACTED, 1),
        a_fact("joined", date(2024, 1, 1), days_ago=5),
        a_fact("joined", date(2025, 1, 1), days_ago=1),
        *(a_fact("likes", like, days_ago=9 - day) for day, like in enumerate(["tea", "maps", "Tea", "rain", "dogs"])),
    ]
    assert values(facts.merge([], heard, RULES, NOW)) == ["Accra", date(2024, 1, 1), "Tea", "rain", "dogs"]


def test_a_fact_from_the_future_counts_as_said_now() -> None:
    heard = [a_fact("city", "Mars", days_ago=-900)]
    known = facts.merge([], heard, RULES, NOW)
    assert known[0].said_at == NOW
    later = Fact("city", "Earth", Source.STATED, NOW + timedelta(seconds=1))
    assert values(facts.merge(known, [later], RULES, NOW + timedelta(seconds=2))) == ["Earth"]


def test_a_fact_of_a_rule_that_is_gone_or_changed_is_not_believed() -> None:
    assert facts.current([a_fact("shoe", "42")], RULES, NOW) == ()
    with pytest.raises(InvalidInput):
        facts.merge([], [a_fact("age", "forty")], RULES, NOW)
    with pytest.raises(InvalidInput):
        facts.restore(facts.record(a_fact("city", "Lagos")), {"city": Rule("number")})


FACTS = st.builds(
    a_fact,
    st.sampled_from(["city", "name", "likes"]),
    st.sampled_from(["a", "A", "b", "c", "d", "e"]),
    st.sampled_from(Source),
    st.sampled_from([0, 1, 2, 364, 365, 400, -1]),
    st.sampled_from([0.5, 1.0]),
)


@given(st.lists(FACTS, max_size=9), st.randoms(use_true_random=False))
def test_the_same_facts_in_any_order_leave_the_same_knowledge(heard: list[Fact], chance: object) -> None:
    at_once = facts.merge([], heard, RULES, NOW)
    shuffled = sorted(heard, key=lambda _: chance.random())  # type: ignore[attr-defined]
    one_by_one: tuple[Fact, ...] = ()
    for fact in itertools.chain(shuffled, heard):
        one_by_one = facts.merge(one_by_one, [fact], RULES, NOW)
    assert one_by_one == at_once


@pytest.mark.parametrize(
    "fact",
    [
        a_fact("city", "नैरोबी"),
        a_fact("age", Decimal("1.50")),
        a_fact("joined", date(2026, 1, 2)),
        a_fact("member", True),
    ],
    ids=lambda fact: fact.name,
)
def test_a_record_brings_the_fact_back(fact: Fact) -> None:
    assert facts.restore(json.loads(json.dumps(facts.record(fact))), RULES) == fact


def test_a_repr_does_not_say_what_is_known() -> None:
    assert "Ada" not in repr(a_fact("name", "Ada"))

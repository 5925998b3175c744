"""Each fact with each comparison it takes: whether it holds, and what is said about it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from frontdesk.core.entities import Entity
from frontdesk.core.facts import Fact, Rule, Source
from frontdesk.core.hours import BusinessHours, Opening
from frontdesk.core.rules.explaining import because
from frontdesk.core.rules.facts import Facts
from frontdesk.core.rules.subjects import SUBJECTS, FactName
from frontdesk.core.rules.trees import planted
from tests.core.rules.test_deciding_properties import condition

NOW = datetime(2025, 1, 1, 23, 30, tzinfo=UTC)
"""A Wednesday; in Madrid it is half past midnight of Thursday."""
MADRID = ZoneInfo("Europe/Madrid")
DAYS = {"from": "2025-04-30", "to": None}
LATE = "2027-05-03T17:30+02"
WEEK = BusinessHours(weekly={"wednesday": (Opening(opens=time(9), closes=time(0)),)})


def an(kind: Any, value: Any, **detail: str) -> Entity:
    return Entity(kind=kind, value=value, text=str(value), start=0, end=1, detail=detail)


def named(*entities: Entity) -> Mapping[str, Any]:
    return {"entities": entities}


def known(name: str, value: Any, days_ago: int = 0) -> Mapping[str, Any]:
    facts = (Fact(name, value, Source.STATED, NOW - timedelta(days=days_ago)),)
    return {"contact_facts": facts, "fact_rules": {name: Rule(life=timedelta(days=30))}, "now": NOW}


TABLE: list[tuple[dict[str, Any], Mapping[str, Any], bool, str]] = [
    ({"fact": "intent", "is": "refund"}, {"intent": "refund"}, True, "refund"),
    ({"fact": "intent", "is": ["returns", "refund"]}, {"intent": "refund"}, True, "refund"),
    ({"fact": "intent", "is": "refund"}, {"intent": "Refund"}, False, "Refund"),
    ({"fact": "intent", "is": "refund"}, {}, False, "not known"),
    ({"fact": "intent", "exists": False}, {}, True, "not known"),
    ({"fact": "intent", "exists": True}, {"intent": "refund"}, True, "refund"),
    ({"fact": "confidence", "at_least": 0.5}, {"confidence": 0.5}, True, "0.5"),
    ({"fact": "confidence", "at_least": 0.5}, {"confidence": 0.49}, False, "0.49"),
    ({"fact": "confidence", "at_most": 0.5}, {"confidence": 0.51}, False, "0.51"),
    ({"fact": "confidence", "at_least": 0.2, "at_most": 0.5}, {"confidence": 0.3}, True, "0.3"),
    ({"fact": "confidence", "at_most": 0.5}, {}, False, "not known"),
    ({"fact": "confidence", "at_most": 0.5}, {"confidence": float("nan")}, False, "nan"),
    ({"fact": "confidence", "exists": False}, {}, True, "not known"),
    ({"fact": "entity", "name": "date", "exists": True}, named(an("date", "2025-05-01")), True, "2025-05-01"),
    ({"fact": "entity", "name": "date", "exists": True}, {}, False, "not known"),
    ({"fact": "entity", "name": "date", "at_least": "2025-05-01"}, named(an("date", "2025-05-01")), True, "2025-05-01"),
    ({"fact": "entity", "name": "interval", "at_most": "2025-05-01"}, named(an("interval", DAYS)), True, "2025-04-30 to …"),
    ({"fact": "entity", "name": "datetime", "at_least": "17:00", "at_most": "18:00"}, named(an("datetime", LATE)), True, LATE),
    ({"fact": "entity", "name": "number", "at_least": 5}, named(an("number", 4), an("number", 6)), True, "4, 6"),
    ({"fact": "entity", "name": "number", "at_least": 5, "at_most": 5.5}, named(an("number", 4), an("number", 6)), False, "4, 6"),
    ({"fact": "entity", "name": "city", "is": "málaga"}, named(an("list", "Malaga", name="city")), True, "Malaga"),
    ({"fact": "entity", "name": "guests", "is": 4}, {"slots": {"guests": 4}}, True, "4"),
    ({"fact": "entity", "name": "number", "is": True}, named(an("number", 1)), False, "1"),
    ({"fact": "text", "contains": "money back"}, {"text": "I want my MONEY-back!"}, True, "I want my MONEY-back!"),
    ({"fact": "text", "contains": ["refund", "money back"]}, {"text": "back to the money"}, False, "back to the money"),
    ({"fact": "text", "contains": ["refund", "x"]}, {"text": "a refund"}, True, "a refund"),
    ({"fact": "text", "contains": "fun"}, {"text": "a refund"}, False, "a refund"),
    ({"fact": "text", "contains": "refund"}, {"text": "reembolso", "working": "refund"}, True, "reembolso / refund"),
    ({"fact": "text", "contains": "a b"}, {"text": "x a", "working": "b y"}, False, "x a / b y"),
    ({"fact": "text", "is": "Hello"}, {"text": "hello!"}, True, "hello!"),
    ({"fact": "text", "is": "hello"}, {"text": "hello you"}, False, "hello you"),
    ({"fact": "text", "matches": r"order \d+"}, {"text": "my Order 12"}, True, "my Order 12"),
    ({"fact": "text", "matches": r"order \d+"}, {"text": "pedido 12", "working": "order 12"}, True, "pedido 12 / order 12"),
    ({"fact": "text", "matches": r"order \d+"}, {"text": "my order"}, False, "my order"),
    ({"fact": "text", "exists": False}, {"text": "  "}, True, "not known"),
    ({"fact": "language", "is": "es"}, {"language": "es-MX"}, True, "es-MX"),
    ({"fact": "language", "is": "es-MX"}, {"language": "es"}, False, "es"),
    ({"fact": "language", "is": "zh-hant"}, {"language": "zh_Hant_TW"}, True, "zh_Hant_TW"),
    ({"fact": "language", "exists": False}, {}, True, "not known"),
    ({"fact": "message", "is": ["voice", "image"]}, {"message": "voice"}, True, "voice"),
    ({"fact": "sentiment", "at_most": -0.5}, {"sentiment": -0.6}, True, "-0.6"),
    ({"fact": "channel", "is": "shop"}, {"channel_name": "shop", "channel_id": UUID(int=1)}, True, f"{UUID(int=1)}, shop"),
    ({"fact": "channel", "is": str(UUID(int=1))}, {"channel_name": "shop", "channel_id": UUID(int=1)}, True, f"{UUID(int=1)}, shop"),
    ({"fact": "channel_kind", "is": "telegram"}, {"channel_kind": "whatsapp"}, False, "whatsapp"),
    ({"fact": "date", "is": "2025-01-01"}, {"now": NOW}, True, "2025-01-01"),
    ({"fact": "date", "is": "2025-01-01"}, {"now": NOW, "zone": MADRID}, False, "2025-01-02"),
    ({"fact": "date", "at_least": "2024-12-24", "at_most": "2025-01-01"}, {"now": NOW}, True, "2025-01-01"),
    ({"fact": "date", "at_most": "2024-12-31"}, {"now": NOW}, False, "2025-01-01"),
    ({"fact": "date", "is": "2025-01-01"}, {}, False, "not known"),
    ({"fact": "time", "at_least": "18:00", "at_most": "08:00"}, {"now": NOW}, True, "23:30"),
    ({"fact": "time", "at_least": "18:00", "at_most": "08:00"}, {"now": NOW.replace(hour=8, minute=0)}, False, "08:00"),
    ({"fact": "time", "at_least": "18:00", "at_most": "23:30"}, {"now": NOW}, False, "23:30"),
    ({"fact": "time", "at_most": "01:00"}, {"now": NOW, "zone": MADRID}, True, "00:30"),
    ({"fact": "weekday", "is": "wednesday"}, {"now": NOW}, True, "wednesday"),
    ({"fact": "weekday", "is": "wednesday"}, {"now": NOW, "zone": MADRID}, False, "thursday"),
    ({"fact": "business_hours", "is": "open"}, {"now": NOW, "hours": WEEK}, True, "open"),
    ({"fact": "business_hours", "is": "closed"}, {"now": NOW + timedelta(hours=1), "hours": WEEK}, True, "closed"),
    ({"fact": "business_hours", "is": "closed"}, {"now": NOW}, False, "not known"),
    ({"fact": "contact_name", "contains": "ada"}, {"contact_name": "Ada Lovelace"}, True, "Ada Lovelace"),
    ({"fact": "contact_name", "exists": False}, {"contact_name": ""}, True, "not known"),
    ({"fact": "contact_name", "matches": "^a"}, {"contact_name": "Ada"}, True, "Ada"),
    ({"fact": "contact_field", "name": "plan", "is": "gold"}, {"fields": {"plan": "Gold"}}, True, "Gold"),
    ({"fact": "contact_field", "name": "plan", "is": "gold"}, {"fields": {"plan": ["basic", "gold"]}}, True, "basic, gold"),
    ({"fact": "contact_field", "name": "plan", "is": "gold"}, {"fields": {"plan": {"x": 1}}}, False, "something else than a value"),
    ({"fact": "contact_field", "name": "age", "is": 41}, {"fields": {"age": "41.0"}}, True, "41.0"),
    ({"fact": "contact_field", "name": "rate", "is": 0.1}, {"fields": {"rate": "0.10"}}, True, "0.10"),
    ({"fact": "contact_field", "name": "rate", "at_most": 0.1}, {"fields": {"rate": Decimal("0.1")}}, True, "0.1"),
    ({"fact": "contact_field", "name": "rate", "is": 0.1}, {"fields": {"rate": 0.1}}, True, "0.1"),
    ({"fact": "contact_field", "name": "age", "at_least": 18}, {"fields": {"age": "41"}}, True, "41"),
    ({"fact": "contact_field", "name": "age", "at_least": 18}, {"fields": {"age": "old"}}, False, "old"),
    ({"fact": "contact_field", "name": "age", "at_least": 18}, {"fields": {"age": True}}, False, "true"),
    ({"fact": "contact_field", "name": "since", "at_most": "2027-12-31"}, {"fields": {"since": LATE}}, True, LATE),
    ({"fact": "contact_field", "name": "opens", "at_least": "18:00", "at_most": "02:00"}, {"fields": {"opens": "01:15"}}, True, "01:15"),
    ({"fact": "contact_field", "name": "vip", "is": True}, {"fields": {"vip": "true"}}, True, "true"),
    ({"fact": "contact_field", "name": "vip", "exists": False}, {"fields": {"vip": None}}, True, "not known"),
    ({"fact": "contact_field", "name": "note", "contains": "call back"}, {"fields": {"note": "CALL back."}}, True, "CALL back."),
    ({"fact": "contact_fact", "name": "age", "at_least": 18}, known("age", Decimal("18.0")), True, "18.0"),
    ({"fact": "contact_fact", "name": "joined", "at_least": "2024-01-01"}, known("joined", date(2024, 1, 1)), True, "2024-01-01"),
    ({"fact": "contact_fact", "name": "city", "is": "bonn"}, known("city", "Bonn", days_ago=40), False, "not known"),
    ({"fact": "contact_tag", "is": ["vip", "press"]}, {"contact_tags": frozenset({"vip", "old"})}, True, "old, vip"),
    ({"fact": "contact_tag", "exists": False}, {}, True, "not known"),
    ({"fact": "opted_out", "is": True}, {"opted_out": True}, True, "true"),
    ({"fact": "opted_out", "is": False}, {}, False, "not known"),
    ({"fact": "new_contact", "is": True}, {"new_contact": False}, False, "false"),
    ({"fact": "conversation_tag", "is": "late"}, {"conversation_tags": frozenset({"late"})}, True, "late"),
    ({"fact": "group", "is": False}, {"group": False}, True, "false"),
    ({"fact": "turns", "at_most": 0}, {"turns": 0}, True, "0"),
    ({"fact": "misses", "at_least": 2}, {"misses": 1}, False, "1"),
    ({"fact": "misses", "is": [2, 3]}, {"misses": 2}, True, "2"),
    ({"fact": "silence", "at_least": 3600}, {"silence": 3600.5}, True, "3600.5"),
    ({"fact": "mode", "is": "feedback"}, {"mode": "feedback"}, True, "feedback"),
    ({"fact": "mode", "exists": False}, {}, True, "not known"),
    ({"fact": "owner", "is": "human"}, {"owner": "bot"}, False, "bot"),
    ({"fact": "variable", "name": "step", "is": 2}, {"variables": {"step": 2}}, True, "2"),
    ({"fact": "variable", "name": "step", "matches": "^s"}, {"variables": {"step": "second"}}, True, "second"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "facts", "expected", "seen"), TABLE)
def test_a_comparison_holds_and_says_what_it_saw(
    written: dict[str, Any], facts: Mapping[str, Any], expected: bool, seen: str
) -> None:
    why = because(planted(condition(written)), Facts(**facts), {})
    assert (why.holds, why.seen) == (expected, seen)


def test_every_fact_and_every_comparison_it_takes_stands_in_the_table() -> None:
    tried = {(written["fact"], name) for written, *_ in TABLE for name in written if name not in ("fact", "name")}
    assert {fact for fact, _ in tried} == set(get_args(FactName)) == set(SUBJECTS)
    kinds = {(SUBJECTS[fact].kind, operator) for fact, operator in tried}
    assert kinds == {(subject.kind, name) for subject in SUBJECTS.values() for name in subject.operators} - {
        ("names", "x")
    }


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"fact": "intent", "is": ["a", "b"]}, "intent is one of a, b"),
        ({"fact": "confidence", "at_least": 0.2, "at_most": 0.5}, "confidence is at least 0.2 and is at most 0.5"),
        ({"fact": "time", "at_least": "18:00", "at_most": "08:00"}, "time is 18:00 or later and is before 08:00"),
        ({"fact": "contact_field", "name": "plan", "exists": False}, "contact_field plan is not known"),
        ({"fact": "text", "matches": "a+"}, "text matches 'a+'"),
        ({"fact": "text", "contains": [f"word{n}" for n in range(12)]}, "or 2 more"),
    ],
)
def test_what_is_wanted_is_said_in_words(written: dict[str, Any], said: str) -> None:
    assert said in because(planted(condition(written)), Facts(), {}).wanted


def test_a_condition_is_explained_part_by_part() -> None:
    written = {"all": [{"not": {"fact": "intent", "is": "a"}}, {"any": [{"fact": "turns", "at_least": 3}]}]}
    why = because(planted(condition(written)), Facts(intent="b"), {})
    assert (why.holds, why.wanted) == (False, "all of these")
    assert [(part.holds, part.wanted, part.parts[0].holds) for part in why.parts] == [
        (True, "not this", False),
        (False, "any of these", False),
    ]
    assert why.parts[1].parts[0].seen == "not known"

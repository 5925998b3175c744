"""Turns counted by the day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.analytics import BOUNDS, MOST_NAMES, OTHER, Dimension, Key, Taken, Tally, counted, ending, tally

DAY = date(2025, 1, 1)
AT = datetime(2025, 1, 1, 23, 30, tzinfo=UTC)


def taken(handler: str = "intent", milliseconds: float = 40, **record: Any) -> Taken:
    document = {"event": "message", "route": {"handler": handler, "argument": None}, "effects": [], **record}
    return Taken(at=AT, channel="shop", handler=handler, milliseconds=milliseconds, record=document)


@pytest.mark.parametrize(
    ("turn", "ended"),
    [
        (taken(), "contained"),
        (taken("fallback"), "fallback"),
        (taken("gone", missed=True), "fallback"),
        (taken("fallback", missed=True, effects=["HandOver"]), "escalated"),
        (taken("fallback", effects=["HandOver"]), "escalated"),
        (taken("handoff", effects=["HandOver"]), "escalated"),
        (taken("handoff", route={"handler": "handoff", "argument": "silent"}), "person"),
        (taken("silence"), "silent"),
        (taken("feedback", event="reaction"), "silent"),
        (taken(route=None, effects="HandOver"), "contained"),
    ],
)
def test_how_a_turn_ended(turn: Taken, ended: str) -> None:
    assert ending(turn) == ended


def test_a_turn_counts_for_all_it_is_of_on_the_day_of_the_tenant() -> None:
    turn = taken(
        rules=["late", "vip", "late"], intent="refund", language="es", route={"handler": "intent", "by": "rule"}
    )
    found = counted([turn], UTC)
    assert sorted(found) == sorted(
        [
            Key(DAY, "all"),
            Key(DAY, "rule", "late"),
            Key(DAY, "rule", "vip"),
            Key(DAY, "route", "rule"),
            Key(DAY, "handler", "intent"),
            Key(DAY, "intent", "refund"),
            Key(DAY, "channel", "shop"),
            Key(DAY, "language", "es"),
        ]
    )
    assert all(one == tally(turn) for one in found.values())
    assert {key.day for key in counted([turn], ZoneInfo("Europe/Madrid"))} == {date(2025, 1, 2)}


@pytest.mark.parametrize(
    ("milliseconds", "place"), [(0, 0), (5, 0), (5.1, 1), (29_999, len(BOUNDS) - 1), (30_001, len(BOUNDS)), (-3, 0)]
)
def test_the_bucket_of_a_latency(milliseconds: float, place: int) -> None:
    assert tally(taken(milliseconds=milliseconds)).buckets.index(1) == place


def test_shares_are_of_what_the_bot_was_asked() -> None:
    turns = [taken(), taken(), taken("fallback"), taken(effects=["HandOver"]), taken("silence")]
    total = counted(turns, UTC)[Key(DAY, "all")]
    assert (total.turns, total.share("contained"), total.share("fallback")) == (5, 0.5, 0.25)
    assert Tally().share("contained") is None


def test_how_long_most_turns_took() -> None:
    total = counted([taken(milliseconds=20)] * 9 + [taken(milliseconds=700), taken(milliseconds=40_000)], UTC)
    one = total[Key(DAY, "all")]
    assert (one.within(0.5), one.within(0.9), one.within(1)) == (25, 1_000, float("inf"))
    assert one.mean == pytest.approx(40_880 / 11)
    assert (Tally().within(0.5), Tally().mean) == (None, None)


@pytest.mark.parametrize(
    "record", [{}, {"route": 3, "rules": "x", "effects": 1, "intent": [], "language": ""}, {"rules": [None, 3, ""]}]
)
def test_a_record_of_another_shape_counts_for_what_can_be_read(record: Mapping[str, Any]) -> None:
    turn = Taken(at=AT, channel="shop", handler="intent", milliseconds=1, record=record)
    assert {key.dimension for key in counted([turn], UTC)} == {"all", "handler", "channel"}


def test_names_beyond_the_bound_are_counted_together() -> None:
    turns = [taken(rules=[f"rule {number}"]) for number in range(MOST_NAMES + 7)]
    total = counted([*turns, *turns], UTC)
    assert total[Key(DAY, "rule", OTHER)].turns == 14
    assert sum(key.dimension == "rule" for key in total) == MOST_NAMES + 1
    assert total[Key(DAY, "rule", "rule 0")].turns == 2


TURNS = st.lists(
    st.builds(
        taken,
        st.sampled_from(("intent", "fallback", "handoff")),
        st.floats(0, 40_000),
        rules=st.lists(st.integers(0, MOST_NAMES + 20).map(str), max_size=20),
        effects=st.sampled_from(([], ["HandOver"])),
    ),
    max_size=30,
)


@given(TURNS, st.lists(st.integers(0, 30), max_size=5))
def test_counting_bit_by_bit_is_counting_all_at_once(turns: list[Taken], cuts: list[int]) -> None:
    total: dict[Key, Tally] = {}
    ends = [0, *sorted(cuts), len(turns)]
    for start, end in pairwise(ends):
        known: dict[tuple[date, Dimension], list[str]] = {}
        for key in total:
            known.setdefault((key.day, key.dimension), []).append(key.name)
        for key, one in counted(turns[start:end], UTC, known).items():
            total[key] = total.get(key, Tally()) + one
    assert total == counted(turns, UTC)
    for one in total.values():
        assert sum(one.buckets) == sum(one.endings) == one.turns

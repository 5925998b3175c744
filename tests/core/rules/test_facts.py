"""From a turn to the facts rules ask about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from frontdesk.core.conversation import Mode
from frontdesk.core.facts import Fact, Source
from frontdesk.core.meaning import Candidate, Meaning
from frontdesk.core.message import Happening, Media, Message, Reaction
from frontdesk.core.rules.facts import Facts
from frontdesk.core.rules.turns import Surroundings, kind_of, of_turn
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.understanding import FactRule
from tests.builders import a_turn, an_origin


def facts(text: str = "hello", around: Surroundings | None = None, **changes: Any) -> Facts:
    return of_turn(replace(a_turn(text), **changes), around or Surroundings())


def test_a_turn_says_what_it_knows_and_the_rest_is_not_known() -> None:
    found = facts("hello")
    assert (found.text, found.message, found.contact_name, found.owner) == ("hello", "text", "Ada Lovelace", "bot")
    assert (found.opted_out, found.group, found.language) == (False, False, "en")
    unknown = ("intent", "confidence", "sentiment", "channel_kind", "turns", "misses", "silence", "mode", "new_contact")
    assert [name for name in unknown if getattr(found, name) is not None] == []


def test_what_the_caller_knows_is_added() -> None:
    now = datetime(2025, 1, 1, 12, tzinfo=UTC)
    around = Surroundings(
        channel_id=UUID(int=1), channel_kind="telegram", channel_name="shop", is_new=True, turns=3, misses=1,
        last_at=now - timedelta(minutes=2), sentiment=-0.3, contact_tags=frozenset({"vip"}),
    )  # fmt: skip
    found = facts(around=around)
    assert (found.silence, found.new_contact, found.turns, found.sentiment) == (120, True, 3, -0.3)
    assert found.channel == {"shop", str(UUID(int=1))}
    assert facts(around=replace(around, last_at=now + timedelta(days=1))).silence == 0


@pytest.mark.parametrize(
    ("meaning", "intent", "confidence"),
    [
        (Meaning(intent="a", confidence=0.9, ranking=(Candidate(intent="a", confidence=0.8),)), "a", 0.9),
        (Meaning(ranking=(Candidate(intent="a", confidence=0.2),)), None, 0.2),
        (Meaning(), None, None),
    ],
)
def test_confidence_is_that_of_the_likeliest_intent_also_where_none_is_understood(
    meaning: Meaning, intent: str | None, confidence: float | None
) -> None:
    found = facts(meaning=meaning)
    assert (found.intent, found.confidence) == (intent, confidence)


def test_slots_are_those_filled_so_far_and_those_complete() -> None:
    state = {"intent": "book", "slots": {"filled": {"day": {"value": "2025-02-01", "text": "x"}, "odd": 3}}}
    turn = a_turn("x", modes=(Mode(handler="intent", state=state),))
    found = of_turn(replace(turn, values={"people": 4}), Surroundings())
    assert (found.named["day"], found.named["people"], found.mode) == (["2025-02-01"], [4], "intent")
    assert "odd" not in found.named


@pytest.mark.parametrize("state", [{}, {"slots": 3}, {"slots": {"filled": [1]}}])
def test_a_state_of_another_shape_gives_no_slots(state: dict[str, Any]) -> None:
    assert not of_turn(a_turn("x", modes=(Mode(handler="intent", state=state),)), Surroundings()).named


def test_facts_of_the_contact_are_those_still_believed() -> None:
    settings = TenantSettings(facts={"city": FactRule(life_days=30), "age": FactRule(kind="number")})
    turn = a_turn("x", settings=settings)
    said = [
        Fact("city", "Bonn", Source.STATED, turn.now - timedelta(days=31)),
        Fact("age", "x", Source.STATED, turn.now),
        Fact("gone", "x", Source.STATED, turn.now),
    ]
    found = of_turn(replace(turn, contact=replace(turn.contact, facts=tuple(said))), Surroundings())
    assert dict(found.known) == {"age": ["x"]}


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (Reaction(target="1", action="add", origin=an_origin()), "reaction"),
        (Happening(event="edited", origin=an_origin()), "event"),
        (Message(type="audio", external_id="1", origin=an_origin(), media=(Media(type="audio", ref="x", voice=True),)), "voice"),
        (Message(type="audio", external_id="1", origin=an_origin(), media=(Media(type="audio", ref="x"),)), "audio"),
        (Message(type="video", external_id="1", origin=an_origin(), media=(Media(type="video", ref="x", animation=True),)), "animation"),
        (Message(type="location", external_id="1", origin=an_origin()), "location"),
    ],
)  # fmt: skip
def test_kinds_of_message(event: Any, kind: str) -> None:
    assert kind_of(event) == kind


def test_what_a_contact_said_is_not_in_the_representation() -> None:
    shown = repr(facts("my secret pin is 1234"))
    assert "1234" not in shown
    assert "Ada" not in shown

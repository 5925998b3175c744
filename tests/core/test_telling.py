"""What listeners are told, under which id, and where their answers go."""

from dataclasses import replace
from uuid import UUID

import pytest

from frontdesk.core.channel import Channel
from frontdesk.core.content import Content
from frontdesk.core.conversation import Mode
from frontdesk.core.entities import Entity
from frontdesk.core.listening import IntentAnswered, ListenEffect, TellListener
from frontdesk.core.meaning import Meaning
from frontdesk.core.telling import MOST_REPLIES, Scene, envelope, event_id, joined, listened_for
from frontdesk.core.turn import KeepVariables, Outcome, Turn
from tests.builders import a_turn

CHANNEL = Channel(
    id=UUID(int=1), tenant="harbour", kind="telegram", name="bot", api_base="", credentials={"token": "s3"}
)
HERE, BOOKED = Scene("harbour", CHANNEL, "m1"), IntentAnswered(intent="book", values={"day": "2026-12-24"})
ASKED = Mode(handler="intent", state={"intent": "pay"})


def test_an_id_is_the_same_when_the_turn_is_taken_again_and_only_then() -> None:
    first = event_id(HERE, UUID(int=7), BOOKED)
    assert event_id(replace(HERE), UUID(int=7), IntentAnswered(intent="book")) == first
    others = {
        event_id(replace(HERE, key="m2"), UUID(int=7), BOOKED),
        event_id(replace(HERE, tenant="other"), UUID(int=7), BOOKED),
        event_id(HERE, UUID(int=8), BOOKED),
        event_id(HERE, UUID(int=7), IntentAnswered(intent="pay")),
        event_id(HERE, UUID(int=7), TellListener(listener="crm")),
    }
    assert len(others | {first}) == 6


def test_an_event_says_what_was_understood_and_nothing_secret() -> None:
    day = Entity(kind="date", value="2026-12-24", text="Christmas Eve", start=3, end=16)
    meant = Meaning(intent="book", confidence=0.912345, by="classifier")
    turn = replace(a_turn("on Christmas Eve"), meaning=meant, entities=(day,), spoken="es", working="en la Nochebuena")
    told = envelope("e1", HERE, turn, BOOKED)
    data = told.pop("data")
    assert told == {
        "specversion": "1.0",
        "id": "e1",
        "type": "frontdesk.intent.answered",
        "source": "/tenants/harbour",
        "time": turn.now.isoformat(),
        "datacontenttype": "application/json",
    }
    assert (data["intent"], data["confidence"], data["values"]) == ("book", 0.9123, {"day": "2026-12-24"})
    assert (data["text"], data["working_text"], data["language"]) == ("on Christmas Eve", "en la Nochebuena", "es")
    assert data["entities"] == [{"kind": "date", "value": "2026-12-24", "text": "Christmas Eve"}]
    assert data["channel"] == {"id": str(CHANNEL.id), "kind": "telegram", "name": "bot"}
    assert data["contact"] == {"id": str(turn.contact.id)}
    assert "s3" not in str(told) + str(data)


@pytest.mark.parametrize(
    ("effect", "intent", "confidence"),
    [(IntentAnswered(intent="book"), "book", None), (TellListener(listener="crm"), "hours", 0.8)],
)
def test_a_confidence_is_that_of_the_intent_told_of(
    effect: ListenEffect, intent: str, confidence: float | None
) -> None:
    turn = replace(a_turn("hello"), meaning=Meaning(intent="hours", confidence=0.8, by="classifier"))
    data = envelope("e1", HERE, turn, effect)["data"]
    assert (data["intent"], data["confidence"], data["values"]) == (intent, confidence, {})


def test_what_concerns_listeners_is_taken_out_of_an_outcome() -> None:
    kept = KeepVariables(values={})
    outcome = Outcome(effects=(BOOKED, kept, TellListener(listener="crm")))
    rest, told = listened_for(outcome)
    assert (rest.effects, list(told)) == ((kept,), [BOOKED, TellListener(listener="crm")])
    assert listened_for(rest) == (rest, [])


def said(*texts: str, modes: tuple[Mode, ...] | None = None) -> Outcome:
    return Outcome(replies=tuple(Content(text=text) for text in texts), modes=modes)


@pytest.mark.parametrize(
    ("before", "outcome", "texts"),
    [
        ((), said("Booked."), ["Booked.", "A", "B"]),
        ((), said("Booked.", "How much?", modes=(ASKED,)), ["Booked.", "A", "B", "How much?"]),
        ((ASKED,), said("Paid.", modes=()), ["Paid.", "A", "B"]),
        ((ASKED,), said("Nine to five."), ["Nine to five.", "A", "B"]),
        ((ASKED,), said("Nine to five.", modes=(ASKED,)), ["Nine to five.", "A", "B"]),
        ((ASKED, Mode(handler="task")), said("Done.", modes=(ASKED,)), ["Done.", "A", "B"]),
        ((), said(modes=(ASKED,)), ["A", "B"]),
    ],
)
def test_answers_come_after_the_handlers_and_before_their_question(
    before: tuple[Mode, ...], outcome: Outcome, texts: list[str]
) -> None:
    turn: Turn = a_turn("hello", modes=before)
    noted = KeepVariables(values={"x": 1})
    whole = joined(turn, outcome, [said("A"), replace(said("B"), effects=(noted,))])
    assert [reply.text for reply in whole.replies] == texts
    assert (whole.effects, whole.modes) == ((noted,), outcome.modes)


def test_listeners_together_say_no_more_than_people_read() -> None:
    whole = joined(a_turn("hello"), said("Own."), [said("1", "2", "3")] * 6)
    assert len(whole.replies) == 1 + MOST_REPLIES


def test_nothing_stands_in_for_an_answer_a_listener_gives() -> None:
    own, stand_in = Content(text="Hm."), Content(text="Hm.")
    outcome = Outcome(replies=(own, stand_in))
    whole = joined(a_turn("hello"), outcome, [said("A")], [stand_in])
    assert [reply.text for reply in whole.replies] == ["Hm.", "A"]
    assert joined(a_turn("hello"), outcome, [Outcome.silent()], [stand_in]).replies == outcome.replies

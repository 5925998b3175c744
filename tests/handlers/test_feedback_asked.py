"""When a turn ends with the question for a rating, and what becomes of answers that are none."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from frontdesk.answering import answer
from frontdesk.core.asking import ASKED, is_due
from frontdesk.core.content import Button
from frontdesk.core.conversation import Mode, Said
from frontdesk.core.feedback import AskedFeedback, RecordFeedback
from frontdesk.core.meaning import Meaning
from frontdesk.core.talking import fresh, repeats
from frontdesk.core.tenant import FeedbackSettings, TenantSettings
from frontdesk.core.turn import Handler, HandOver, Outcome, Route, Turn
from frontdesk.handlers import OURS
from frontdesk.phrases import languages, say, variants
from tests.builders import a_turn

ALWAYS = TenantSettings(feedback=FeedbackSettings(ask="always"))
INTENT = Route(handler="intent", reason="intent hours", argument="hours", by="intent")
DONE = Outcome.say("From nine to five.")
TURN = UUID(int=12)
RATED = RecordFeedback(kind="rating", message_id=None, score=4, turn_id=TURN, source="asked", occasion=f"turn {TURN}")
WAITING = Mode(handler="feedback", state={"awaiting": "rating", "about": None, "turn": str(TURN)})


class Answers:
    """Answers every turn alike."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        return self.outcome


def staff(settings: TenantSettings, outcome: Outcome) -> Mapping[str, Handler]:
    return {**{name: make(settings) for name, make in OURS.items()}, "intent": Answers(outcome)}


async def test_the_question_follows_the_answer() -> None:
    turn = a_turn("when do you open", settings=ALWAYS)
    outcome = await answer(staff(ALWAYS, DONE), turn, INTENT)
    assert [reply.text for reply in outcome.replies] == ["From nine to five.", say("en", "feedback.ask")]
    assert [type(effect) for effect in outcome.effects] == [AskedFeedback]
    assert outcome.modes
    assert outcome.modes[-1].state["turn"] == str(turn.id)


@pytest.mark.parametrize(
    ("settings", "outcome", "changes", "handler"),
    [
        (TenantSettings(), DONE, {}, "intent"),
        (ALWAYS, DONE, {"variables": {ASKED: True}}, "intent"),
        (ALWAYS, DONE, {"is_group": True}, "intent"),
        (ALWAYS, DONE, {"owner": "human"}, "intent"),
        (ALWAYS, DONE, {"opted_out": True}, "intent"),
        (ALWAYS, DONE, {"modes": (WAITING,)}, "intent"),
        (ALWAYS, DONE, {}, "keywords"),
        (ALWAYS, Outcome.say("Which?", buttons=[Button(title="A")]), {}, "intent"),
        (ALWAYS, Outcome.say("A person comes", HandOver()), {}, "intent"),
        (ALWAYS, Outcome.silent(), {}, "intent"),
        (ALWAYS, replace(DONE, modes=(Mode(handler="intent"),)), {}, "intent"),
        (ALWAYS, replace(DONE, missed=True), {}, "intent"),
    ],
)
def test_it_is_not_asked(settings: TenantSettings, outcome: Outcome, changes: dict[str, Any], handler: str) -> None:
    route = replace(INTENT, handler=handler)
    assert is_due(a_turn("x", settings=ALWAYS), INTENT, INTENT, DONE)
    assert not is_due(a_turn("x", settings=settings, **changes), route, route, outcome)


def test_a_share_of_all_talks_is_asked() -> None:
    settings = TenantSettings(feedback=FeedbackSettings(ask="sometimes", share=0.25))
    asked = sum(is_due(a_turn("x", settings=settings), INTENT, INTENT, DONE) for _ in range(2000))
    assert 350 < asked < 650


async def handled(text: str, **changes: Any) -> Outcome:
    turn = replace(a_turn(text, modes=(WAITING,)), **changes)
    return await OURS["feedback"](turn.settings).handle(turn, Route(handler="feedback", reason="the active mode"))


async def test_an_answer_to_our_question_is_tied_to_the_turn() -> None:
    outcome = await handled("4")
    assert outcome.effects == (RATED,)
    assert outcome.modes
    more = await handled("quite good, but I waited long", rating=3, sentiment=-0.1)
    assert more.effects[0] == RecordFeedback(
        kind="text",
        message_id=None,
        score=3,
        text="quite good, but I waited long",
        sentiment=-0.1,
        turn_id=TURN,
        source="asked",
    )


async def presses(argument: str, *modes: Mode) -> Outcome:
    turn = a_turn(f"/feedback {argument}", modes=modes)
    route = Route(handler="feedback", reason="chosen", argument=argument, by="press")
    return await OURS["feedback"](turn.settings).handle(turn, route)


async def test_a_button_knows_its_question_whatever_was_said_since() -> None:
    asked = await answer(staff(ALWAYS, DONE), replace(a_turn("x", settings=ALWAYS), id=TURN), INTENT)
    payloads = [button.payload for button in asked.replies[-1].buttons]
    assert payloads == [f"/feedback {rating} turn {TURN}" for rating in range(1, 6)]
    for modes in ((), (WAITING,), (replace(WAITING, state={**WAITING.state, "awaiting": "text"}),)):
        outcome = await presses(f"4 turn {TURN}", *modes)
        assert outcome.effects == (RATED,)
        assert outcome.modes
        assert outcome.modes[-1].state["awaiting"] == "text"


async def test_a_rating_in_the_middle_of_something_else_asks_for_no_words() -> None:
    outcome = await presses(f"4 turn {TURN}", Mode(handler="intent", state={"intent": "book"}))
    assert outcome.effects == (RATED,)
    assert (outcome.modes, [reply.text for reply in outcome.replies]) == (None, [say("en", "feedback.thanks")])


@pytest.mark.parametrize("argument", ["4 turn x", "4 never heard of", "4"])
async def test_a_button_that_names_no_question_is_a_rating_all_the_same(argument: str) -> None:
    (kept,) = (await presses(argument)).effects
    assert kept == RecordFeedback(kind="rating", message_id=None, score=4)


async def test_nobody_has_to_answer() -> None:
    outcome = await handled("I want to book", meaning=Meaning(intent="book", confidence=0.9))
    assert (outcome.modes, outcome.effects) == ((), ())
    assert outcome.onward
    assert (outcome.onward.handler, outcome.onward.argument) == ("intent", "book")


async def test_a_state_nobody_can_read_breaks_nothing() -> None:
    odd = Mode(handler="feedback", state={"awaiting": "text", "about": "x", "turn": 7})
    turn = a_turn("well", modes=(odd,))
    outcome = await OURS["feedback"](turn.settings).handle(turn, Route(handler="feedback", reason="the active mode"))
    assert isinstance(outcome.effects[0], RecordFeedback)
    assert (outcome.effects[0].message_id, outcome.effects[0].turn_id) == (None, None)


def said(text: str, author: str = "bot") -> Said:
    direction: Any = "outbound" if author == "bot" else "inbound"
    return Said(direction=direction, author=author, type="text", text=text, at=a_turn().now)


def test_small_talk_goes_through_all_it_can_say_before_it_says_anything_again() -> None:
    ways, history = ("one", "two", "three"), list[Said]()
    for seed in range(9):
        history.append(said(fresh(ways, history, seed * 7)))
    heard = [line.text for line in history]
    assert all(set(heard[nr : nr + 3]) == set(ways) for nr in range(0, 9, 3))


def test_repeats_are_counted_back_to_other_words() -> None:
    history = [said("idiot", "contact"), said("Sorry."), said("hello", "contact"), said("idiot", "contact")]
    assert repeats(("idiot",), history) == 1
    assert repeats(("idiot",), history[:3]) == 0
    assert repeats(("idiot",), []) == 0


async def talked(text: str, kind: str, **changes: Any) -> Outcome:
    turn = a_turn(text, **changes)
    return await OURS["small_talk"](turn.settings).handle(turn, Route(handler="small_talk", reason="x", argument=kind))


async def test_an_insult_is_answered_calmly_twice_and_then_no_more() -> None:
    outcome = await talked("idiot", "insult")
    assert [button.payload for button in outcome.replies[0].buttons] == ["/human"]
    many = tuple(said("idiot", "contact") for _ in range(3))
    assert (await talked("idiot", "insult", history=many)).replies == ()


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("kind", ["sorry", "compliment", "insult", "joke"])
async def test_every_kind_is_answered_in_every_language(language: str, kind: str) -> None:
    outcome = await talked("x", kind, language=language)
    assert outcome.replies[0].text in variants(language, f"small_talk.{kind}")

"""Who answers a turn where a tenant has rules, and what comes between a question and its answer."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from frontdesk.core import modes, openings
from frontdesk.core.content import Button, Content
from frontdesk.core.conversation import Mode
from frontdesk.core.intents import Intent
from frontdesk.core.meaning import Meaning
from frontdesk.core.message import Happening, Message, Press, Reaction
from frontdesk.core.routing import Words, came_between, onwards, route
from frontdesk.core.rules.deciding import Decision, Rules, compiled
from frontdesk.core.rules.rule import Rule
from frontdesk.core.rules.turns import NOTHING_AROUND, of_turn
from frontdesk.core.slots import Ear
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Route, Turn
from frontdesk.phrases import listened_for
from frontdesk.understanding.entities import dialogue
from tests.builders import a_turn, an_origin

BOOKING = Mode(handler="intent", state={"intent": "book"})


def rules(*then: dict[str, Any], when: dict[str, Any] | None = None, goes_on: bool = False) -> Rules:
    written = {"name": "Rule", "then": list(then), "goes_on": goes_on, **({"when": when} if when else {})}
    return compiled([Rule.model_validate(written)])


def routed(turn: Turn, of: Rules | None = None) -> Route:
    words = listened_for(turn.language)
    return route(turn, words, (lambda: of.decide(of_turn(turn, NOTHING_AROUND))) if of else None)


def meaning(intent: str, confidence: float, text: str = "my arm hurts", **changes: Any) -> Turn:
    return replace(a_turn(text, **changes), meaning=Meaning(intent=intent, confidence=confidence, by="classifier"))


def pressed(payload: str, **changes: Any) -> Turn:
    event = Message(type="button_reply", external_id="1", origin=an_origin(), press=Press(payload=payload))
    return replace(a_turn(payload, **changes), event=event)


SAY = {"do": "reply", "text": {"en": "Said by a rule."}}
TAG = {"do": "tag", "tags": ["seen"]}


@pytest.mark.parametrize(
    ("then", "handler", "argument"),
    [
        (SAY, "rules", None),
        ({"do": "handler", "handler": "intent", "argument": "pay"}, "intent", "pay"),
        ({"do": "mode", "handler": "feedback"}, "feedback", None),
        ({"do": "escalate", "reason": "angry"}, "handoff", None),
    ],
)
@pytest.mark.parametrize("stack", [(), (BOOKING,)])
def test_a_rule_that_answers_goes_before_modes_and_intents(
    then: dict[str, Any], handler: str, argument: str | None, stack: tuple[Mode, ...]
) -> None:
    found = routed(meaning("other", 1.0, modes=stack), rules(then))
    assert (found.handler, found.argument, found.by) == (handler, argument, "rule")
    assert found.reason == "rule 'Rule'"


@pytest.mark.parametrize("text", ["help", "stop", "/start"])
def test_commands_go_before_rules(text: str) -> None:
    assert routed(a_turn(text), rules(SAY)).by == "command"


@pytest.mark.parametrize(
    ("turn", "by"),
    [
        (a_turn("hello", owner="human"), "human"),
        (a_turn("hello", is_group=True), "group"),
        (pressed("/intent book"), "press"),
        (pressed("/reminder snooze 5"), "press"),
    ],
)
def test_rules_are_not_asked_where_somebody_else_answers_before_them(turn: Turn, by: str) -> None:
    def never() -> Decision:
        raise AssertionError("rules were asked")

    found = route(turn, listened_for("en"), never)
    assert (found.by, found.decision) == (by, None)


@pytest.mark.parametrize(
    ("payload", "handler", "argument"),
    [
        ("/reminder done 7", "reminder", "done 7"),
        ("/task open", "task", "open"),
        ("/handoff x", "handoff", "x"),
        ("/intent my order", "intent", "my order"),
    ],
)
def test_a_button_names_its_handler_whatever_the_mode(payload: str, handler: str, argument: str) -> None:
    found = routed(pressed(payload, modes=(BOOKING,)))
    assert (found.handler, found.argument, found.by) == (handler, argument, "press")


@pytest.mark.parametrize("payload", ["/fallback x", "/silence x", "/intent", "/ x"])
def test_a_button_can_name_no_other_handler(payload: str) -> None:
    assert routed(pressed(payload)).by == "fallback"
    assert routed(pressed(payload, modes=(BOOKING,))).by == "mode"


def test_a_rule_that_does_not_answer_goes_along_with_whoever_does() -> None:
    found = routed(meaning("pay", 0.9), rules(TAG))
    assert (found.handler, found.argument, found.by) == ("intent", "pay", "intent")
    assert found.decision
    assert found.decision.matched == ("Rule",)


def test_what_rules_were_passed_over_is_told() -> None:
    both = compiled(
        [
            Rule.model_validate({"name": "No", "when": {"fact": "intent", "exists": True}, "then": [SAY]}),
            Rule.model_validate({"name": "Yes", "then": [SAY]}),
        ]
    )
    assert routed(a_turn("what"), both).tried == ("rule 'No': does not hold",)


@pytest.mark.parametrize(
    ("event", "handler"),
    [
        (Reaction(target="1", action="add", origin=an_origin()), "feedback"),
        (Happening(event="edited", origin=an_origin()), "happenings"),
    ],
)
def test_what_is_no_message_is_kept_as_ever_and_rules_come_on_top(event: Any, handler: str) -> None:
    found = routed(replace(a_turn(""), event=event), rules(SAY, when={"fact": "message", "is": ["reaction", "event"]}))
    assert (found.handler, found.by) == (handler, "event")
    assert found.decision
    assert found.decision.answers


@pytest.mark.parametrize(
    ("intent", "confidence", "by", "argument"),
    [("pay", 0.8, "intent", "pay"), ("pay", 0.79, "mode", None), ("book", 1.0, "mode", None)],
)
def test_another_intent_comes_between_where_it_is_sure_enough(
    intent: str, confidence: float, by: str, argument: str | None
) -> None:
    found = routed(meaning(intent, confidence, modes=(BOOKING,)))
    assert (found.handler, found.by, found.argument) == ("intent", by, argument)


def test_how_sure_that_is_the_tenant_sets() -> None:
    settings = TenantSettings.model_validate({"intents": {"interrupts": 0.95}})
    assert routed(meaning("pay", 0.9, modes=(BOOKING,), settings=settings)).by == "mode"
    assert routed(meaning("pay", 0.95, modes=(BOOKING,), settings=settings)).by == "intent"


def test_a_choice_that_was_offered_is_an_answer_whatever_it_means() -> None:
    question = Content(text="Which one?", buttons=(Button(title="Pay now", payload="p"), Button(title="Later")))
    asked = modes.asking(BOOKING, (question,))
    assert routed(meaning("pay", 1.0, "pay now", modes=(asked,))).by == "mode"
    assert routed(meaning("pay", 1.0, "2", modes=(asked,))).by == "mode"
    assert routed(meaning("pay", 1.0, "I want to pay now", modes=(asked,))).by == "intent"
    assert routed(replace(pressed("x", modes=(asked,)), meaning=Meaning(intent="pay", confidence=1.0))).by == "mode"


def asked_for(kind: str, **given: Any) -> dict[str, Any]:
    """Return a turn's changes for an intent that asks for a value of a kind."""
    intent = Intent.model_validate({"name": "book", "slots": [{"name": "wanted", "kind": kind}]})
    mode = Mode(handler="intent", state={"intent": "book", "slots": {"asked": "wanted"}})
    return {"intents": {"book": intent}, "conversation": replace(a_turn().conversation, modes=(mode,)), **given}


@pytest.mark.parametrize("text", ["remind me to call the lab at 5", "add a task: call the lab", "my tasks"])
def test_a_request_to_another_handler_comes_between(text: str) -> None:
    found = routed(replace(a_turn(text), **asked_for("date")))
    assert (found.handler, found.by) == ("reminder" if "remind" in text else "task", "opening")


def test_where_any_words_are_an_answer_a_request_is_one() -> None:
    found = routed(replace(a_turn("remind me to call the lab at 5"), **asked_for("text")))
    assert (found.handler, found.by) == ("intent", "mode")


def test_a_handlers_own_request_is_its_modes() -> None:
    mode = Mode(handler="reminder", state={"stage": "confirm"})
    assert routed(a_turn("remind me to call the lab at 5", modes=(mode,))).by == "mode"


@pytest.mark.parametrize("text", ["no", "Yes!", "cancel that"])
def test_a_yes_or_no_is_an_answer_whatever_it_means(text: str) -> None:
    ear = Ear(dialogue.words("en"), lambda text, slot, asked: ())
    assert routed(replace(meaning("pay", 1.0, text, modes=(BOOKING,)), ear=ear)).by == "mode"
    assert routed(replace(meaning("pay", 1.0, "I want to pay", modes=(BOOKING,)), ear=ear)).by == "intent"


@pytest.mark.parametrize("handler", ["feedback", "did_you_mean"])
def test_nothing_comes_between_where_all_words_are_an_answer(handler: str) -> None:
    assert routed(meaning("pay", 1.0, modes=(Mode(handler=handler),))).by == "mode"


@pytest.mark.parametrize(
    ("text", "handler"),
    [
        ("remind me to call", "reminder"),
        ("Remind me!", "reminder"),
        ("remind meat", "fallback"),
        ("please remind me", "fallback"),
    ],
)
def test_a_message_may_begin_like_one_for_a_handler(text: str, handler: str) -> None:
    opens = partial(openings.opens, words={"begin": ("remind me",)})
    words = Words({}, {"greeting": ("hi",)}, {"reminder": opens})
    assert onwards(a_turn(text), words).handler == handler
    assert onwards(meaning("pay", 1.0, text), words).handler == ("reminder" if handler == "reminder" else "intent")
    assert onwards(a_turn(text, modes=(BOOKING,)), words).by == ("opening" if handler == "reminder" else "mode")


@pytest.mark.parametrize(
    ("route", "between"),
    [
        (Route(handler="intent", reason="", by="mode"), False),
        (Route(handler="intent", reason="", argument="book", by="press"), False),
        (Route(handler="intent", reason="", argument="pay", by="intent"), True),
        (Route(handler="commands", reason="", argument="help", by="command"), True),
        (Route(handler="rules", reason="", by="rule"), True),
    ],
)
def test_what_came_between(route: Route, between: bool) -> None:
    assert came_between(a_turn("x", modes=(BOOKING,)), route) is between
    assert not came_between(a_turn("x"), route)

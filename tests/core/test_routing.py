"""Who answers a turn."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from frontdesk.core.conversation import Mode, SentMessage
from frontdesk.core.meaning import Candidate, Meaning
from frontdesk.core.message import Happening, Message, Press, Reaction
from frontdesk.core.routing import COMMANDS, route
from frontdesk.core.tenant import KeywordRule, TenantSettings
from frontdesk.core.turn import Route, Turn
from frontdesk.phrases import listened_for
from tests.builders import a_turn, an_origin


def routed(turn: Turn) -> Route:
    return route(turn, listened_for(turn.language))


def said(text: str, **changes: Any) -> Turn:
    return a_turn(text, **changes)


def commanded(name: str) -> Turn:
    event = Message(type="command", external_id="1", origin=an_origin(), text=f"/{name}", command=name)
    return replace(a_turn(f"/{name}"), event=event)


def pressed(payload: str) -> Turn:
    event = Message(type="button_reply", external_id="1", origin=an_origin(), press=Press(payload=payload))
    return replace(a_turn(payload), event=event)


ASKING = (Mode(handler="feedback", state={"awaiting": "rating"}),)
RULES = TenantSettings(
    keyword_rules=(
        KeywordRule(keywords=("money back", "refund"), reply="Yes."),
        KeywordRule(keywords=("survey",), handler="feedback"),
    )
)


@pytest.mark.parametrize(("name", "handler"), COMMANDS.items())
def test_a_command_leads_to_its_handler(name: str, handler: str) -> None:
    for turn in (commanded(name), commanded(name.upper()), pressed(f"/{name}"), said(f"/{name}")):
        assert (routed(turn).handler, routed(turn).argument) == (handler, name), turn.event


@pytest.mark.parametrize(
    ("text", "handler", "argument"),
    [
        ("help", "commands", "help"),
        ("HELP!", "commands", "help"),
        ("Stop", "consent", "stop"),
        ("START", "consent", "unstop"),
        ("talk to a human", "handoff", "human"),
        ("hi", "small_talk", "greeting"),
        ("Hello there", "small_talk", "greeting"),
        ("thank you!!", "small_talk", "thanks"),
        ("please do not stop the music", "fallback", None),
        ("what is the airspeed of a swallow", "fallback", None),
        ("hello i have been waiting for my parcel since tuesday", "fallback", None),
        ("", "fallback", None),
        ("/unknown", "fallback", None),
        ("👍", "fallback", None),
    ],
)
def test_words_are_routed(text: str, handler: str, argument: str | None) -> None:
    found = routed(said(text))
    assert (found.handler, found.argument) == (handler, argument)


def test_commands_are_known_in_the_tenants_language_and_in_english() -> None:
    for text in ("hilfe", "help"):
        assert routed(said(text, language="de")).handler == "commands"


@pytest.mark.parametrize(
    ("text", "handler"), [("5", "feedback"), ("hi", "feedback"), ("cancel", "commands"), ("stop", "consent")]
)
def test_the_active_mode_answers_all_but_commands(text: str, handler: str) -> None:
    assert routed(said(text, modes=ASKING)).handler == handler


@pytest.mark.parametrize(
    ("text", "handler", "argument"),
    [
        ("I want my Money-Back now", "keywords", "0"),
        ("a survey please", "feedback", "1"),
        ("refund survey", "keywords", "0"),
        ("nothing of that", "fallback", None),
    ],
)
def test_keyword_rules_are_tried_in_order(text: str, handler: str, argument: str | None) -> None:
    found = routed(said(text, settings=RULES))
    assert (found.handler, found.argument) == (handler, argument)


def test_the_route_tells_what_was_passed_over() -> None:
    tried = routed(said("nothing of that", settings=RULES)).tried
    assert [line.split(":")[0] for line in tried] == ["keyword rule 1", "keyword rule 2", "small talk", "intent"]


@pytest.mark.parametrize(
    ("text", "argument"), [("hi", "silent"), ("5", "silent"), ("bot", "bot"), ("/bot", "bot"), ("human", "human")]
)
def test_with_a_person_the_bot_is_silent_until_it_is_called(text: str, argument: str) -> None:
    found = routed(said(text, owner="human", modes=ASKING))
    assert (found.handler, found.argument) == ("handoff", argument)


@pytest.mark.parametrize(
    ("changes", "handler"),
    [
        ({}, "silence"),
        ({"event": Message(type="text", external_id="1", origin=an_origin(), mentions_bot=True)}, "small_talk"),
        (
            {"event": Message(type="button_reply", external_id="1", origin=an_origin(), press=Press(payload="hi"))},
            "small_talk",
        ),
        ({"about": SentMessage(id=UUID(int=1), text="x")}, "small_talk"),
    ],
)
def test_in_a_group_only_what_is_said_to_us_is_answered(changes: dict[str, Any], handler: str) -> None:
    assert routed(replace(said("hi", is_group=True), **changes)).handler == handler


@pytest.mark.parametrize(
    ("event", "handler", "argument"),
    [
        (Reaction(target="1", action="add", origin=an_origin()), "feedback", None),
        (Happening(event="edited", origin=an_origin()), "happenings", "edited"),
        (Happening(event="never heard of", origin=an_origin()), "happenings", "never heard of"),
    ],
)
def test_events_that_are_no_messages(event: Any, handler: str, argument: str | None) -> None:
    found = routed(replace(said(""), event=event))
    assert (found.handler, found.argument) == (handler, argument)


@pytest.mark.parametrize(
    ("meaning", "handler", "argument", "reason"),
    [
        (Meaning(intent="a", confidence=0.9, by="pattern"), "intent", "a", "intent a (0.90, by pattern)"),
        (
            Meaning(asked=(Candidate(intent="a", confidence=0.4), Candidate(intent="b", confidence=0.35))),
            "did_you_mean",
            None,
            "close intents: a (0.40), b (0.35)",
        ),
        (Meaning(ranking=(Candidate(intent="a", confidence=0.1),)), "fallback", None, "nothing else fits"),
    ],
)
def test_what_is_meant_is_routed_after_all_else(
    meaning: Meaning, handler: str, argument: str | None, reason: str
) -> None:
    found = routed(replace(said("my arm hurts"), meaning=meaning))
    assert (found.handler, found.argument, found.reason) == (handler, argument, reason)
    assert routed(replace(said("help"), meaning=meaning)).handler == "commands"
    assert routed(replace(said("hi"), meaning=meaning)).handler == ("intent" if meaning.intent else "small_talk")
    assert routed(replace(said("a refund", settings=RULES), meaning=meaning)).handler == "keywords"
    assert routed(replace(said("my arm hurts", modes=ASKING), meaning=meaning)).handler == "feedback"


@pytest.mark.parametrize("modes", [(), ASKING, (Mode(handler="intent"),)])
def test_a_button_of_an_intent_leads_to_it_whatever_the_mode(modes: tuple[Mode, ...]) -> None:
    event = pressed("/intent my order").event
    found = routed(replace(said("/intent my order", modes=modes), event=event))
    assert (found.handler, found.argument) == ("intent", "my order")


def test_a_button_of_an_intent_answers_the_question_which_was_meant() -> None:
    turn = replace(pressed("/intent a"), conversation=said("", modes=(Mode(handler="did_you_mean"),)).conversation)
    assert routed(turn).handler == "did_you_mean"


def test_a_button_of_an_intent_is_not_heard_where_a_person_answers() -> None:
    turn = replace(pressed("/intent a"), conversation=said("", owner="human").conversation)
    assert (routed(turn).handler, routed(turn).argument) == ("handoff", "silent")


def test_typed_words_are_no_button() -> None:
    assert routed(said("/intent a")).handler == "fallback"


def test_a_short_key_stands_for_the_intent_of_its_button() -> None:
    event = Message(type="button_reply", external_id="1", origin=an_origin(), press=Press(payload="~1"))
    assert routed(replace(said("/intent a"), event=event)).argument == "a"


@pytest.mark.parametrize("text", ["stop", "help", "human"])
def test_what_people_in_a_group_say_to_each_other_is_no_command(text: str) -> None:
    assert routed(said(text, is_group=True)).handler == "silence"
    assert routed(replace(said(text, is_group=True), addressed=True)).by == "command"
    assert routed(said(f"/{text}", is_group=True)).by == "command"


def test_a_tenants_own_pattern_comes_before_what_begins_like_a_reminder() -> None:
    turn = said("remind me about my invoice")
    assert routed(turn).handler == "reminder"
    by_pattern = Meaning(intent="invoice", confidence=1.0, by="pattern")
    assert routed(replace(turn, meaning=by_pattern)).argument == "invoice"

"""Handlers: what they say, what they cause, and which modes they leave behind."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from frontdesk.core.conversation import Mode, Said, SentMessage
from frontdesk.core.feedback import RecordFeedback, WithdrawFeedback
from frontdesk.core.intents import Intent
from frontdesk.core.message import Happening, Media, Message, Reaction
from frontdesk.core.tenant import KeywordRule, Persona, TenantSettings
from frontdesk.core.turn import (
    CloseConversation,
    DeleteMessage,
    EditMessage,
    Effect,
    HandBack,
    HandOver,
    MoveConversation,
    OpenConversation,
    OptIn,
    OptOut,
    Outcome,
    Route,
    SetReachable,
    Turn,
)
from frontdesk.handlers import OURS
from frontdesk.phrases import FOLDER, languages, say, variants
from tests.builders import a_turn, an_origin

MESSAGE = UUID(int=99)
OURS_SAID = SentMessage(id=MESSAGE, text="How did we do?")
AT = datetime(2025, 1, 1, tzinfo=UTC)
OUTER = Mode(handler="keywords", state={})
RATING = Mode(handler="feedback", state={"awaiting": "rating", "about": str(MESSAGE)})
COMMENT = Mode(handler="feedback", state={"awaiting": "text", "about": str(MESSAGE)})


async def answered(handler: str, turn: Turn, argument: str | None = None) -> Outcome:
    route = Route(handler=handler, reason="asked by a test", argument=argument)
    return await OURS[handler](turn.settings).handle(turn, route)


def texts(outcome: Outcome) -> list[str | None]:
    return [reply.text for reply in outcome.replies]


def with_event(event: Any, **changes: Any) -> Turn:
    return replace(a_turn("", **changes), event=event)


async def test_start_greets_and_leaves_every_mode() -> None:
    outcome = await answered("commands", a_turn("/start", modes=(OUTER, RATING)), "start")
    assert "Ada" in (texts(outcome)[0] or "")
    assert [button.payload for button in outcome.replies[0].buttons] == ["/help", "/human", "/feedback"]
    assert outcome.modes == ()


async def test_cancel_leaves_the_active_mode_alone() -> None:
    assert (await answered("commands", a_turn("cancel", modes=(OUTER, RATING)), "cancel")).modes == (OUTER,)
    nothing = await answered("commands", a_turn("cancel"), "cancel")
    assert (nothing.modes, texts(nothing)) == (None, [say("en", "cancel.nothing")])


async def test_help_explains_and_keeps_the_mode() -> None:
    outcome = await answered("commands", a_turn("help", modes=(RATING,)), "help")
    assert (outcome.modes, texts(outcome)) == (None, [say("en", "help.text")])


async def test_who_is_upset_and_not_understood_is_offered_a_person_first() -> None:
    for sentiment, key, first in ((-0.6, "fallback.upset", "/human"), (-0.2, "fallback.text", "/help")):
        outcome = await answered("fallback", replace(a_turn("this is terrible"), sentiment=sentiment))
        assert texts(outcome)[0] in variants("en", key)
        assert len(texts(outcome)) == 1
        assert outcome.replies[0].buttons[0].payload == first
        assert outcome.missed


async def test_help_offers_what_the_tenants_intents_are_for() -> None:
    intents = {name: Intent(name=name, enabled=name != "secret") for name in ("opening_hours", "secret")}
    outcome = await answered("commands", replace(a_turn("help"), intents=intents), "help")
    offered = [(button.title, button.payload) for button in outcome.replies[0].buttons]
    assert offered[0] == ("Opening hours", "/intent opening_hours")
    assert [payload for _, payload in offered[1:]] == ["/human", "/feedback"]


@pytest.mark.parametrize(
    ("argument", "opted_out", "effects"),
    [("stop", False, (OptOut(),)), ("unstop", True, (OptIn(),)), ("unstop", False, ())],
)
async def test_consent_is_withdrawn_and_given(argument: str, opted_out: bool, effects: tuple[Effect, ...]) -> None:
    outcome = await answered("consent", a_turn(argument, opted_out=opted_out), argument)
    assert outcome.effects == effects
    assert len(outcome.replies) == 1


@pytest.mark.parametrize(
    ("argument", "owner", "effects", "speaks"),
    [
        ("human", "bot", (HandOver(detail="asked by a test", language="en"),), True),
        ("human", "human", (), False),
        ("silent", "human", (), False),
        ("bot", "human", (HandBack(),), True),
    ],
)
async def test_handoff(argument: str, owner: str, effects: tuple[Effect, ...], speaks: bool) -> None:
    outcome = await answered("handoff", a_turn("x", owner=owner), argument)
    assert (outcome.effects, bool(outcome.replies)) == (effects, speaks)


async def test_a_rating_is_asked_for_then_words_then_it_is_over() -> None:
    turn = a_turn("/feedback", about=OURS_SAID, modes=(OUTER,))
    asked = await answered("feedback", turn, "feedback")
    assert asked.modes == (OUTER, replace(RATING, state={**RATING.state, "said": str(turn.id)}))
    rated = await answered("feedback", a_turn(" 4 ", modes=(OUTER, RATING)))
    assert rated.effects == (RecordFeedback(kind="rating", message_id=MESSAGE, score=4),)
    assert rated.modes == (OUTER, COMMENT)
    ended = await answered("feedback", a_turn("lovely", modes=(OUTER, COMMENT)))
    assert ended.effects == (RecordFeedback(kind="text", message_id=MESSAGE, text="lovely"),)
    assert ended.modes == (OUTER,)


@pytest.mark.parametrize("text", ["6", "0", "-1", "five", "4.5"])
async def test_what_is_no_rating_is_kept_as_words(text: str) -> None:
    outcome = await answered("feedback", a_turn(text, modes=(RATING,)))
    assert outcome.effects == (RecordFeedback(kind="text", message_id=MESSAGE, text=text),)


@pytest.mark.parametrize(("emoji", "score"), [("👍", 5), ("👎", 1), ("🦊", None)])
async def test_a_reaction_is_kept_without_a_word(emoji: str, score: int | None) -> None:
    reaction = Reaction(target="1:2", action="add", origin=an_origin(), emoji=emoji)
    outcome = await answered("feedback", with_event(reaction, about=OURS_SAID))
    kept = RecordFeedback(kind="reaction", message_id=MESSAGE, emoji=emoji, score=score)
    assert (outcome.replies, outcome.effects) == ((), (kept,))


async def test_a_reaction_taken_back_is_withdrawn() -> None:
    reaction = Reaction(target="1:2", action="remove", origin=an_origin(), emoji="👍")
    outcome = await answered("feedback", with_event(reaction, about=OURS_SAID))
    assert outcome.effects == (WithdrawFeedback(message_id=MESSAGE, emoji="👍"),)


@pytest.mark.parametrize(
    ("event", "given", "effects"),
    [
        (
            "edited",
            {"target": "1:2", "text": "new", "timestamp": AT, "external_id": "1:2.2"},
            [EditMessage(external_id="1:2", text="new", at=AT, version="1:2.2")],
        ),
        ("deleted", {"target": "1:2", "timestamp": AT}, [DeleteMessage(external_id="1:2", at=AT)]),
        ("edited", {}, []),
        ("blocked", {}, [SetReachable(reachable=False)]),
        ("unblocked", {}, [SetReachable(reachable=True)]),
        ("bot_removed", {}, [CloseConversation()]),
        ("chat_migrated", {"detail": {"new_conversation": "-100"}}, [MoveConversation(new_external_id="-100")]),
        ("chat_migrated", {"detail": {"new_conversation": 7}}, []),
        ("something_new", {}, []),
    ],
)
async def test_happenings_are_kept_in_silence(event: str, given: dict[str, Any], effects: list[Effect]) -> None:
    outcome = await answered("happenings", with_event(Happening(event=event, origin=an_origin(), **given)), event)
    assert (list(outcome.effects), outcome.replies) == (effects, ())


async def test_being_added_is_answered() -> None:
    outcome = await answered("happenings", with_event(Happening(event="bot_added", origin=an_origin())), "bot_added")
    assert len(outcome.replies) == 1
    assert outcome.effects == (OpenConversation(),)


async def test_a_keyword_rule_says_its_reply_with_its_buttons() -> None:
    rules = (KeywordRule(keywords=("x",), reply="Yes.", buttons=("A", "B")), KeywordRule(keywords=("y",)))
    settings = TenantSettings(keyword_rules=rules)
    outcome = await answered("keywords", a_turn("x", settings=settings), "0")
    assert (texts(outcome), [button.title for button in outcome.replies[0].buttons]) == (["Yes."], ["A", "B"])
    assert (await answered("keywords", a_turn("y", settings=settings), "1")).replies == ()


async def test_small_talk_varies_and_minds_the_tenants_greeting() -> None:
    first = texts(await answered("small_talk", a_turn("hi"), "greeting"))[0]
    said = Said(direction="outbound", author="bot", type="text", text=first, at=AT)
    again = [texts(await answered("small_talk", a_turn("hi", history=(said,)), "greeting"))[0] for _ in range(5)]
    assert sum(text == first for text in again) <= 1
    own = TenantSettings(persona=Persona(greeting="Ahoy"))
    assert texts(await answered("small_talk", a_turn("hi", settings=own), "greeting")) == ["Ahoy"]


async def test_fallback_offers_help_and_is_honest_about_media() -> None:
    own = TenantSettings(fallback_reply="No idea.")
    assert texts(await answered("fallback", a_turn("hm", settings=own))) == ["No idea."]
    picture = Message(type="image", external_id="1", origin=an_origin(), media=(Media(type="image", ref="r"),))
    assert texts(await answered("fallback", with_event(picture, settings=own))) == [say("en", "fallback.media")]


async def test_silence_is_silent() -> None:
    assert (await answered("silence", a_turn("psst"))).replies == ()


@pytest.mark.parametrize("language", sorted(languages()))
async def test_every_handler_speaks_every_language(language: str) -> None:
    assert (FOLDER / f"{language}.toml").exists()
    for handler, argument in [("commands", "start"), ("consent", "stop"), ("handoff", "human"), ("fallback", None)]:
        assert all(texts(await answered(handler, a_turn("x", language=language), argument)))

"""An intent that was understood: values are asked for and corrected, then it is answered, handed on or given up."""

import json
from dataclasses import replace

import pytest

from frontdesk.core.conversation import Mode
from frontdesk.core.intents import Intent
from frontdesk.core.meaning import Meaning
from frontdesk.core.message import Media, Message
from frontdesk.core.slots import Option, Slot
from frontdesk.core.tenant import TenantSettings
from frontdesk.phrases import say
from tests.builders import an_origin
from tests.handlers.intents import BOOKING, INTENTS, OPENING, Talk, answered, knowing

HINDI = TenantSettings(languages=("en", "hi"))


async def test_values_are_asked_for_and_put_into_the_answer() -> None:
    talk = Talk()
    assert await talk.says("I want an appointment", "booking") == ["Which service?"]
    assert talk.offers == [("haircut", "haircut"), ("colour", "colour")]
    assert await talk.presses("haircut") == ["Which day?"]
    assert talk.offers == []
    assert (await talk.says("friday"))[0] == "Is this right?"
    assert talk.offers == [("Yes", "/yes"), ("No", "/no")]
    assert await talk.says("no, Tuesday") == [
        "Changed: day is now Tuesday (2025-01-07).",
        "Is this right?",
        "service: haircut",
        "day: Tuesday (2025-01-07)",
    ]
    assert await talk.presses("/yes") == ["Your haircut is on Tuesday (2025-01-07)."]
    assert talk.variables == {"booking": {"service": "haircut", "day": "2025-01-07"}}
    assert talk.modes == []


async def test_what_was_said_at_once_is_not_asked_again() -> None:
    talk = Talk()
    assert (await talk.says("a haircut on friday please", "booking"))[0] == "Is this right?"


async def test_a_no_asks_what_to_change_without_buttons() -> None:
    talk = Talk()
    await talk.says("a haircut on friday please", "booking")
    assert await talk.presses("/no") == ["What should I change?"]
    assert talk.offers == []
    assert (await talk.says("monday"))[0].startswith("Changed: day")


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "pt", "hi", "ar", "sw"])
async def test_yes_and_no_can_be_pressed_in_every_language(language: str) -> None:
    for payload, left in (("/yes", []), ("/no", ["intent"])):
        talk = Talk(settings=TenantSettings(languages=("en", language)))
        await talk.says("a haircut on friday please", "booking")
        talk.language = language
        await talk.presses(payload)
        assert talk.modes == left


async def test_cancelling_leaves_the_form_and_keeps_nothing() -> None:
    for text in ("cancel", "quit"):
        talk = Talk()
        await talk.says("an appointment", "booking")
        assert len(await talk.says(text)) == 1
        assert (talk.modes, talk.effects, talk.variables) == ([], [], {})


async def test_after_too_many_attempts_a_person_takes_over() -> None:
    talk = Talk()
    await talk.says("an appointment", "booking")
    assert (await talk.says("the moon"))[-1] == "Which service?"
    assert (await talk.says("a star"))[-1] == "Which service?"
    assert (await talk.says("a comet"))[-1] == say("en", "handoff.asked")
    assert (talk.kept["owner"], talk.modes) == ("human", [])
    assert await talk.says("hello?") == []


async def test_another_intent_that_is_not_sure_enough_does_not_interrupt_a_form() -> None:
    talk = Talk()
    await talk.says("an appointment", "booking")
    unsure = Meaning(intent="opening_hours", confidence=0.7, by="classifier")
    assert await talk.says("haircut, and when are you open?", meaning=unsure) == ["Which day?"]
    assert talk.modes == ["intent"]


async def test_another_intent_that_is_sure_leaves_the_form_as_it_was() -> None:
    talk = Talk()
    await talk.says("an appointment", "booking")
    assert await talk.says("when are you open?", "opening_hours") in (["Nine to five."], ["From nine to five."])
    assert await talk.says("haircut") == ["Which day?"]


async def test_a_file_nobody_could_read_is_no_attempt() -> None:
    talk = Talk()
    await talk.says("an appointment", "booking")
    event = Message(type="image", external_id="2", origin=an_origin(), media=(Media(type="image", ref="r"),))
    for _ in range(5):
        assert await talk.says("", event=event, unread="media.no_text") == [
            say("en", "media.no_text"),
            "Which service?",
        ]
    assert talk.offers[0] == ("haircut", "haircut")
    assert await talk.says("colour", event=event, unread="media.no_text") == ["Which day?"]


async def test_a_form_whose_intent_is_gone_is_left_with_kind_words() -> None:
    talk = Talk()
    await talk.says("an appointment", "booking")
    talk.intents = [OPENING]
    assert await talk.says("haircut") == [say("en", "intent.gone")]
    assert talk.modes == []


async def test_a_form_goes_on_though_its_intent_is_no_longer_listened_for() -> None:
    talk = Talk()
    await talk.says("an appointment", "booking")
    talk.intents = [BOOKING.model_copy(update={"enabled": False})]
    assert await talk.says("haircut") == ["Which day?"]
    assert await talk.presses("/intent booking") == ["Which day?"], "asks again"
    talk.kept["modes"] = ()
    assert await talk.presses("/intent booking") == [say("en", "intent.gone")]


async def test_a_form_that_changed_keeps_what_still_fits() -> None:
    talk = Talk()
    await talk.says("a haircut please", "booking")
    talk.intents = [BOOKING.model_copy(update={"slots": (Slot(name="place", kind="text"), *BOOKING.slots)})]
    assert await talk.says("friday") == ["place?"]
    assert (await talk.says("at home"))[-1].startswith("day: friday")


async def test_a_form_without_slots_by_now_is_answered() -> None:
    talk = Talk()
    await talk.says("a haircut please", "booking")
    talk.intents = [OPENING.model_copy(update={"name": "booking"})]
    assert (await talk.says("friday"))[0] in OPENING.responses["en"]
    assert talk.modes == []


async def test_a_button_starts_its_intent_from_the_beginning_under_any_mode() -> None:
    talk = Talk()
    talk.kept["modes"] = (Mode(handler="feedback", state={"awaiting": "rating"}),)
    assert await talk.presses("/intent booking") == ["Which service?"]
    assert talk.modes == ["feedback", "intent"]
    assert (await talk.presses("/intent opening_hours"))[0] in OPENING.responses["en"]
    assert await talk.says("colour") == ["Which day?"], "the question is still open"


async def test_questions_say_which_language_they_are_in() -> None:
    talk = Talk(settings=HINDI)
    talk.language = "hi"
    await talk.says("मुझे अपॉइंटमेंट चाहिए", "booking")
    assert [(reply.text, reply.language) for reply in talk.outcome.replies] == [("Which service?", "en")]
    await talk.says("चाँद")
    apology, question = talk.outcome.replies
    assert apology.language is None
    assert (question.text, question.language, len(question.buttons)) == ("Which service?", "en", 2)
    await talk.says("haircut")
    assert talk.outcome.replies[0].language == "en"
    await talk.says("शुक्रवार")
    assert (talk.outcome.replies[0].language, talk.offers[0][0]) == (None, say("hi", "intent.yes"))


async def test_a_long_list_becomes_rows_and_a_very_long_one_words() -> None:
    for count, buttons, rows in ((10, 10, 0), (11, 0, 11), (30, 0, 30), (31, 0, 0)):
        options = tuple(Option(value=f"town {number}") for number in range(count))
        talk = Talk([Intent(name="i", slots=(Slot(name="town", kind="list", options=options),))])
        await talk.says("x", "i")
        assert (len(talk.outcome.replies[0].buttons), len(talk.outcome.replies[0].rows)) == (buttons, rows)


async def test_the_state_lives_as_json() -> None:
    talk = Talk()
    await talk.says("a haircut please", "booking")
    (mode,) = talk.kept["modes"]
    talk.kept["modes"] = (Mode(handler="intent", state=json.loads(json.dumps(mode.state))),)
    assert (await talk.says("friday"))[0] == "Is this right?"


async def test_without_an_ear_a_person_is_asked() -> None:
    turn = replace(knowing(Talk().turn("x"), INTENTS, "booking"), ear=None)
    assert [type(effect).__name__ for effect in (await answered(turn)).effects] == ["HandOver"]

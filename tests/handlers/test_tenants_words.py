"""What a tenant wrote in its own language says so, and what the fallback offers."""

from collections.abc import Mapping
from typing import Any, get_args

import pytest

from frontdesk.core.conversation import Mode
from frontdesk.core.intents import Intent
from frontdesk.core.message import Media, Message
from frontdesk.core.tenant import KeywordRule, Persona, TenantSettings
from frontdesk.phrases import say
from frontdesk.understanding.media.values import Reason, Unread
from tests.builders import an_origin
from tests.handlers.intents import BOOKING, OPENING, Talk

OWN: Mapping[str, Any] = {
    "keyword_rules": (KeywordRule(keywords=("refund",), reply="Thirty days.", buttons=("Why?",)),),
    "fallback_reply": "No idea.",
    "human_reply": "Ada will answer.",
    "persona": Persona(greeting="Ahoy!"),
}
SAID = [("refund", "Thirty days."), ("gibberish", "No idea."), ("human", "Ada will answer."), ("hi", "Ahoy!"),
        ("/start", "Ahoy!")]  # fmt: skip


@pytest.mark.parametrize(("text", "answer"), SAID)
@pytest.mark.parametrize(("working", "language", "marked"), [("de-AT", "sw", "de-AT"), ("de-AT", "de", None)])
async def test_texts_of_the_settings_are_in_the_tenants_language(
    text: str, answer: str, working: str, language: str, marked: str | None
) -> None:
    talk = Talk(settings=TenantSettings(languages=(working, "sw"), **OWN))
    talk.language = language
    assert await talk.says(text) == [answer]
    assert talk.outcome.replies[0].language == marked


@pytest.mark.parametrize("text", [text for text, _ in SAID if text != "refund"])
async def test_our_own_words_are_in_the_turns_language(text: str) -> None:
    talk = Talk((), TenantSettings(languages=("de", "sw")))
    talk.language = "sw"
    assert await talk.says(text)
    assert talk.outcome.replies[0].language is None


async def test_the_fallback_offers_the_intents_that_have_titles_the_important_ones_first() -> None:
    titled = [Intent(name=f"i{number}", title={"en": f"Title {number}"}, priority=number) for number in range(8)]
    off = Intent(name="off", title={"en": "Off"}, priority=100, enabled=False)
    talk = Talk([OPENING, *titled, off])
    await talk.says("gibberish")
    assert [title for title, _ in talk.offers][:-2] == [f"Title {number}" for number in (7, 6, 5, 4, 3)]
    assert [payload for _, payload in talk.offers][-3:] == ["/intent i3", "/help", "/human"]


async def test_where_no_intent_has_a_title_their_names_are_made_readable() -> None:
    talk = Talk([OPENING, Intent(name="_")])
    await talk.says("gibberish")
    assert talk.offers[:2] == [("Opening hours", "/intent opening_hours"), ("_", "/intent _")]
    assert (await talk.presses("/intent opening_hours"))[0] in OPENING.responses["en"]


@pytest.mark.parametrize("reason", get_args(Reason))
@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "hi", "ar", "pt", "sw"])
async def test_why_a_file_was_not_read_is_said_in_every_language(language: str, reason: Any) -> None:
    talk = Talk((BOOKING,), TenantSettings(fallback_reply="No idea."))
    talk.language = language
    event = Message(type="image", external_id="2", origin=an_origin(), media=(Media(type="image", ref="r"),))
    (line,) = await talk.says("", event=event, unread=Unread(reason).words)
    assert line == say(language, f"media.{reason}") != "None"
    assert language == "en" or line != say("en", f"media.{reason}")
    assert [payload for _, payload in talk.offers] == ["/help", "/human"]


@pytest.mark.parametrize("handler", ["gone_since", "keywords", "intent", "fallback"])
async def test_a_mode_nobody_answers_for_is_left(handler: str) -> None:
    talk = Talk()
    talk.kept["modes"] = (Mode(handler=handler),)
    assert await talk.says("gibberish")
    assert talk.modes == []

"""Close intents: what is asked, what counts as an answer, and what becomes of one that is none."""

import pytest

from frontdesk.core.conversation import Mode
from frontdesk.core.intents import Intent
from frontdesk.core.message import Media, Message
from frontdesk.core.tenant import KeywordRule, TenantSettings
from frontdesk.core.understanding import TranslationSettings
from frontdesk.phrases import say
from tests.builders import an_origin
from tests.handlers.intents import BOOKING, INTENTS, OPENING, Talk

CLOSE = ("booking", "opening_hours")
UTTERANCE = "a haircut on friday, are you open"
ASK = say("en", "did_you_mean.ask")


async def asking(settings: TenantSettings | None = None) -> Talk:
    talk = Talk(settings=settings)
    assert await talk.says(UTTERANCE, CLOSE) == [ASK]
    return talk


async def test_it_asks_with_titles_and_a_way_out() -> None:
    talk = await asking()
    assert talk.offers == [
        ("Book an appointment", "/intent booking"),
        ("Opening hours", "/intent opening_hours"),
        ("None of these", "/none"),
    ]
    assert talk.modes == ["did_you_mean"]


@pytest.mark.parametrize("text", ["1", "1.", "book an appointment", "Book an Appointment!"])
async def test_a_number_or_a_title_goes_on_with_the_words_said_first(text: str) -> None:
    talk = await asking()
    assert (await talk.says(text))[0] == "Is this right?", "service and day are known"
    assert talk.modes == ["intent"]


async def test_a_press_goes_on_with_the_words_said_first() -> None:
    talk = await asking()
    assert (await talk.presses("/intent booking"))[0] == "Is this right?"
    assert talk.modes == ["intent"]


async def test_a_press_on_an_older_message_starts_that_intent_from_the_beginning() -> None:
    talk = Talk((*INTENTS, Intent(name="cancelling", slots=BOOKING.slots)))
    await talk.says(UTTERANCE, CLOSE)
    assert await talk.presses("/intent cancelling") == ["Which service?"]


async def test_one_candidate_can_be_confirmed_or_refused_in_words() -> None:
    talk = Talk()
    assert await talk.says("open?", ("opening_hours",)) == [say("en", "did_you_mean.one")]
    assert talk.offers == [("Opening hours", "/intent opening_hours"), ("No", "/none")]
    assert (await talk.says("Yes!"))[0] in OPENING.responses["en"]
    await talk.says("open?", ("opening_hours",))
    await talk.says("nope")
    assert talk.variables == {"/none_meant": 1}


@pytest.mark.parametrize("how", ["3", "none of these", "no", "nothing", "/none"])
async def test_none_of_them_falls_back_and_the_second_time_offers_a_person(how: str) -> None:
    talk = await asking()
    await talk.says(how)
    assert talk.offers[-2:] == [(say("en", "help.help"), "/help"), (say("en", "help.human"), "/human")]
    assert talk.modes == []
    await talk.says(UTTERANCE, CLOSE)
    assert await talk.presses("/none") == [say("en", "did_you_mean.human")]
    assert talk.offers[0][1] == "/human"
    assert talk.variables == {"/none_meant": 0}


async def test_who_is_upset_may_go_to_a_person_at_once() -> None:
    talk = Talk()
    await talk.says(UTTERANCE, CLOSE, sentiment=-0.7)
    assert talk.offers[-1][1] == "/human"
    await talk.says(UTTERANCE, CLOSE, sentiment=-0.1)
    assert talk.offers[-1][1] == "/none"


async def test_none_of_them_twice_brings_a_person_where_the_tenant_wants_that() -> None:
    talk = Talk(settings=TenantSettings.model_validate({"desk": {"after_misses": 3}}))
    for _ in range(2):
        await talk.says(UTTERANCE, CLOSE)
        await talk.presses("/none")
    assert "HandOver" in talk.effects
    assert talk.variables == {"/none_meant": 0}


async def test_what_was_meant_after_all_ends_the_counting() -> None:
    talk = await asking()
    await talk.says("no")
    await talk.says("open?", "opening_hours")
    assert talk.variables == {"/none_meant": 0}
    await talk.says(UTTERANCE, CLOSE)
    assert await talk.says("no") != [say("en", "did_you_mean.human")]


async def test_other_words_are_heard_as_if_nothing_had_been_asked() -> None:
    rules = TenantSettings(keyword_rules=(KeywordRule(keywords=("refund",), reply="Thirty days."),))
    talk = await asking(rules)
    assert await talk.says("I want a refund") == ["Thirty days."]
    assert talk.modes == []
    talk = await asking()
    assert (await talk.says("when do you open", "opening_hours"))[0] in OPENING.responses["en"]
    assert talk.modes == []
    talk = await asking()
    assert await talk.says("a colour, or are you open", CLOSE) == [ASK]
    assert (await talk.says("1"))[0] == "Which day?", "of the words said last"
    talk = await asking()
    assert "help" in (await talk.says("gibberish"), [payload[1:] for _, payload in talk.offers])[1]
    assert talk.modes == []


async def test_a_file_nobody_could_read_leaves_the_question_open() -> None:
    talk = await asking()
    event = Message(type="audio", external_id="2", origin=an_origin(), media=(Media(type="audio", ref="r"),))
    assert await talk.says("", event=event, unread="media.timeout") == [say("en", "media.timeout")]
    assert (await talk.says("2"))[0] in OPENING.responses["en"]


async def test_an_intent_that_is_gone_by_now_is_said_to_be() -> None:
    talk = await asking()
    talk.intents = [OPENING]
    assert await talk.presses("/intent booking") == [say("en", "intent.gone")]
    assert talk.modes == []


async def test_without_any_of_them_the_fallback_speaks() -> None:
    talk = Talk()
    await talk.says("x", ("long_gone",))
    assert (talk.modes, talk.offers[-1][1]) == ([], "/human")


@pytest.mark.parametrize("state", [{}, {"asked": "booking"}, {"asked": [1, None], "utterance": 7}, {"asked": ["x"]}])
async def test_a_damaged_state_is_left(state: dict[str, object]) -> None:
    talk = Talk()
    talk.kept["modes"] = (Mode(handler="did_you_mean", state=state), Mode(handler="did_you_mean", state=state))
    await talk.says("gibberish")
    assert talk.modes == []


async def test_titles_are_in_the_turns_language_where_there_are_any() -> None:
    talk = Talk([BOOKING], TenantSettings(languages=("en", "es")))
    talk.language = "es"
    await talk.says("cita", ("booking",))
    assert talk.offers[0][0] == "Pedir cita"
    assert talk.outcome.replies[0].language is None
    assert (await talk.says("pedir cita"))[0] == "¿Qué servicio?"


@pytest.mark.parametrize(("translates", "spoken", "marked"), [(True, "en", "en"), (False, "hi", None)])
async def test_titles_in_another_language_are_asked_about_in_that_where_they_are_translated(
    translates: bool, spoken: str, marked: str | None
) -> None:
    translation = TranslationSettings(provider="llm") if translates else TranslationSettings()
    talk = Talk(settings=TenantSettings(languages=("en", "hi"), translation=translation))
    talk.language = "hi"
    assert await talk.says("कुछ", CLOSE) == [say(spoken, "did_you_mean.ask")]
    assert talk.offers[0][0] == "Book an appointment"
    assert talk.offers[-1][0] == say(spoken, "did_you_mean.none")
    assert talk.outcome.replies[0].language == marked

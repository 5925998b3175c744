"""What an intent answers once all is known: its words, what is kept, and who goes on."""

from datetime import UTC, datetime
from typing import Any

import pytest

from frontdesk.answering import answer
from frontdesk.core.conversation import Said
from frontdesk.core.intents import Intent
from frontdesk.core.slots import Slot
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import KeepFacts, KeepVariables, Outcome, Route
from frontdesk.core.understanding import FactRule, TranslationSettings
from frontdesk.handlers import OURS
from frontdesk.phrases import say
from frontdesk.understanding.entities.dialogue import words
from tests.handlers.intents import BOOKING, OPENING, Talk, knowing

AT = datetime(2025, 1, 1, tzinfo=UTC)
HINDI = TenantSettings(languages=("en", "hi"))


async def test_an_intent_without_slots_is_answered_with_its_buttons() -> None:
    talk = Talk()
    (line,) = await talk.says("when are you open", "opening_hours")
    assert line in OPENING.responses["en"]
    assert talk.offers == [("Map", "Map")]
    assert (talk.outcome.modes, talk.effects) == (None, [])


async def test_a_button_called_like_an_intent_leads_to_it() -> None:
    hours = OPENING.model_copy(update={"buttons": ("Pedir cita", "opening_hours", "Map")})
    talk = Talk([BOOKING, hours])
    await talk.says("when are you open", "opening_hours")
    assert [payload for _, payload in talk.offers] == ["/intent booking", "/intent opening_hours", "Map"]
    assert await talk.presses("/intent booking") == ["Which service?"]


async def test_a_response_in_the_contacts_own_language_goes_before_that_of_our_phrases() -> None:
    talk = Talk([Intent(name="i", responses={"en": ("Nine.",), "it": ("Le nove.",)})])
    assert await talk.says("x", "i", spoken="it") == ["Le nove."]
    assert talk.outcome.replies[0].language == "it"


async def test_variants_take_turns() -> None:
    talk = Talk()
    said: tuple[Said, ...] = ()
    heard = []
    for _ in range(4):
        heard += await talk.says("open?", "opening_hours", history=said)
        said = (*said, Said(direction="outbound", author="bot", type="text", text=heard[-1], at=AT))
    assert heard[0] != heard[1]
    assert heard[0::2] == [heard[0]] * 2
    assert heard[1::2] == [heard[1]] * 2


async def test_a_variant_is_known_again_though_it_was_translated() -> None:
    first, second = OPENING.responses["en"]
    line = Said(direction="outbound", author="bot", type="text", text="नौ से पाँच।", working=first, at=AT)
    assert await Talk().says("open?", "opening_hours", history=(line,)) == [second]


@pytest.mark.parametrize(
    ("language", "text", "marked"),
    [("es", "De 9 a 5.", None), ("hi", "Nine.", "en-GB"), ("en", "Nine.", None), ("fr", "Nine.", "en-GB")],
)
async def test_a_response_is_in_the_turns_language_or_says_which_it_is_in(
    language: str, text: str, marked: str | None
) -> None:
    intent = Intent(name="i", responses={"de": ("Neun.",), "es-MX": ("De 9 a 5.",), "en-GB": ("Nine.",), "fr": ()})
    talk = Talk([intent], TenantSettings(languages=("en", "es")))
    talk.language = language
    assert await talk.says("x", "i") == [text]
    assert talk.outcome.replies[0].language == marked


async def test_facts_are_kept_as_their_rules_take_them() -> None:
    slots = (
        Slot(name="age", kind="number", fact="age"),
        Slot(name="dose", kind="quantity", fact="dose"),
        Slot(name="born", kind="date", fact="age"),
        Slot(name="town", kind="text", fact="nobody_knows"),
    )
    rules = {"age": FactRule(kind="number"), "dose": FactRule()}
    talk = Talk([Intent(name="i", slots=slots)], TenantSettings(facts=rules))
    await talk.says("go", "i")
    for text in ("42", "two tablets", "1 May 2026"):
        await talk.says(text)
    turn_effects = (await talk.says("Pune"), talk.outcome.effects)[1]
    facts = [effect for effect in turn_effects if isinstance(effect, KeepFacts)]
    assert [(fact.values, fact.source, bool(fact.origin)) for fact in facts] == [
        ({"age": "42", "dose": "two tablets"}, "stated", True)
    ]
    kept = next(effect for effect in turn_effects if isinstance(effect, KeepVariables))
    assert kept.values == {"i": {"age": 42, "dose": 2, "born": "2026-05-01", "town": "Pune"}}


async def test_a_handler_goes_on_with_the_values_and_what_the_tenant_told_it() -> None:
    heard: list[Any] = []

    class Records:
        async def handle(self, turn: Any, route: Any) -> Outcome:
            heard.append((route.argument, dict(turn.values), turn.conversation.modes))
            return Outcome.say("Recorded.")

    intent = BOOKING.model_copy(
        update={"handler": "records", "config": {"url": "https://a", "service": "mine"}, "confirm": False}
    )
    turn = knowing(Talk().turn("a haircut on friday"), [intent], "booking")
    handlers = {**{name: make(turn.settings) for name, make in OURS.items()}, "records": Records()}
    outcome = await answer(handlers, turn, Route(handler="intent", reason="", argument="booking"))
    assert [reply.text for reply in outcome.replies] == ["Your haircut is on friday (2025-01-03).", "Recorded."]
    assert heard == [("booking", {"service": "mine", "day": "2025-01-03", "url": "https://a"}, ())]


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({"handler": "small_talk", "config": {"argument": "goodbye"}}, ["Goodbye, and take care!", "See you soon!",
                                                                           "Bye, and all the best!"]),
        ({"handler": "intent"}, [say("en", "intent.unanswered")]),
        ({"handler": "gone_since"}, ["Sorry, I didn't understand that. Here is what I can do.",
                                     "I'm not sure what you mean. Maybe one of these helps?"]),
        ({}, [say("en", "intent.unanswered")]),
    ],
)  # fmt: skip
async def test_an_intent_without_a_response_hands_on_or_says_so(changes: dict[str, Any], lines: list[str]) -> None:
    talk = Talk([Intent(name="i", **changes)])
    (line,) = await talk.says("x", "i")
    assert line in lines


async def test_a_form_without_a_response_says_that_it_has_everything() -> None:
    talk = Talk([Intent(name="i", slots=(Slot(name="n", kind="number"),))])
    await talk.says("x", "i")
    assert await talk.says("7") == [words("en").says["done"]]


async def test_places_are_filled_once_and_braces_of_contacts_mean_nothing() -> None:
    slots = (Slot(name="who", kind="text"), Slot(name="note", kind="text", required=False, ask=False))
    response = "Hello {who}, {note}! {who.__class__} {0} {unknown} {}"
    talk = Talk([Intent(name="i", slots=slots, responses={"en": (response,)})])
    await talk.says("x", "i")
    assert await talk.says("{note}{who}") == ["Hello {note}{who},! {who.__class__} {0} {unknown} {}"]


async def test_our_words_beside_the_tenants_are_translated_with_them() -> None:
    translating = TranslationSettings(provider="libretranslate", url="http://localhost:5000")
    for settings, title in (
        (HINDI, say("hi", "help.human")),
        (HINDI.model_copy(update={"translation": translating}), say("en", "help.human")),
    ):
        talk = Talk(settings=settings.model_copy(update={"fallback_reply": "No idea."}))
        talk.language = "hi"
        assert await talk.says("कुछ") == ["No idea."]
        assert (talk.outcome.replies[0].language, talk.offers[-1][0]) == ("en", title)

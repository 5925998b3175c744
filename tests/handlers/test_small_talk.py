"""Small talk: honest, varied, aware of what was just said, and in a model's words only where these will do."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from frontdesk.core.chatting import Talked
from frontdesk.core.conversation import Said
from frontdesk.core.meaning import Candidate, Meaning
from frontdesk.core.talking import SmallTalkSettings, earlier
from frontdesk.core.tenant import Persona, TenantSettings
from frontdesk.core.turn import Handler, Outcome, Route, Turn
from frontdesk.handlers import OURS
from frontdesk.handlers.small_talk import OURS_ALONE, in_company
from frontdesk.handlers.wording import addressed
from frontdesk.phrases import languages, listened_for, variants, words
from tests.builders import a_turn

TONES = ("friendly", "formal", "brief")
BY_MODEL = TenantSettings(small_talk=SmallTalkSettings(by="model"))
KINDS = tuple(words("en", "small_talk_words"))
FALLBACK = Route(handler="fallback", reason="nothing else fits", by="fallback")


@dataclass(slots=True)
class Scripted:
    """Says what it was told to, and remembers who asked."""

    talked: Talked
    asked: list[str | None] = field(default_factory=list)

    async def talk(self, turn: Turn, kind: str | None) -> Talked:
        self.asked.append(kind)
        return self.talked


WORDS = Talked(text="How nice of you!", verdict="small_talk")
REQUEST = Talked(verdict="request")
FAILED = Talked(failure="genai_budget_spent")


def small_talk(kind: str) -> Route:
    return Route(handler="small_talk", reason=f"small talk: {kind}", argument=kind, by="small_talk")


def staff(talked: Talked, settings: TenantSettings = BY_MODEL) -> tuple[Mapping[str, Handler], Scripted]:
    talker = Scripted(talked)
    return in_company({name: make(settings) for name, make in OURS.items()}, settings, talker), talker


def turn_of(text: str, **changes: Any) -> Turn:
    return replace(a_turn(text), **changes)


async def answered(text: str, kind: str, **changes: Any) -> Outcome:
    turn = turn_of(text, **changes)
    return await OURS["small_talk"](turn.settings).handle(turn, small_talk(kind))


def line(text: str, author: str = "bot", **changes: Any) -> Said:
    direction: Any = "outbound" if author == "bot" else "inbound"
    return Said(direction=direction, author=author, type="text", text=text, **{"at": a_turn().now, **changes})


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("language", sorted(languages()))
def test_every_kind_can_be_said_in_three_ways_at_least(language: str, tone: str) -> None:
    few = [
        kind
        for kind in (*KINDS, "greeting_again")
        if len(set(variants(language, f"small_talk.{kind}", tone=tone, name="", bot="Desk"))) < 3
    ]
    assert few == []


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("language", sorted(languages()))
async def test_nothing_is_said_twice_in_a_row(language: str, tone: Any) -> None:
    settings = TenantSettings(persona=Persona(tone=tone))
    for kind in sorted(set(KINDS) - {"insult"}):
        word = listened_for(language).small_talk[kind][0]
        history: list[Said] = []
        for number in range(6):
            turn = {"language": language, "settings": settings, "history": tuple(history), "id": UUID(int=number * 7)}
            said = (await answered(word, kind, **turn)).replies[0].text or ""
            assert not history or said != history[-1].text
            history += [line(word, "contact"), line(said)]


@pytest.mark.parametrize("language", sorted(languages()))
async def test_a_second_hello_is_answered_as_one(language: str) -> None:
    hello = listened_for(language).small_talk["greeting"][0]
    again = variants(language, "small_talk.greeting_again", name=", Ada")
    before = (line(hello, "contact"), line("…"))
    assert (await answered(hello, "greeting", language=language)).replies[0].text not in again
    assert (await answered(hello, "greeting", language=language, history=before)).replies[0].text in again


async def test_the_tenants_greeting_is_said_once_a_talk() -> None:
    settings = TenantSettings(persona=Persona(greeting="Ahoy"))
    long_ago = (line("hi", "contact", at=a_turn().now - timedelta(days=1)), line("Ahoy"))
    just_now = (line("hi there", "contact"), line("Ahoy"))
    assert (await answered("hi", "greeting", settings=settings, history=long_ago)).replies[0].text == "Ahoy"
    assert (await answered("hi", "greeting", settings=settings, history=just_now)).replies[0].text != "Ahoy"


async def test_a_turn_that_runs_again_is_no_second_hello() -> None:
    outcome = await answered("hi", "greeting", history=(line("hi", "contact"),))
    assert outcome.replies[0].text in variants("en", "small_talk.greeting", name=", Ada")
    assert earlier((line("hi", "contact"),), "Hi!") == ()


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("tone", TONES)
async def test_whoever_asks_for_a_human_is_told_the_truth_and_offered_one(language: str, tone: Any) -> None:
    settings = TenantSettings(persona=Persona(tone=tone), small_talk=SmallTalkSettings(by="model"))
    handlers, talker = staff(Talked(text="Of course I am one", verdict="small_talk"), settings)
    turn = a_turn("are you human", language=language, settings=settings)
    outcome = await handlers["small_talk"].handle(turn, small_talk("human_or_bot"))
    assert [button.payload for button in outcome.replies[0].buttons] == ["/human"]
    assert outcome.replies[0].text in variants(language, "small_talk.human_or_bot", tone=tone, bot="Frontdesk")
    assert talker.asked == []


async def test_a_translated_answer_counts_as_said() -> None:
    ways = variants("en", "small_talk.thanks")
    history = tuple(line("Prego", working=text) for text in ways[1:])
    said = {(await answered("thanks", "thanks", history=history, id=UUID(int=n))).replies[0].text for n in range(8)}
    assert said == {ways[0]}


async def test_a_kind_nobody_knows_is_answered_in_words() -> None:
    outcome = await answered("blah", "chitchat")
    assert outcome.replies[0].text in variants("en", "small_talk.greeting", name=", Ada")


async def test_a_wish_after_a_hello_is_answered() -> None:
    meaning = Meaning(intent="order status", confidence=0.9)
    outcome = await answered("hi where is my order", "greeting", meaning=meaning)
    assert (outcome.replies, outcome.onward and outcome.onward.argument) == ((), "order status")
    assert (await answered("hi there", "greeting", meaning=meaning)).replies


async def test_the_models_words_are_said_in_the_contacts_language() -> None:
    handlers, talker = staff(WORDS)
    outcome = await handlers["small_talk"].handle(
        turn_of("thanks", spoken="it", settings=BY_MODEL), small_talk("thanks")
    )
    assert (outcome.replies[0].text, outcome.replies[0].language) == ("How nice of you!", "it")
    assert talker.asked == ["thanks"]


@pytest.mark.parametrize("talked", [FAILED, REQUEST, Talked(verdict="other")])
async def test_our_own_words_are_said_where_the_model_has_none(talked: Talked) -> None:
    handlers, _ = staff(talked)
    outcome = await handlers["small_talk"].handle(a_turn("thanks", settings=BY_MODEL), small_talk("thanks"))
    assert outcome.replies[0].text in variants("en", "small_talk.thanks")
    assert str(talked.failure or talked.verdict) in str(outcome.evidence)


@pytest.mark.parametrize(
    ("meaning", "onward"),
    [
        (Meaning(intent="order", confidence=0.8), "intent"),
        (Meaning(asked=(Candidate(intent="order", confidence=0.4),)), "did_you_mean"),
        (Meaning(), "fallback"),
    ],
)
async def test_a_question_wrapped_in_small_talk_goes_on_to_whoever_answers_it(meaning: Meaning, onward: str) -> None:
    handlers, _ = staff(REQUEST)
    turn = turn_of("hi is it open today", settings=BY_MODEL, meaning=meaning)
    outcome = await handlers["small_talk"].handle(turn, small_talk("greeting"))
    assert (outcome.replies, outcome.onward and outcome.onward.handler) == ((), onward)


async def test_small_talk_no_phrase_covers_is_answered_and_is_no_miss() -> None:
    handlers, talker = staff(WORDS)
    outcome = await handlers["fallback"].handle(a_turn("my cat says hello too", settings=BY_MODEL), FALLBACK)
    assert ([reply.text for reply in outcome.replies], outcome.missed) == (["How nice of you!"], False)
    assert talker.asked == [None]


@pytest.mark.parametrize("talked", [REQUEST, FAILED])
async def test_all_else_goes_on_to_the_fallback_with_the_reason(talked: Talked) -> None:
    handlers, _ = staff(talked)
    outcome = await handlers["fallback"].handle(a_turn("what does it cost", settings=BY_MODEL), FALLBACK)
    assert outcome.missed
    assert str(talked.failure or talked.verdict) in str(outcome.evidence)


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("x" * 301, FALLBACK),
        ("  ", FALLBACK),
        ("hm", Route(handler="fallback", reason="asked by did_you_mean")),
    ],
)
async def test_the_model_is_not_asked_about_what_can_be_no_small_talk(text: str, route: Route) -> None:
    handlers, talker = staff(WORDS)
    await handlers["fallback"].handle(a_turn(text, settings=BY_MODEL), route)
    assert talker.asked == []


async def test_a_tenant_that_wants_phrases_has_nobody_to_talk() -> None:
    made = {name: make(TenantSettings()) for name, make in OURS.items()}
    assert in_company(made, TenantSettings(), Scripted(WORDS)) is made
    within = TenantSettings(small_talk=SmallTalkSettings(by="model", beyond=False))
    assert in_company(made, within, Scripted(WORDS))["fallback"] is made["fallback"]


def test_what_has_to_be_honest_is_ours_alone() -> None:
    assert {"human_or_bot", "who_are_you", "insult"} <= OURS_ALONE


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Ada Lovelace", ", Ada"),
        ("मीरा देवी", ", मीरा"),
        ("Anne-Marie", ", Anne-Marie"),
        ("O'Neill", ", O'Neill"),
        *((odd, "") for odd in ("x" * 41, "4711", "<b>", "", "-")),
    ],
)
def test_people_are_called_by_their_first_name(name: str, said: str) -> None:
    assert addressed(turn_of("hi", contact=replace(a_turn().contact, name=name))) == said

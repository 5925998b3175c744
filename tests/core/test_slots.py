"""Slot filling: what is asked, taken, corrected and said, in eight languages and over restarts."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from frontdesk.core.message import Place
from frontdesk.core.slot_answers import answer, begin
from frontdesk.core.slots import Form, Option, Slot, Step
from frontdesk.understanding.entities import dialogue
from frontdesk.understanding.entities.lexicon import languages

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ZONE = "Europe/Madrid"
SERVICE = Slot(
    name="service",
    kind="list",
    options=(Option(value="haircut", synonyms=("cut", "corte")), Option(value="colour")),
    prompt={"en": "Which service?", "es": "¿Qué servicio?"},
)
DAY = Slot(name="day", kind="date", when="future", label={"es": "fecha", "fr": "date", "de": "Tag"})
HOUR = Slot(name="hour", kind="time")
PEOPLE = Slot(name="people", kind="number", at_least=1, at_most=8, invalid={"en": "We seat 1 to 8."})
NOTE = Slot(name="note", kind="text", required=False)
BOOKING = Form(name="booking", slots=(SERVICE, DAY, HOUR, PEOPLE))


class Talk:
    """A conversation whose state goes through JSON, new words and a new reader between any two answers."""

    def __init__(self, form: Form, language: str = "en", utterance: str = "") -> None:
        self.form, self.language = form, language
        self.step = begin(form, dialogue.words(language), self.reader(), NOW, utterance)

    def reader(self, place: Place | None = None) -> Any:
        return dialogue.reader(self.language, NOW, ZONE, place=place)

    def say(self, *texts: str, place: Place | None = None) -> Step:
        for text in texts:
            state = json.loads(json.dumps(self.step.state))
            self.step = answer(self.form, state, text, dialogue.words(self.language), self.reader(place), NOW)
        return self.step

    @property
    def values(self) -> Mapping[str, Any]:
        return self.step.values


def test_slots_are_asked_one_by_one() -> None:
    talk = Talk(BOOKING)
    assert (talk.step.say, talk.step.choices) == (("Which service?",), ("haircut", "colour"))
    assert talk.say("a haircut please").say == ("day?",)
    assert talk.say("tomorrow").say == ("hour?",)
    assert talk.say("at 5").say == ("people?",)
    assert talk.say("two").stage == "done"
    assert talk.values == {"service": "haircut", "day": "2026-11-26", "hour": "17:00", "people": 2}


def test_one_answer_fills_several() -> None:
    talk = Talk(BOOKING, utterance="I'd like a haircut tomorrow at 5")
    assert talk.values == {"service": "haircut", "day": "2026-11-26", "hour": "17:00"}
    assert talk.step.say == ("people?",)


def test_an_answer_to_another_question_is_taken_and_the_question_asked_again() -> None:
    talk = Talk(BOOKING)
    step = talk.say("tomorrow at 5")
    assert step.say == ("Which service?",)
    assert set(talk.values) == {"day", "hour"}
    assert step.state["failures"] == 0


CORRECTIONS = [
    ("en", "haircut", "tomorrow", "no, Tuesday"),
    ("en", "haircut", "tomorrow", "I meant Tuesday"),
    ("en", "haircut", "tomorrow", "sorry, not tomorrow, Tuesday"),
    ("en", "haircut", "tomorrow", "no wait, actually Tuesday"),
    ("en", "haircut", "tomorrow", "change the day to Tuesday"),
    ("en", "haircut", "tomorrow", "Can you change the day to next Tuesday?"),
    ("es", "corte", "mañana", "no, el martes"),
    ("es", "corte", "mañana", "perdón, quise decir el martes"),
    ("es", "corte", "mañana", "cambia la fecha al martes"),
    ("fr", "haircut", "demain", "non, mardi"),
    ("fr", "haircut", "demain", "je voulais dire mardi"),
    ("fr", "haircut", "demain", "changez la date à mardi"),
    ("de", "haircut", "morgen", "nein, Dienstag"),
    ("de", "haircut", "morgen", "ich meinte Dienstag"),
    ("de", "haircut", "morgen", "ändere den Tag auf Dienstag"),
    ("pt", "corte", "amanhã", "não, terça"),
    ("pt", "corte", "amanhã", "eu quis dizer terça-feira"),
    ("hi", "haircut", "कल", "नहीं, मंगलवार"),
    ("hi", "haircut", "कल", "मेरा मतलब मंगलवार था"),
    ("ar", "haircut", "غدا", "لا، الثلاثاء"),
    ("ar", "haircut", "غدا", "أقصد الثلاثاء"),
    ("sw", "haircut", "kesho", "hapana, Jumanne"),
    ("sw", "haircut", "kesho", "namaanisha Jumanne"),
]


@pytest.mark.parametrize(("language", "service", "day", "correction"), CORRECTIONS)
def test_corrections_change_what_was_said(language: str, service: str, day: str, correction: str) -> None:
    talk = Talk(BOOKING, language)
    talk.say(service, day)
    assert talk.values["day"] == "2026-11-26"
    step = talk.say(correction)
    assert talk.values == {"service": "haircut", "day": "2026-12-01"}
    assert len(step.say) == 2
    assert step.state["asked"] == "hour"


NAMED = [
    ("hi", "तारीख", "कल", "तारीख मंगलवार कर दो, बदलो"),
    ("ar", "الموعد", "غدا", "غير الموعد إلى الثلاثاء"),
    ("sw", "siku", "kesho", "badilisha siku iwe Jumanne"),
    ("pt", "data", "amanhã", "muda a data para terça"),
]


@pytest.mark.parametrize(("language", "label", "day", "correction"), NAMED)
def test_a_slot_named_is_the_one_changed(language: str, label: str, day: str, correction: str) -> None:
    form = Form(name="f", slots=(Slot(name="d", kind="date", label={language: label}), HOUR))
    talk = Talk(form, language)
    talk.say(day, correction)
    assert talk.values["d"] == "2026-12-01"


def test_what_was_meant_after_a_refused_answer_is_the_answer() -> None:
    talk = Talk(BOOKING, utterance="haircut tomorrow at 5")
    assert talk.say("12").say == ("We seat 1 to 8.", "people?")
    assert talk.say("I meant 3").stage == "done"
    assert talk.values["people"] == 3


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "Never mind!"), ("es", "cancelar"), ("fr", "annuler"), ("de", "abbrechen"), ("pt", "cancela"), ("hi", "रद्द करो"),
     ("ar", "إلغاء"), ("sw", "ghairi")],
)  # fmt: skip
def test_cancelling_ends_the_form(language: str, word: str) -> None:
    talk = Talk(BOOKING, language)
    step = talk.say(word)
    assert step.stage == "cancelled"
    assert len(step.say) == 1
    assert talk.say("haircut").say == ()


def test_attempts_are_limited_and_then_a_human_answers() -> None:
    talk = Talk(BOOKING)
    assert talk.say("blah").say == ("Sorry, I didn't understand that as service.", "Which service?")
    assert talk.say("blub").stage == "asking"
    assert talk.say("argh").stage == "human"


def test_a_good_answer_forgives_the_bad_ones_before_it() -> None:
    talk = Talk(BOOKING)
    assert talk.say("blah", "blub", "haircut", "blah", "blub").stage == "asking"


@pytest.mark.parametrize(
    ("slot", "text", "said"),
    [
        (DAY, "yesterday", "day must be in the future."),
        (Slot(name="n", kind="number", at_least=2), "1", "n must be at least 2."),
        (Slot(name="n", kind="number", at_most=2), "3", "n must be at most 2."),
        (Slot(name="t", kind="text", at_least=5), "hi", "t needs at least 5 characters."),
        (Slot(name="born", kind="date", when="past"), "tomorrow", "born must be in the past."),
        (Slot(name="mail", kind="email"), "me", "Sorry, I didn't understand that as mail."),
    ],
)
def test_what_is_wrong_is_said(slot: Slot, text: str, said: str) -> None:
    assert Talk(Form(name="f", slots=(slot,))).say(text).say[0] == said


def test_an_optional_slot_can_be_skipped() -> None:
    talk = Talk(Form(name="f", slots=(PEOPLE, NOTE)))
    assert talk.say("3").say == ("note?",)
    assert talk.say("no").stage == "done"
    assert talk.values == {"people": 3}


def test_a_list_with_no_as_a_value_takes_no_for_an_answer() -> None:
    smoker = Slot(name="smoker", kind="list", options=(Option(value="yes"), Option(value="no")))
    talk = Talk(Form(name="f", slots=(PEOPLE, smoker)))
    talk.say("3", "no")
    assert talk.values == {"people": 3, "smoker": "no"}


def test_cues_tell_two_slots_of_a_kind_apart() -> None:
    towns = (Option(value="Madrid"), Option(value="Paris"))
    form = Form(
        name="trip",
        slots=(
            Slot(name="origin", kind="list", options=towns, cues=("from",)),
            Slot(name="target", kind="list", options=towns, cues=("to",)),
        ),
    )
    assert Talk(form, utterance="to Paris from Madrid").values == {"origin": "Madrid", "target": "Paris"}
    talk = Talk(form)
    talk.say("to Paris", "Madrid")
    assert talk.values == {"origin": "Madrid", "target": "Paris"}


def test_the_summary_is_confirmed_or_changed() -> None:
    talk = Talk(BOOKING.model_copy(update={"confirm": True}), utterance="haircut tomorrow at 5")
    summary = talk.say("2").say[-1]
    assert "day: 2026-11-26" in summary
    assert "hour: 17:00" in summary
    assert talk.say("no").say == ("What should I change?",)
    assert talk.say("the day is Friday").values["day"] == "2026-11-27"
    assert talk.say("no, 4 people").values["people"] == 4
    assert talk.say("yes").stage == "done"


def test_a_shared_place_fills_its_slot() -> None:
    talk = Talk(Form(name="f", slots=(Slot(name="where", kind="location"),)))
    assert talk.say("", place=Place(latitude=1.5, longitude=2.5)).values["where"]["latitude"] == 1.5


def test_a_name_asked_for_needs_no_phrase_before_it() -> None:
    assert Talk(Form(name="f", slots=(Slot(name="name", kind="name"),))).say("anna karenina").values == {
        "name": "anna karenina"
    }


@pytest.mark.parametrize("text", ["yes", "No", "ok", "skip"])
def test_a_mere_yes_or_no_is_nobodys_name(text: str) -> None:
    talk = Talk(Form(name="f", slots=(DAY, Slot(name="who", kind="name"))), utterance="tomorrow")
    assert talk.say(text).stage == "asking"
    assert "who" not in talk.values


def test_a_correction_after_a_name_is_about_what_it_clearly_is() -> None:
    form = Form(name="f", slots=(DAY, HOUR, Slot(name="who", kind="name")), confirm=True)
    talk = Talk(form, utterance="tomorrow at 5")
    talk.say("Ada Lovelace", "no, Friday", "no, at 6")
    assert talk.values == {"day": "2026-11-27", "hour": "18:00", "who": "Ada Lovelace"}
    assert talk.say("no, Grace Hopper").stage == "confirming"
    assert talk.values["who"] == "Grace Hopper"


def test_weak_words_count_where_they_were_asked_for() -> None:
    assert Talk(Form(name="f", slots=(DAY,))).say("sat").values == {"day": "2026-11-28"}
    assert Talk(Form(name="f", slots=(PEOPLE,)), "es").say("una").values == {"people": 1}


@pytest.mark.parametrize("language", sorted(languages()))
def test_all_is_said_in_every_language(language: str) -> None:
    says = dialogue.words(language).says
    assert all(
        "{slot}" in says[key]
        for key in ("ask", "invalid", "small", "large", "future", "past", "short", "long", "changed")
    )
    assert "{summary}" in says["confirm"]

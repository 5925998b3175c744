"""Which language a text is in: right on texts nothing was chosen by, and steady where a text says little."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from frontdesk.understanding.language import Detector, detector, language_of
from frontdesk.understanding.language.model import silent

EIGHT = ("en", "es", "fr", "hi", "ar", "pt", "sw", "de")
DATA = Path(__file__).parent / "data" / "language"


@pytest.fixture(scope="module")
async def eight() -> Detector:
    return await detector(EIGHT)


def texts(file: str, kind: str) -> list[tuple[str, str]]:
    document = tomllib.loads((DATA / f"{file}.toml").read_text("utf-8"))
    return [(language, text) for language, said in document[kind].items() for text in said]


def accuracy(rows: Sequence[tuple[str, str]], eight: Detector) -> float:
    return sum(language_of(text, EIGHT, None, eight).language == language for language, text in rows) / len(rows)


@pytest.mark.parametrize(("kind", "goal"), [("two_words", 0.9), ("sentences", 0.97)])
def test_languages_of_unseen_texts_are_told(kind: str, goal: float, eight: Detector) -> None:
    rows = texts("heldout", kind)
    assert len(rows) >= 120
    assert accuracy(rows, eight) >= goal
    latin = [(language, text) for language, text in rows if language not in {"hi", "ar"}]
    assert accuracy(latin, eight) >= goal


def test_no_text_is_in_both_sets() -> None:
    seen, unseen = (
        {text for kind in ("two_words", "sentences") for _, text in texts(file, kind)} for file in ("dev", "heldout")
    )
    assert not seen & unseen


@pytest.mark.parametrize("kind", ["two_words", "sentences"])
def test_a_conversation_is_never_lost_by_a_text_in_its_own_language(kind: str, eight: Detector) -> None:
    lost = [
        text
        for language, text in texts("heldout", kind)
        if language_of(text, EIGHT, language, eight).language != language
    ]
    assert lost == []


def test_nearly_every_sentence_in_another_language_is_followed(eight: Detector) -> None:
    rows = texts("heldout", "sentences")
    turns = [(language, now, text) for language, text in rows for now in EIGHT if now != language]
    followed = [language_of(text, EIGHT, now, eight).language == language for language, now, text in turns]
    assert sum(followed) / len(followed) >= 0.95


SAYS_NOTHING = [
    "",
    "   \n",
    "👍",
    "😀🎉 ❤️",
    "42",
    "+254 712 345 678",
    "12/05/2026 14:30",
    "٠١٢٣٤",
    "https://example.com/bonjour/merci?langue=fr",
    "ana.gomes@correio.example.pt",
    "@marie #bonjour /start",
    "<@U024BE7LH> <https://example.com|guten tag hier>",
    "ok",
    "OK OK 👍",
    "hi",
    "ORD-7781",
    "haha",
    "```pour le client```",
    "!!! ???",
]


@pytest.mark.parametrize("now", [*EIGHT, None])
@pytest.mark.parametrize("text", SAYS_NOTHING)
def test_a_text_without_speech_changes_nothing(text: str, now: str | None, eight: Detector) -> None:
    decision = language_of(text, EIGHT, now, eight)
    assert (decision.language, decision.reason) == (now or "en", "nothing to read")


STAYS = [
    ("Maria González", "en"),
    ("Jean-Pierre Dupont", "en"),
    ("Wanjiku Kamau", "en"),
    ("Jean de La Fontaine", "en"),
    ("Rio de Janeiro", "de"),
    ("maria gonzalez", "en"),
    ("kal subah aana", "en"),
    ("bahut mehenga", "en"),
    ("Müller", "fr"),
    ("Ahmed Hassan", "ar"),
    ("Priya Sharma", "hi"),
    ("por favor", "pt"),
    ("por favor", "es"),
    ("no", "pt"),
    ("si", "fr"),
    ("MRI?", "sw"),
    ("MRI?", "hi"),
    ("thank you", "hi"),
    ("thanks", "sw"),
    ("hello", "ar"),
    ("good morning", "hi"),
    ("paracetamol ibuprofen", "ar"),
    ("doctor appointment", "hi"),
    ("blood test report", "hi"),
    ("Samsung Galaxy", "de"),
    ("Calle Mayor", "en"),
    ("मुझे MRI report चाहिए", "hi"),
    ("عندي موعد MRI scan", "ar"),
    ("Kal subah aana", "hi"),
    ("The name is محمد", "en"),
    ("I need una cita para mañana please", "en"),
    ("quiero cancelar el booking and the payment", "es"),
    ("Termin", "en"),
    ("ciao", "fr"),
]


@pytest.mark.parametrize(("text", "now"), STAYS)
def test_a_weak_sign_does_not_end_a_language(text: str, now: str, eight: Detector) -> None:
    assert language_of(text, EIGHT, now, eight).language == now


FOLLOWS = [
    ("hola", "en", "es"),
    ("buenas", "pt", "es"),
    ("HOLA", "en", "es"),
    ("Bonjour !", "en", "fr"),
    ("Guten Tag", "en", "de"),
    ("obrigada", "en", "pt"),
    ("asante sana", "en", "sw"),
    ("नमस्ते", "en", "hi"),
    ("شكرا", "en", "ar"),
    ("hola hello", "fr", "fr"),
    ("Können Sie mir bitte helfen?", "en", "de"),
    ("I'd like to speak to somebody about my bill", "hi", "en"),
    ("Quisiera cambiar mi cita del lunes, gracias", "ar", "es"),
    ("मेरी MRI report कब मिलेगी", "en", "hi"),
    ("Hola, I would like to book an appointment for my daughter", "es", "en"),
    ("can you help me", "sw", "en"),
    ("Dolor de cabeza", "en", "es"),
    ("nahitaji daktari", "en", "sw"),
    ("Guten Tag Frau Müller", "en", "de"),
]


@pytest.mark.parametrize(("text", "now", "then"), FOLLOWS)
def test_a_strong_sign_begins_another_language(text: str, now: str, then: str, eight: Detector) -> None:
    assert language_of(text, EIGHT, now, eight).language == then


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("mujhe doctor se milna hai", "hi"),
        ("kya aap kal khule hain", "hi"),
        ("shukriya", "hi"),
        ("ana ayez maad bukra", "ar"),
        ("shukran", "ar"),
    ],
)
def test_hindi_and_arabic_in_latin_letters_are_known_by_their_small_words(text: str, then: str) -> None:
    decision = language_of(text, ("en", "hi", "ar"), "en", silent)
    assert decision.language == then


def test_a_tenants_own_words_say_nothing(eight: Detector) -> None:
    assert language_of("Bonne Santé", EIGHT, "en", eight, ignored=["Bonne Santé"]).reason == "nothing to read"


@pytest.mark.parametrize(
    ("text", "allowed", "now", "then"),
    [
        ("bom dia, quero marcar", ("en", "pt-BR"), None, "pt-BR"),
        ("oi, tudo bem?", ("pt-PT", "pt-BR", "en"), "pt-BR", "pt-BR"),
        ("hello there", ("pt-BR",), None, "pt-BR"),
        ("where is my order", ("en", "es"), "it", "en"),
        ("Где мой заказ", ("en", "es"), "es", "es"),
        ("Где мой заказ", ("en", "uk"), "en", "uk"),
        ("কোথায়", ("en", "bn"), None, "bn"),
    ],
)
async def test_tags_are_the_tenants(text: str, allowed: tuple[str, ...], now: str | None, then: str) -> None:
    assert language_of(text, allowed, now, await detector(allowed)).language == then


@pytest.mark.parametrize("text", ["a" * 100_000, "\0\ud800\u202e", "ä" * 5000, "<" * 50_000, "a@" * 20_000, "`" * 9999])
def test_hostile_texts_are_decided_quickly(text: str, eight: Detector) -> None:
    assert language_of(text, EIGHT, "sw", eight).language in EIGHT

"""What a language model may say in small talk, and what never reaches anybody."""

import pytest

from frontdesk.core.chatting import Bounds, fault
from frontdesk.phrases import languages, never_said, variants, words

BOUNDS = Bounds(most_characters=120, most_sentences=2, never=never_said("en"), said=("Hello there!",))


@pytest.mark.parametrize(
    "text",
    [
        "What a lovely thing to say! How can I help?",
        "I'm not a human, but I'm glad to chat.",
        "Ich bin kein Mensch, freue mich aber trotzdem.",
        "¡Qué bien! ¿En qué te ayudo?",
        "मैं ठीक हूँ। आप कैसे हैं?",
        "أنا بخير، شكرا!",
        "Hello there, friend!",
        "Well… that made me smile 🙂",
    ],
)
def test_plain_kind_words_may_be_said(text: str) -> None:
    assert fault(text, BOUNDS) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a" * 121, "characters"),
        ("One. Two! Three?", "sentences"),
        ("एक। दो। तीन।", "sentences"),
        ("One\nTwo\nThree", "sentences"),
        ("See https://example.com", "links"),
        ("See example.com", "links"),
        ("Write to me@example", "links"),
        ("Ask @support", "links"),
        ("That is 5 long", "figures"),
        ("It takes ٣ days", "figures"),
        ("It takes ½ a day", "figures"),
        ("Only a few €", "figures"),
        ("**Hello**", "markup"),
        ("<b>Hello</b>", "markup"),
        ("[click](here)", "markup"),
        ("I'm a human, like you!", "human"),
        ("I am not a robot", "human"),
        ("No, I am human", "human"),
        ("No, soy humano", "human"),
        ("Klar, ich bin ein Mensch!", "human"),
        ("Soy una persona real", "human"),
        ("Je suis un humain", "human"),
        ("मैं इंसान हूँ", "human"),
        ("أنا إنسان", "human"),
        ("Sou uma pessoa", "human"),
        ("Mimi ni binadamu", "human"),
        ("I promise it will be fine", "promise"),
        ("You'll get a refund", "promise"),
        ("hello THERE", "other words"),
        ("🙂", "words"),
        ("", "words"),
    ],
)
def test_what_is_not_to_be_said_is_named(text: str, why: str) -> None:
    assert why in (fault(text, BOUNDS) or "")


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "Das ist kostenlos"), ("fr-CA", "Le prix est bas"), ("sw", "Bei ni nzuri"), ("it", "No cost")],
)
def test_nothing_is_promised_in_the_language_spoken(language: str, text: str) -> None:
    bounds = Bounds(most_characters=120, most_sentences=2, never=never_said(language))
    assert "promise" in (fault(text, bounds) or "")


@pytest.mark.parametrize("language", sorted(languages()))
def test_our_own_phrases_keep_to_what_a_model_has_to(language: str) -> None:
    bounds = Bounds(most_characters=240, most_sentences=3, never=never_said(language))
    for kind in {*words("en", "small_talk_words"), "greeting_again"} - {"human_or_bot"}:  # a denial may be refused
        for tone in ("friendly", "formal", "brief"):
            for text in variants(language, f"small_talk.{kind}", tone=tone, name=", Ada", bot="Desk"):
                assert fault(text, bounds) is None, text

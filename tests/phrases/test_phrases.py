"""What Frontdesk says: every language says all of it, with the same blanks."""

import re
import string
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from frontdesk.core.openings import opened
from frontdesk.core.wording import plain
from frontdesk.phrases import FOLDER, best, commands, languages, openings, own, say, words

TONES = ("friendly", "formal", "brief")
OTHERS = sorted(languages() - {"en"})


def document(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


def leaves(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, list[str]]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value if isinstance(value, list) else [value]


def blanks(variants: list[str]) -> set[str]:
    return {name for variant in variants for _, name, _, _ in string.Formatter().parse(variant) if name is not None}


def test_there_are_several_languages() -> None:
    assert {"en", "de", "es", "fr", "hi", "ar", "pt", "sw"} <= languages()


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_keys_of_english(language: str) -> None:
    assert dict(leaves(document(language))).keys() == dict(leaves(document("en"))).keys()


@pytest.mark.parametrize("language", OTHERS)
def test_every_phrase_has_the_blanks_of_the_english_one(language: str) -> None:
    english = dict(leaves(document("en")))
    differing = {key for key, said in leaves(document(language)) if blanks(said) != blanks(english[key])}
    assert differing == set()


@pytest.mark.parametrize("language", sorted(languages()))
def test_no_phrase_is_empty_and_every_variant_can_be_said(language: str) -> None:
    for key, variants in leaves(document(language)):
        for variant in variants:
            assert variant.strip(), key
            assert "{" not in variant.format_map(dict.fromkeys(blanks([variant]), "x")), key


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_word_stands_for_one_command_only(language: str) -> None:
    meanings: dict[str, set[str]] = {}
    for meant in (commands(language), words(language, "small_talk_words")):
        for name, said in meant.items():
            for word in said:
                meanings.setdefault(word, set()).add(name)
    assert {word: names for word, names in meanings.items() if len(names) > 1} == {}


@pytest.mark.parametrize("language", sorted(languages()))
def test_words_are_folded_as_what_people_write_is(language: str) -> None:
    for meant in (commands(language), words(language, "small_talk_words")):
        for said in meant.values():
            assert said
            assert all(word and word == plain(word) for word in said)


@pytest.mark.parametrize("language", sorted(languages()))
def test_the_words_the_help_names_are_understood(language: str) -> None:
    named = re.findall(r"• (.+?)(?: –|,|،)", say(language, "help.text"))
    known = commands(language)
    meant = [next((name for name, said in known.items() if plain(word) in said), None) for word in named]
    asked = [name or opened(word, openings(language)) for name, word in zip(meant, named, strict=True)]
    assert asked == ["help", "human", "feedback", "reminder", "task", "cancel", "stop"]


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("small_talk.who_are_you", "human"),
        ("consent.stopped", "unstop"),
        ("handoff.asked", "bot"),
        ("feedback.comment", "cancel"),
    ],
)
def test_the_word_a_phrase_asks_for_is_understood(language: str, key: str, command: str) -> None:
    text = say(language, key, name="", bot="Desk")
    quoted = re.findall(r"[“„«]\s?(.+?)\s?[”“»]|\b([A-ZÉ]{4,})\b", text)
    assert next(plain(first or second) for first, second in quoted) in commands(language)[command], text


def test_who_wants_no_messages_is_understood_in_any_language_whatever_theirs_is_taken_for() -> None:
    wanted = {"stop", "unsubscribe", "baja", "arrêt", "abbestellen", "descadastrar", "बंद करो", "إيقاف", "simamisha"}
    for language in languages():
        assert {plain(word) for word in wanted} <= set(commands(language)["stop"])
        assert {"start", "anmelden", "jiunge", plain("réabonner")} <= set(commands(language)["unstop"])


def test_a_word_that_means_something_else_in_another_language_stops_nothing_there() -> None:
    assert "alto" in commands("es")["stop"]
    assert "alto" not in commands("pt")["stop"]
    assert "acha" not in commands("hi")["stop"]
    assert "alta" not in commands("pt")["unstop"]


@pytest.mark.parametrize(
    ("language", "block"), [("hi", ("\u0900", "\u097f")), ("ar", ("\u0600", "\u06ff"))], ids=["hi", "ar"]
)
def test_what_is_said_is_in_the_script_of_the_language(language: str, block: tuple[str, str]) -> None:
    texts = (
        text
        for key, said in leaves(document(language))
        if "words" not in key and "commands" not in key
        for text in said
    )
    for text in texts:
        letters = [char for char in re.sub(r"\{\w*\}", "", text) if char.isalpha()]
        assert all(block[0] <= char <= block[1] for char in letters), text


def test_words_of_a_file_come_without_those_of_english() -> None:
    assert "hallo" in own("de", "small_talk_words")["greeting"]
    assert "hello" not in own("de", "small_talk_words")["greeting"]
    assert own("xx", "small_talk_words") == {}


@pytest.mark.parametrize(
    ("wanted", "language"),
    [(("de-AT", "en"), "de"), ((None, "FR"), "fr"), (("xx", "yy"), "en"), ((), "en"), (("", "../en"), "en")],
)
def test_the_first_language_there_is_wins(wanted: tuple[str | None, ...], language: str) -> None:
    assert best(wanted) == language


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("language", [*sorted(languages()), "xx"])
def test_small_talk_can_be_said_in_every_tone(language: str, tone: str) -> None:
    for kind in words("en", "small_talk_words"):
        assert say(language, f"small_talk.{kind}", tone=tone, name=", Ada", bot="Desk")


def test_braces_in_a_name_stay_as_they_are() -> None:
    assert "{bot}{0}" in say("en", "small_talk.who_are_you", bot="{bot}{0}", name="")

"""Personal data are masked wherever they stand, each value by one stand-in that is read as the value was; nothing else changes."""

import time
from datetime import UTC, datetime

import pytest

from frontdesk.understanding import entities
from frontdesk.understanding.transcripts.masking import Mask

NOW = datetime(2026, 3, 28, 12, tzinfo=UTC)


def a_mask(*names: str, language: str = "en") -> Mask:
    mask = Mask(language, NOW, "Europe/Lisbon", None)
    for name in names:
        mask.learn_name(name)
    return mask


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("write to ada.lovelace+x@mail.example.org please", ["ada", "lovelace", "mail.example"]),
        ("call me on +351 912 345 678", ["912", "345", "678"]),
        ("call (020) 7946 0958 or 07700 900123", ["7946", "0958", "900123"]),
        ("my card is 4111 1111 1111 1111", ["4111", "1111"]),
        ("IBAN DE89 3704 0044 0532 0130 00", ["0044", "0532", "0130"]),
        ("see https://me.example.net/ada?token=s3cret and www.ada.net", ["me.example", "s3cret", "ada.net"]),
        ("order AB12345X-9 never came", ["AB12345X"]),
        ("I live at 12 Harbour Street, Lisbon", ["12 Harbour"]),
        ("ich wohne in der Hauptstraße 5b", ["Hauptstraße", "5b"]),
        ("j'habite 12 rue de la Paix", ["12 rue", "Paix"]),
        ("vivo en calle Mayor 5", ["Mayor"]),
        ("see me.example.net/reset?token=s3cret", ["me.example", "s3cret"]),
        ("tg://resolve?domain=ada&t=s3cret", ["resolve", "s3cret"]),
        ("I am @ada_love there", ["ada_love"]),
        ("I was born on 12/03/1984", ["1984"]),
        ("geboren am 12.03.1984", ["1984"]),
        ("née le 12 mars 1984", ["mars", "1984"]),
        ("nací el 12 de marzo de 1984", ["marzo", "1984"]),
        ("nasci em 12 de março de 1984", ["março", "1984"]),
        ("March 12, 1984 is my birthday", ["March", "1984"]),
        ("geb. 1984-03-12", ["1984"]),
        ("وُلدت في 12/03/1984", ["1984"]),
        ("मेरा जन्म 12/03/1984 को हुआ, फोन ९८७६५४३२१०", ["1984", "९८७६"]),
        ("nilizaliwa 12/03/1984, simu 0712 345 678", ["1984", "0712"]),
        ("DNI 12345678Z, CPF 123.456.789-09", ["12345678", "456.789"]),
        ("I am at 38.71234, -9.13987", ["38.71234", "9.13987"]),
    ],
)
def test_values_go(text: str, gone: list[str]) -> None:
    masked = a_mask().mask(text)
    assert [word for word in gone if word in masked] == [], masked


@pytest.mark.parametrize(
    "text",
    [
        "2 people tomorrow at 9",
        "on 2026-03-29 at 08:00",
        "on 29/03/2026",
        "am 3.4.2026 um 10",
        "12 March 2026 at 9, or on 1.4.26",
        "@bot tea please",
        "and/or, tea.Then milk",
        "20 euros for 3 haircuts, 50 %",
        "4",
        "/help",
        "The year 1984 was fine",
        "",
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    assert a_mask("Ada Lovelace").mask(text) == text


def test_one_value_has_one_stand_in_and_two_have_two() -> None:
    mask = a_mask()
    first = mask.mask("a@x.org, b@x.org, A@X.org")
    assert first == "person1@example.com, person2@example.com, person1@example.com"
    assert mask.mask("again b@x.org") == "again person2@example.com"
    assert mask.mask(first) == first, "what is masked stays as it is"


def test_a_phone_number_is_one_however_it_is_written() -> None:
    mask = a_mask()
    assert mask.mask("+351 912 345 678") == mask.mask("+351912345678") == "+1 202 555 0101"


@pytest.mark.parametrize(
    ("language", "text", "given"),
    [
        ("en", "my name is John Smith", "John"),
        ("de", "ich heiße Jürgen Müller", "Jürgen"),
        ("fr", "je m'appelle Zoé Durand", "Zoé"),
        ("es", "me llamo José Pérez", "José"),
        ("pt", "meu nome é João Silva", "João"),
        ("ar", "اسمي أحمد علي", "أحمد"),
        ("hi", "मेरा नाम राहुल शर्मा है", "राहुल"),
        ("sw", "jina langu ni Juma Hamisi", "Juma"),
    ],
)
def test_names_people_give_themselves_go_in_every_language(language: str, text: str, given: str) -> None:
    mask = a_mask(language=language)
    mask.learn(text)
    assert given not in mask.mask(f"{text}. {given}!")


def test_names_go_wherever_they_stand_and_only_as_words() -> None:
    mask = a_mask("Ada Lovelace")
    mask.learn("My name is Grace Hopper")
    masked = mask.mask("ADA, meet Grace! Adam and Lovelace's graceful Hopper")
    assert masked == "Alex, meet Sam! Adam and Robin's graceful Kim"


def test_a_masked_value_is_still_read_as_what_it_was() -> None:
    mask = a_mask()
    masked = mask.mask("I am Ada, ada@x.org, +351 912 345 678, https://x.org/ada")
    kinds = {found.kind for found in entities.find(masked, "en", NOW, "UTC")}
    assert {"email", "phone", "url"} <= kinds


def test_a_long_text_is_masked_to_its_end() -> None:
    masked = a_mask().mask("word " * 3000 + "ada@x.org, 4111 1111 1111 1111, I live at 12 Harbour Street")
    assert all(value not in masked for value in ("ada@", "4111", "Harbour"))


@pytest.mark.alone
@pytest.mark.parametrize("piece", ["a", "a1", "1.", "-", "a.@", "rue ", "1 ", "@", "12 x ", "str. "])
def test_no_text_takes_long(piece: str) -> None:
    started = time.monotonic()
    a_mask("Ada").mask(piece * 20_000)
    assert time.monotonic() - started < 2

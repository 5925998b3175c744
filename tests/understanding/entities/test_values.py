"""Numbers, amounts, addresses and names in eight languages, and what a tenant defines."""

from typing import Any

import pytest

from frontdesk.core.message import Place
from frontdesk.errors import InvalidInput
from frontdesk.understanding.entities import options, pattern
from tests.understanding.entities.reading import found

NUMBERS = [
    ("en", "1,234.56", 1234.56),
    ("en", "two million three hundred thousand", 2_300_000),
    ("en", "one hundred and five", 105),
    ("en", "minus five", -5),
    ("en", "5 million", 5_000_000),
    ("es", "1.234,56", 1234.56),
    ("es", "treinta y cinco mil doscientos uno", 35_201),
    ("es", "veintidós", 22),
    ("fr", "1 234,5", 1234.5),
    ("fr", "quatre-vingt-dix-sept", 97),
    ("fr", "soixante et onze", 71),
    ("de", "1.234", 1234),
    ("de", "dreihundertfünfundvierzigtausendeinundzwanzig", 345_021),
    ("pt", "trinta e cinco mil e duzentos", 35_200),
    ("hi", "पच्चीस हज़ार तीन सौ पाँच", 25_305),
    ("hi", "ढाई लाख", 250_000),
    ("hi", "१२,३४,५६७", 1_234_567),
    ("ar", "خمسة وعشرون", 25),
    ("ar", "١٬٢٣٤٫٥", 1234.5),
    ("ar", "ثلاثة آلاف ومئتان", 3200),
    ("sw", "elfu tatu mia tano ishirini na tano", 3525),
    ("sw", "kumi na moja", 11),
    ("es-MX", "1,234.56", 1234.56),
    ("en", "1.5", 1.5),
    ("de", "1,5", 1.5),
]


@pytest.mark.parametrize(("language", "text", "value"), NUMBERS)
def test_numbers(language: str, text: str, value: float) -> None:
    assert [entity.value for entity in found(text, language, "number")] == [value]


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [("en", "3rd", 3), ("en", "twenty-first", 21), ("es", "tercero", 3), ("fr", "2ème", 2), ("fr", "première", 1), ("de", "zweiten", 2),
     ("pt", "1º", 1), ("hi", "तीसरा", 3), ("ar", "الثالث", 3), ("sw", "wa pili", 2)],
)  # fmt: skip
def test_ordinals(language: str, text: str, value: int) -> None:
    assert [entity.value for entity in found(text, language, "ordinal")] == [value]


@pytest.mark.parametrize(
    ("language", "text", "seconds"),
    [("en", "2 hours and 30 minutes", 9000), ("en", "half an hour", 1800), ("en", "1h30m", 5400), ("es", "hora y media", 5400),
     ("es", "dos horas y media", 9000), ("fr", "trois jours", 259_200), ("de", "anderthalb Stunden", 5400),
     ("pt", "duas semanas", 1_209_600), ("hi", "दो घंटे", 7200), ("ar", "ساعتين", 7200), ("sw", "siku tatu", 259_200)],
)  # fmt: skip
def test_durations(language: str, text: str, seconds: int) -> None:
    assert [entity.value for entity in found(text, language, "duration")] == [seconds]


@pytest.mark.parametrize(
    ("language", "text", "value", "unit"),
    [("en", "3.5 kg", 3.5, "kg"), ("en", "two tablets", 2, "tablet"), ("es", "3 cajas", 3, "box"), ("fr", "500 mg", 500, "mg"),
     ("de", "fünf Stück", 5, "piece"), ("pt", "dois quilos", 2, "kg"), ("hi", "दो किलो", 2, "kg"), ("ar", "3 حبات", 3, "tablet"),
     ("sw", "kilo mbili", 2, "kg"), ("en", "37.5 °C", 37.5, "°C"), ("en", "20%", 20, "percent")],
)  # fmt: skip
def test_quantities(language: str, text: str, value: float, unit: str) -> None:
    assert [(entity.value, entity.detail["unit"]) for entity in found(text, language, "quantity")] == [(value, unit)]


@pytest.mark.parametrize(
    ("language", "text", "value", "currency"),
    [("en", "$5.50", 5.5, "USD"), ("en-CA", "$5", 5, "CAD"), ("es", "1.234,56 €", 1234.56, "EUR"), ("fr", "12,50 euros", 12.5, "EUR"),
     ("de", "EUR 20", 20, "EUR"), ("pt", "R$ 50,00", 50, "BRL"), ("hi", "५०० रुपये", 500, "INR"), ("ar", "٥٠٠ ريال", 500, "SAR"),
     ("sw", "shilingi 500", 500, "KES"), ("es", "dos millones de pesos", 2_000_000, "MXN"), ("en", "50 cents", 0.5, "EUR")],
)  # fmt: skip
def test_money(language: str, text: str, value: float, currency: str) -> None:
    assert [(entity.value, entity.detail["currency"]) for entity in found(text, language, "money")] == [
        (value, currency)
    ]


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [("en", "my name is John Smith and I need help", "John Smith"), ("en", "call me anna", "anna"), ("en", "I'm Peter", "Peter"),
     ("es", "me llamo María del Carmen López, hola", "María del Carmen López"), ("fr", "je m'appelle Jean Dupont", "Jean Dupont"),
     ("de", "ich heiße Jürgen Müller", "Jürgen Müller"), ("pt", "meu nome é João da Silva", "João da Silva"),
     ("hi", "मेरा नाम राम कुमार है", "राम कुमार"), ("ar", "اسمي محمد أحمد، مرحبا", "محمد أحمد"), ("sw", "naitwa Juma Hassan", "Juma Hassan")],
)  # fmt: skip
def test_names(language: str, text: str, value: str) -> None:
    assert [entity.value for entity in found(text, language, "name")] == [value]


@pytest.mark.parametrize("text", ["I am hungry", "I'm very tired", "this is urgent"])
def test_what_people_are_is_no_name(text: str) -> None:
    assert found(text, "en", "name") == []


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [("email", "mail John.Smith@Example.COM, please", "John.Smith@example.com"), ("email", "me@@x", None), ("email", "a@b", None),
     ("url", "see https://example.com/a(b).", "https://example.com/a(b)"), ("url", "go to example.org now", "https://example.org"),
     ("url", "I said no.Then left", None), ("phone", "+44 20 7946 0958", "+442079460958"), ("phone", "12", None)],
)  # fmt: skip
def test_addresses(kind: str, text: str, value: str | None) -> None:
    assert [entity.value for entity in found(text, "en", kind)] == ([value] if value else [])


def test_a_phone_number_without_a_country_belongs_to_the_region() -> None:
    assert [entity.value for entity in found("612 345 678", "es", "phone", region="ES")] == ["+34612345678"]
    assert [entity.value for entity in found("०९८७६५४३२१०", "hi", "phone", region="IN")] == ["+919876543210"]


def test_a_shared_place_is_a_location() -> None:
    [entity] = found("", "en", "location", place=Place(latitude=40.4, longitude=-3.7, name="Madrid"))
    assert (entity.value["latitude"], entity.value["name"], entity.text) == (40.4, "Madrid", "")


SERVICES: Any = (("haircut", ("cut", "corte de pelo")), ("colour", ("dye", "لون")), ("massage", ()))


@pytest.mark.parametrize(
    ("text", "values"),
    [("a haircut please", ["haircut"]), ("hiarcut", ["haircut"]), ("CORTE DE PÉLO", ["haircut"]),
     ("masage and color", ["massage", "colour"]), ("أريد لون", ["colour"]), ("cat", []), ("message", ["massage"]), ("nothing", [])],
)  # fmt: skip
def test_lists_forgive_typos_case_and_accents(text: str, values: list[str]) -> None:
    assert [entity.value for entity in found(text, "en", "list", lists={"service": SERVICES})] == values


@pytest.mark.parametrize(
    ("one", "two", "edits"), [("abcd", "abdc", 1), ("abcd", "abcd", 0), ("abcd", "bcd", 1), ("abcd", "wxyz", None)]
)
def test_neighbours_swapped_count_once(one: str, two: str, edits: int | None) -> None:
    assert options.distance(one, two, 2) == edits


def test_a_tenants_pattern_finds_its_group() -> None:
    [entity] = found("order no. AB-1234 please", "en", "pattern", patterns={"order": r"\bno\.\s*([A-Z]{2}-\d{4})\b"})
    assert (entity.value, entity.text, entity.detail["name"]) == ("AB-1234", "no. AB-1234", "order")


@pytest.mark.parametrize(
    "expression", ["(", r"(a)\1", "(?R)", "(?<=a)b", "a{1,100000}", "x" * 301, "a*", "(?:ab){e<=3}", "(?(1)a|b)"]
)
def test_patterns_that_could_harm_are_refused(expression: str) -> None:
    with pytest.raises(InvalidInput):
        pattern.checked(expression)

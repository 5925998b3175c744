"""Entities of kind quantity and money: a number with a unit or a currency."""

import functools
import re
from collections.abc import Iterator, Mapping

from frontdesk.core.entities import Entity
from frontdesk.understanding.entities.lexicon import GAPS
from frontdesk.understanding.entities.numerals import WORD, Numeral
from frontdesk.understanding.entities.reading import Reading

SYMBOLS = {
    "kg": "kg", "g": "g", "mg": "mg", "mcg": "mcg", "µg": "mcg", "μg": "mcg", "l": "l", "ml": "ml", "cl": "cl", "m": "m",
    "km": "km", "cm": "cm", "mm": "mm", "mi": "mi", "ft": "ft", "lb": "lb", "lbs": "lb", "oz": "oz", "gb": "GB", "mb": "MB",
    "kwh": "kWh", "kw": "kW", "km/h": "km/h", "°c": "°C", "°f": "°F", "°": "degree", "%": "percent", "٪": "percent",
    "m2": "m²", "m3": "m³", "iu": "IU", "mmhg": "mmHg", "bpm": "bpm", "tsp": "spoon", "tbsp": "spoon",
}  # fmt: skip
CURRENCY_SIGNS = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "¥": "JPY",
    "r$": "BRL",
    "us$": "USD",
    "﷼": "SAR",
    "₽": "RUB",
}
DOLLARS = {
    "CA": "CAD",
    "AU": "AUD",
    "NZ": "NZD",
    "MX": "MXN",
    "AR": "ARS",
    "CL": "CLP",
    "CO": "COP",
    "SG": "SGD",
    "HK": "HKD",
}
SHILLINGS = {"TZ": "TZS", "UG": "UGX", "KE": "KES"}
CODES = frozenset(
    re.findall(
        "[A-Z]{3}",
        "USD EUR GBP INR KES TZS UGX BRL MXN ARS CLP COP PEN CHF CAD AUD NZD JPY CNY SAR AED "
        "EGP KWD QAR MAD DZD TND NGN ZAR GHS SEK NOK DKK PLN CZK TRY RUB PKR BDT SGD HKD",
    )
)
SIGNS = "|".join(sorted(map(re.escape, CURRENCY_SIGNS), key=len, reverse=True))
SIGN_BEFORE = re.compile(rf"({SIGNS})\s?\Z")
SIGN_AFTER = re.compile(rf"\s?({SIGNS})")
WORD_BEFORE = re.compile(r"((?:[^\W\d_]|[\u0900-\u0963])+)\.?\s?\Z")
SYMBOL_AFTER = re.compile(r"\s?(km/h|°[cf]?|[%٪]|m[23]\b|[^\W\d_]{1,4}(?![\w]))")
UNIT_WORDS = 3
OF = re.compile(r"\s?(?:de|d|of)\s")


def find(reading: Reading) -> Iterator[Entity]:
    """Yield quantities; the value is a number, `detail["unit"]` its unit under one name in every language."""
    text = reading.folded.text
    for number in reading.numerals:
        unit, end = _unit_after(text, number.end, reading)
        start = number.start
        if unit is None and reading.lexicon.language == "sw":
            unit, start = _word_before(text, number.start, reading.lexicon.units)
            end = number.end
        if unit and number.value <= 1e15:
            yield reading.entity("quantity", _tidy(number), start, end, unit=unit)


def _tidy(number: Numeral) -> float:
    return number.value if number.whole is None else number.whole


def _unit_after(text: str, at: int, reading: Reading) -> tuple[str | None, int]:
    found = _phrase(text, at, reading.lexicon.units)
    if found[0]:
        return found
    symbol = SYMBOL_AFTER.match(text, at)
    if symbol and symbol[1] in SYMBOLS:
        return SYMBOLS[symbol[1]], symbol.end()
    return None, at


def _phrase(text: str, at: int, table: Mapping[str, str]) -> tuple[str | None, int]:
    """Return what the longest phrase after `at` means, and where it ends; `of` between the two is read over."""
    joint = OF.match(text, at)
    at = joint.end() if joint else at
    ends: list[int] = []
    where = at
    while len(ends) < UNIT_WORDS:
        gap = GAPS.match(text, where)
        word = WORD.match(text, gap.end() if gap and gap.end() - where <= 2 else where)
        if not word:
            break
        where = word.end()
        ends.append(where)
    for end in reversed(ends):
        name = GAPS.sub(" ", text[at:end]).strip()
        if name in table:
            return table[name], end
    return None, at


def _word_before(text: str, at: int, table: Mapping[str, str]) -> tuple[str | None, int]:
    word = WORD_BEFORE.search(text[max(0, at - 30) : at])
    if word and word[1] in table:
        return table[word[1]], max(0, at - 30) + word.start()
    return None, at


def find_money(reading: Reading) -> Iterator[Entity]:
    """Yield amounts: the value is a number of whole units, `detail["currency"]` an ISO 4217 code."""
    text, taken = reading.folded.text, -1
    for number in reading.numerals:
        if number.start < taken:
            continue
        currency, start, end = _currency(text, number, reading)
        if currency is None:
            continue
        value = _tidy(number)
        if currency == "cents":
            value, currency = round(value / 100, 4), _local(reading) or "EUR"
        taken = end
        yield reading.entity("money", value, start, end, currency=currency)


def _currency(text: str, number: Numeral, reading: Reading) -> tuple[str | None, int, int]:
    before = SIGN_BEFORE.search(text[max(0, number.start - 5) : number.start])
    if before:
        return _sign(before[1], reading), max(0, number.start - 5) + before.start(), number.end
    after = SIGN_AFTER.match(text, number.end)
    if after:
        return _sign(after[1], reading), number.start, after.end()
    table = _currencies(reading.lexicon.language)
    name, end = _phrase(text, number.end, table)
    if name:
        return _regional(name, reading), number.start, end
    name, start = _word_before(text, number.start, table)
    return (_regional(name, reading), start, number.end) if name and name != "cents" else (None, 0, 0)


@functools.cache
def _currencies(language: str) -> dict[str, str]:
    from frontdesk.understanding.entities.lexicon import load

    extra = {"rs": "INR", "ksh": "KES", "kshs": "KES", "tsh": "TZS"}
    return {code.casefold(): code for code in CODES} | extra | dict(load(language).currencies)


def _sign(sign: str, reading: Reading) -> str:
    return DOLLARS.get(reading.locale.country, "USD") if sign == "$" else CURRENCY_SIGNS[sign]


def _regional(name: str, reading: Reading) -> str:
    country = reading.locale.country
    if name == "KES":
        return SHILLINGS.get(country, name)
    pesos = {"AR": "ARS", "CL": "CLP", "CO": "COP", "UY": "UYU"}
    return pesos.get(country, name) if name == "MXN" else name


def _local(reading: Reading) -> str | None:
    return {"US": "USD", "GB": "GBP", "BR": "BRL", "IN": "INR", "MX": "MXN", "KE": "KES"}.get(reading.locale.country)

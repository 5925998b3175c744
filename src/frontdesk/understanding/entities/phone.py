"""Entities of kind phone."""

import re
from collections.abc import Iterator

from frontdesk.core.entities import Entity
from frontdesk.understanding.entities.folding import MOST
from frontdesk.understanding.entities.reading import Reading

REGIONS = {"es": "ES", "fr": "FR", "de": "DE", "pt": "BR", "hi": "IN", "ar": "SA", "sw": "KE", "en": "US"}
MOST_FOUND = 10
CANDIDATE = re.compile(r"[+(]?\d[\d\s().\-/]{4,24}\d")


def find(reading: Reading) -> Iterator[Entity]:
    """Yield phone numbers as E.164; those without a country code belong to the region, or the language's largest one."""
    text = reading.folded.text
    if not CANDIDATE.search(text):
        return
    import phonenumbers

    region = reading.locale.country or REGIONS.get(reading.lexicon.language, "US")
    plain = _digits(reading.text[:MOST])
    for found, match in enumerate(phonenumbers.PhoneNumberMatcher(plain, region, max_tries=20)):
        if found >= MOST_FOUND:
            return
        number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        yield Entity(
            kind="phone",
            value=number,
            text=reading.text[match.start : match.end],
            start=match.start,
            end=match.end,
            confidence=1.0 if plain[match.start] == "+" else 0.9,
            detail={"region": phonenumbers.region_code_for_number(match.number) or region},
        )


def _digits(text: str) -> str:
    """Return the text with the digits of every script as 0 to 9, character for character."""
    return text if text.isascii() else "".join(str(int(char)) if char.isdecimal() else char for char in text)

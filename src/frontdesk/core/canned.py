"""Answers kept ready: the places in them, and what stands there."""

import re
from collections.abc import Mapping

from frontdesk.errors import InvalidInput

PLACES = ("contact", "first_name", "agent", "desk")
PLACE = re.compile(r"\{([^{}]*)\}")


def checked(text: str) -> str:
    """Return the text of an answer; InvalidInput where it names a place nobody fills."""
    unknown = sorted({place for place in PLACE.findall(text) if place not in PLACES})
    if unknown:
        known = ", ".join(f"{{{place}}}" for place in PLACES)
        raise InvalidInput(f"nothing is known for {{{unknown[0][:60]}}}: there is {known}")
    return text


def filled(text: str, values: Mapping[str, str | None]) -> str:
    """Put the values into their places; InvalidInput where one is not known, since nobody is to be sent a blank."""
    missing = [place for place in PLACE.findall(text) if place in PLACES and not values.get(place)]
    if missing:
        raise InvalidInput(f"{{{missing[0]}}} is not known here: send the text in your own words")
    return PLACE.sub(lambda place: values.get(place[1]) or place[0], text)

"""What a tenant wrote as an answer: in which language it is said, in which of its forms, and what stands in its places."""

import re
from collections.abc import Collection, Mapping, Sequence

PLACE = re.compile(r"[ \t]?\{([a-z][a-z0-9_]{0,39})\}")


def base(language: str) -> str:
    """Return the language of a BCP 47 tag, without region or script."""
    return language.replace("_", "-").split("-", 1)[0].lower()


def language_among(languages: Collection[str], wanted: Sequence[str]) -> str | None:
    """Return the tag among `languages` that serves best: as wanted, of a wanted language, in English, or any."""
    for language in (*wanted, "en"):
        if language in languages:
            return language
        if alike := next((tag for tag in languages if base(tag) == base(language)), None):
            return alike
    return next(iter(languages), None)


def foreign(tag: str, language: str) -> str | None:
    """Return the tag where it is of another language than this, else None."""
    return None if base(tag) == base(language) else tag


def filled(text: str, values: Mapping[str, str], known: Collection[str]) -> str:
    """Put values into places such as `{day}`. What is `known` but has no value is left out with the blank before it; what
    nobody knows stays as it was written. Braces in values mean nothing.
    """

    def value(place: re.Match[str]) -> str:
        if place[1] in values:
            return place[0][: place[0].index("{")] + values[place[1]]
        return "" if place[1] in known else place[0]

    return PLACE.sub(value, text)


def next_variant(variants: Sequence[str], said: Sequence[str], seed: int) -> str:
    """Return the variant after the one said last, `said` being the oldest first; `seed` chooses where none was said."""
    last = next((text for text in reversed(said) if text in variants), None)
    return variants[(seed if last is None else variants.index(last) + 1) % len(variants)]

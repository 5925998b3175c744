"""Text folded for reading, with the way back to the characters it was made from."""

import functools
import unicodedata
from dataclasses import dataclass

MOST = 2000
"""Characters read of one utterance: what bounds the time every kind takes."""

_ALIKE = {
    "ى": "ي",
    "ة": "ه",
    "ٱ": "ا",
    "ـ": "",
    "ı": "i",
    "،": ",",
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "‐": "-",
    "‑": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "⁄": "/",
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069\ufeff", ""),
    "ک": "ك",
    "ی": "ي",
}


@functools.lru_cache(maxsize=8192)
def fold_char(char: str) -> str:
    """Return one character without case and accents, decimal digits of any script as 0 to 9."""
    if char in _ALIKE:
        return _ALIKE[char]
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    kept = (part for part in unicodedata.normalize("NFKD", char).casefold() if not unicodedata.combining(part))
    return "".join(_ALIKE.get(part, part) for part in kept)


def fold(text: str) -> str:
    """Return `text` folded; what the words of a lexicon are compared as."""
    return text.lower() if text.isascii() else "".join(map(fold_char, text))


@dataclass(frozen=True, slots=True)
class Folded:
    """The first MOST characters of a text, folded. `places[i]` is the original index behind folded character i."""

    original: str
    text: str
    places: tuple[int, ...] | None = None

    @classmethod
    def of(cls, text: str) -> "Folded":
        if text.isascii():
            return cls(text, text[:MOST].lower())
        parts, places = [], []
        for index, char in enumerate(text[:MOST]):
            folded = fold_char(char)
            parts.append(folded)
            places.extend([index] * len(folded))
        return cls(text, "".join(parts), tuple(places))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original span behind a folded one that is not empty; trailing accents belong to it."""
        if self.places is None:
            return start, end
        last = self.places[end - 1] + 1
        while last < len(self.original) and not fold_char(self.original[last]):
            last += 1
        return self.places[start], last

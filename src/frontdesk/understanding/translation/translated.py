"""What translation gives back: the words, or the reason there are none."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Translated:
    """One text in another language, beside the text it was made of.

    `source` is the language given, or the provider's finding where none was (None if it found none). `pieces` says that
    the parts around names and numbers were translated one by one, since the provider had lost one of these.
    """

    original: str
    text: str
    source: str | None
    target: str
    provider: str
    pieces: bool = False

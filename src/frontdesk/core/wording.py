"""Words compared as people mean them: case, accents, punctuation and spacing don't count."""

import unicodedata

MOST = 2000


def plain(text: str) -> str:
    """Return `text` folded for comparison: lower case, no accents or punctuation, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text[:MOST]).casefold()
    kept = (char if char.isalnum() or _is_vowel(char) else " " for char in decomposed if not _is_dressing(char))
    return " ".join("".join(kept).split())


def _is_vowel(char: str) -> bool:
    """Say whether a sign that joins a letter is part of the word, as in the scripts of India."""
    return unicodedata.category(char) in ("Mc", "Mn")


def _is_dressing(char: str) -> bool:
    """Say whether a sign only dresses a letter: accents, joiners, ways of being drawn."""
    return (
        unicodedata.combining(char) not in (0, 9) or unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f"
    )


def contains(folded: str, phrase: str) -> bool:
    """Say whether the words of `phrase` stand together, whole, in the already folded text."""
    wanted = plain(phrase)
    return bool(wanted) and f" {wanted} " in f" {folded} "


def storable(text: str) -> str:
    """Return `text` as PostgreSQL and JSON can hold it: NUL and unpaired surrogates become U+FFFD."""
    clean = text.replace("\0", "\ufffd")
    try:
        clean.encode("utf-8")
    except UnicodeEncodeError:
        clean = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in clean)
    return clean

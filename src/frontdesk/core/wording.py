"""Words compared as people mean them: case, accents, punctuation and spacing don't count."""

import unicodedata

MOST = 2000


def plain(text: str) -> str:
    """Return `text` folded for comparison: lower case, no accents or punctuation, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text[:MOST]).casefold()
    kept = (char if char.isalnum() else " " for char in decomposed if not unicodedata.combining(char))
    return " ".join("".join(kept).split())


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

"""Text as the word lists have it: folded, in words and the marks between them."""

import re
import unicodedata

MOST = 2000
"""Characters read of a text: what is meant is said before."""

_DRESSING = re.compile("[\u0300-\u036f\u0640\u064b-\u065f\u0670\u093c\u200b-\u200f\u2060\ufe00-\ufe0f]+")
"""Accents, Arabic's short vowels and stretching, Hindi's dot below, joiners: people leave them out."""

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("’‘`´ʼ", "'"),
        "ة": "ه",
        "ى": "ي",
        "ۀ": "ه",
        "ی": "ي",
        "ک": "ك",
        "ٱ": "ا",
        "ء": None,
        "ँ": "ं",
        "؟": "?",
        "？": "?",
        "！": "!",
        "।": ".",
        "॥": ".",
        "…": ".",
        "،": ",",
        "؛": ",",
        ";": ",",
        ":": ",",
    }
)
_ELSEWHERE = re.compile(r"https?://\S+|www\.\S+|[^\s@]{1,64}@\S+|(?<!\w)[@#/]\w+|<[^<>]{1,200}>", re.IGNORECASE)
_PARTS = re.compile(r"[^\W_]+(?:[\u0900-\u0903\u093a-\u094f\u0962\u0963]+[^\W_]*)*|[.!?,\n]")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")


def speech(text: str) -> str:
    """Return what is read of a text: its beginning, without links, addresses, mentions and markup."""
    head = text[:MOST]
    return _ELSEWHERE.sub(" ", head) if any(sign in head for sign in "@#/<") or "www." in head else head


def folded(text: str) -> str:
    """Return a text without case, accents and ways of writing that change no word."""
    if text.isascii():
        return text.lower().translate(_ALIKE)
    return _DRESSING.sub("", unicodedata.normalize("NFKD", text)[: 2 * MOST].casefold()).translate(_ALIKE)


def parts(text: str, *, joined: bool = False) -> list[str]:
    """Return the words of a folded text and the marks `.!?,` and line breaks; apostrophes join words or part them."""
    return _PARTS.findall(text.replace("'", "") if joined else text)


def squeezed(word: str) -> tuple[str, str] | None:
    """Return a stretched word ("sooo") with the letter twice and once, or None where it isn't."""
    if not _STRETCHED.search(word):
        return None
    return _STRETCHED.sub(r"\1\1", word), _STRETCHED.sub(r"\1", word)

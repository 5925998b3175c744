"""What a text shows of its language before any model is asked: the words of it that are speech, and their script."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

MOST = 1000
"""Characters read of a text: more makes no decision surer."""

LATIN = "LATIN"
SCRIPTS: Mapping[str, Collection[str]] = {
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ckb", "ug"), ("ARABIC",)),
    **dict.fromkeys(("hi", "mr", "ne", "sa"), ("DEVANAGARI",)),
    **dict.fromkeys(("ru", "uk", "bg", "mk", "be", "kk", "ky", "mn", "tg"), ("CYRILLIC",)),
    **dict.fromkeys(("he", "yi"), ("HEBREW",)),
    **dict.fromkeys(("bn", "as"), ("BENGALI",)),
    **dict.fromkeys(("am", "ti"), ("ETHIOPIC",)),
    "sr": ("CYRILLIC", LATIN),
    "pa": ("GURMUKHI", "ARABIC"),
    "zh": ("CJK",),
    "ja": ("HIRAGANA", "KATAKANA", "CJK"),
    "ko": ("HANGUL",),
    "el": ("GREEK",),
    "th": ("THAI",),
    "ta": ("TAMIL",),
    "te": ("TELUGU",),
    "gu": ("GUJARATI",),
    "kn": ("KANNADA",),
    "ml": ("MALAYALAM",),
    "si": ("SINHALA",),
    "ka": ("GEORGIAN",),
    "hy": ("ARMENIAN",),
    "km": ("KHMER",),
    "lo": ("LAO",),
    "my": ("MYANMAR",),
}
"""What languages are written in (ISO 15924 groups as Unicode names them); Latin where nothing is said."""

_NOT_SPEECH = re.compile(
    r"```.*?```|`[^`\n]*`"  # code
    r"|<[^<>]{1,200}>"  # markup, Slack's mentions and links
    r"|https?://\S+|www\.\S+|[^\s@]+@[^\s@]+\.\w+"
    r"|(?<!\w)[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|de|fr|es|in|br|pt|ke|tz|co|info|eu|uk)\b(?:/\S*)?"
    r"|(?<!\w)[@#/]\w+|(?<!\w):[\w+-]+:"
    r"|\S*\d\S*",  # 500mg, A-12, 3rd; also what Arabizi writes with digits (3andi)
    re.DOTALL | re.IGNORECASE,
)


def base(language: str) -> str:
    """Return the language of a BCP 47 tag without region and script."""
    return language.replace("_", "-").split("-", 1)[0].lower()


def spoken(text: str) -> str:
    """Return what of a text is speech: without links, addresses, mentions, markup, code and anything with digits."""
    return _NOT_SPEECH.sub(" ", text[:MOST])


def words(text: str, *, most: int = MOST) -> list[str]:
    """Return the words of a text as they stand, in NFC; letters and vowel signs make words, all else parts them."""
    composed = unicodedata.normalize("NFC", text[:most])
    kept = (char if unicodedata.category(char)[0] in "LM" else " " for char in composed if char not in "\u200c\u200d")
    return [word for word in "".join(kept).split() if any(char.isalpha() for char in word)]


def folded(word: str) -> str:
    """Return a word without case and accents; vowel signs of Indic scripts stay, they are letters."""
    apart = unicodedata.normalize("NFKD", word).casefold()
    return "".join(char for char in apart if unicodedata.combining(char) in (0, 9))


def scripts(said: Sequence[str]) -> Mapping[str, float]:
    """Return the share of the words in each script, greatest first."""
    counted = Counter(script(word) for word in said)
    return {name: count / len(said) for name, count in counted.most_common()}


def script(word: str) -> str:
    """Return the script of a word's first letter, as Unicode names it."""
    return unicodedata.name(word[0], "UNKNOWN").split("-")[0].split(" ")[0]


def written_in(language: str) -> Collection[str]:
    """Return the scripts of a language."""
    return SCRIPTS.get(base(language), (LATIN,))

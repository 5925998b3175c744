"""What is not to be translated: found in a text, put behind marks that survive a provider, and put back exactly."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape

EMOJI = "\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff"
"""Pictures, arrows and what joins them, as the inside of a character class."""

_KEPT = (
    r"```.*?```|`[^`\n]+`",  # code
    r"</?[A-Za-z!][^<>\n]*>|<[@#!][^<>\n]*>|&(?:#\d+|\w+);",  # markup; Slack's mentions
    r"<?(?:https?|tel|mailto):[^\s<>]*[^\s<>.,;:!?)\]'\"»”]>?|(?<!\w)www\.[^\s<>]*[\w/]",
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+",
    r"(?<!\w)[@#][\w.-]*\w",
    r"\{\w*\}|%\w\b",  # blanks of a template
    r"\+?\d[\d\s().-]{5,}\d",  # telephone and card numbers
    # order numbers, sizes: A12, ORD-7781, 500mg
    r"(?<![\w-])(?=[\w-]{0,40}\d)(?=[\w-]{0,40}[^\W\d])(?:[^\W\d]*\d\w*(?:-\w+)*|\w+(?:-\w+)*-\d[\w-]*)(?![\w-])",
    rf"[{EMOJI}]+",
)
_NUMBER = r"\d+(?:[.,:/-]\d+)*\s?%?"
_SIGNS = ("XZ", "QX", "ZQ", "XJ", "QZ", "JX")
MARK = rf"(?:{'|'.join(_SIGNS)})\d+Z"
"""What a mark of `Codes` looks like."""
_JOINED = r"\w\u0300-\u036f\u064b-\u0652\u0900-\u0903\u093a-\u0963"
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A text with its kept parts behind marks; `sign` begins each mark, where they are codes.

    `padded` says for each part whether a blank was put before and after its mark: a word that touches one is not read.
    """

    text: str
    kept: Sequence[str]
    sign: str = ""
    padded: Sequence[tuple[bool, bool]] = ()


class Codes:
    """Marks for machine translation of plain text: `XZ0Z`, which a provider takes for a name."""

    def hide(self, text: str, pattern: re.Pattern[str]) -> Hidden:
        """Return the text with marks, begun by letters it has nowhere."""
        sign = next((sign for sign in _SIGNS if sign.casefold() not in text.casefold()), _SIGNS[0])
        found = list(pattern.finditer(text))
        starts, ends = {one.start() for one in found}, {one.end() for one in found}
        padded = [
            (
                one.start() not in ends and text[max(0, one.start() - 1) : one.start()].isalnum(),
                one.end() not in starts and text[one.end() : one.end() + 1].isalnum(),
            )
            for one in found
        ]
        marks = (f"{' ' * before}{sign}{n}Z{' ' * after}" for n, (before, after) in enumerate(padded))
        return Hidden(pattern.sub(lambda _: next(marks), text), [one[0] for one in found], sign, padded)

    def show(self, translated: str, hidden: Hidden) -> str | None:
        """Put back what was kept, None if a mark was lost, doubled or made up."""
        if not hidden.kept:
            return translated
        mark = re.compile(r"(\s?)" + r"\s?".join((*hidden.sign, r"(\d+)", "z")) + r"(\s?)", re.IGNORECASE)
        seen = [int(number) for _, number, _ in mark.findall(translated)]
        if sorted(seen) != list(range(len(hidden.kept))):
            return None

        def put_back(found: re.Match[str]) -> str:
            before, after = hidden.padded[int(found[2])]
            return f"{'' if before else found[1]}{hidden.kept[int(found[2])]}{'' if after else found[3]}"

        return mark.sub(put_back, translated)


class Tags:
    """Marks for providers that read XML and leave the inside of `<x>` alone; it still helps them with the grammar."""

    def hide(self, text: str, pattern: re.Pattern[str]) -> Hidden:
        """Return the text as XML with the kept parts tagged."""
        kept: list[str] = []
        parts: list[str] = []
        end = 0
        for found in pattern.finditer(text):
            parts += [escape(text[end : found.start()], quote=False), f'<x id="{len(kept)}">{escape(found[0])}</x>']
            kept.append(found[0])
            end = found.end()
        return Hidden("".join((*parts, escape(text[end:], quote=False))), kept)

    def show(self, translated: str, hidden: Hidden) -> str | None:
        """Return the XML as text with what was kept, None if a tag was lost, doubled or made up."""
        if not hidden.kept:
            return unescape(translated)
        parts = re.split(r'<x id="(\d+)">.*?</x>', translated, flags=re.DOTALL)
        seen = [int(number) for number in parts[1::2]]
        if sorted(seen) != list(range(len(hidden.kept))) or any("<" in part for part in parts[::2]):
            return None
        return "".join(hidden.kept[int(part)] if index % 2 else unescape(part) for index, part in enumerate(parts))


Marks = Codes | Tags


def pattern(glossary: Sequence[str], *, numbers: bool = False) -> re.Pattern[str]:
    """Return what to keep: the glossary whatever its case, addresses, mentions, markup, codes; plain numbers if asked."""
    terms = sorted({term.strip() for term in glossary if term.strip()}, key=len, reverse=True)
    parts = [*(_whole(term) for term in terms), *_KEPT, *([_NUMBER] if numbers else [])]
    return re.compile("|".join(f"(?:{part})" for part in parts), re.IGNORECASE | re.DOTALL)


def _whole(term: str) -> str:
    before = "" if _unspaced(term[0]) else rf"(?<![{_JOINED}])"
    after = "" if _unspaced(term[-1]) else rf"(?![{_JOINED}])"
    return before + r"\s+".join(re.escape(word) for word in term.split()) + after


def _unspaced(char: str) -> bool:
    return unicodedata.name(char, "").startswith(_UNSPACED)


def keeps_digits(original: str, translated: str) -> bool:
    """Say whether every digit of the original is in the translation, in whatever script and grouping."""
    return not Counter(_digits(original)) - Counter(_digits(translated))


def _digits(text: str) -> Iterator[int]:
    return (unicodedata.digit(char) for char in text if char.isdigit())


def speaks(text: str) -> bool:
    """Say whether there is a letter to translate."""
    return any(char.isalpha() for char in text)

"""Personal data in what was said, each value replaced by a stand-in of its kind, the same wherever it stands.

A stand-in is one that is read as the value was: a number nobody has, an address at example.com. What nobody can tell from
other words (a nickname, a street without a number) stays: whoever publishes a test reads it first.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial

from frontdesk.core.entities import Kind
from frontdesk.understanding import entities

NAMES = ("Alex", "Robin", "Sam", "Kim", "Charlie", "Noor", "Jamie", "Luca", "Toni", "Mika")
FOUND: frozenset[Kind] = frozenset({"email", "url", "phone", "name", "location"})
STRETCH = 1500
"""Characters read at once: the reader of entities looks at no more than a little over that."""
OVERLAP = 120
SHORTEST_NAME = 2

EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,256}@[\w-]{1,256}(?:\.[\w-]{1,256})+")
URL = re.compile(
    r"(?:(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,20}://|(?<![\w.])www\.|(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?::\d{1,5})?[/?])"
    r"[^\s<>\"']*",
    re.IGNORECASE,
)
HANDLE = re.compile(r"(?<![\w@./])@(?!bot\b)[\w.]{3,64}(?<!\.)")
LONG_NUMBER = re.compile(r"(?<![\w])\+?\d(?:[ ./()-]{0,2}\d){5,}(?![\w])")
IN_CODE = re.compile(r"\b(?=\w*\d\w*\d\w*\d)(?=\w*[^\W\d_])[\w-]{6,}\b")
DATED = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?|\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d\d)")
# A day long past is somebody's: of birth, as a rule. A year alone is nobody's.
BORN = re.compile(
    r"(?<![\d.:/-])(?:(?P<first>\d{4})(?P<dash>[-./])\d{1,2}(?P=dash)\d{1,2}|\d{1,2}(?P<dot>[-./])\d{1,2}(?P=dot)(?P<last>\d{4}|\d\d)"
    r"|\d{1,2}(?:\.|st|nd|rd|th|er|º)?\s(?:(?:de|of)\s)?[^\W\d_]{3,12}\.?,?\s(?:(?:de|of)\s)?(?P<after>\d{4})"
    r"|[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?P<american>\d{4}))(?![\d/-])",
    re.IGNORECASE,
)
YEARS_PAST = 10
WAYS = r"street|st\.?|road|rd\.?|avenue|ave\.?|lane|ln\.?|drive|dr\.?|square|sq\.?|boulevard|blvd\.?|court|way|terrace|place"
BEFORE = r"rue|avenue|boulevard|place|calle|avenida|plaza|paseo|rua|praça|praca|travessa|via|viale|piazza"
OF = "de|du|des|la|le|les|da|do|das|dos|del|el|los|las|della|san|santa|saint|sainte"
STREET = re.compile(
    rf"\b\d{{1,5}}\s?[a-z]?,?\s+(?:[^\W\d_][\w'’.-]*\s+){{1,4}}(?:{WAYS})\b\.?"
    rf"|\b(?:{BEFORE})\s+(?:[\w'’.-]+\s+){{0,5}}?[\w'’-]+,?\s+(?:n[.º°o]\s*)?\d{{1,5}}\b"
    rf"|\b\d{{1,5}}(?:\s?(?:bis|ter))?,?\s+(?:{BEFORE})\s+(?:(?:{OF})\s+)*(?:l['’]|d['’])?[\w'’-]+"
    r"|\b[^\W\d_][\w-]*(?:straße|strasse|str\.|weg|platz|gasse|allee|laan|straat)\s+\d{1,5}\s?[a-z]?\b",
    re.IGNORECASE,
)


class Mask:
    """What is masked in one conversation. All that was said is `learned` first, so that a name said late is masked early."""

    def __init__(self, language: str, now: datetime, time_zone: str, region: str | None = None) -> None:
        self.find = partial(entities.find, language=language, now=now, time_zone=time_zone, kinds=FOUND, region=region)
        self.now = now
        self._names: dict[str, str] = {}
        self._given: dict[tuple[str, str], str] = {}
        self._phones: dict[str, str] = {}

    def learn_name(self, name: str | None) -> None:
        """Mask a person's name, whole and in its parts."""
        words = [word for word in re.split(r"[\s,;()\"]+", name or "") if len(word.strip(".'")) >= SHORTEST_NAME]
        for word in words:
            if any(map(str.isalpha, word)) and word.casefold() not in self._names:
                self._names[word.casefold()] = _nth(NAMES, len(self._names), "Person")

    def learn(self, text: str | None) -> None:
        """Note the names people give themselves in a text."""
        for stretch in stretches(text or ""):
            for found in self.find(stretch):
                if found.kind == "name":
                    self.learn_name(str(found.value))

    def mask(self, text: str) -> str:
        """Return the text with every value replaced."""
        text = self._replaced(EMAIL, "email", text)
        text = self._replaced(URL, "url", text)
        text = self._replaced(HANDLE, "handle", text)
        text = BORN.sub(self._day, text)
        for found in [found for stretch in stretches(text) for found in self.find(stretch)]:
            if found.kind in ("phone", "location") and found.text and not DATED.fullmatch(found.text):
                text = text.replace(found.text, self._number(found.text, found.kind))
        text = self._replaced(STREET, "street", text)
        text = _outside(DATED, text, lambda part: LONG_NUMBER.sub(lambda m: self._number(m[0], "number"), part))
        text = IN_CODE.sub(lambda found: self._code(found[0]), text)
        return self._without_names(text)

    def _replaced(self, pattern: re.Pattern[str], kind: str, text: str) -> str:
        return pattern.sub(lambda found: self.stand_in(kind, found[0]), text)

    def stand_in(self, kind: str, value: str) -> str:
        """Return what stands for a value of this kind, always the same."""
        if value in self._given.values():
            return value
        key = kind, value.casefold().strip()
        if key not in self._given:
            count = 1 + sum(known == kind for known, _ in self._given)
            self._given[key] = STAND_INS[kind](count)
        return self._given[key]

    def _day(self, found: re.Match[str]) -> str:
        """Return another day where one is long past; what may be one of these weeks is part of what the talk is about."""
        year = int(next(filter(None, found.group("first", "last", "after", "american"))))
        if year < 100:
            year += 1900 if year > self.now.year % 100 else 2000
        return self.stand_in("day", found[0]) if 1880 <= year <= self.now.year - YEARS_PAST else found[0]

    def _number(self, text: str, kind: str) -> str:
        """Return a stand-in for a number: one nobody has; a phone's keeps its meaning however it is written."""
        if text in self._given.values():
            return text
        if kind == "location":
            return self.stand_in(kind, text)
        digits = "".join(filter(str.isdigit, text))
        whole = text.startswith("+") or kind == "phone"
        return self.stand_in("phone" if whole else "number", digits[-9:] if whole else digits)

    def _code(self, text: str) -> str:
        return (
            text
            if text in self._given.values() or text in " ".join(self._given.values())
            else self.stand_in("code", text)
        )

    def _without_names(self, text: str) -> str:
        if not self._names:
            return text
        longest = sorted(self._names, key=len, reverse=True)
        pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)
        return pattern.sub(lambda found: self._names[found[0].casefold()], text)


STAND_INS: Mapping[str, Callable[[int], str]] = {
    "email": lambda count: f"person{count}@example.com",
    "url": lambda count: f"https://example.com/{count}",
    "phone": lambda count: f"+1 202 555 {100 + count:04d}",
    "number": lambda count: f"{1_000_000 + count}",
    "location": lambda count: f"52.5000, 13.{4000 + count}",
    "street": lambda count: f"{count} Example Street",
    "handle": lambda count: f"@person{count}",
    "day": lambda count: f"1980-01-{(count - 1) % 28 + 1:02d}",
    "code": lambda count: f"CODE-{count:04d}",
}


def _nth(words: tuple[str, ...], index: int, beyond: str) -> str:
    return words[index] if index < len(words) else f"{beyond}{index + 1}"


def stretches(text: str) -> Iterable[str]:
    """Yield a long text in pieces that overlap, so that what is cut in one is whole in the next."""
    for start in range(0, max(len(text), 1), STRETCH - OVERLAP):
        yield text[start : start + STRETCH]


def _outside(kept: re.Pattern[str], text: str, change: Callable[[str], str]) -> str:
    """Change what lies between the matches of a pattern."""
    parts, end = [], 0
    for found in kept.finditer(text):
        parts += [change(text[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*parts, change(text[end:])])

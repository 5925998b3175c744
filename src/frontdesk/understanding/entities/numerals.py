"""Numbers in digits and words, wherever they stand in a folded text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from frontdesk.understanding.entities.lexicon import GAPS, Lexicon

LETTER = r"(?:[^\W\d_]|[\u0900-\u0963])"
WORD = re.compile(rf"{LETTER}+")
DIGITS = re.compile(r"(?<![\d])\d+(?:[.,٫٬]\d+)*")
SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?:,\d+)?(?![\d.,]*\d)")
GROUPED = re.compile(r"\d{1,3}(?:[.,٬]\d{2,3})*[.,٬]\d{3}")
MOST_DIGITS = 15
MOST_LETTERS = 80
PHRASE_WORDS = 5
JOINT = re.compile(r"(?:[\s\-]{1,2}|,\s)?\Z")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number from `start` to `end` of the folded text; `weak` if the word is an article, too."""

    value: float
    start: int
    end: int
    weak: bool = False
    digits: bool = False

    @property
    def whole(self) -> int | None:
        return int(self.value) if self.value == int(self.value) else None


@dataclass(frozen=True, slots=True)
class Atom:
    """One word, or one run of digits, of a number."""

    role: str
    value: float
    start: int
    end: int
    word: str = ""


def digits_value(text: str, decimal: str) -> float | None:
    """Return what digits with separators mean where `decimal` is the local sign; None if they are no number.

    A sign that can only be one of the two is read as that, whatever the locale says.
    """
    if sum(char.isdigit() for char in text) > MOST_DIGITS:
        return None
    text = text.replace("٬", "")
    text, arabic = (text.replace("٫", "."), True) if "٫" in text else (text, False)
    signs = [char for char in text if char in ".,"]
    if not signs:
        return float(text)
    last = signs[-1]
    if arabic or len(set(signs)) == 2:
        point = "." if arabic else last
    elif len(signs) > 1 or (last != decimal and GROUPED.fullmatch(text)):
        point = ""
    else:
        point = last
    whole, _, rest = text.rpartition(point) if point else (text, "", "")
    if signs.count(point) > 1 or not _grouping(whole):
        return None
    return float(f"{re.sub('[.,]', '', whole)}.{rest or 0}")


def _grouping(whole: str) -> bool:
    return whole.isdigit() or (len(set(whole) & {".", ","}) == 1 and GROUPED.fullmatch(whole) is not None)


def scan(text: str, lexicon: Lexicon, decimal: str) -> list[Numeral]:
    """Return the numbers of a folded text in order, none overlapping."""
    atoms = [*_digit_atoms(text, decimal), *_word_atoms(text, lexicon)]
    atoms.sort(key=lambda atom: atom.start)
    found, index = [], 0
    while index < len(atoms):
        numeral, following = compose(text, atoms, index, lexicon)
        if numeral:
            found.append(numeral)
        index = max(following, index + 1)
    return found


def _digit_atoms(text: str, decimal: str) -> Iterator[Atom]:
    end = 0
    for match in DIGITS.finditer(text):
        if match.start() < end:
            continue
        spaced = SPACED.match(text, match.start()) if decimal == "," else None
        taken = spaced or match
        value = digits_value(taken[0].replace(" ", ""), decimal)
        end = taken.end()
        if value is not None:
            yield Atom("digits", value, taken.start(), end)


def _word_atoms(text: str, lexicon: Lexicon) -> Iterator[Atom]:
    words = [(match[0], match.start(), match.end()) for match in WORD.finditer(text)]
    index = 0
    while index < len(words):
        taken = 1
        for length in range(min(PHRASE_WORDS, len(words) - index), 0, -1):
            start, end = words[index][1], words[index + length - 1][2]
            atoms = _of_phrase(text[start:end], start, lexicon) if end - start <= MOST_LETTERS else []
            if atoms:
                yield from atoms
                taken = length
                break
        index += taken


def _of_phrase(phrase: str, start: int, lexicon: Lexicon) -> list[Atom]:
    name, end = (GAPS.sub(" ", phrase), start + len(phrase)) if not phrase.isalpha() else (phrase, start + len(phrase))
    joint = lexicon.section("numbers")["and"]
    if name == joint:
        return [Atom("and", 0, start, end, name)]
    if name in lexicon.atoms:
        role, value = lexicon.atoms[name]
        return [Atom(role, value, start, end, name)]
    if name in lexicon.articles:
        return [Atom("article", lexicon.articles[name], start, end, name)]
    if " " in name:
        return []
    if lexicon.section("numbers").get("units_first") and name.startswith(joint) and name[1:] in lexicon.atoms:
        role, value = lexicon.atoms[name[1:]]
        return [Atom("and", 0, start, start + 1), Atom(role, value, start + 1, end, name)]
    return _split_compound(name, start, lexicon)


def _split_compound(name: str, start: int, lexicon: Lexicon) -> list[Atom]:
    if lexicon.compound is None:
        return []
    atoms, at = [], 0
    while at < len(name):
        match = lexicon.compound.match(name, at)
        if not match:
            return []
        role, value = lexicon.atoms.get(match[0], ("and", 0))
        atoms.append(Atom(role, value, start + at, start + match.end(), match[0]))
        at = match.end()
    return atoms


def compose(text: str, atoms: Sequence[Atom], index: int, lexicon: Lexicon) -> tuple[Numeral | None, int]:
    """Read one number that begins with `atoms[index]`; return it with the index of the first atom after it."""
    first = atoms[index]
    if first.role == "and":
        return None, index + 1
    sum_ = _Sum(lexicon)
    end = index
    while end < len(atoms):
        atom, joined = atoms[end], False
        if end > index and not JOINT.match(text[atoms[end - 1].end : atom.start]):
            break
        if atom.role == "and":
            following = end + 1
            if following >= len(atoms) or text[atom.end : atoms[following].start].strip():
                break
            atom, joined = atoms[following], True
        if not sum_.take(atom, joined, gap="," in text[atoms[end - 1].end : atom.start] if end > index else False):
            break
        end += 2 if joined else 1
    end = max(end, index + 1)
    alone = end == index + 1
    weak = alone and (first.role == "article" or first.word in lexicon.articles)
    value = sum_.value
    return Numeral(value, first.start, atoms[end - 1].end, weak, alone and first.role == "digits"), end


class _Sum:
    """A number as its words come in: hundreds and less in `part`, what is above a scale in `total`."""

    def __init__(self, lexicon: Lexicon) -> None:
        section = lexicon.section("numbers")
        self.teens_after = section.get("teens_after", ())
        self.units_first = bool(section.get("units_first") or section.get("compound"))
        self.scale_first = bool(section.get("scale_first"))
        self.total, self.part, self.last_scale = 0.0, 0.0, float("inf")
        self.started = self.closed = False
        self.pending: float = 0

    @property
    def value(self) -> float:
        return self.total + self.part + self.pending

    def take(self, atom: Atom, joined: bool, gap: bool) -> bool:
        """Add one word if the number can go on with it."""
        if self.closed or (gap and self.last_scale == float("inf")):
            return False
        if self.scale_first and atom.role in ("hundred", "scale"):
            return self._scale_before(atom)
        if self.scale_first and self.pending:
            return self._after_scale(atom, joined)
        taken = self._add(atom, joined)
        self.started = self.started or taken
        return taken

    def _add(self, atom: Atom, joined: bool) -> bool:
        match atom.role:
            case "digits" | "fraction" | "article":
                if self.started:
                    return False
                self.part = atom.value
                self.closed = atom.role == "article" and atom.value != 1
                return True
            case "hundred":
                if self.part >= 100 or (joined and self.part):
                    return False
                self.part = max(self.part, 1) * 100
                return True
            case "scale":
                if atom.value >= self.last_scale or (joined and self.part == 0):
                    return False
                self.total += (self.part or 1) * atom.value
                self.part, self.last_scale = 0, atom.value
                return True
        return self._add_value(atom.value, joined)

    def _add_value(self, value: float, joined: bool) -> bool:
        if value >= 1000:
            if self.started:
                return False
            self.total, self.last_scale = value, 1000 if value < 1_000_000 else 1_000_000
            return True
        if not self._fits(value, joined) or value >= self.last_scale:
            return False
        self.part += value
        return True

    def _fits(self, value: float, joined: bool) -> bool:
        low = self.part % 100
        if not self.started or self.part == 0:
            return value > 0 or not self.started
        if value == 0:
            return False
        if self.part % 1 or self.part >= 1000:
            return False
        if value >= 100:
            return False
        if low == 0:
            return True
        if low in self.teens_after and 10 <= value < 20:
            return True
        if self.units_first and joined and low < 10 and value >= 20:
            return True
        if self.scale_first and low == 10 and joined and value < 10:
            return True
        return low >= 20 and low % 10 == 0 and value < 10 and not (self.units_first and not joined)

    def _scale_before(self, atom: Atom) -> bool:
        """A scale that stands before what it is multiplied with (`elfu tatu` is 3000); after digits it stands behind."""
        if atom.value >= self.last_scale:
            return False
        if self.started and self.part and not self.pending:
            if self.part >= 100 or self.total:
                return False
            self.total, self.part = self.part * atom.value, 0
        else:
            self.total += self.pending
            self.pending = atom.value
        self.last_scale, self.started = atom.value, True
        return True

    def _after_scale(self, atom: Atom, joined: bool) -> bool:
        if not joined and atom.role in ("value", "digits") and atom.value > 0:
            self.total += self.pending * atom.value
            self.pending = 0
            return True
        if atom.role == "value":
            self.total, self.pending = self.total + self.pending, 0
            return self._add(atom, joined)
        return False

"""From what a person pressed, or typed, to the choice it stands for."""

import re
from collections.abc import Sequence

from frontdesk.core.content import Choice

MARK = "~"
NUMBERED = re.compile(r"[#№(]?\s*(\d{1,5})\s*[.):]*\s*(.*)", re.DOTALL)
SHORT_NUMBER = re.compile(r"[0-9]{1,5}")
KEYCAP = str.maketrans("", "", "\ufe0f\u20e3")  # 1️⃣ is a digit with these two after it
AROUND = " \t\r\n.,;:!?()[]\"'«»“”„‘’*_"


def short_key(payload: str, index: int, most_bytes: int) -> str:
    """Return what travels as a button's payload: itself, or `~index` where it is empty, over `most_bytes` of UTF-8, or
    could be taken for such a key. The index counts a message's rows first and its buttons after them.
    """
    size = len(payload.encode("utf-8", "replace"))
    return f"{MARK}{index}" if payload.startswith(MARK) or not 0 < size <= most_bytes else payload


def meant(payload: str, payloads: Sequence[str]) -> str:
    """Return the payload a pressed button stands for; `payloads` are those its message offered, rows first."""
    index = payload.removeprefix(MARK)
    if payload.startswith(MARK) and index.isdecimal() and len(index) < 6 and int(index) < len(payloads):
        return payloads[int(index)]
    return payload


def chosen(text: str, choices: Sequence[Choice]) -> Choice | None:
    """Return the choice a person means who answers a numbered list with `text`: its number, its title, or its line.

    Choices that are numbers stand for themselves: a 5 is the 5 among 0 to 10, and not the fifth of them. Where only some
    titles are numbers, a line's number goes before the title of another. Case and punctuation around the words don't
    matter, unless they are what tells titles apart.
    """
    numbered = NUMBERED.fullmatch(text.translate(KEYCAP).strip())
    if are_numbers([choice.title for choice in choices]):
        meant_number = int(numbered[1]) if numbered and not _bare(numbered[2]) else None
        return next((choice for choice in choices if int(choice.title) == meant_number), None)
    if numbered and 0 < int(numbered[1]) <= len(choices):
        choice = choices[int(numbered[1]) - 1]
        if _bare(numbered[2]) in ("", _bare(choice.title)):
            return choice
    exact = [choice for choice in choices if choice.title.strip() == text.strip()]
    alike = [choice for choice in choices if _bare(text) and _bare(choice.title) == _bare(text)]
    return next(iter(exact or alike), None)


def are_numbers(titles: Sequence[str]) -> bool:
    """Say whether all titles are different whole numbers, such as the marks from 1 to 5: then no other numbers are needed."""
    values = {int(title) for title in titles if SHORT_NUMBER.fullmatch(title.strip())}
    return bool(titles) and len(values) == len(titles)


def _bare(words: str) -> str:
    return " ".join(words.casefold().split()).strip(AROUND)

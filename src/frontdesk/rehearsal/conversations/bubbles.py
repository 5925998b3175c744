"""What a person sees, the same on every channel: words without their numbered choices, and the choices themselves."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.rehearsal.people import Seen

NUMBERED = re.compile(r"(\d{1,3})\. (.+)")
MARKS = ("reaction", "edit", "delete")


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of the bot's; `numbered` where its choices are lines of the text."""

    text: str
    titles: tuple[str, ...]
    numbered: bool
    type: str
    seen: Seen

    def __str__(self) -> str:
        words = repr(self.text) if self.text else f"<{self.type}>"
        return words + (f" [{' | '.join(self.titles)}]" if self.titles else "")


def bubbles(seen: Sequence[Seen]) -> list[Bubble]:
    """Return the messages among what was seen."""
    return [bubble(each) for each in seen if each.type not in MARKS]


def bubble(seen: Seen) -> Bubble:
    """Return one message as it is read."""
    text, titles = _apart(seen.text or "")
    if not titles or (seen.choices and any(title not in titles for title, _ in seen.choices)):
        shown = tuple(title for title, _ in seen.choices)
        return Bubble((seen.text or "").strip(), shown, False, seen.type, seen)
    return Bubble(text, titles, True, seen.type, seen)


def choice(among: Bubble, wanted: str) -> int | None:
    """Return which choice is meant, by title or by what it stands for."""
    payloads = [payload for _, payload in among.seen.choices]
    for names in (among.titles, () if among.numbered else payloads, [title.casefold() for title in among.titles]):
        for given in (wanted, wanted.casefold()):
            if given in names:
                return list(names).index(given)
    return None


def _apart(text: str) -> tuple[str, tuple[str, ...]]:
    """Part a text from the numbered choices at its end."""
    lines = text.rstrip().split("\n")
    titles: list[str] = []
    while lines and (found := NUMBERED.fullmatch(lines[-1].strip())):
        titles.insert(0, found[2].strip())
        if int(found[1]) == 1:
            lines.pop()
            return "\n".join(lines).strip(), tuple(titles)
        lines.pop()
    return text.strip(), ()

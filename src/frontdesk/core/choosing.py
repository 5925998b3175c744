"""From what a person pressed, or typed, to the choice it stands for."""

from collections.abc import Sequence

from frontdesk.core.content import Choice

MARK = "~"


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
    """Return the choice a person means who answers a numbered list with `text`: its number, or its title."""
    words = text.strip().rstrip(".)").strip()
    if words.isdecimal() and len(words) < 6:
        number = int(words)
        return choices[number - 1] if 0 < number <= len(choices) else None
    return next((choice for choice in choices if choice.title.strip().casefold() == words.casefold()), None)

"""Emojis and emoticons, which say the same in every language."""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

AGAIN = 0.2
"""What an emoji counts when it is repeated, up to three times."""
MOST_REPEATS = 3

Told = tuple[str, float]


def told(text: str) -> Iterator[Told]:
    """Yield the emojis and emoticons of a text, each once, with what it counts."""
    seen: dict[str, int] = {}
    emojis, emoticons, shape = _listed()
    if not text.isascii():
        for char in text:
            if char in emojis:
                seen[char] = seen.get(char, 0) + 1
    for char, times in seen.items():
        yield char, emojis[char] * (1 + AGAIN * min(times - 1, MOST_REPEATS))
    for sign in dict.fromkeys(shape.findall(text)):
        yield sign, emoticons[sign]


@functools.cache
def _listed() -> tuple[Mapping[str, float], Mapping[str, float], re.Pattern[str]]:
    document = tomllib.loads((Path(__file__).parent / "signs.toml").read_text("utf-8"))
    emojis = {sign: float(weight) for weight, signs in document["emojis"].items() for sign in signs.split()}
    emoticons = {sign: float(weight) for weight, signs in document["emoticons"].items() for sign in signs.split()}
    longest = sorted(emoticons, key=len, reverse=True)
    return emojis, emoticons, re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest))})(?!\w)")

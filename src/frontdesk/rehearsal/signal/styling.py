"""The bridge's `styled` mode read back: which words a person sees, and in which style."""

from collections.abc import Iterator

MARKS = {"**": "BOLD", "||": "SPOILER", "*": "ITALIC", "~": "STRIKETHROUGH", "`": "MONOSPACE"}
ESCAPABLE = "*`|~"
JOINER = "\u2060"

Style = tuple[int, int, str]


def read(styled: str) -> tuple[str, list[Style]]:
    """Return the words and their styles as (start, length, name), in UTF-16 units.

    Marks nest: one that is not the innermost open one opens another. A backslash takes the mark after it, of one sign or
    of two, as words.
    """
    words, found = "", []
    opened: list[tuple[str, int]] = []
    for token, is_mark in _tokens(styled):
        if not is_mark:
            words += token
        elif opened and opened[-1][0] == token:
            _, start = opened.pop()
            found.append((start, _units(words) - start, MARKS[token]))
        else:
            opened.append((token, _units(words)))
    return words, found


def shown(text: str) -> str:
    """Return what a person sees of words: a word joiner has no width."""
    return text.replace(JOINER, "")


def _tokens(text: str) -> Iterator[tuple[str, bool]]:
    at = 0
    while at < len(text):
        escaped = text[at] == "\\" and text[at + 1 : at + 2] in tuple(ESCAPABLE)
        at += escaped
        token = next((mark for mark in MARKS if text.startswith(mark, at)), text[at])
        yield token, token in MARKS and not escaped
        at += len(token)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2

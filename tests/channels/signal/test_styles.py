"""Formatted text, read back as the bridge reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.channels.signal.styles import styled
from frontdesk.core.formatting import plain, runs
from frontdesk.rehearsal.signal.styling import read, shown

WORDS = st.text(st.sampled_from("ab *~`|\\\n😀_<&"), max_size=6)
TAGS = st.sampled_from(["b", "i", "s", "code", "pre", "u"])
NAMES = {"b": "BOLD", "i": "ITALIC", "s": "STRIKETHROUGH", "code": "MONOSPACE", "pre": "MONOSPACE"}


@st.composite
def formatted(draw: st.DrawFn) -> str:
    pieces = []
    for words, tags in draw(st.lists(st.tuples(WORDS, st.lists(TAGS, max_size=3, unique=True)), max_size=6)):
        escaped = words.replace("&", "&amp;").replace("<", "&lt;")
        pieces.append("".join(f"<{tag}>" for tag in tags) + escaped + "".join(f"</{tag}>" for tag in reversed(tags)))
    return "".join(pieces)


@given(formatted())
def test_the_bridge_reads_the_words_and_styles_that_were_meant(html: str) -> None:
    message, mode = styled(html)
    words, found = read(message) if mode == "styled" else (message, [])
    assert shown(words) == plain(html)
    assert _by_character(words, found) == [
        (char, frozenset(NAMES[style] for style in run.styles if style in NAMES))
        for run in runs(html)
        for char in run.text
    ]


def _by_character(words: str, found: list[tuple[int, int, str]]) -> list[tuple[str, frozenset[str]]]:
    at, characters = 0, []
    for char in words:
        names = frozenset(name for start, length, name in found if start <= at < start + length)
        if char != "\u2060":
            characters.append((char, names))
        at += 2 if char > "\uffff" else 1
    return characters


@pytest.mark.parametrize(
    ("html", "message", "mode"),
    [
        ("plain * words", "plain * words", "normal"),
        ("<u>under</u> &amp; over", "under & over", "normal"),
        ("<b>a <i>b</i> c</b>", "**a *b* c**", "styled"),
        ("<b><i>both</i></b>", "**\u2060*both*\u2060**", "styled"),
        ("<code>x*y</code> <s>no</s>", r"`x\*y` ~no~", "styled"),
        ("C:\\<b>x</b>", "C:\\\u2060**x**", "styled"),
        ('<b>see</b> <a href="https://example.org/~a">us</a>', r"**see** us (https://example.org/\~a)", "styled"),
        ('<a href="https://example.org">https://example.org</a>', "https://example.org", "normal"),
        ("He said<blockquote>no\nway</blockquote>", "He said\n> no\n> way", "styled"),
        ("<blockquote>no <b>way</b></blockquote>really", "> no **way**\nreally", "styled"),
    ],
)
def test_formatted_text_is_written_as_the_bridge_reads_it(html: str, message: str, mode: str) -> None:
    assert styled(html) == (message, mode)

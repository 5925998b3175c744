"""HTML of the small set: read as runs, written again, said in plain words."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.formatting import Run, html, plain, runs

BOLD, ITALIC = frozenset("b"), frozenset("i")
STYLES = ["b", "i", "u", "s", "code", "pre", "blockquote"]

sources = st.lists(
    st.one_of(
        st.sampled_from(
            [f"<{slash}{name}>" for name in [*STYLES, "strong", "em", "del", "a", "p"] for slash in ("", "/")]
            + ['<a href="https://example.org/?a=1&amp;b=2">', "<a href='x\"y'>", "&lt;", "&amp;amp;", "&", "<", ">"]
        ),
        st.text(max_size=8),
    ),
    max_size=24,
).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", [Run("plain")]),
        ("", []),
        ("<b>one</b> two", [Run("one", BOLD), Run(" two")]),
        ("<strong>a</strong><b>b</b>", [Run("ab", BOLD)]),
        ("<b>a<i>b</i></b>", [Run("a", BOLD), Run("b", BOLD | ITALIC)]),
        ("<b>never closed", [Run("never closed", BOLD)]),
        ("<b>a<i>b</b>c</i>", [Run("a", BOLD), Run("b", BOLD | ITALIC), Run("c", ITALIC)]),
        ("closed</b> too often", [Run("closed too often")]),
        ("1 < 2 & <p>x</p>", [Run("1 < 2 & <p>x</p>")]),
        ("&lt;b&gt; &amp;amp;", [Run("<b> &amp;")]),
        ('<a href="https://a.example/?x=1&amp;y=2">here</a>', [Run("here", href="https://a.example/?x=1&y=2")]),
        ("<a href='q'>x</a>", [Run("x", href="q")]),
        ("<a>no address</a>", [Run("no address")]),
        ("<PRE>x</PRE>", [Run("x", frozenset({"pre"}))]),
    ],
)
def test_tags_become_styles_of_runs(text: str, expected: list[Run]) -> None:
    assert runs(text) == expected


@given(sources)
def test_what_is_written_reads_the_same(source: str) -> None:
    assert runs(html(runs(source))) == runs(source)


@given(sources)
def test_every_tag_written_is_closed_in_its_turn(source: str) -> None:
    opened: list[str] = []
    for slash, name in re.findall(r"<(/?)(\w+)[^<>]*>", html(runs(source))):
        if slash:
            assert opened.pop() == name
        else:
            opened.append(name)
    assert not opened
    assert not re.sub(r"</?\w+[^<>]*>", "", html(runs(source))).count("<")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<b>Bring</b> your card &amp; a list.", "Bring your card & a list."),
        ('see <a href="https://a.example">here</a>.', "see here (https://a.example)."),
        ('<a href="https://a.example">https://a.example</a>', "https://a.example"),
        ('<a href="https://a.example">one <b>link</b> only</a>', "one link only (https://a.example)"),
        ('<a href="u">a</a><a href="v">b</a>', "a (u)b (v)"),
        ("<p>", "<p>"),
    ],
)
def test_plain_words_keep_the_address_of_a_link_once(text: str, words: str) -> None:
    assert plain(text) == words


@given(sources)
def test_plain_words_hold_every_character_of_the_runs(source: str) -> None:
    words = "".join(run.text for run in runs(source))
    assert not Counter(words) - Counter(plain(source))

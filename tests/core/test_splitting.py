"""Long texts in parts."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.core.formatting import html, plain, runs
from frontdesk.core.measuring import Unit, length
from frontdesk.core.splitting import keeps_form, packed, split
from tests.core.test_formatting import sources

UNITS = st.sampled_from(["characters", "utf16", "bytes"])
FAMILY = "👩‍👩‍👧"
texts = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from(" \n\t.!?。😀é")), max_size=400)


def without_space(text: str) -> str:
    return "".join(text.split())


@given(text=texts, limit=st.integers(4, 60), unit=UNITS)
@settings(max_examples=300)
def test_parts_hold_all_but_white_space_in_order_and_within_the_limit(text: str, limit: int, unit: Unit) -> None:
    parts = split(text, limit, unit)
    assert without_space("".join(parts)) == without_space(text)
    assert all(length(part, unit) <= limit for part in parts)
    assert all(parts) or parts == [""]
    assert all(part == part.strip() for part in parts)


@given(text=texts, limit=st.integers(20, 60), last=st.integers(4, 20), unit=UNITS)
@settings(max_examples=300)
def test_the_last_part_can_have_a_limit_of_its_own(text: str, limit: int, last: int, unit: Unit) -> None:
    parts = split(text, limit, unit, last=last)
    assert without_space("".join(parts)) == without_space(text)
    assert all(length(part, unit) <= limit for part in parts)
    assert length(parts[-1], unit) <= last
    assert len(parts) <= len(split(text, limit, unit)) + 2


@given(text=texts, limit=st.integers(4, 60), unit=UNITS)
def test_what_fits_stays_one_part(text: str, limit: int, unit: Unit) -> None:
    whole = text.strip()
    assert (split(text, limit, unit) == [whole]) == (length(whole, unit) <= limit)


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("short", 10, ["short"]),
        ("One. Two three four.", 12, ["One. Two", "three four."]),
        ("First sentence. Second one.", 20, ["First sentence.", "Second one."]),
        ("He said “Go.” Then left it.", 20, ["He said “Go.”", "Then left it."]),
        ("line one\nline two", 10, ["line one", "line two"]),
        ("one two three four", 9, ["one two", "three", "four"]),
        ("one\ttwo three", 8, ["one\ttwo", "three"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("今日は。明日も来る。", 8, ["今日は。", "明日も来る。"]),
        ("今日は。明日", 3, ["今日は", "。明日"]),
        ("version 2.5 is out now", 11, ["version 2.5", "is out now"]),
        ("see https://a.example/x.y?z now", 25, ["see", "https://a.example/x.y?z", "now"]),
        ("", 4, [""]),
        ("   ", 4, [""]),
    ],
)
def test_cuts_are_at_sentence_ends_then_spaces_then_anywhere(text: str, limit: int, parts: list[str]) -> None:
    assert split(text, limit) == parts


@pytest.mark.parametrize(
    ("text", "limit", "unit", "parts"),
    [
        ("😀" * 3, 3, "utf16", ["😀"] * 3),
        ("a😀b😀c", 3, "utf16", ["a😀", "b😀", "c"]),
        ("äöü", 4, "bytes", ["äö", "ü"]),
        ("x" + FAMILY * 2, 6, "characters", ["x" + FAMILY, FAMILY]),
        (FAMILY, 2, "characters", ["👩\u200d", "👩\u200d", "👧"]),
        ("e\u0301" * 3, 3, "characters", ["e\u0301"] * 3),
        ("🇨🇭" * 2, 3, "characters", ["🇨🇭", "🇨🇭"]),
    ],
)
def test_a_character_is_cut_only_where_it_is_too_large_by_itself(
    text: str, limit: int, unit: Unit, parts: list[str]
) -> None:
    assert split(text, limit, unit) == parts


def test_formatted_parts_close_their_tags_and_the_next_opens_them_again() -> None:
    text = 'Read <b>this first. And <a href="https://a.example">this page</a> then.</b>'
    assert split(text, 60, form="html") == [
        "Read <b>this first.</b>",
        '<b>And </b><a href="https://a.example"><b>this page</b></a>',
        "<b>then.</b>",
    ]


@given(source=sources, limit=st.integers(40, 160), unit=UNITS)
@settings(max_examples=300)
def test_formatted_parts_keep_the_style_of_every_character(source: str, limit: int, unit: Unit) -> None:
    if not keeps_form(source, limit, unit):
        return
    parts = split(source, limit, unit, "html")
    assert all(length(part, unit) <= limit and html(runs(part)) == part for part in parts)
    styled = [
        [(char, run.styles, run.href) for piece in pieces for run in runs(piece) for char in run.text if char.strip()]
        for pieces in ([source], parts)
    ]
    assert styled[0] == styled[1]


def test_more_tags_than_words_can_t_keep_their_form() -> None:
    link = f'<a href="https://a.example/{"x" * 80}">here</a>'
    assert [keeps_form(link, limit) for limit in (400, 120)] == [True, False]
    assert plain(link).startswith("here (https://a.example/")


@pytest.mark.parametrize(
    ("parts", "lines", "limit", "packed_parts"),
    [
        (["Which?"], ["1. a", "2. b"], 40, ["Which?\n\n1. a\n2. b"]),
        (["Which?"], ["1. a", "2. b"], 12, ["Which?\n\n1. a", "2. b"]),
        ([""], ["1. a", "2. b"], 40, ["1. a\n2. b"]),
        (["Well,", "which?"], ["1. Dr. A and B", "2. b"], 16, ["Well,", "which?", "1. Dr. A and B", "2. b"]),
        (["Which?"], ["1. too long for one line"], 14, ["Which?", "1. too long", "for one line"]),
    ],
)
def test_lines_stay_whole_below_the_words(
    parts: list[str], lines: list[str], limit: int, packed_parts: list[str]
) -> None:
    assert packed(parts, lines, limit, "characters", "plain") == packed_parts


def test_lines_below_formatted_words_are_escaped() -> None:
    assert packed(["<b>?</b>"], ["1. a < b"], 40, "characters", "html") == ["<b>?</b>\n\n1. a &lt; b"]


@pytest.mark.alone
@pytest.mark.parametrize(
    "text", [" " * 50_000, "a" * 50_000, "\n " * 25_000 + "a", "." * 50_000, ". " * 25_000, "<b>x" * 5_000]
)
@pytest.mark.parametrize("form", ["plain", "html"])
def test_no_text_takes_long_to_split(text: str, form: str) -> None:
    started = time.perf_counter()
    split(text, 4096, "utf16", "html" if form == "html" else "plain")
    assert time.perf_counter() - started < 2
    assert not re.search(r"^\s|\s$", split(text, 4096)[0])

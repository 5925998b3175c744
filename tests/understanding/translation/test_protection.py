"""What is kept out of a translation, and how texts are cut: whatever comes in, joined it is the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.understanding.translation.protection import Codes, Tags, pattern
from frontdesk.understanding.translation.segments import around, lines


@pytest.mark.parametrize(
    ("term", "text", "kept"),
    [
        ("maxicare", "The MaxiCare plan", ["MaxiCare"]),
        ("Maxi", "The MaxiCare plan", []),
        ("Maxi Care", "The maxi  care plan", ["maxi  care"]),
        ("C++", "we do C++ and C", ["C++"]),
        ("केयर", "केयर और केयरी", ["केयर"]),
        ("東京", "私は東京に住む", ["東京"]),
        ("  ", "nothing kept", []),
    ],
)
def test_glossary_terms_are_whole_words_in_any_case(term: str, text: str, kept: list[str]) -> None:
    assert [found[0] for found in pattern([term]).finditer(text)] == kept


def test_the_longest_term_counts() -> None:
    assert pattern(["Maxi", "Maxi Care"]).findall("Maxi Care") == ["Maxi Care"]


@pytest.mark.parametrize("marks", [Codes(), Tags()], ids=["codes", "tags"])
@given(text=st.text(st.sampled_from('aZ <>&;x"0z9@.é\n🙂:/#{}`XQ'), max_size=60))
def test_marks_give_back_the_text(marks: Codes | Tags, text: str) -> None:
    hidden = marks.hide(text, pattern(["aZ", "xz"]))
    assert marks.show(hidden.text, hidden) == text


@given(text=st.text(max_size=200), most=st.integers(1, 50))
def test_segments_join_to_the_text_and_are_within_the_limit(text: str, most: int) -> None:
    kept = pattern(["a"], numbers=True)
    for segments in (lines(text, kept, most), around(text, kept, most)):
        assert "".join(part for part, _ in segments) == text
        assert all(len(part) <= most for part, spoken in segments if spoken)


def test_long_texts_are_cut_where_sentences_end() -> None:
    cut = lines("One two. Three four, five six seven", re.compile("(?!)"), 15)
    assert [part for part, spoken in cut if spoken] == ["One two.", "Three four,", "five six seven"]


@pytest.mark.parametrize(
    "text", ["<" * 20_000, "a@" * 10_000, "`" * 20_001, "1-" * 10_000, "a1" * 10_000, "x." * 10_000]
)
def test_hostile_texts_are_read_quickly(text: str) -> None:
    assert "".join(part for part, _ in lines(text, pattern(["x"]), 1000)) == text

"""Lengths as channels count them, and places where a text may be cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.measuring import Unit, boundary, length, reach, shortened

FAMILY = "👩‍👩‍👧"
UNITS = st.sampled_from(["characters", "utf16", "bytes"])
texts = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from(" é😀\u0301\u200d🇨🇭👍🏽")), max_size=60)


@given(texts)
def test_lengths_are_those_of_the_encodings(text: str) -> None:
    assert length(text) == len(text)
    assert length(text, "utf16") == len(text.encode("utf-16-le")) // 2
    assert length(text, "bytes") == len(text.encode())


def test_half_a_surrogate_pair_has_a_length_too() -> None:
    assert [length("\ud83d", unit) for unit in ("characters", "utf16", "bytes")] == [1, 1, 3]


@given(text=texts, start=st.integers(0, 60), limit=st.integers(0, 40), unit=UNITS)
def test_as_much_as_fits_is_reached_and_no_more(text: str, start: int, limit: int, unit: Unit) -> None:
    start = min(start, len(text))
    end = reach(text, start, limit, unit)
    assert start <= end <= len(text)
    assert length(text[start:end], unit) <= limit
    assert end == len(text) or length(text[start : end + 1], unit) > limit


@pytest.mark.parametrize(
    ("text", "end", "place"),
    [
        ("abc", 2, 2),
        (f"a{FAMILY}", 3, 1),
        (f"a{FAMILY}b", 6, 6),
        ("ae\u0301", 2, 1),
        ("a👍🏽", 2, 1),
        ("🇨🇭🇦🇹", 1, 1),
        ("🇨🇭🇦🇹", 3, 2),
        ("🇨🇭🇦🇹", 2, 2),
        ("a❤\ufe0f", 2, 1),
        ("a\r\nb", 2, 1),
        (FAMILY, 2, 2),
        ("कि", 1, 1),
        ("xकि", 2, 1),
    ],
)
def test_what_a_reader_sees_as_one_character_stays_whole_where_it_can(text: str, end: int, place: int) -> None:
    assert boundary(text, 0, end) == place


@pytest.mark.parametrize(
    ("text", "limit", "unit", "short"),
    [
        ("Tuesday", 7, "characters", "Tuesday"),
        ("Tuesdays", 7, "characters", "Tuesda…"),
        ("On Tuesday", 4, "characters", "On…"),
        ("Tuesday", 1, "characters", "…"),
        ("Tuesday", 2, "bytes", ""),
        ("😀😀😀", 4, "utf16", "😀…"),
        (f"ab{FAMILY}", 6, "characters", "ab…"),
        ("", 3, "bytes", ""),
    ],
)
def test_a_title_is_shortened_with_an_ellipsis(text: str, limit: int, unit: Unit, short: str) -> None:
    assert shortened(text, limit, unit) == short


@given(text=texts, limit=st.integers(0, 40), unit=UNITS)
def test_what_is_shortened_fits(text: str, limit: int, unit: Unit) -> None:
    assert length(shortened(text, limit, unit), unit) <= limit

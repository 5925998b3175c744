"""Presses and typed answers, and the choices they stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.choosing import are_numbers, chosen, meant, short_key
from frontdesk.core.content import Choice

DAYS = [
    Choice(title="Monday", payload="mo"),
    Choice(title="Tuesday 10:00", payload="tu"),
    Choice(title="Never!", payload=""),
]


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("1", "mo"),
        (" 2 ", "tu"),
        ("2.", "tu"),
        ("2)", "tu"),
        ("(2)", "tu"),
        ("#3", ""),
        ("№ 1", "mo"),
        ("1️⃣", "mo"),
        ("٢", "tu"),
        ("１", "mo"),
        ("monday", "mo"),
        ("MONDAY.", "mo"),
        ("“Monday”", "mo"),
        ("Tuesday  10:00", "tu"),
        ("never", ""),
        ("Never!", ""),
        ("2. Tuesday 10:00", "tu"),
        ("1) monday", "mo"),
    ],
)
def test_a_number_a_title_or_the_whole_line_means_the_choice(text: str, payload: str) -> None:
    choice = chosen(text, DAYS)
    assert choice is not None
    assert choice.payload == payload


@pytest.mark.parametrize(
    "text", ["", "  ", "0", "4", "-1", "1.5", "99999", "123456", "²", "1 of them", "Monday or so", "...", "2. Monday"]
)
def test_anything_else_means_none_of_them(text: str) -> None:
    assert chosen(text, DAYS) is None


def test_titles_that_are_numbers_stand_for_themselves() -> None:
    sizes = [Choice(title=size, payload=f"size {size}") for size in ("10", "2", "30")]
    assert [chosen(text, sizes) for text in ("10", "30", "1", "2", "3", " 2.")] == [
        sizes[0],
        sizes[2],
        None,
        sizes[1],
        None,
        sizes[1],
    ]


def test_a_title_that_is_a_number_is_found_where_no_line_has_that_number() -> None:
    sizes = [Choice(title=size, payload=f"size {size}") for size in ("10", "any", "30")]
    assert [chosen(text, sizes) for text in ("10", "30", "1", "2")] == [sizes[0], sizes[2], sizes[0], sizes[1]]


def test_a_title_of_punctuation_alone_is_met_exactly() -> None:
    marks = [Choice(title="!", payload="a"), Choice(title="?", payload="b")]
    assert [chosen(text, marks) for text in ("!", "?", ".")] == [*marks, None]


@given(st.lists(st.text(min_size=1, max_size=12), max_size=12), st.text(max_size=20))
def test_any_answer_is_a_choice_offered_or_none(titles: list[str], text: str) -> None:
    choices = [Choice(title=title, payload=str(number)) for number, title in enumerate(titles)]
    assert chosen(text, choices) in [None, *choices]
    for number, choice in enumerate(choices, 1):
        shown = choice.title if are_numbers(titles) else str(number)  # numbers stand for themselves
        assert chosen(shown, choices) == choice
        line = shown if are_numbers(titles) else f"{number}. {choice.title}"
        assert chosen(line, choices) is not None


@given(st.lists(st.text(alphabet=st.sampled_from("ab~19é😀"), max_size=40), min_size=1, max_size=9), st.integers(3, 64))
def test_the_key_that_travels_always_leads_back_to_the_payload(payloads: list[str], most: int) -> None:
    for index, payload in enumerate(payloads):
        key = short_key(payload, index, most)
        assert 0 < len(key.encode()) <= most
        assert meant(key, payloads) == payload


@pytest.mark.parametrize("key", ["~", "~x", "~2", "~-1", "~999999999", "~²", "plain", ""])
def test_a_key_of_no_choice_stands_for_itself(key: str) -> None:
    assert meant(key, ["a", "b"]) == key

"""Ratings in words: figures, stars, scales and plain speech in the languages of the phrases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.understanding.sentiment import rating


@pytest.mark.parametrize(
    ("language", "text", "stars"),
    [
        ("en", "5 stars", 5),
        ("en", "a 5-star service", 5),
        ("en", "one star", 1),
        ("en", "zero stars", 1),
        ("en", "4.5 stars", 5),
        ("en", "3 out of 5 stars", 3),
        ("en", "ten out of ten", 5),
        ("en", "2/10", 1),
        ("en", "7/10", 4),
        ("en", "I'd say 8 out of 10, parking is terrible", 4),
        ("en", "4", 4),
        ("en", "a 9", 5),
        ("en", "⭐⭐⭐", 3),
        ("en", "★★★★☆", 4),
        ("es", "dos estrellas", 2),
        ("es", "una estrella", 1),
        ("es", "le doy un 8", 4),
        ("fr", "8 sur 10", 4),
        ("fr", "une étoile", 1),
        ("fr", "16/20", 4),
        ("de", "fünf Sterne", 5),
        ("de", "9 von 10 Punkten", 5),
        ("hi", "पाँच में से चार", 4),
        ("hi", "५ सितारे", 5),
        ("ar", "خمس نجوم", 5),
        ("ar", "٨ من ١٠", 4),
        ("pt", "nota 10", 5),
        ("sw", "nyota tano", 5),
        ("sw", "8 kwa 10", 4),
        ("xx", "4/5", 4),
    ],
)
def test_figures_are_read(language: str, text: str, stars: int) -> None:
    assert rating(text, language) == stars


@pytest.mark.parametrize(
    ("language", "text", "stars"),
    [
        ("en", "excellent", 5),
        ("en", "good", 4),
        ("en", "so so", 3),
        ("en", "poor", 2),
        ("en", "terrible service", 1),
        ("es", "muy mal servicio", 1),
        ("es", "regular", 3),
        ("fr", "moyen", 3),
        ("de", "sehr gut", 5),
        ("hi", "ठीक ठाक", 3),
        ("ar", "عادي", 3),
        ("pt", "ruim", 2),
        ("sw", "nzuri", 4),
    ],
)
def test_words_are_read(language: str, text: str, stars: int) -> None:
    assert rating(text, language) == stars


@pytest.mark.parametrize(
    "text",
    [
        "",
        "what time is it",
        "my number is 5",
        "got a 2 minute call",
        "appointment on 3/4",
        "on 5/10/2024",
        "120/80",
        "2 out of 3",
        "12/10",
        "1,000",
        "12",
        "5 stars for the doctor, 1 star for the room",
    ],
)
def test_other_figures_are_no_rating(text: str) -> None:
    assert rating(text, "en") is None


@given(st.text(), st.sampled_from(["en", "hi", "ar", "sw", "xx", ""]))
def test_any_text_is_read(text: str, language: str) -> None:
    assert rating(text, language) in {None, 1, 2, 3, 4, 5}


@given(st.integers(0, 100), st.sampled_from([5, 10, 20, 100]))
def test_scales_keep_their_order(given: int, scale: int) -> None:
    ratings = [rating(f"{each}/{scale}", "en") for each in range(min(given, scale) + 1)]
    assert None not in ratings
    assert ratings == sorted(ratings, key=lambda each: each or 0)

"""A tenant's answers: the language that serves best, variants in turn, and places that take values and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.answers import filled, foreign, language_among, next_variant


@pytest.mark.parametrize(
    ("tags", "wanted", "found"),
    [
        (["en", "es"], ["es"], "es"),
        (["en", "es-MX"], ["es"], "es-MX"),
        (["en", "es"], ["es-MX"], "es"),
        (["es-MX", "es"], ["es"], "es"),
        (["de", "fr"], ["es", "fr"], "fr"),
        (["de", "en"], ["es"], "en"),
        (["de", "en_GB"], ["es"], "en_GB"),
        (["de"], ["es"], "de"),
        ([], ["es"], None),
    ],
)
def test_the_language_that_serves_best(tags: list[str], wanted: list[str], found: str | None) -> None:
    assert language_among(tags, wanted) == found


def test_a_tag_is_foreign_where_its_language_is_another() -> None:
    assert foreign("en-GB", "en") is None
    assert foreign("pt_BR", "pt-PT") is None
    assert foreign("de", "en") == "de"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("On {day} at {hour}.", "On friday at five."),
        ("For {who} on {day}", "For on friday"),
        ("{who}{day}", "friday"),
        ("{unknown} {day!r} {day.real} {{day}}", "{unknown} {day!r} {day.real} {friday}"),
        ("{Day} {} {0} {", "{Day} {} {0} {"),
    ],
)
def test_places_are_filled_left_out_or_left_alone(text: str, said: str) -> None:
    assert filled(text, {"day": "friday", "hour": "five"}, {"day", "hour", "who"}) == said


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_value_is_never_looked_into(text: str, value: str) -> None:
    assert filled(f"<{{day}}>{text}", {"day": value}, ()).startswith(f"<{value}>")


def test_variants_follow_each_other() -> None:
    variants = ("a", "b", "c")
    assert [next_variant(variants, said, 4) for said in ([], ["a"], ["b", "x"], ["a", "c"], ["c", "a"])] == [
        "b", "b", "c", "a", "b",
    ]  # fmt: skip
    assert next_variant(("a",), ["a"], 0) == "a"

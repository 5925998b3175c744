"""Words compared as people mean them, and kept as PostgreSQL can."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.wording import contains, plain, storable

anything = st.text(st.characters(exclude_categories=()))


@given(text=anything)
def test_storable_text_has_no_nul_and_no_lone_surrogate(text: str) -> None:
    kept = storable(text)
    assert "\0" not in kept
    assert json.loads(json.dumps(kept, ensure_ascii=False).encode("utf-8")) == kept


@given(text=anything)
def test_storable_keeps_the_length_and_all_else(text: str) -> None:
    kept = storable(text)
    assert len(kept) == len(text)
    assert all(new == old or new == "\ufffd" for new, old in zip(kept, text, strict=True))


@given(text=anything)
def test_storable_twice_is_storable_once(text: str) -> None:
    assert storable(storable(text)) == storable(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hello!", "hello"),
        ("  GOOD   Morning ", "good morning"),
        ("Grüß Gott", "gruss gott"),
        ("¿Dónde está?", "donde esta"),
        ("l'été", "l ete"),
        ("ＦＵＬＬ", "full"),
        ("👍", ""),
        ("", ""),
    ],
)
def test_case_accents_and_punctuation_do_not_count(text: str, folded: str) -> None:
    assert plain(text) == folded


@given(text=anything)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("i want my money back now", "money back", True),
        ("i want my money back", "Money Back!", True),
        ("moneyback", "money", False),
        ("back my money", "money back", False),
        ("anything", "", False),
        ("anything", "!!", False),
    ],
)
def test_a_phrase_is_found_as_whole_words(text: str, phrase: str, found: bool) -> None:
    assert contains(plain(text), phrase) is found

"""Whatever comes: nothing raises, spans are true, and time is bounded."""

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.core.entities import KINDS
from frontdesk.understanding import entities
from frontdesk.understanding.entities import lexicon
from tests.understanding.entities.reading import LANGUAGES, NOW, ZONE

LISTS = {"service": (("haircut", ("cut",)), ("colour", ()))}
PATTERNS = {"order": r"[A-Z]{2}\d+", "evil": r"(?:a+)+$"}
WORDS = [word for language in LANGUAGES for word in [*lexicon.load(language).when, *lexicon.load(language).atoms]]
pieces = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(["5", "17:30", "3/5", "-", ",", "12.5", "€", "@", "٥", "२"]),
    st.text(max_size=8),
)
texts = st.one_of(st.text(max_size=200), st.lists(pieces, max_size=12).map(" ".join))


@settings(max_examples=250, deadline=None)
@given(texts, st.sampled_from([*LANGUAGES, "xx", ""]), st.sampled_from(["future", "past", "nearest"]))
def test_any_text_is_read_and_spans_are_true(text: str, language: str, prefer: entities.Prefer) -> None:
    for entity in entities.find(text, language, NOW, ZONE, prefer=prefer, lists=LISTS, patterns=PATTERNS, kinds=KINDS):
        assert text[entity.start : entity.end] == entity.text
        assert 0.5 <= entity.confidence <= 1


@settings(max_examples=100, deadline=None)
@given(texts, st.sampled_from(LANGUAGES))
def test_findings_do_not_overlap(text: str, language: str) -> None:
    found = entities.find(text, language, NOW, ZONE)
    assert all(one.end <= two.start for one, two in itertools.pairwise(found))


HOSTILE = [
    "1" * 100_000,
    "1," * 50_000,
    "a" * 100_000,
    "a@" * 50_000,
    "a." * 50_000,
    "5 " * 50_000,
    "one " * 25_000,
    "and " * 25_000,
    "monday " * 20_000,
    "3 to " * 20_000,
    "einundzwanzig" * 8_000,
    "my name is " * 10_000,
    "٥" * 100_000,
    "+34 612 345 678 " * 6_000,
    "http://" * 15_000,
    "haircu " * 15_000,
    "-3.123, " * 12_000,
    "́" * 100_000,
]


@pytest.mark.alone
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_hostile_texts_take_no_longer_than_the_limit(text: str, language: str) -> None:
    started = time.thread_time()
    entities.find(text, language, NOW, ZONE, lists=LISTS, patterns=PATTERNS)
    assert time.thread_time() - started < 0.5


@pytest.mark.alone
def test_a_common_text_is_read_in_a_few_milliseconds() -> None:
    text = "Hello, could I book a table for four people tomorrow at 7 pm? My name is John Smith, 555-0134"
    entities.find(text, "en", NOW, ZONE)
    started = time.thread_time()
    for _ in range(20):
        entities.find(text, "en", NOW, ZONE)
    assert (time.thread_time() - started) / 20 < 0.01


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_words(language: str) -> None:
    english, words = lexicon.load("en").raw, lexicon.load(language)
    assert set(words.raw["says"]) == set(english["says"])
    assert set(words.raw["slots"]) == set(english["slots"])
    assert {word.value for senses in words.when.values() for word in senses if word.code == "w"} == set(range(7))
    assert {word.value for senses in words.when.values() for word in senses if word.code == "m"} == set(range(1, 13))
    assert {value for _, value in words.atoms.values()} >= {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 90, 100, 1000}

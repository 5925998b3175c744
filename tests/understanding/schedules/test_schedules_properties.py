"""What holds for whatever anybody writes, and for every schedule that is said."""

import time
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.core import recurrence_plain
from frontdesk.core.recurrence import Schedule, next_after
from frontdesk.understanding import schedules
from frontdesk.understanding.schedules import lexicon
from tests.understanding.entities.reading import LANGUAGES
from tests.understanding.schedules.samples import SAMPLES
from tests.understanding.schedules.table import NOW, ZONE, phrases

SHARDS = [phrase.text.split() for phrase in phrases("phrases.txt")]


@st.composite
def mixtures(draw: st.DrawFn) -> tuple[str, str]:
    """Words of phrases in any order, with numbers and noise between them."""
    language = draw(st.sampled_from(LANGUAGES))
    own = [phrase.replace("_", " ") for phrase in sorted(lexicon.load(language).phrases)]
    words = st.sampled_from([word for shard in SHARDS for word in shard] + own)
    noise = (
        st.integers(-5, 10**12).map(str)
        | st.text(max_size=4)
        | st.sampled_from([",", ":", "24:00", "30 February", "31"])
    )
    return language, " ".join(draw(st.lists(words | noise, max_size=14)))


@settings(max_examples=600, deadline=None)
@given(
    mixtures(),
    st.datetimes(datetime(1999, 1, 1), datetime(2099, 1, 1)),
    st.sampled_from([ZONE, "Australia/Lord_Howe", None]),
)
def test_no_text_makes_it_raise_and_no_schedule_is_over(text: tuple[str, str], now: datetime, zone: str | None) -> None:
    moment = now.replace(tzinfo=NOW.tzinfo)
    found = schedules.read(text[1], text[0], moment, zone)
    if found.schedule is None:
        assert {"when", "interval", "several"} & set(found.missing)
        return
    assert next_after(found.schedule, moment - timedelta(seconds=1)) is not None
    assert recurrence_plain.schedule(recurrence_plain.plain(found.schedule)) == found.schedule
    for language in LANGUAGES:
        assert schedules.words_of(found.schedule, language, ZONE, moment)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("schedule", SAMPLES, ids=lambda one: str(one.rule or one.first))
def test_what_is_said_is_read_back_as_the_same(schedule: Schedule, language: str) -> None:
    said = schedules.words_of(schedule, language, ZONE, NOW)
    found = schedules.read(said, language, NOW, ZONE)
    assert found.schedule == schedule, said
    assert found.what == "", said


@pytest.mark.alone
@pytest.mark.parametrize(
    "text", ["every " * 400, "8 and " * 400, "except Monday, " * 200, "a la una y " * 200, "1" * 3000, "," * 3000]
)
def test_long_texts_take_no_time(text: str) -> None:
    begun = time.perf_counter()
    schedules.read(text, "en", NOW, ZONE)
    assert time.perf_counter() - begun < 2

"""When failed work runs again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.retry import jittered, next_wait


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (9, 1280), (10, 2560), (11, 3600), (12, None), (13, None)],
)
def test_waits_double_to_an_hour_and_then_end(attempts: int, seconds: int | None) -> None:
    assert next_wait(attempts) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(("attempts", "limit", "ends"), [(1, 1, True), (2, 3, False), (3, 3, True), (99, 100, False)])
def test_the_limit_counts_tries(attempts: int, limit: int, ends: bool) -> None:
    assert (next_wait(attempts, limit=limit) is None) is ends


@given(seconds=st.floats(0, 3600))
def test_jitter_lengthens_by_at_most_a_fifth(seconds: float) -> None:
    wait = timedelta(seconds=seconds)
    assert wait <= jittered(wait) <= wait * 1.2 + timedelta(microseconds=2)

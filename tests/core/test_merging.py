"""Profiles combined and told apart."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.merging import Profile, combined, consent_changed, settled

EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
WORDS = st.sampled_from(["a", "b", "c"])
PROFILES = st.builds(
    Profile,
    name=st.none() | WORDS,
    language=st.none() | WORDS,
    fields=st.dictionaries(WORDS, st.sampled_from([None, 0, 1, 1.0, True, False, "x", [1], {"y": 2}])),
    opted_out_at=st.sampled_from([None, EARLY, LATE]),
)


@given(own=PROFILES, merged=st.lists(PROFILES))
def test_what_nobody_changed_is_told_apart_as_it_was(own: Profile, merged: list[Profile]) -> None:
    now = combined(own, merged)
    assert repr(settled(own, now, merged)) == repr(own)
    assert not consent_changed(own, now, merged)


@given(own=PROFILES, merged=st.lists(PROFILES), now=PROFILES)
def test_what_was_changed_is_the_contacts_own(own: Profile, merged: list[Profile], now: Profile) -> None:
    found, was = settled(own, now, merged), combined(own, merged)
    assert found.name == (own.name if now.name == was.name else now.name)
    assert {name for name in found.fields if name not in own.fields} <= set(now.fields)
    assert not {name for name in was.fields if name not in now.fields} & set(found.fields)


def test_the_first_who_has_something_fills_a_gap() -> None:
    others = [Profile(name="B", fields={"x": 1, "y": 1}), Profile(name="C", language="de", fields={"y": 2, "z": 2})]
    found = combined(Profile(fields={"x": 0}), others)
    assert found == Profile(name="B", language="de", fields={"x": 0, "y": 1, "z": 2})


def test_the_earliest_opt_out_of_all_counts() -> None:
    stays, others = Profile(opted_out_at=LATE), [Profile(), Profile(opted_out_at=EARLY)]
    assert combined(stays, others).opted_out_at == EARLY
    assert combined(Profile(), [Profile()]).opted_out_at is None


@pytest.mark.parametrize(("was", "now"), [(1, True), (1, 1.0), ({"a": 1}, {"a": 1.0})])
def test_values_python_takes_for_equal_are_changes(was: Any, now: Any) -> None:
    assert repr(settled(Profile(fields={"x": was}), Profile(fields={"x": now}), []).fields) == repr({"x": now})

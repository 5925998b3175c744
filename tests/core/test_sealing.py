"""Secrets sealed, tokens signed; whatever comes back from outside never raises."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.sealing import Seal, derive, digest, new_token, sign, verified
from frontdesk.errors import ConfigurationError

NOW = datetime(2025, 1, 1, tzinfo=UTC)
LATER = int(NOW.timestamp()) + 60
KEY, OTHER = derive("one", "sign"), derive("two", "sign")
anything = st.text(st.characters(exclude_categories=()))


@given(values=st.dictionaries(st.text(), st.text()))
def test_what_is_sealed_opens_again(values: dict[str, str]) -> None:
    seal = Seal(["key"])
    assert seal.open(seal.close(values)) == values


def test_a_new_key_in_front_still_opens_what_the_old_one_sealed() -> None:
    sealed = Seal(["old"]).close({"token": "x"})
    assert Seal(["new", "old"]).open(sealed) == {"token": "x"}
    assert Seal(["new"]).open(Seal(["new", "old"]).close({"token": "x"})) == {"token": "x"}


def test_without_the_old_key_the_remedy_is_named() -> None:
    sealed = Seal(["old"]).close({"token": "x"})
    with pytest.raises(ConfigurationError, match="FRONTDESK_SECRET_KEYS"):
        Seal(["new"]).open(sealed)


def test_keys_for_different_purposes_differ() -> None:
    assert len({derive("one", purpose) for purpose in ("seal", "sign", "login")}) == 3


def test_tokens_are_fit_for_a_path_and_never_the_same() -> None:
    made = {new_token("fd_") for _ in range(100)}
    assert len(made) == 100
    assert all(token.startswith("fd_") and token[3:].isalnum() for token in made)


@given(token=anything)
def test_any_token_has_a_hash(token: str) -> None:
    assert len(digest(token)) == 32


def test_a_signed_token_shows_its_claims_until_it_ends() -> None:
    token = sign({"v": "ä", "exp": LATER}, KEY)
    assert verified(token, [OTHER, KEY], NOW) == {"v": "ä", "exp": LATER}
    assert verified(token, [OTHER], NOW) is None
    assert verified(token, [], NOW) is None
    assert verified(sign({"v": 1, "exp": LATER - 120}, KEY), [KEY], NOW) is None
    assert verified(sign({"v": 1}, KEY), [KEY], NOW) is None


@given(token=anything)
def test_a_forged_token_is_refused_and_never_raises(token: str) -> None:
    assert verified(token, [KEY], NOW) is None


@given(position=st.integers(0, 200), put=st.characters(exclude_categories=()))
def test_a_token_with_one_character_changed_is_refused(position: int, put: str) -> None:
    token = sign({"v": "visitor", "exp": LATER}, KEY)
    position %= len(token)
    changed = token[:position] + put + token[position + 1 :]
    assert verified(changed, [KEY], NOW) is None or changed == token

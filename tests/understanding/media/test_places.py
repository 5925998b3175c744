"""Few turns read files at a time, one tenant never takes all of their places, and a crowd comes back in good time."""

import contextlib
from datetime import timedelta
from uuid import uuid4

import pytest

from frontdesk.errors import TurnPutOff
from frontdesk.understanding.media.places import LEAST_WAIT, MOST_WAIT, Places


def test_one_tenant_leaves_places_to_the_others() -> None:
    places = Places(at_once=3, of_one_tenant=2)
    with contextlib.ExitStack() as held:
        for tenant in ("a", "a", "b"):
            held.enter_context(places.one(tenant, uuid4()))
        for tenant in ("a", "b", "c"):
            with pytest.raises(TurnPutOff), places.one(tenant, uuid4()):
                pass
    with places.one("a", uuid4()):
        pass


def test_a_place_is_free_again_whatever_happened_in_it() -> None:
    places = Places(at_once=1)
    with pytest.raises(ValueError, match="broken"), places.one("a", uuid4()):
        raise ValueError("broken")
    with places.one("a", uuid4()):
        pass


def test_the_more_wait_the_later_they_come_back() -> None:
    places = Places(at_once=1)

    def wait() -> timedelta:
        with pytest.raises(TurnPutOff) as put_off, places.one("a", uuid4()):
            pass
        return put_off.value.after

    with places.one("a", uuid4()):
        waits = [wait() for _ in range(1500)]
    assert (waits[0], waits[-1]) == (LEAST_WAIT, MOST_WAIT)
    assert waits == sorted(waits)
    with places.one("a", uuid4()):
        assert wait() == LEAST_WAIT, "the crowd is gone"


def test_who_asks_again_is_counted_once() -> None:
    places, one = Places(at_once=1), uuid4()
    with places.one("a", uuid4()):
        for _ in range(50):
            with pytest.raises(TurnPutOff) as put_off, places.one("a", one):
                pass
    assert put_off.value.after == LEAST_WAIT

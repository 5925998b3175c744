"""What was read once is not read again, unless what reads it changed."""

from dataclasses import replace

import pytest

from frontdesk.understanding.media import cache
from frontdesk.understanding.media.cache import Recent
from frontdesk.understanding.media.reading import Reader
from frontdesk.understanding.media.values import Limits, MediaSettings, Reading, Speech, Unread
from frontdesk.understanding.media.work import Bounds, Pool
from tests.understanding.media.conftest import nobody
from tests.understanding.media.making import LABEL, encoded, page

PLAIN = MediaSettings()


async def test_the_same_file_is_read_once(reader: Reader) -> None:
    store, data = Recent(), encoded(page(LABEL[:1], (400, 120)))
    first = await reader.read(data, "image/png", "image", PLAIN, store)
    assert isinstance(first, Reading)
    closed = Pool(Bounds(at_once=1))
    await closed.close()
    again = await Reader(closed, nobody).read(data, None, "document", PLAIN, store)
    assert again == first


async def test_a_file_that_can_t_be_read_is_tried_once(reader: Reader) -> None:
    store = Recent()
    found = await reader.read(b"\x89PNG\r\n\x1a\nbroken", "image/png", "image", PLAIN, store)
    assert isinstance(found, Unread)
    assert [cache.load(kept) for kept in store.kept.values()] == [found]


def test_the_key_changes_with_all_that_decides_a_reading() -> None:
    keys = [
        cache.key(b"one", "image/png", PLAIN),
        cache.key(b"two", "image/png", PLAIN),
        cache.key(b"one", "image/jpeg", PLAIN),
        cache.key(b"one", "image/png", replace(PLAIN, least_score=0.6)),
        cache.key(b"one", "image/png", replace(PLAIN, limits=Limits(most_pages=1))),
        cache.key(b"one", "image/png", replace(PLAIN, speech=Speech(engine="http", model="a"))),
        cache.key(b"one", "image/png", replace(PLAIN, speech=Speech(engine="http", model="b"))),
    ]
    assert len(set(keys)) == len(keys)


def test_a_new_password_reads_nothing_anew() -> None:
    old, new = (replace(PLAIN, speech=Speech(engine="http", key=key)) for key in ("old", "new"))
    assert cache.key(b"one", "ogg", old) == cache.key(b"one", "ogg", new)


@pytest.mark.parametrize(
    "result",
    [
        Reading(text="Grüße\n₹", how="speech+ocr", language="de", seconds=1.5, confidence=0.5, notes=("one", "two")),
        Unread("too_long", "the recording is longer than 5 s"),
    ],
)
def test_a_result_comes_back_as_it_was(result: Reading | Unread) -> None:
    assert cache.load(cache.dump(result)) == result


@pytest.mark.parametrize("kept", [None, "", "no json", "[]", "{}", '{"reading": {"colour": "red"}}', '{"unread": 5}'])
def test_a_result_of_another_form_is_read_anew(kept: str | None) -> None:
    assert cache.load(kept) is None


def test_passing_failures_are_not_kept() -> None:
    assert not cache.lasting(Unread("provider_down"))
    assert not cache.lasting(Unread("timeout"))
    assert cache.lasting(Unread("no_text"))


async def test_the_oldest_results_make_room() -> None:
    store = Recent(most=2)
    for name in "abc":
        await store.save(name, name)
        await store.load("a")
    assert set(store.kept) == {"a", "c"}

"""One warm pool for all tests of media, so that models are loaded once."""

from collections.abc import AsyncIterator

import pytest

from frontdesk.understanding.media.reading import Reader
from frontdesk.understanding.media.work import Bounds, Pool


async def nobody(*_: object, **__: object) -> None:
    raise AssertionError("nothing was to be asked of a provider")


@pytest.fixture(scope="session")
async def pool() -> AsyncIterator[Pool]:
    pool = Pool(Bounds(at_once=1))
    yield pool
    await pool.close()


@pytest.fixture(scope="session")
async def reader(pool: Pool) -> Reader:
    return Reader(pool, nobody)

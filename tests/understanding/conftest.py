"""What tests of understanding start from."""

from collections.abc import AsyncIterator

import pytest

from frontdesk.understanding.intents.known import Models
from tests.services.desk import Desk


@pytest.fixture
async def models(desk: Desk) -> AsyncIterator[Models]:
    models = Models(desk.settings, desk.databases, desk.directory)
    yield models
    await models.close()
    desk.directory.dropped.remove(models._preload)

"""What tests of contacts start from."""

import pytest

from tests.services.desk import Desk
from tests.store.town import Town


@pytest.fixture
async def town(desk: Desk) -> Town:
    """A channel of a fresh tenant."""
    tenant = await desk.tenant()
    return Town(desk, tenant, await desk.channel(tenant, "http://127.0.0.1:9"))

"""Signal, whichever way its bridge hands messages over: each is answered once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from frontdesk.core.tenant import Tenant
from frontdesk.rehearsal.signal import SignalStub
from tests.installation import Installation
from tests.web.lines import until

NUMBER, ADA = "+4915112345678", "0f3c1c2e-5a0b-4a39-9a3e-0a1b2c3d4e5f"


def a_frame(number: int) -> dict[str, Any]:
    said = {"timestamp": 1_700_000_000_000 + number, "message": f"say {number}"}
    return {"envelope": {"sourceUuid": ADA, "sourceName": "Ada", "timestamp": said["timestamp"], "dataMessage": said}}


@pytest.fixture(params=["webhook", "websocket", "poll"])
async def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def bridge(way: str) -> AsyncIterator[SignalStub]:
    async with SignalStub(mode="native" if way == "poll" else "json-rpc") as stub:
        yield stub


async def test_a_message_is_answered_whichever_way_it_comes(
    installation: Installation, tenant: Tenant, bridge: SignalStub, way: str
) -> None:
    credentials = {"number": NUMBER}
    channel, address = await installation.add_channel(
        tenant, "signal", credentials=credentials, api_base=bridge.url, settings={"receive": way}
    )
    if way == "webhook":
        bridge.post_to(address)

    async def taken() -> bool:
        return await bridge.push(NUMBER, a_frame(1)) > 0

    await until(taken)
    for number in range(2, 6):
        assert await bridge.push(NUMBER, a_frame(number)) == 1

    async def answered() -> bool:
        return len(bridge.said(ADA)) >= 5

    await until(answered)
    await asyncio.sleep(0.3)
    assert len(bridge.said(ADA)) == 5
    page = await installation.api("GET", f"/tenants/{tenant.code}/conversations")
    path = f"/tenants/{tenant.code}/conversations/{page['items'][0]['id']}/messages"
    items = (await installation.api("GET", path))["items"]
    texts = [item["text"] for item in items if item["direction"] == "inbound"]
    assert texts == [f"say {number}" for number in range(1, 6)]
    await installation.api("DELETE", f"/tenants/{tenant.code}/channels/{channel.id}", status=204)

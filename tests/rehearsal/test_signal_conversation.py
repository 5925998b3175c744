"""A conversation over the whole installation, with the stub as the bridge."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from frontdesk.core.exchange import Request
from frontdesk.core.tenant import Tenant
from frontdesk.rehearsal.signal import SignalStub, people
from tests.installation import Installation

ANA = people.person(7)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
async def stub() -> AsyncIterator[SignalStub]:
    async with SignalStub() as running:
        yield running


async def _until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(15):
        while not condition():
            await asyncio.sleep(0.02)


async def _post(installation: Installation, address: str, request: Request) -> int:
    async with installation.http.post(address, data=request.body, headers=request.headers) as answer:
        return answer.status


async def test_what_is_said_is_answered_read_and_confirmed(
    installation: Installation, tenant: Tenant, stub: SignalStub
) -> None:
    channel, address = await installation.add_channel(
        tenant,
        "signal",
        api_base=stub.url,
        credentials={"number": "+4930900100", "webhook_secret": "s"},
    )
    stub.accounts.files["Gk3x.png"] = PNG
    assert await _post(installation, address, people.says(channel, ANA, 1, "hello")) == 200
    await _until(lambda: stub.said(ANA))
    assert [call.endpoint for call in stub.calls if call.endpoint == "receipts"] == ["receipts"]
    assert await _post(installation, address, people.sends_image(channel, ANA, 2, "Gk3x.png", "look")) == 200
    await _until(lambda: len(stub.said(ANA)) > 1)
    path = f"/tenants/{tenant.code}"
    [conversation] = (await installation.api("GET", f"{path}/conversations"))["items"]
    assert conversation["external_id"] == ANA
    lines = (await installation.api("GET", f"{path}/conversations/{conversation['id']}/messages"))["items"]
    picture = next(line for line in lines if line["type"] == "image")
    assert await installation.api("GET", f"{path}/messages/{picture['id']}/media/0") == PNG
    await _until(lambda: not stub.accounts.files)
    stub.post_to(address, {"x-webhook-secret": "s"})
    assert await stub.confirm(stub.seen[0], read=True) == 1
    sent = next(line["id"] for line in lines if line["external_id"] == stub.seen[0].external_id)
    async with asyncio.timeout(15):
        while (await installation.api("GET", f"{path}/messages/{sent}"))["status"] != "read":
            await asyncio.sleep(0.05)
    assert stub.refused == []


async def test_a_webhook_without_the_secret_is_refused(
    installation: Installation, tenant: Tenant, stub: SignalStub
) -> None:
    given = {"number": "+4930900101", "webhook_secret": "s"}
    channel, address = await installation.add_channel(tenant, "signal", api_base=stub.url, credentials=given)
    right = people.says(channel, ANA, 1, "hello")
    for headers in ({}, {"x-webhook-secret": "wrong"}, {"x-webhook-secret": "s\u00e9"}):
        kept = {**headers, "content-type": "application/json"}
        async with installation.http.post(address, data=right.body, headers=kept) as answer:
            assert answer.status == 403

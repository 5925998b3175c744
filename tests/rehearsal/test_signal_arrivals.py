"""What arrives at the stub's accounts comes as the bridge hands it on, and is lost as the bridge loses it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import web

from frontdesk.channels import signal
from frontdesk.core.exchange import Request
from frontdesk.core.message import Happening, Message, Reaction, Status
from frontdesk.rehearsal.people import People
from frontdesk.rehearsal.signal import SignalStub, people
from tests.rehearsal.signal_bridge import ANA, US, Bridge


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def bridge(http: aiohttp.ClientSession) -> AsyncIterator[Bridge]:
    async with SignalStub() as stub:
        yield Bridge(stub, http)


def _frame(text: str, sent_at: int = 17) -> dict[str, Any]:
    return {
        "envelope": {"sourceUuid": ANA, "timestamp": sent_at, "dataMessage": {"timestamp": sent_at, "message": text}}
    }


async def _until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_websocket_gets_what_arrives_while_it_is_open(bridge: Bridge) -> None:
    source = signal.source(bridge.channel(receive="websocket"))
    assert source is not None
    assert await bridge.stub.push(US, _frame("nobody listens")) == 0
    async with bridge.http.ws_connect(source.url) as socket:
        await _until(lambda: bridge.stub.mailboxes.listening(US))
        assert await bridge.stub.push("+15550000", _frame("to another")) == 0
        assert await bridge.stub.push(US, _frame("hello")) == 1
        frame = await socket.receive_json(timeout=5)
    await _until(lambda: not bridge.stub.mailboxes.listening(US))
    assert await bridge.stub.push(US, _frame("gone again")) == 0
    [message] = signal.parse(Request.post_json("", frame), bridge.channel())
    assert isinstance(message, Message)
    assert (message.text, message.origin.account) == ("hello", US)
    assert len(bridge.stub.mailboxes.dropped) == 3


async def test_a_bridge_that_restarts_closes_its_websockets(bridge: Bridge) -> None:
    async with bridge.http.ws_connect(f"{bridge.stub.url}/v1/receive/{US}") as socket:
        await _until(lambda: bridge.stub.mailboxes.listening(US))
        await bridge.stub.mailboxes.hang_up(US)
        assert (await socket.receive(timeout=5)).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


async def test_a_poll_hands_out_each_message_once(http: aiohttp.ClientSession) -> None:
    async with SignalStub(mode="native") as stub:
        bridge = Bridge(stub, http)
        source = signal.source(bridge.channel(receive="poll"))
        assert source is not None
        path = source.url.removeprefix(stub.url)
        for text in ("a", "b"):
            await stub.push(US, _frame(text))
        assert len((await bridge.call("GET", path.replace("max_messages=100", "max_messages=1")))[1]) == 1
        assert len((await bridge.call("GET", path))[1]) == 1
        waiting = asyncio.create_task(bridge.call("GET", path))
        await asyncio.sleep(0.05)
        await stub.push(US, _frame("c"))
        assert [each["envelope"]["dataMessage"]["message"] for each in (await waiting)[1]] == ["c"]
        assert (await bridge.call("GET", f"/v1/receive/{US}?timeout=0"))[1] == []
        assert (await bridge.call("GET", f"/v1/receive/{US}?timeout=soon"))[0] == 400


async def test_polling_a_daemon_is_refused(bridge: Bridge) -> None:
    assert (await bridge.call("GET", f"/v1/receive/{US}"))[0] == 400


async def test_a_webhook_is_posted_once_and_receipts_come_when_told(bridge: Bridge) -> None:
    got: list[tuple[str | None, Any]] = []
    answers = iter([503, 200, 201])

    async def hook(request: web.BaseRequest) -> web.Response:
        got.append((request.headers.get("x-webhook-secret"), await request.json()))
        return web.Response(status=next(answers))

    runner = web.ServerRunner(web.Server(hook))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        bridge.stub.post_to(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", {"x-webhook-secret": "s"})
        assert await bridge.stub.push(US, _frame("lost")) == 0
        sent = await bridge.send(text="hello")
        assert await bridge.stub.confirm(bridge.stub.seen[0]) == 1
        assert await bridge.stub.confirm(bridge.stub.seen[0], read=True) == 1
    finally:
        await runner.cleanup()
    assert bridge.stub.mailboxes.posted == [503, 200, 201]
    assert {secret for secret, _ in got} == {"s"}
    statuses = [signal.parse(Request.post_json("", line), bridge.channel())[0] for _, line in got[1:]]
    assert [(each.external_id, each.status) for each in statuses if isinstance(each, Status)] == [
        (sent, "delivered"),
        (sent, "read"),
    ]


async def test_people_write_as_the_bridge_posts(bridge: Bridge) -> None:
    who, channel = cast(People, people), bridge.channel()
    sent = await bridge.send(text="Which?\n1. Ten\n2. Noon")
    requests = [
        who.says(channel, ANA, 1, "hello"),
        who.presses(channel, ANA, 2, bridge.stub.seen[0], 1),
        who.sends_image(channel, ANA, 3, "Gk3x.jpg", "look"),
        who.reacts(channel, ANA, 4, sent, "👍"),
        who.edits(channel, ANA, 1, "hello there"),
    ]
    events = [event for request in requests for event in signal.parse(request, channel)]
    said, chosen, picture, reaction, edit = events
    assert isinstance(said, Message)
    assert isinstance(chosen, Message)
    assert isinstance(picture, Message)
    assert isinstance(reaction, Reaction)
    assert isinstance(edit, Happening)
    assert [said.external_id, said.origin.conversation] == [who.external_id(channel, ANA, 1), ANA]
    assert chosen.text == "2"
    assert (picture.media[0].ref, picture.text) == ("Gk3x.jpg", "look")
    assert (reaction.about, reaction.emoji) == (sent, "👍")
    assert (edit.target, edit.text) == (said.external_id, "hello there")
    assert edit.external_id != said.external_id

"""Outbound HTTP: what a failure means, and that no secret leaves with it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import pytest
from aiohttp import web

from frontdesk.core.exchange import PUBLISH, STORED, Exchange, Request, Response, Upload
from frontdesk.embedded import Servers
from frontdesk.errors import ChannelUnreachable, DeliveryError, DeliveryInDoubt, DeliveryRejected, NotFound
from frontdesk.http import Http, host_of
from frontdesk.live import Live
from frontdesk.media import Files
from tests.media.sounds import heard as heard_in
from tests.media.sounds import sound
from tests.test_live import heard

SECRET = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def http(servers: Servers, tmp_path: Path) -> AsyncIterator[Http]:
    live = Live(servers.redis_url)
    http = Http(0.5, live, Files(tmp_path))
    yield http
    await http.close()
    await live.close()


@pytest.fixture
async def provider() -> AsyncIterator[str]:
    """A server that answers as its path says."""
    server = web.AppRunner(web.Application(), shutdown_timeout=0.1)
    server.app.router.add_route("*", "/{how}/{rest:.*}", _answer)
    await server.setup()
    site = web.TCPSite(server, "127.0.0.1", 0)
    await site.start()
    yield "http://{}:{}".format(*server.addresses[0])
    await server.cleanup()


async def _answer(request: web.Request) -> web.StreamResponse:
    match request.match_info["how"]:
        case "cut":
            assert request.transport
            request.transport.abort()
        case "slow":
            await asyncio.sleep(5)
        case "half":
            answer = web.StreamResponse(headers={"content-length": "100"})
            await answer.prepare(request)
            await answer.write(b"half")
            assert request.transport
            request.transport.abort()
            return answer
        case "redirect":
            return web.Response(status=302, headers={"location": "http://169.254.169.254/"})
        case "huge":
            return web.Response(body=b"x" * 2000)
        case "endless":
            return web.Response(body=_drops())
        case "form":
            form = await request.post()
            file = form["photo"]
            assert isinstance(file, web.FileField)
            return web.json_response([form["chat_id"], file.filename, file.content_type, file.file.read().decode()])
    return web.json_response({"path": request.raw_path, "body": (await request.read()).decode()})


async def _drops() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * 100
        await asyncio.sleep(0.001)


def one(request: Request) -> Exchange[Response]:
    response = yield request
    return response


async def test_an_exchange_goes_to_and_fro_until_it_returns(http: Http, provider: str) -> None:
    def twice() -> Exchange[list[str]]:
        first = yield Request.get(f"{provider}/echo/one%2Ftwo")
        second = yield Request.post_json(f"{provider}/echo/x", {"text": "ä\ud800"})
        return [first.json()["path"], second.json()["body"]]

    assert await http.perform(twice()) == ["/echo/one%2Ftwo", '{"text":"ä?"}']


async def test_files_travel_as_a_form(http: Http, provider: str) -> None:
    request = Request.post_multipart(
        f"{provider}/form/", {"chat_id": "7"}, {"photo": Upload("a.png", "image/png", b"png")}
    )
    assert (await http.perform(one(request))).json() == ["7", "a.png", "image/png", "png"]


async def test_an_exchange_that_asks_nothing_returns_at_once(http: Http) -> None:
    def nothing() -> Exchange[int]:
        return 7
        yield Request.get("http://never")

    assert await http.perform(nothing()) == 7


@pytest.mark.parametrize(
    ("how", "failure"), [("cut", DeliveryInDoubt), ("slow", DeliveryInDoubt), ("half", DeliveryInDoubt)]
)
async def test_no_answer_after_a_written_request_is_a_doubt(
    http: Http, provider: str, how: str, failure: type[DeliveryError]
) -> None:
    with pytest.raises(failure) as raised:
        await http.perform(one(Request.post_json(f"{provider}/{how}/bot{SECRET}/sendMessage", {})))
    assert SECRET not in str(raised.value)
    assert provider in str(raised.value)


async def test_nobody_listening_means_that_nothing_was_sent(http: Http) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(ChannelUnreachable) as raised:
        await http.perform(one(Request.get(f"{address}/bot{SECRET}/getMe")))
    assert type(raised.value) is ChannelUnreachable
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("url", ["ftp://example.org/x", "no address", "http://", "http://[::1/", ""])
async def test_an_address_that_is_none_is_refused_for_good(http: Http, url: str) -> None:
    with pytest.raises(DeliveryRejected):
        await http.perform(one(Request.get(url)))


async def test_a_header_that_would_smuggle_another_is_refused(http: Http, provider: str) -> None:
    with pytest.raises(DeliveryRejected):
        await http.perform(one(Request.get(f"{provider}/echo/", {"x-a": "1\r\nx-b: 2"})))


async def test_redirects_are_not_followed(http: Http, provider: str) -> None:
    assert (await http.perform(one(Request.get(f"{provider}/redirect/")))).status == 302


@pytest.mark.parametrize("how", ["huge", "endless"])
async def test_an_answer_without_end_is_cut(http: Http, provider: str, how: str) -> None:
    http.most_bytes = 1000
    with pytest.raises(DeliveryRejected, match="over 1000 bytes"):
        await http.perform(one(Request.get(f"{provider}/{how}/")))


async def test_an_adapter_hears_of_a_failure_by_being_closed(http: Http, provider: str) -> None:
    ended: list[str] = []

    def watched() -> Exchange[None]:
        try:
            yield Request.get(f"{provider}/cut/")
        finally:
            ended.append("closed")

    with pytest.raises(DeliveryInDoubt):
        await http.perform(watched())
    assert ended == ["closed"]


async def test_files_of_ours_and_our_own_topics_need_no_network(http: Http) -> None:
    file_id, topic = uuid4(), uuid4().hex
    await http.files.keep("acme", file_id, b"bytes")
    assert (await http.perform(one(Request(STORED, f"acme/{file_id}")))).body == b"bytes"
    with pytest.raises(NotFound):
        await http.perform(one(Request(STORED, f"other/{file_id}")))
    async with http.live.listening(topic) as next_word:
        answer = await http.perform(one(Request(PUBLISH, topic, body=b'{"event": "typing"}')))
        assert answer.status == 202
        assert await heard(next_word) == {"event": "typing"}


async def test_a_file_becomes_another_type_on_the_way(http: Http) -> None:
    answer = await http.perform(one(Request.convert(sound(), "audio/ogg; codecs=opus")))
    assert (answer.status, answer.headers["content-type"]) == (200, "audio/ogg; codecs=opus")
    assert heard_in(answer.body)[:2] == ("opus", 1)
    with pytest.raises(DeliveryRejected, match="can't be read as audio"):
        await http.perform(one(Request.convert(b"words", "audio/ogg")))


async def test_a_media_store_that_is_away_is_worth_another_try(http: Http, tmp_path: Path) -> None:
    nowhere = "s3://b?endpoint=http://127.0.0.1:1&region=x&access_key_id=x&secret_access_key=x"
    http.files = Files(tmp_path, nowhere)
    with pytest.raises(ChannelUnreachable):
        await http.perform(one(Request(STORED, f"acme/{uuid4()}")))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"https://api.telegram.org/bot{SECRET}/x?y=z", "https://api.telegram.org"),
        ("https://user:pass@example.org:8443/x", "https://example.org:8443"),
        ("nothing", "an address that can't be read"),
    ],
)
def test_only_scheme_and_host_of_an_address_are_shown(url: str, shown: str) -> None:
    assert host_of(url) == shown

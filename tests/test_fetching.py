"""Files at addresses somebody outside chose: fetched from public addresses alone, whatever names and redirects say."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.embedded import Servers
from frontdesk.errors import AddressRefused, ChannelUnreachable, DeliveryInDoubt, DeliveryRejected
from frontdesk.guard import Guard
from frontdesk.http import Http
from frontdesk.live import Live
from frontdesk.media import Files

Opening = Callable[..., AbstractAsyncContextManager[Http]]


@pytest.fixture
def opened(servers: Servers, tmp_path: Path) -> Opening:
    @contextlib.asynccontextmanager
    async def opening(hosts: str = "", *, private: bool = True, **given: Any) -> AsyncIterator[Http]:
        live = Live(servers.redis_url)
        guards = {"apis": Guard.of_apis(private=private), "strangers": Guard.of_files(hosts)}
        http = Http(0.5, live, Files(tmp_path), **guards, **given)
        yield http
        await http.close()
        await live.close()

    return opening


class Host:
    """A web server of a stranger; `asked` are the paths and headers it heard."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.port = 0

    async def __aenter__(self) -> "Host":
        app = web.Application()
        app.router.add_get("/{rest:.*}", self._answer)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.port = self.runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.runner.cleanup()

    def url(self, path: str = "file", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}/{path}"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path, {name.lower(): value for name, value in request.headers.items()}))
        match request.path:
            case "/to":
                answer = web.Response(status=302, headers={"location": request.query["to"]})
                answer.set_cookie("tracked", "yes")
                return answer
            case "/round":
                return web.Response(status=307, headers={"location": "/round"})
            case "/slow":
                await asyncio.sleep(5)
            case "/large":
                return web.Response(body=b"x" * 2000)
            case "/cut":
                assert request.transport
                request.transport.abort()
        return web.Response(body=b"bytes", content_type="image/png")


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    async with Host() as running:
        yield running


def fetch(url: str, headers: dict[str, str] | None = None) -> Exchange[Response]:
    answer = yield Request.fetch(url, headers)
    return answer


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Let every name lead to these addresses, one after the other; the last one stays."""
    looked_up, real, left = [], socket.getaddrinfo, list(answers)

    def lookup(name: Any, port: Any, *rest: Any, **more: Any) -> Any:
        text = name.decode() if isinstance(name, bytes) else str(name)
        if text in ("127.0.0.1", "localhost"):
            return real(name, port, *rest, **more)
        looked_up.append(text)
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return looked_up


async def test_a_private_address_is_asked_only_if_it_is_listed(opened: Opening, host: Host) -> None:
    async with opened() as http:
        with pytest.raises(AddressRefused, match="FRONTDESK_FETCH_HOSTS"):
            await http.perform(fetch(host.url()))
    assert host.asked == []
    async with opened("127.0.0.0/8") as http:
        answer = await http.perform(fetch(host.url()))
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"bytes", "image/png")


@pytest.mark.parametrize(
    "spelled", ["localhost", "2130706433", "0x7f.0.0.1", "127.1", "0177.0.0.1", "[::ffff:127.0.0.1]", "0"]
)
async def test_no_spelling_of_a_private_address_gets_through(opened: Opening, host: Host, spelled: str) -> None:
    async with opened() as http:
        with pytest.raises(DeliveryRejected):
            await http.perform(fetch(host.url(host=spelled)))
    assert host.asked == []


async def test_a_name_that_leads_to_a_private_address_is_refused(
    opened: Opening, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up = resolving(monkeypatch, "127.0.0.1")
    async with opened() as http:
        with pytest.raises(AddressRefused, match=r"inside\.example"):
            await http.perform(fetch(host.url(host="inside.example")))
    async with opened("inside.example") as http:
        assert (await http.perform(fetch(host.url(host="inside.example")))).body == b"bytes"
    assert looked_up == ["inside.example", "inside.example"]


async def test_a_name_that_changes_after_its_check_is_asked_where_it_was_checked(
    opened: Opening, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up = resolving(monkeypatch, "127.0.0.9", "127.0.0.1")
    async with opened("127.0.0.9/32") as http:
        with pytest.raises(ChannelUnreachable):  # nobody listens at the address that was checked
            await http.perform(fetch(host.url(host="rebinding.example")))
    assert looked_up == ["rebinding.example"]
    assert host.asked == []


async def test_each_redirect_is_checked(opened: Opening, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "127.0.0.1")
    for aim in (
        host.url(),
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "file:///etc/passwd",
        "http://u:p@x/",
    ):
        async with opened("outside.example") as http:
            with pytest.raises(AddressRefused):
                await http.perform(fetch(f"{host.url('to', 'outside.example')}?to={aim}"))
    assert {path for path, _ in host.asked} == {"/to"}


async def test_tokens_and_cookies_do_not_follow_to_another_host(opened: Opening, host: Host) -> None:
    headers = {"authorization": "Bearer xoxb-secret", "accept": "image/*"}
    async with Host() as other, opened("127.0.0.1/32") as http:
        await http.perform(fetch(f"{host.url('to')}?to=/file", headers))
        assert host.asked[-1][1]["authorization"] == "Bearer xoxb-secret"
        await http.perform(fetch(f"{host.url('to')}?to={other.url()}", headers))
    (_, heard), *_ = other.asked
    assert "authorization" not in heard
    assert heard["accept"] == "image/*"
    assert not any("cookie" in told for _, told in [*host.asked, *other.asked])


async def test_a_ring_of_redirects_ends(opened: Opening, host: Host) -> None:
    async with opened("127.0.0.1/32") as http:
        with pytest.raises(AddressRefused, match="more than 3 redirects"):
            await http.perform(fetch(host.url("round")))
    assert len(host.asked) == 4


async def test_size_and_time_have_limits_and_nothing_is_left_in_doubt(opened: Opening, host: Host) -> None:
    async with opened("127.0.0.1/32", most_bytes=1000) as http:
        with pytest.raises(DeliveryRejected, match="over 1000 bytes"):
            await http.perform(fetch(host.url("large")))
        for path in ("slow", "cut"):
            with pytest.raises(ChannelUnreachable) as failed:
                await http.perform(fetch(f"{host.url(path)}?token=hush"), seconds=0.2)
            assert not isinstance(failed.value, DeliveryInDoubt)
            assert "hush" not in str(failed.value)


async def test_providers_are_asked_at_private_addresses_unless_that_is_forbidden(
    opened: Opening, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get(url: str) -> Exchange[Response]:
        return (yield Request.get(url))

    async with opened() as http:
        assert (await http.perform(get(host.url()))).status == 200
        with pytest.raises(AddressRefused, match="link-local"):
            await http.perform(get("http://169.254.169.254/latest/meta-data"))
        resolving(monkeypatch, "169.254.169.254")
        with pytest.raises(AddressRefused, match="link-local"):
            await http.perform(get("http://metadata.example/"))
    async with opened(private=False) as http:
        for name in ("127.0.0.1", "metadata.example"):
            with pytest.raises(AddressRefused, match="FRONTDESK_PRIVATE_APIS"):
                await http.perform(get(host.url(host=name)))
    assert len(host.asked) == 1

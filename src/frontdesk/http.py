"""Outbound HTTP: performs an adapter's exchange over one pooled client, and keeps secrets out of what it reports."""

import asyncio
import contextlib
import io
from collections.abc import Iterator
from typing import TypeVar
from uuid import UUID

import aiohttp
from yarl import URL

from frontdesk import guard, telemetry
from frontdesk.core.exchange import CONVERT, FETCH, PUBLISH, STORED, Exchange, Request, Response
from frontdesk.errors import (
    AddressRefused,
    ChannelUnreachable,
    DeliveryInDoubt,
    DeliveryRejected,
    FrontdeskError,
    MediaUnavailable,
)
from frontdesk.guard import Guard
from frontdesk.live import Live
from frontdesk.media import Files
from frontdesk.media.conversion import Conversion

T = TypeVar("T")

MOST_BYTES = 25 * 1024 * 1024
CONNECTIONS = 200
FETCH_CONNECTIONS = 50
FETCH_SECONDS = 30.0
MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Http:
    """The client every exchange goes through.

    `apis` guards the addresses of providers, `strangers` those that somebody outside chose.
    """

    def __init__(
        self,
        seconds: float,
        live: Live,
        files: Files,
        *,
        apis: Guard | None = None,
        strangers: Guard | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.live = live
        self.files = files
        self.apis = apis or Guard.of_apis()
        self.strangers = strangers or Guard.of_files()
        self.most_bytes = most_bytes
        self.conversion = Conversion()
        self.timeout = aiohttp.ClientTimeout(total=seconds, connect=seconds)
        self._session: aiohttp.ClientSession | None = None
        self._fetching: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The client for providers; it refuses what `apis` refuses."""
        if self._session is None:
            self._session = guard.session(self.apis, self.timeout, CONNECTIONS)
        return self._session

    @property
    def fetching(self) -> aiohttp.ClientSession:
        """The client for addresses of strangers."""
        if self._fetching is None:
            self._fetching = guard.session(self.strangers, self.timeout, FETCH_CONNECTIONS)
        return self._fetching

    async def perform(self, exchange: Exchange[T], *, seconds: float | None = None) -> T:
        """Carry out an exchange and return its result.

        ChannelUnreachable says that nothing was sent; DeliveryInDoubt that a request was written and no answer came.
        Uploads and downloads may pass a longer `seconds` for each request. A failure is raised within the exchange
        first: it may know a way on, or better words.
        """
        try:
            request = next(exchange)
            while True:
                try:
                    response = await self._ask(request, seconds)
                except FrontdeskError as error:
                    request = exchange.throw(error)
                else:
                    request = exchange.send(response)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
        finally:
            exchange.close()

    async def _ask(self, request: Request, seconds: float | None) -> Response:
        if request.method == PUBLISH:
            self.live.publish(request.url, request.json())
            return Response(202)
        if request.method == STORED:
            return await self._stored(request)
        if request.method == CONVERT:
            made = await self.conversion.convert(request.body, request.url)
            return Response(200, made, {"content-type": request.url})
        with telemetry.provider_call(request.method, host_of(request.url)) as span:
            ask = self._fetch if request.method == FETCH else self._exchange
            response = await ask(request, seconds)
            span.set_attribute("http.response.status_code", response.status)
            return response

    async def _stored(self, request: Request) -> Response:
        tenant, _, file_id = request.url.partition("/")
        try:
            return Response(200, await self.files.read(tenant, UUID(file_id)))
        except MediaUnavailable as error:
            raise ChannelUnreachable(str(error)) from None

    async def _exchange(self, request: Request, seconds: float | None) -> Response:
        host = host_of(request.url)
        timeout = aiohttp.ClientTimeout(total=seconds) if seconds else self.timeout
        with _named(host, DeliveryInDoubt):
            async with self.session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=request.headers,
                data=_form(request) if request.uploads or request.fields else request.body or None,
                params=request.query or None,
                allow_redirects=False,
                timeout=timeout,
            ) as answer:
                return await _response(answer, self.most_bytes)

    async def _fetch(self, request: Request, seconds: float | None) -> Response:
        """Get a file from an address of a stranger's choice, all its redirects within one deadline.

        Nothing is asked for twice that matters, so a missing answer is no doubt: the file may be fetched again.
        """
        timeout = seconds or FETCH_SECONDS
        with _named(host_of(request.url), ChannelUnreachable):
            async with asyncio.timeout(timeout):
                return await self._followed(request, aiohttp.ClientTimeout(total=timeout))

    async def _followed(self, request: Request, timeout: aiohttp.ClientTimeout) -> Response:
        url, headers = URL(request.url, encoded=True), request.headers
        for _ in range(MOST_REDIRECTS + 1):
            self.strangers.check(url)
            async with self.fetching.get(url, headers=headers, allow_redirects=False, timeout=timeout) as answer:
                aim = answer.headers.get("location")
                if answer.status not in REDIRECTS or not aim:
                    return await _response(answer, self.most_bytes)
            origin, url = url.origin(), url.join(URL(aim, encoded=True))
            self.strangers.check(url)
            if url.origin() != origin:  # whoever is asked now is somebody else: no token of the first for them
                headers = {name: value for name, value in headers.items() if name == "accept"}
        raise AddressRefused(f"the file at {host_of(request.url)} lies behind more than {MOST_REDIRECTS} redirects")

    async def close(self) -> None:
        for session in (self._session, self._fetching):
            if session:
                await session.close()


@contextlib.contextmanager
def _named(host: str, unanswered: type[ChannelUnreachable]) -> Iterator[None]:
    """Turn failures of a request into errors that name its host and nothing more of its address."""
    try:
        yield
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
        raise DeliveryRejected(f"the address {host} can't be called: {type(error).__name__}") from None
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise ChannelUnreachable(f"can't connect to {host}: {type(error).__name__}") from None
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise unanswered(f"{host} gave no answer: {type(error).__name__}") from None
    except ValueError as error:
        raise DeliveryRejected(f"the request to {host} can't be made: {type(error).__name__}") from None


async def _response(answer: aiohttp.ClientResponse, most: int) -> Response:
    """Return an answer, read only as far as the limit: more is DeliveryRejected."""
    parts, size = [], answer.content_length or 0
    if size <= most:
        size = 0
        async for part in answer.content.iter_any():
            parts.append(part)
            size += len(part)
            if size > most:
                break
    if size > most:
        raise DeliveryRejected(f"the answer is over {most} bytes")
    return Response(answer.status, b"".join(parts), {k.lower(): v for k, v in answer.headers.items()})


def _form(request: Request) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in request.fields.items():
        form.add_field(name, value)
    for name, upload in request.uploads.items():
        # as a file: aiohttp hands on large bytes in one go, and warns that this holds up everything else
        form.add_field(name, io.BytesIO(upload.data), filename=upload.filename, content_type=upload.mime)
    return form


def host_of(url: str) -> str:
    """Return scheme and host of an address: the part of it that holds no secret."""
    try:
        return str(URL(url).origin())
    except ValueError:
        return "an address that can't be read"

"""Outbound HTTP: performs an adapter's exchange over one pooled client, and keeps secrets out of what it reports."""

from typing import TypeVar
from uuid import UUID

import aiohttp
from yarl import URL

from frontdesk import telemetry
from frontdesk.core.exchange import PUBLISH, STORED, Exchange, Request, Response
from frontdesk.errors import ChannelUnreachable, DeliveryInDoubt, DeliveryRejected
from frontdesk.live import Live
from frontdesk.media import Files

T = TypeVar("T")

MOST_ANSWER_BYTES = 21 * 1024 * 1024
CONNECTIONS = 200


class Http:
    """The client every exchange goes through."""

    def __init__(self, seconds: float, live: Live, files: Files) -> None:
        self.live = live
        self.files = files
        self.timeout = aiohttp.ClientTimeout(total=seconds, connect=seconds)
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=CONNECTIONS, limit_per_host=0, ttl_dns_cache=60, keepalive_timeout=60
                ),
                timeout=self.timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=True,
                headers={"user-agent": "frontdesk"},
            )
        return self._session

    async def perform(self, exchange: Exchange[T], *, seconds: float | None = None) -> T:
        """Carry out an exchange and return its result.

        ChannelUnreachable says that nothing was sent; DeliveryInDoubt that a request was written and no answer came.
        Uploads and downloads may pass a longer `seconds` for each request.
        """
        try:
            request = next(exchange)
            while True:
                request = exchange.send(await self._ask(request, seconds))
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
        finally:
            exchange.close()

    async def _ask(self, request: Request, seconds: float | None) -> Response:
        if request.method == PUBLISH:
            self.live.publish(request.url, request.json())
            return Response(202)
        if request.method == STORED:
            tenant, _, file_id = request.url.partition("/")
            return Response(200, await self.files.read(tenant, UUID(file_id)))
        with telemetry.provider_call(request.method, host_of(request.url)) as span:
            response = await self._exchange(request, seconds)
            span.set_attribute("http.response.status_code", response.status)
            return response

    async def _exchange(self, request: Request, seconds: float | None) -> Response:
        host = host_of(request.url)
        timeout = aiohttp.ClientTimeout(total=seconds) if seconds else self.timeout
        try:
            async with self.session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=request.headers,
                data=_form(request) if request.uploads or request.fields else request.body or None,
                params=request.query or None,
                allow_redirects=False,
                timeout=timeout,
            ) as answer:
                return Response(answer.status, await _read(answer), {k.lower(): v for k, v in answer.headers.items()})
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
            raise DeliveryRejected(f"the address {host} can't be called: {type(error).__name__}") from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise ChannelUnreachable(f"can't connect to {host}: {type(error).__name__}") from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise DeliveryInDoubt(f"{host} gave no answer: {type(error).__name__}") from None
        except ValueError as error:
            raise DeliveryRejected(f"the request to {host} can't be made: {type(error).__name__}") from None

    async def close(self) -> None:
        if self._session:
            await self._session.close()


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = await answer.content.read(MOST_ANSWER_BYTES + 1)
    while not answer.content.at_eof() and len(body) <= MOST_ANSWER_BYTES:
        body += await answer.content.read(MOST_ANSWER_BYTES + 1 - len(body))
    if len(body) > MOST_ANSWER_BYTES:
        raise DeliveryRejected(f"the answer is over {MOST_ANSWER_BYTES} bytes")
    return body


def _form(request: Request) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in request.fields.items():
        form.add_field(name, value)
    for name, upload in request.uploads.items():
        form.add_field(name, upload.data, filename=upload.filename, content_type=upload.mime)
    return form


def host_of(url: str) -> str:
    """Return scheme and host of an address: the part of it that holds no secret."""
    try:
        return str(URL(url).origin())
    except ValueError:
        return "an address that can't be read"

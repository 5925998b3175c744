"""The provider's client library over our own HTTP client: guarded addresses, one pool, no words about this machine."""

from datetime import timedelta

import httpx2

from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.errors import ChannelUnreachable, DeliveryInDoubt, FrontdeskError
from frontdesk.http import Http

OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "user-agent"})
"""Headers our client sets itself."""
TALKATIVE = ("x-stainless-", "openai-organization", "openai-project")
"""Headers that tell of this machine, or come from its environment."""
DECODED = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})


class Transport(httpx2.AsyncBaseTransport):
    """Sends a library's requests through `Http`; each has `seconds` at most."""

    def __init__(self, http: Http, limit: timedelta) -> None:
        self.http = http
        self.seconds = limit.total_seconds()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            answer = await self.http.perform(_exchange(request, await request.aread()), seconds=self.seconds)
        except DeliveryInDoubt as error:
            raise httpx2.ReadTimeout(str(error), request=request) from error
        except ChannelUnreachable as error:
            raise httpx2.ConnectError(str(error), request=request) from error
        except FrontdeskError as error:
            raise httpx2.RequestError(str(error), request=request) from error
        headers = {name: value for name, value in answer.headers.items() if name not in DECODED}
        return httpx2.Response(answer.status, headers=headers, content=answer.body, request=request)


def _exchange(request: httpx2.Request, body: bytes) -> Exchange[Response]:
    headers = {
        name: value
        for name, value in ((name.lower(), value) for name, value in request.headers.items())
        if name not in OURS and not name.startswith(TALKATIVE)
    }
    return (yield Request(request.method, str(request.url), headers, body))

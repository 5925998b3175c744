"""An app that calls the Slack stub, and carries out the adapter's exchanges over real HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.rehearsal.slack import SlackStub, people

TOKEN = "xoxb-77-rehearsal"
ROOM = "C0LOBBY"
ADA = people.person(1)


class App:
    """Calls methods as an app does."""

    def __init__(self, stub: SlackStub, http: aiohttp.ClientSession) -> None:
        self.stub, self.http = stub, http

    async def call(
        self, method: str, *, token: str | None = TOKEN, form: bool = False, **arguments: Any
    ) -> tuple[int, Any]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        body: dict[str, Any] = {"data": arguments} if form else {"json": arguments}
        async with self.http.post(f"{self.stub.url}/api/{method}", headers=headers, **body) as answer:
            return answer.status, await answer.json()

    async def perform(self, exchange: Exchange[Any]) -> Any:
        """Carry out an adapter's exchange."""
        try:
            request = next(exchange)
            while True:
                request = exchange.send(await self._ask(request))
        except StopIteration as stop:
            return stop.value

    async def _ask(self, request: Request) -> Response:
        data = aiohttp.FormData(dict(request.fields)) if request.fields else request.body or None
        async with self.http.request(
            request.method, request.url, headers=request.headers, data=data, allow_redirects=False
        ) as answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Response(answer.status, await answer.read(), headers)


@asynccontextmanager
async def an_app() -> AsyncIterator[App]:
    async with SlackStub() as stub, aiohttp.ClientSession() as http:
        yield App(stub, http)

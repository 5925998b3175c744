"""Whoever calls the Signal stub: as JSON, or with the adapter's own exchanges."""

import json
from base64 import b64encode
from typing import Any
from uuid import UUID

import aiohttp

from frontdesk.channels import signal
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, Outbound
from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.rehearsal.signal import SignalStub, people

US = "+4930900100"
ANA = people.person(1)
GROUP = b64encode(b"g" * 32).decode()
GROUP_SENT = "group." + b64encode(GROUP.encode()).decode()


class Bridge:
    """Calls the stub, as JSON or as an adapter's exchange."""

    def __init__(self, stub: SignalStub, http: aiohttp.ClientSession) -> None:
        self.stub, self.http = stub, http

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        async with self.http.request(method, self.stub.url + path, json=body) as answer:
            raw = await answer.read()
            return answer.status, json.loads(raw) if raw.startswith((b"{", b"[")) else raw.decode()

    async def perform(self, exchange: Exchange[Any]) -> Any:
        try:
            request = next(exchange)
            while True:
                request = exchange.send(await self._response(request))
        except StopIteration as end:
            return end.value

    async def _response(self, request: Request) -> Response:
        async with self.http.request(
            request.method, request.url, headers=request.headers, data=request.body or None
        ) as answer:
            return Response(answer.status, await answer.read(), {k.lower(): v for k, v in answer.headers.items()})

    def channel(self, **settings: Any) -> Channel:
        return Channel(
            id=UUID(int=1),
            tenant="acme",
            kind="signal",
            name="support",
            api_base=self.stub.url,
            credentials={"number": US},
            settings=settings,
        )

    async def send(self, conversation: str = ANA, *, settings: Any = None, **content: Any) -> str:
        message = Outbound(key="k", conversation=conversation, content=Content(**content))
        return str(await self.perform(signal.send(message, self.channel(**(settings or {})))))

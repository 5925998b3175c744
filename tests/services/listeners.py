"""A listener of somebody's own over real HTTP: it notes what it is told and answers as it was ordered to."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from frontdesk.core.channel import Channel
from frontdesk.core.listening import IntentAnswered
from frontdesk.core.tenant import Tenant
from frontdesk.core.turn import Outcome, Turn
from frontdesk.services.listeners import Listeners
from frontdesk.services.listening import Listening
from frontdesk.store.listeners import Listener
from frontdesk.wiring import Tenants
from tests.builders import a_turn
from tests.services.desk import Desk

BOOKED = Outcome.say("Booked.", IntentAnswered(intent="book", values={"day": "2026-12-24"}))
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass(slots=True)
class Heard:
    """One request: when it came and was answered, what was in it."""

    began: float
    headers: Mapping[str, str]
    body: bytes
    ended: float = 0.0

    @property
    def event(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        return self.event["data"]


@dataclass(slots=True)
class Order:
    """How a request is answered: `drop` closes the connection without a word."""

    document: Any = field(default_factory=dict)
    status: int = 200
    seconds: float = 0.0
    raw: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False


class ListenerStub:
    """`orders` are used up one by one; then every answer is `usual`."""

    def __init__(self, document: Any = None, **usual: Any) -> None:
        self.usual = Order({} if document is None else document, **usual)
        self.orders: list[Order] = []
        self.heard: list[Heard] = []
        self.url = ""

    async def __aenter__(self) -> "ListenerStub":
        app = web.Application()
        app.router.add_post("/told", self._tell)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = "http://{}:{}/told".format(*self._runner.addresses[0][:2])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _tell(self, request: web.Request) -> web.StreamResponse:
        heard = Heard(time.monotonic(), {k.lower(): v for k, v in request.headers.items()}, await request.read())
        self.heard.append(heard)
        order = self.orders.pop(0) if self.orders else self.usual
        if order.drop:
            assert request.transport
            request.transport.abort()
        await asyncio.sleep(order.seconds)
        heard.ended = time.monotonic()
        body = json.dumps(order.document).encode() if order.raw is None else order.raw
        return web.Response(status=order.status, body=body, headers=order.headers, content_type="application/json")


async def a_listener(desk: Desk, tenant: Tenant, url: str, name: str = "crm", **given: Any) -> Listener:
    """Keep a listener of a tenant's."""
    secret = given.pop("secret", SECRET)
    known = {"name": name, "url": url, "intents": None, "deadline_ms": 2000, "enabled": True, **given}
    made, _ = await (await desk.app.get(Listeners)).add(tenant, known, secret, "tests")
    return made


async def listening_of(desk: Desk, tenant: Tenant) -> Listening:
    found = await desk.directory.tenant(tenant.code)
    return await (await desk.app.get(Tenants)).scope(found).get(Listening)


def channel_of(tenant: Tenant) -> Channel:
    return Channel(id=a_turn("").id, tenant=tenant.code, kind="telegram", name="bot", api_base="")


async def told(
    listening: Listening, outcome: Outcome = BOOKED, *, turn: Turn | None = None, key: str = "m1"
) -> tuple[Outcome, list[dict[str, Any]]]:
    """Tell a tenant's listeners what an outcome says, and return it with what they add, and the record."""
    turn = turn or a_turn("book it")
    async with listening.of_turn(channel_of(listening.tenant), key) as telling:
        whole = await telling.joined(turn, await telling.heard(turn, outcome))
    return whole, list(telling.record().get("listeners", []))


def texts(outcome: Outcome) -> list[str | None]:
    return [reply.text for reply in outcome.replies]

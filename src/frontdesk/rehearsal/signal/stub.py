"""The server: takes calls, refuses what the bridge would refuse, does what it was ordered to, and keeps what it accepted."""

import asyncio
import random
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from aiohttp import web

from frontdesk.rehearsal.orders import Orders
from frontdesk.rehearsal.people import Seen
from frontdesk.rehearsal.served import SHUTDOWN_SECONDS, Served
from frontdesk.rehearsal.signal.accounts import Accounts
from frontdesk.rehearsal.signal.mailbox import Mailboxes
from frontdesk.rehearsal.signal.orders import Order
from frontdesk.rehearsal.signal.refusal import Refusal, require
from frontdesk.rehearsal.signal.rules import INVALID, RULES, Fields
from frontdesk.rehearsal.signal.state import told

Mode = Literal["json-rpc", "native", "normal"]

PATHS = {"identities": ["trust"], "accounts": ["rate-limit-challenge"]}
"""What follows the number in the path of calls that change something."""

MOST_BODY = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """One call: when it came (`time.monotonic`) and what it said; `timestamp` is the one given to a message sent,
    `refused` holds the words of a refused call.
    """

    at: float
    number: str | None
    method: str
    endpoint: str
    recipient: str | None
    text: str | None
    timestamp: str | None
    fields: Fields
    refused: str = ""


class SignalStub(Served):
    """A signal-cli-rest-api at `url`, once entered. `calls` are those accepted, `refused` the others, `seen` what people got.

    Any number is registered unless `numbers` names those there are. In mode json-rpc messages come over websockets and,
    once `post_to` named it, a webhook; in the others they are polled. `latency` is how long an accepted call waits for
    its answer, drawn between two bounds in seconds.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        mode: Mode = "json-rpc",
        version: str = "0.99",
        numbers: Collection[str] | None = None,
        groups: Collection[str] | None = None,
        latency: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        self.host, self.port = host, port
        self.mode, self.version = mode, version
        self.latency = latency
        self.accounts = Accounts(numbers, groups)
        self.mailboxes = Mailboxes()
        self.calls: list[Call] = []
        self.refused: list[Call] = []
        self.seen: list[Seen] = []
        self.orders: Orders[Order] = Orders()
        self.unanswered = 0

    def _made(self) -> web.BaseRunner:
        app = web.Application(client_max_size=MOST_BODY)
        app.router.add_route("*", "/{path:.*}", self._answer)
        return web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)

    async def __aexit__(self, *_: object) -> None:
        await self.mailboxes.close()
        await super().__aexit__()

    def refuse(self, recipient: str | None = None, *, status: int = 400, **order: Any) -> None:
        """Answer the next call (or `times`) with an error: `status`, `error`, `challenge_tokens` with 429.

        `recipient`, `number` and `endpoint` say which calls.
        """
        self.orders.add(Order(recipient=recipient, status=status, **order))

    def cut(self, recipient: str | None = None, *, carried_out: bool = True, **order: Any) -> None:
        """Close the connection of the next call without an answer, after or before doing what it asks."""
        self.orders.add(Order(recipient=recipient, cut="after" if carried_out else "before", **order))

    def delay(self, seconds: float, recipient: str | None = None, **order: Any) -> None:
        """Let the next call wait before it is carried out."""
        self.orders.add(Order(recipient=recipient, delay_seconds=seconds, **order))

    def said(self, conversation: str) -> list[str]:
        """Return the texts sent to a person or a group (by its internal id), in order."""
        return [each.text or "" for each in self.seen if each.conversation == conversation]

    async def push(self, number: str, frame: Mapping[str, Any]) -> int:
        """Let a frame `{"envelope": …}` arrive for an account; return how many took it.

        It is dropped where nobody listens, and kept for the next poll in the modes that are polled.
        """
        return await self.mailboxes.deliver(number, {**frame, "account": number}, polled=self.mode != "json-rpc")

    def post_to(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        """Post from now on to this webhook, whatever arrives, once each: RECEIVE_WEBHOOK_URL."""
        self.mailboxes.webhook = (url, dict(headers or {}))

    async def confirm(self, seen: Seen, *, read: bool = False) -> int:
        """Let the person's phone send the receipt of a message seen."""
        flags = {"isDelivery": not read, "isRead": read, "isViewed": False}
        now = int(time.time() * 1000)
        receipt = {"when": now, "timestamps": [int(seen.external_id)], **flags}
        source = {"sourceUuid": seen.conversation, "timestamp": now}
        return await self.push(seen.account, {"envelope": {**source, "receiptMessage": receipt}})

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        steps = request.match_info["path"].split("/")
        try:
            if request.method == "GET" and steps[:2] == ["v1", "receive"] and len(steps) == 3:
                return await self._receive(request, steps[2])
            if steps == ["v2", "send"] or (steps[0] == "v1" and len(steps) > 2):
                return await self._call(request, steps)
            return told(self, request, steps)
        except Refusal as refusal:
            return _json(refusal.body(), refusal.status)

    async def _receive(self, request: web.Request, number: str) -> web.StreamResponse:
        self.accounts.check_number(number)
        if self.mode == "json-rpc":
            return await self.mailboxes.listen(request, number)
        return _json(await self.mailboxes.hand_out(request, number))

    async def _call(self, request: web.Request, steps: list[str]) -> web.StreamResponse:
        """Carry out a call about an account, or about a file; those that only look are told straight away."""
        endpoint, rest = steps[1], steps[3:]
        rule = RULES.get((request.method, endpoint)) if rest[:1] == PATHS.get(endpoint, []) else None
        fields = await _fields(request) if rule else {}
        number = fields.get("number") if endpoint == "send" else steps[2]
        recipient = _recipient(fields)
        known = number if isinstance(number, str) else None
        order = self.orders.take(lambda order: order.fits(endpoint, known, recipient))
        try:
            if order:
                await self._obey(order, request, number)
            if rule is None:
                return told(self, request, steps)
            rule(fields)
            answer, seen = self.accounts.carry_out(request.method, endpoint, str(number), fields)
            if endpoint == "identities" and len(rest) == 2:
                self.accounts.trust(rest[1])
        except Refusal as refusal:
            self._keep(self.refused, request.method, endpoint, number, fields, None, refusal.error)
            raise
        self._keep(self.calls, request.method, endpoint, number, fields, answer)
        self.seen += seen
        if order and order.cut == "after":
            _hang_up(request)
        await self._take_time()
        return web.Response(status=204) if answer is None else _json(answer, 201)

    async def _obey(self, order: Order, request: web.Request, number: Any) -> None:
        await asyncio.sleep(order.delay_seconds)
        if order.cut == "before":
            _hang_up(request)
        if refusal := order.refusal(number):
            raise refusal

    def _keep(
        self,
        where: list[Call],
        method: str,
        endpoint: str,
        number: Any,
        fields: Fields,
        answer: Any,
        refused: str = "",
    ) -> None:
        timestamp = answer["timestamp"] if answer and endpoint == "send" else None
        text = fields.get("message")
        where.append(
            Call(time.monotonic(), number, method, endpoint, _recipient(fields), text, timestamp, fields, refused)
        )

    async def _take_time(self) -> None:
        if not self.latency[1]:
            return
        self.unanswered += 1
        try:
            await asyncio.sleep(random.uniform(*self.latency))  # noqa: S311 - spreads answers, guards nothing
        finally:
            self.unanswered -= 1


async def _fields(request: web.Request) -> Fields:
    try:
        fields = orjson.loads(await request.read())
    except ValueError:
        raise Refusal(INVALID) from None
    require(isinstance(fields, dict), INVALID)
    return dict(fields)


def _recipient(fields: Fields) -> str | None:
    several = fields.get("recipients")
    first = several[0] if isinstance(several, list) and several else fields.get("recipient")
    return first if isinstance(first, str) else None


def _json(body: object, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")


def _hang_up(request: web.BaseRequest) -> None:
    if request.transport:
        request.transport.abort()
    raise ConnectionResetError("ordered to hang up")

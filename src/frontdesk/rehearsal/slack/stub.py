"""The server: takes calls, refuses what Slack would refuse, does what it was ordered to, and keeps what it accepted."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Collection
from typing import Any

import orjson
from aiohttp import web

from frontdesk.rehearsal.orders import Orders
from frontdesk.rehearsal.people import Seen
from frontdesk.rehearsal.served import Served, answering
from frontdesk.rehearsal.slack import addresses, seeing
from frontdesk.rehearsal.slack.calls import Call, arguments_of, channel_of, hang_up, token_of
from frontdesk.rehearsal.slack.orders import Order
from frontdesk.rehearsal.slack.refusal import Refusal, require
from frontdesk.rehearsal.slack.rules import check
from frontdesk.rehearsal.slack.vocabulary import EVERY_SCOPE, SCOPES
from frontdesk.rehearsal.slack.workspace import Workspace

API = "/api/"


class SlackStub(Served):
    """A Web API at `url`, once entered. `calls` are those accepted, in order; `refused` the others; `seen` what people see.

    Any well-formed bot token is valid unless `tokens` names those there are. `latency` is how long an accepted call waits
    for its answer, drawn between two bounds in seconds. `scopes` are those of the app, `closed` the channels it can't
    post in with the error each answers, `files` what people sent, by its reference. `per_second` limits the posts to
    one channel, with bursts of as many.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tokens: Collection[str] | None = None,
        latency: tuple[float, float] = (0.0, 0.0),
        per_second: int | None = None,
    ) -> None:
        self.host, self.port = host, port
        self.tokens = tokens
        self.latency = latency
        self.per_second = per_second
        self.scopes = set(EVERY_SCOPE)
        self.closed: dict[str, str] = {}
        self.files: dict[str, bytes] = {}
        self.calls: list[Call] = []
        self.refused: list[Call] = []
        self.seen: list[Seen] = []
        self.orders: Orders[Order] = Orders()
        self.posted: dict[str, list[float]] = defaultdict(list)
        self._workspaces: dict[str, Workspace] = {}

    def workspace(self, token: str) -> Workspace:
        """Return what is kept of an installation: its messages, reactions and files."""
        if token not in self._workspaces:
            self._workspaces[token] = Workspace(token, self.url)
        return self._workspaces[token]

    def refuse(self, channel: str | None = None, **order: Any) -> None:
        """Answer the next call (or `times`) with an `error`, or a `status` of 429 with `retry_after`, or 5xx.

        `channel`, `token` and `method` say which calls; `needed` names the scope of a `missing_scope`.
        """
        self.orders.add(Order(channel=channel, **order))

    def cut(self, channel: str | None = None, *, carried_out: bool = True, **order: Any) -> None:
        """Close the connection of the next call without an answer, after or before doing what it asks."""
        self.orders.add(Order(channel=channel, cut="after" if carried_out else "before", **order))

    def delay(self, seconds: float, channel: str | None = None, **order: Any) -> None:
        """Let the next call wait before it is carried out."""
        self.orders.add(Order(channel=channel, delay_seconds=seconds, **order))

    def said(self, channel: str) -> list[str]:
        """Return the texts people see in a channel, in order."""
        return [each.text or "" for each in self.seen if each.conversation == channel and each.target is None]

    def _made(self) -> web.BaseRunner:
        return answering(self._answer)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            if request.path.startswith(API):
                return await self._call(request, request.path.removeprefix(API))
            return await addresses.answer(self, request)
        except Refusal as refusal:
            headers = {"retry-after": str(refusal.retry_after)} if refusal.retry_after is not None else {}
            return web.Response(
                body=refusal.body(), status=refusal.status, headers=headers, content_type="application/json"
            )

    async def _call(self, request: web.BaseRequest, method: str) -> web.Response:
        arguments: dict[str, Any] = {}
        token = ""
        order = None
        try:
            token = token_of(request)
            require(self.tokens is None or token in self.tokens, "invalid_auth")
            arguments = await arguments_of(request, method)
            order = self.orders.take(lambda order: order.fits(token, method, channel_of(arguments)))
            if order:
                await self.obey(order, request)
            check(method, arguments)
            self._allow(method, channel_of(arguments))
            answer = self.workspace(token).carry_out(method, arguments)
        except Refusal as refusal:
            self.keep(self.refused, token, method, arguments, refused=refusal.error)
            raise
        self.keep(self.calls, token, method, arguments, ts=answer.get("ts"))
        if shown := seeing.seen(method, arguments, answer, self.workspace(token)):
            self.seen.append(shown)
        if order and order.cut == "after":
            hang_up(request)
        await asyncio.sleep(random.uniform(*self.latency))  # noqa: S311 - spreads answers, guards nothing
        headers = {"x-oauth-scopes": ",".join(sorted(self.scopes))}
        body = orjson.dumps({"ok": True, **answer})
        return web.Response(body=body, headers=headers, content_type="application/json")

    def _allow(self, method: str, channel: str | None) -> None:
        scope = SCOPES.get(method)
        if scope and scope not in self.scopes:
            raise Refusal("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))
        if channel in self.closed and not method.startswith("conversations."):
            raise Refusal(self.closed[channel])
        if method == "chat.postMessage" and self.per_second and channel:
            now = time.monotonic()
            recent = self.posted[channel] = [at for at in self.posted[channel] if now - at < 1]
            if len(recent) >= self.per_second:
                raise Refusal("ratelimited", 429, retry_after=1)
            recent.append(now)

    async def obey(self, order: Order, request: web.BaseRequest) -> None:
        """Do what was ordered for this call before it counts."""
        await asyncio.sleep(order.delay_seconds)
        if order.cut == "before":
            hang_up(request)
        if refusal := order.refusal():
            raise refusal

    def keep(
        self,
        where: list[Call],
        token: str,
        method: str,
        arguments: dict[str, Any],
        *,
        ts: str | None = None,
        refused: str = "",
    ) -> None:
        text = arguments.get("text", arguments.get("initial_comment"))
        where.append(Call(time.monotonic(), token, method, channel_of(arguments), text, ts, arguments, refused))

"""The server: takes calls, refuses what Meta would refuse, does what it was ordered to, and keeps what people see."""

import asyncio
import random
import time
from collections.abc import Collection, Sequence
from typing import Any

import orjson
from aiohttp import web

from frontdesk.rehearsal.orders import Orders
from frontdesk.rehearsal.people import Seen
from frontdesk.rehearsal.served import Served, answering
from frontdesk.rehearsal.whatsapp.account import Account, File
from frontdesk.rehearsal.whatsapp.graph import Graph
from frontdesk.rehearsal.whatsapp.orders import Order
from frontdesk.rehearsal.whatsapp.reading import FILE, PATH, Call, body_of, hang_up, json_answer
from frontdesk.rehearsal.whatsapp.refusal import Refusal
from frontdesk.rehearsal.whatsapp.reports import STAGES, Reports
from frontdesk.rehearsal.whatsapp.seeing import seen
from frontdesk.rehearsal.whatsapp.uploading import take_upload


class WhatsAppStub(Served):
    """A Graph API at `url`, once entered. `seen` is what people see, in order; `calls` are those accepted, `refused` the
    others. Any token and any number is known unless `tokens` or `phones` name those there are. `latency` is how long an
    accepted call waits for its answer, drawn between two bounds in seconds.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tokens: Collection[str] | None = None,
        phones: Collection[str] | None = None,
        app_secret: str = "",
        latency: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        self.host, self.port = host, port
        self.tokens = tokens
        self.latency = latency
        self.account = Account()
        self.graph = Graph(self.account, app_secret, phones)
        self.reports = Reports()
        self.orders: Orders[Order] = Orders()
        self.calls: list[Call] = []
        self.refused: list[Call] = []
        self.seen: list[Seen] = []

    async def __aexit__(self, *_: object) -> None:
        await self.reports.close()
        await super().__aexit__()

    def refuse(self, recipient: str | None = None, *, code: int | None = None, **order: Any) -> None:
        """Answer the next call (or `times`) with an error: `code`, `status`, `details`, `subcode`, `retry_after`."""
        self.orders.add(Order(recipient=recipient, code=code, **order))

    def cut(self, recipient: str | None = None, *, carried_out: bool = True, **order: Any) -> None:
        """Close the connection of the next call without an answer, after or before doing what it asks."""
        self.orders.add(Order(recipient=recipient, cut="after" if carried_out else "before", **order))

    def delay(self, seconds: float, recipient: str | None = None, **order: Any) -> None:
        """Let the next call wait before it is carried out."""
        self.orders.add(Order(recipient=recipient, delay_seconds=seconds, **order))

    def report_to(self, url: str, app_secret: str, stages: Sequence[str] = STAGES) -> None:
        """Post receipts of every message from now on; with no stages only `reports.report` posts any."""
        self.reports.url, self.reports.app_secret, self.reports.stages = url, app_secret, stages

    def hold(self, ref: str, data: bytes, mime: str = "image/jpeg") -> None:
        """Keep a file a person sent, under the media id `ref`."""
        self.account.files[ref] = File(data, mime)

    def said(self, recipient: str) -> list[str]:
        """Return the texts a person sees, in order."""
        return [each.text or "" for each in self.seen if each.conversation == recipient]

    def _made(self) -> web.BaseRunner:
        return answering(self._answer)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if file := FILE.match(request.path):
            return self._download(file.group(1), token)
        found = PATH.match(request.path)
        node, edge = (found.group(1), found.group(2) or "") if found else ("", "")
        body: dict[str, Any] = {}
        try:
            self._check(node, token)
            body = {} if edge == "media" else await body_of(request)
            answer = await self._carry_out(request, node, edge, body, token)
        except Refusal as refusal:
            self.refused.append(Call(time.monotonic(), request.method, node, edge, body, str(refusal)))
            return json_answer(refusal.body(), refusal.status, refusal.headers)
        return json_answer(orjson.dumps(answer))

    def _check(self, node: str, token: str) -> None:
        if not token or (self.tokens is not None and token not in self.tokens):
            raise Refusal(190, "Missing or unknown access token")
        if not node:
            raise Refusal(2500, "Unknown path components", status=404)

    async def _carry_out(
        self, request: web.BaseRequest, node: str, edge: str, body: dict[str, Any], token: str
    ) -> dict[str, Any]:
        order = self.orders.take(lambda order: order.fits(node, edge, body.get("to") or body.get("recipient")))
        if order:
            await asyncio.sleep(order.delay_seconds)
            if order.cut == "before":
                hang_up(request)
            if refusal := order.refusal():
                raise refusal
        answer = await self._done(request, node, edge, body, token)
        self.calls.append(Call(time.monotonic(), request.method, node, edge, body))
        if order and order.cut == "after":
            hang_up(request)
        if self.latency[1]:
            await asyncio.sleep(random.uniform(*self.latency))  # noqa: S311 - spreads answers, guards nothing
        return answer

    async def _done(
        self, request: web.BaseRequest, node: str, edge: str, body: dict[str, Any], token: str
    ) -> dict[str, Any]:
        match request.method, edge:
            case "GET", _:
                return self.graph.get(node, edge, dict(request.query), token, self.url)
            case "DELETE", _:
                return self.graph.delete(node, edge)
            case "POST", "messages":
                recipient, answer = self.graph.take(node, body)
                if recipient:
                    self._show(node, recipient, body, answer["messages"][0]["id"])
                return answer
            case "POST", "media":
                self.graph.check_phone(node)
                return await take_upload(request, self.account)
            case "POST", "subscribed_apps":
                return self.graph.subscribe(node, body)
        raise Refusal(100, f"Unsupported {request.method.lower()} request")

    def _show(self, phone: str, recipient: str, body: dict[str, Any], wamid: str) -> None:
        self.seen.append(seen(body, phone, recipient, wamid, self.account))
        self.reports.follow(body, phone, recipient, wamid)

    def _download(self, media_id: str, token: str) -> web.Response:
        """Return a file; without a token Meta answers with a page, and 404 once the address has run out."""
        if not token or (self.tokens is not None and token not in self.tokens):
            return web.Response(text="<!DOCTYPE html><html><body>Log in</body></html>", content_type="text/html")
        file = self.account.download(media_id)
        if file is None:
            return web.Response(status=404)
        return web.Response(body=file.data, content_type=file.mime or "application/octet-stream")

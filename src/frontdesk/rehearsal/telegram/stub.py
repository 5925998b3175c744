"""The server: takes calls, refuses what Telegram would refuse, does what it was ordered to, and keeps what it accepted."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from frontdesk.rehearsal.orders import Orders
from frontdesk.rehearsal.served import Served, answering
from frontdesk.rehearsal.telegram.bot import Bot
from frontdesk.rehearsal.telegram.orders import Order
from frontdesk.rehearsal.telegram.reading import CALL, FILE, TOKEN, fields_of
from frontdesk.rehearsal.telegram.refusal import Refusal
from frontdesk.rehearsal.telegram.rules import check
from frontdesk.rehearsal.telegram.vocabulary import SENDING

Control = Callable[["TelegramStub", web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Call:
    """One call: when it came (`time.monotonic`, the same clock in every process of a machine) and what it said.

    `message_id` is the one given to a message sent; `refused` holds the description of a refused call.
    """

    at: float
    token: str
    chat_id: int | str | None
    method: str
    text: str | None
    message_id: int | None
    fields: dict[str, Any]
    refused: str = ""


class TelegramStub(Served):
    """A Bot API at `url`, once entered. `calls` are those accepted, in order; `refused` the others.

    Any well-formed token is a bot's unless `tokens` names those there are. `latency` is how long an accepted call waits
    for its answer, drawn between two bounds in seconds.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tokens: Collection[str] | None = None,
        latency: tuple[float, float] = (0.0, 0.0),
        control: Control | None = None,
    ) -> None:
        self.host, self.port = host, port
        self.tokens = tokens
        self.latency = latency
        self.control = control
        self.calls: list[Call] = []
        self.refused: list[Call] = []
        self.orders: Orders[Order] = Orders()
        self.unanswered = 0
        self._bots: dict[str, Bot] = {}

    def bot(self, token: str) -> Bot:
        """Return what is kept of a bot: its webhook, messages and files."""
        if token not in self._bots:
            self._bots[token] = Bot(token)
        return self._bots[token]

    def refuse(self, chat_id: int | str | None = None, *, status: int = 400, **order: Any) -> None:
        """Answer the next call (or `times`) with an error: `status`, `description`, `retry_after`, `migrate_to_chat_id`.

        `chat_id`, `token` and `method` say which calls.
        """
        self.orders.add(Order(chat_id=chat_id, status=status, **order))

    def cut(self, chat_id: int | str | None = None, *, carried_out: bool = True, **order: Any) -> None:
        """Close the connection of the next call without an answer, after or before doing what it asks."""
        self.orders.add(Order(chat_id=chat_id, cut="after" if carried_out else "before", **order))

    def delay(self, seconds: float, chat_id: int | str | None = None, **order: Any) -> None:
        """Let the next call wait before it is carried out."""
        self.orders.add(Order(chat_id=chat_id, delay_seconds=seconds, **order))

    def said(self, chat_id: int | str) -> list[str]:
        """Return the texts sent to a chat, in order."""
        return [call.text or "" for call in self.calls if call.chat_id == chat_id and call.message_id]

    def _made(self) -> web.BaseRunner:
        return answering(self._answer)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith("/_") and self.control:
            return await self.control(self, request)
        found = CALL.match(request.path)
        if found is None:
            return self._download(request)
        try:
            return _json(await self._call(request, found.group(1), found.group(2)))
        except Refusal as refusal:
            return _json(refusal.body(), refusal.status)

    async def _call(self, request: web.BaseRequest, token: str, method: str) -> bytes:
        self._check_token(token)
        fields = await fields_of(request)
        order = self.orders.take(lambda order: order.fits(token, method, fields.get("chat_id")))
        if order:
            await self._obey(order, request, token, method, fields)
        try:
            check(method.lower(), fields)
            result = self.bot(token).carry_out(method.lower(), fields)
        except Refusal as refusal:
            self._keep(self.refused, token, method, fields, None, refusal.description)
            raise
        self._keep(self.calls, token, method, fields, result)
        if order and order.cut == "after":
            _hang_up(request)
        if self.latency[1]:
            await self._take_time()
        return orjson.dumps({"ok": True, "result": result})

    def _check_token(self, token: str) -> None:
        if not TOKEN.match(token):
            raise Refusal("Not Found", 404)
        if self.tokens is not None and token not in self.tokens:
            raise Refusal("Unauthorized", 401)

    async def _obey(
        self, order: Order, request: web.BaseRequest, token: str, method: str, fields: dict[str, Any]
    ) -> None:
        await asyncio.sleep(order.delay_seconds)
        if order.cut == "before":
            _hang_up(request)
        if refusal := order.refusal():
            self._keep(self.refused, token, method, fields, None, refusal.description)
            raise refusal

    def _keep(
        self, where: list[Call], token: str, method: str, fields: dict[str, Any], result: Any, refused: str = ""
    ) -> None:
        first = result[0] if isinstance(result, list) and result else result
        sent = isinstance(first, dict) and method.lower() in SENDING
        text = fields.get("text", fields.get("caption"))
        message_id = first["message_id"] if sent else None
        where.append(Call(time.monotonic(), token, fields.get("chat_id"), method, text, message_id, fields, refused))

    async def _take_time(self) -> None:
        self.unanswered += 1
        try:
            await asyncio.sleep(random.uniform(*self.latency))  # noqa: S311 - spreads answers, guards nothing
        finally:
            self.unanswered -= 1

    def _download(self, request: web.BaseRequest) -> web.Response:
        found = FILE.match(request.path)
        token, file_id = (found.group(1), found.group(2).removeprefix("files/")) if found else ("", "")
        bot = self._bots.get(token)
        if bot is None or file_id in bot.expired or file_id not in bot.files:
            return _json(Refusal("Not Found", 404).body(), 404)
        return web.Response(body=bot.files[file_id], content_type="application/octet-stream")


def _json(body: bytes, status: int = 200) -> web.Response:
    return web.Response(body=body, status=status, content_type="application/json")


def _hang_up(request: web.BaseRequest) -> None:
    if request.transport:
        request.transport.abort()
    raise ConnectionResetError("ordered to hang up")

"""The stub: an HTTP server with a script of answers and a record of what it was asked."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from frontdesk.rehearsal.openai import responses
from frontdesk.rehearsal.openai.rules import Refusal, check

RESPONSES = "/v1/responses"

Reply = Mapping[str, Any] | str | Callable[[Mapping[str, Any]], "Mapping[str, Any] | str"]
"""What the model says: JSON for the form asked for, text as it is, or a function of the request."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came; `refused` is why it was answered with 400."""

    headers: Mapping[str, str] = field(repr=False)
    body: Mapping[str, Any]
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """How to answer one call: what to say, after how long, or which status instead."""

    reply: Reply = ""
    status: int = 200
    seconds: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    finish: str | None = None
    code: str | None = None

    def said(self, body: Mapping[str, Any]) -> str:
        """Return the words of the model."""
        reply = self.reply(body) if callable(self.reply) else self.reply
        return reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)


class OpenAIStub:
    """One server with one key; it answers as ordered, and with `reply` once no order is left."""

    def __init__(self, key: str = "sk-stub", reply: Reply = "") -> None:
        self.key = key
        self.reply = reply
        self.orders: deque[Order] = deque()
        self.calls: list[Call] = []
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_post("/v1/responses", self._complete)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The base URL clients are given."""
        assert self._runner
        return "http://{}:{}/v1".format(*self._runner.addresses[0][:2])

    def order(self, *orders: Order) -> None:
        self.orders.extend(orders)

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return _error(401, "Incorrect API key provided.", "invalid_request_error", "invalid_api_key")
        try:
            body = json.loads(await request.read())
            (responses.check if request.path == RESPONSES else check)(body)
        except (Refusal, ValueError, AttributeError, KeyError, TypeError) as error:
            self.calls.append(Call(dict(request.headers), {}, str(error)))
            return _error(400, str(error), "invalid_request_error", None)
        self.calls.append(Call(dict(request.headers), body))
        order = self.orders.popleft() if self.orders else Order(self.reply)
        await asyncio.sleep(order.seconds)
        if order.raw is not None:
            return web.Response(status=order.status, body=order.raw, content_type="application/json")
        if order.status >= 400:
            answer = _error(order.status, "as ordered", "stub_error", order.code)
            answer.headers.update(order.headers)
            return answer
        said = order.said(body)
        if request.path == RESPONSES:
            return web.json_response(responses.response(body, said, len(self.calls)))
        return web.json_response(completion(body, said, order.finish, len(self.calls)))


def completion(body: Mapping[str, Any], text: str, ended: str | None, number: int) -> dict[str, Any]:
    """Return a completion in the form the request asks for; it counts a token for each four characters."""
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    finish = "stop"
    if body.get("tools"):
        function = {"name": body["tools"][0]["function"]["name"], "arguments": text}
        message |= {"content": None, "tool_calls": [{"id": f"call_{number}", "type": "function", "function": function}]}
        finish = "tool_calls"
    asked, answered = len(json.dumps(body["messages"])) // 4, len(text) // 4 + 1
    return {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": ended or finish, "logprobs": None}],
        "usage": {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered},
    }


def _error(status: int, message: str, kind: str, code: str | None) -> web.Response:
    return web.json_response({"error": {"message": message, "type": kind, "param": None, "code": code}}, status=status)

"""A Bot API of our own on a free port: takes every method, remembers each call, and fails when it is told to."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

SAYING = "send"
FILE = b"\x89PNG\r\n\x1a\n what a provider keeps"


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    fields: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


class BotApi:
    """`async with BotApi() as bot:` serves at `bot.url`; `bot.calls` are the calls, the oldest first."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.failing: tuple[int, str] | None = None
        self.url = ""

    @property
    def said(self) -> list[Call]:
        """The calls that put something into a chat."""
        return [call for call in self.calls if call.method.startswith(SAYING) and call.method != "sendChatAction"]

    @property
    def texts(self) -> list[str]:
        return [call.fields.get("text", "") for call in self.said]

    async def __aenter__(self) -> "BotApi":
        app = web.Application(client_max_size=30_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.*}", self._file)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = "http://{}:{}".format(*self._runner.addresses[0][:2])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        fields = dict(await request.json()) if request.can_read_body else {}
        call = Call(request.match_info["method"], fields, dict(request.headers))
        self.calls.append(call)
        if self.failing and call.method.startswith(SAYING) and call.method != "sendChatAction":
            status, description = self.failing
            return web.json_response({"ok": False, "error_code": status, "description": description}, status=status)
        return web.json_response({"ok": True, "result": self._result(call)})

    def _result(self, call: Call) -> Any:
        match call.method:
            case "getFile":
                return {"file_id": call.fields["file_id"], "file_path": "photos/file_1.png", "file_size": len(FILE)}
            case "getWebhookInfo":
                urls = [each.fields["url"] for each in self.calls if each.method == "setWebhook"]
                return {"url": urls[-1] if urls else "", "has_custom_certificate": False, "pending_update_count": 0}
            case "sendMediaGroup":
                return [self._message(call) for _ in call.fields["media"]]
            case method if method.startswith(SAYING):
                return self._message(call)
        return True

    def _message(self, call: Call) -> dict[str, Any]:
        chat = {"id": call.fields.get("chat_id"), "type": "private"}
        return {"message_id": 9000 + len(self.calls), "date": 1_700_000_000, "chat": chat}

    async def _file(self, _: web.Request) -> web.Response:
        return web.Response(body=FILE, content_type="application/octet-stream")


def compact(body: Any) -> bytes:
    """Return a payload as the bytes a provider sends."""
    return json.dumps(body, separators=(",", ":")).encode()

"""Calls as they come in, and answers as they go out."""

import re
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from frontdesk.rehearsal.whatsapp.refusal import Refusal

PATH = re.compile(r"/v[0-9]+\.[0-9]+/([^/]+)(?:/([a-z_]+))?/?\Z")
FILE = re.compile(r"/files/([\w-]+)\Z")


@dataclass(frozen=True, slots=True)
class Call:
    """One call: when it came (`time.monotonic`), to which object and edge, and what it said; `refused` says why not."""

    at: float
    method: str
    node: str
    edge: str
    body: dict[str, Any] = field(default_factory=dict)
    refused: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.edge or 'object'} {self.body.get('type', '')}: {self.refused}"


async def body_of(request: web.BaseRequest) -> dict[str, Any]:
    try:
        body = orjson.loads(await request.read() or b"{}")
    except ValueError:
        raise Refusal(100, "The body is no JSON") from None
    if not isinstance(body, dict):
        raise Refusal(100, "The body has to be an object")
    return body


def json_answer(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


def hang_up(request: web.BaseRequest) -> None:
    if request.transport:
        request.transport.abort()
    raise ConnectionResetError("ordered to hang up")

"""The server: takes posts, refuses what is not signed or not the protocol, and keeps what its people see."""

import asyncio
import random
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import orjson
from aiohttp import web

from frontdesk.channels.custom.signature import ID, SECONDS, SIGNATURE, TIMESTAMP, TOLERANCE, verify
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.rehearsal.custom.rules import fault
from frontdesk.rehearsal.custom.seeing import seen
from frontdesk.rehearsal.people import Seen
from frontdesk.rehearsal.served import Served, answering

SIGNED = re.compile(r"v1,[A-Za-z0-9+/]{43}=")


@dataclass(frozen=True, slots=True)
class Call:
    """One post: when it came (`time.monotonic`), its `webhook-id`, and what it said; `refused` says why it was not taken."""

    at: float
    key: str
    body: Mapping[str, Any]
    external_id: str = ""
    refused: str = ""

    def __str__(self) -> str:
        return f"{self.body.get('type')} to {self.body.get('conversation')}: {self.refused}"


@dataclass(slots=True)
class CustomStub(Served):
    """Somebody's webhook at `url`, once entered. `calls` are the posts taken, in order and each key once; `refused` the
    others.

    Signatures are checked for the channels whose secrets `secrets` has, by the channel's id; of others only their form.
    `latency` is how long a post waits for its answer, drawn between two bounds in seconds. `answers` are statuses, with
    their headers, that the next posts get instead.
    """

    host: str = "127.0.0.1"
    port: int = 0
    latency: tuple[float, float] = (0.0, 0.0)
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    files: dict[str, bytes] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    refused: list[Call] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    repeats: int = 0
    _known: dict[str, str] = field(default_factory=dict)

    @property
    def seen(self) -> list[Seen]:
        """What people saw so far."""
        return [seen(call.at, call.body, call.external_id) for call in self.calls if call.body.get("type") != "ping"]

    def _made(self) -> web.BaseRunner:
        return answering(self._answer)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "GET" and request.path.startswith("/files/"):
            data = self.files.get(unquote(request.rel_url.raw_path.removeprefix("/files/")))
            return web.Response(body=data, content_type="image/png") if data is not None else web.Response(status=404)
        raw = await request.read()
        key = request.headers.get(ID, "")
        status, why, body = self._judged(request, raw)
        if why:
            self.refused.append(Call(time.monotonic(), key, body, refused=why))
            return web.Response(status=status, text=why)
        if self.answers:
            status, headers = self.answers.pop(0)
            self.refused.append(Call(time.monotonic(), key, body, refused=f"ordered to answer {status}"))
            return web.Response(status=status, headers=headers)
        external_id = self._kept(key, body)
        await asyncio.sleep(random.uniform(*self.latency))  # noqa: S311 - spreads answers, guards nothing
        return web.Response(body=orjson.dumps({"id": external_id}), content_type="application/json")

    def _judged(self, request: web.BaseRequest, raw: bytes) -> tuple[int, str, dict[str, Any]]:
        """Return the status and the reason of a refusal, which is empty where there is none, and the body."""
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError:
            return 400, "the body is no JSON", {}
        known = body if isinstance(body, dict) else {}
        if request.method != "POST" or request.content_type != "application/json":
            return 415, "messages are posted as application/json", known
        if not self._signed(request, raw, str(known.get("channel"))):
            return 401, "the signature is missing or wrong", known
        if why := fault(body):
            return 422, why, known
        if known["type"] != "ping" and known["id"] != request.headers[ID]:
            return 422, "webhook-id is not the message's id", known
        return 200, "", known

    def _signed(self, request: web.BaseRequest, raw: bytes, channel_id: str) -> bool:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if channel_id in self.secrets:
            credentials = {"secret": self.secrets[channel_id]}
            channel = Channel(
                id=UUID(channel_id), tenant="", kind="custom", name="", api_base="", credentials=credentials
            )
            return verify(Request("POST", "", headers, raw), channel, datetime.now(UTC))
        seconds = headers.get(TIMESTAMP, "")
        fresh = SECONDS.fullmatch(seconds) is not None and abs(time.time() - int(seconds)) <= TOLERANCE.total_seconds()
        return fresh and bool(headers.get(ID)) and SIGNED.fullmatch(headers.get(SIGNATURE, "")) is not None

    def _kept(self, key: str, body: dict[str, Any]) -> str:
        """Return the id of a message; one that comes again has the same, and is seen once."""
        if key in self._known:
            self.repeats += 1
            return self._known[key]
        external_id = str(body.get("target") or f"x-{len(self.calls) + 1}")
        self._known[key] = external_id
        self.calls.append(Call(time.monotonic(), key, body, external_id))
        return external_id

"""Values the Signal tests are about, and the driver of an exchange without a network."""

import json
from base64 import b64decode
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, Outbound, OutboundMedia
from frontdesk.core.exchange import Exchange, Request, Response

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "src/frontdesk/channels/signal/fixtures"
CORPUS = ROOT.parent / "shared/corpus"
BRIDGE = "http://bridge.internal:8080"
US = "+4930900100"
ANA = "7c1a0b52-8f64-4e0b-9a55-0d6f0c3e2b11"
GROUP = "mHN1kiXgMXpKz5Ah2l110NLQHzIrYaFuC3c3mzpSoaE="
GROUP_SENT = "group.bUhOMWtpWGdNWHBLejVBaDJsMTEwTkxRSHpJcllhRnVDM2MzbXpwU29hRT0="
SENT_AT = "1760000200123"


def a_channel(credentials: Mapping[str, str] | None = None, **settings: Any) -> Channel:
    return Channel(
        id=UUID(int=1),
        tenant="acme",
        kind="signal",
        name="support",
        api_base=BRIDGE,
        credentials={"number": US, **(credentials or {})},
        settings=settings,
    )


def an_outbound(conversation: str = ANA, **content: Any) -> Outbound:
    return Outbound(key="0199-key", conversation=conversation, content=Content(**content))


def a_file(kind: Any, **source: Any) -> OutboundMedia:
    return OutboundMedia(type=kind, **(source or {"data": b"bytes", "mime": "image/png", "filename": "a.png"}))


def cases(folder: Path, pattern: str = "*.json") -> list[Any]:
    """Return the folder's case files, none where there is no such folder."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob(pattern))] if folder.exists() else []


def webhook(payload: Any, headers: Mapping[str, str] | None = None) -> Request:
    body = payload if isinstance(payload, str) else json.dumps(payload, separators=(",", ":"))
    return Request("POST", "/webhook", dict(headers or {}), body.encode())


def sent(timestamp: str = SENT_AT) -> Response:
    return Response(201, json.dumps({"timestamp": timestamp}).encode())


def refusal(status: int, error: Any = "", **more: Any) -> Response:
    return Response(status, json.dumps({"error": error, **more}).encode())


def answered(body: Any, status: int = 200) -> Response:
    return Response(status, json.dumps(body).encode())


def drive(exchange: Exchange[Any], responses: Iterable[Response]) -> tuple[list[Request], Any]:
    """Answer the exchange's requests in turn; return the requests and its result."""
    requests = []
    answers = iter(responses)
    try:
        requests.append(next(exchange))
        while True:
            requests.append(exchange.send(next(answers)))
    except StopIteration as end:
        return requests, end.value


def asked(request: Request) -> tuple[str, str, Any]:
    """Return method, path and JSON body of a call of the bridge."""
    assert request.url.startswith(BRIDGE)
    return request.method, request.url.removeprefix(BRIDGE), json.loads(request.body) if request.body else None


def unpacked(data_uri: str) -> tuple[str, bytes]:
    """Return what stands before a file's bytes, and the bytes."""
    head, _, encoded = data_uri.partition(";base64,")
    return head, b64decode(encoded, validate=True)

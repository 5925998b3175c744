"""Values the WhatsApp tests are about, and the driver of an exchange without a network."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, Outbound, OutboundMedia
from frontdesk.core.exchange import Exchange, Request, Response

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "src/frontdesk/channels/whatsapp/fixtures"
CORPUS = ROOT.parent / "shared/corpus"
TOKEN = "EAAGnotARealToken0123456789abcdef"
APP_SECRET = "0123456789abcdef0123456789abcdef"
PHONE_ID = "200100300400500"
WABA = "300200100400"
ANA = "77010000001"
USER_ID = "KZ.40112233445566778899"
GROUP = "Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAzNjM0MDQ2OTQyMzM4MjAZD"
BASE = "https://graph.facebook.com/v25.0"
WAMID = "wamid.HBgLNzcwMTAwMDAwMDEVAgARGBI="


def a_channel(credentials: Mapping[str, str] | None = None, api_base: str = "", **settings: Any) -> Channel:
    given = {
        "access_token": TOKEN,
        "app_secret": APP_SECRET,
        "phone_number_id": PHONE_ID,
        "verify_token": "a-verify-token",
    }
    return Channel(
        id=UUID(int=1),
        tenant="acme",
        kind="whatsapp",
        name="front line",
        api_base=api_base or "https://graph.facebook.com",
        credentials={**given, **(credentials or {})},
        settings=settings,
    )


def an_outbound(conversation: str = ANA, **content: Any) -> Outbound:
    return Outbound(key="0199-key", conversation=conversation, content=Content(**content))


def a_file(kind: Any, **source: Any) -> OutboundMedia:
    return OutboundMedia(type=kind, **(source or {"ref": "9001"}))


def cases(folder: Path, pattern: str = "*.json") -> list[Any]:
    """Return the folder's case files, none where there is no such folder."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob(pattern))] if folder.exists() else []


def webhook(payload: Any, headers: Mapping[str, str] | None = None) -> Request:
    body = payload if isinstance(payload, str) else json.dumps(payload, separators=(",", ":"))
    return Request("POST", "/webhook", dict(headers or {}), body.encode("utf-8", "surrogatepass"))


def ok(**answer: Any) -> Response:
    return Response(200, json.dumps(answer).encode())


def sent(wamid: str = WAMID) -> Response:
    return ok(messaging_product="whatsapp", contacts=[{"input": ANA, "wa_id": ANA}], messages=[{"id": wamid}])


def refusal(status: int, code: int | None = None, headers: Mapping[str, str] | None = None, **error: Any) -> Response:
    body = {"error": {"message": "(#0) Something", "type": "OAuthException", "fbtrace_id": "AbC1", **error}}
    if code is not None:
        body["error"]["code"] = code
    return Response(status, json.dumps(body).encode(), headers or {})


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


def asked(request: Request) -> tuple[str, dict[str, Any]]:
    """Return the path a request calls and its JSON body; the token has to be in its header and nowhere else."""
    assert request.url.startswith(f"{BASE}/")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in request.url
    assert TOKEN.encode() not in request.body
    return request.url.removeprefix(f"{BASE}/"), json.loads(request.body)

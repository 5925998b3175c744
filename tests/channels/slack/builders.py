"""Values the Slack tests are about, and the driver of an exchange without a network."""

import hmac
import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, Outbound
from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.core.message import Event
from frontdesk.core.vocabulary import flatten

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "src/frontdesk/channels/slack/fixtures"
CORPUS = ROOT.parent / "shared/corpus"
TOKEN = "xoxb-77-not-a-real-token"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
API = "https://slack.com/api/"
DIRECT = "D0PETRA"
ROOM = "C0LOBBY"
TS = "1760000000.000100"
KEY = "019a0000-0000-7000-8000-000000000001"
BEARER = {"authorization": f"Bearer {TOKEN}"}


def a_channel(*, api_base: str = "https://slack.com", **settings: Any) -> Channel:
    return Channel(
        id=UUID(int=1),
        tenant="acme",
        kind="slack",
        name="help desk",
        api_base=api_base,
        credentials={"bot_token": TOKEN, "signing_secret": SECRET},
        settings=settings,
    )


def an_outbound(
    conversation: str = DIRECT, thread: str | None = None, answer_url: str | None = None, **content: Any
) -> Outbound:
    return Outbound(
        key=KEY, conversation=conversation, thread=thread, answer_url=answer_url, content=Content(**content)
    )


def cases(folder: Path, pattern: str = "*.json") -> list[Any]:
    """Return the folder's case files, none where there is no such folder."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob(pattern))] if folder.exists() else []


def webhook(payload: Any, headers: Mapping[str, str] | None = None) -> Request:
    """Return a request with this body; objects travel as JSON."""
    body = payload if isinstance(payload, str) else json.dumps(payload, separators=(",", ":"))
    given = {name.lower(): value for name, value in (headers or {"content-type": "application/json"}).items()}
    return Request("POST", "/webhook", given, body.encode())


def form(payload: Any, **headers: str) -> Request:
    """Return interactivity as Slack posts it: JSON in a field of a form."""
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return webhook(urlencode({"payload": json.dumps(payload)}), {**kind, **headers})


def signed(body: bytes, timestamp: str, secret: str = SECRET) -> dict[str, str]:
    """Return the headers that sign a body."""
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, sha256).hexdigest()
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={digest}"}


def flat(event: Event) -> dict[str, Any]:
    """Return an event in the corpus's vocabulary."""
    origin = getattr(event, "origin", None)
    return {**flatten(event), **({"enterprise": origin.enterprise} if origin and origin.enterprise else {})}


def ok(**answer: Any) -> Response:
    return Response(200, json.dumps({"ok": True, **answer}).encode())


def refusal(error: str, status: int = 200, headers: Mapping[str, str] | None = None, **answer: Any) -> Response:
    return Response(status, json.dumps({"ok": False, "error": error, **answer}).encode(), headers or {})


def sent(channel: str = DIRECT, ts: str = TS) -> Response:
    return ok(channel=channel, ts=ts, message={"ts": ts})


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
    """Return the method a request calls and its arguments, JSON inside form fields read."""
    assert request.url.startswith(API), request.url
    assert request.headers["authorization"] == BEARER["authorization"]
    if request.fields:
        return request.url.removeprefix(API), {name: _read(value) for name, value in request.fields.items()}
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    return request.url.removeprefix(API), json.loads(request.body)


def _read(value: str) -> Any:
    return json.loads(value) if value[:1] in ("{", "[") else value

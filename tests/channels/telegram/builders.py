"""Values the Telegram tests are about, and the driver of an exchange without a network."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, Outbound, OutboundMedia
from frontdesk.core.exchange import Exchange, Request, Response

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "src/frontdesk/channels/telegram/fixtures"
CORPUS = ROOT.parent / "shared/corpus"
TOKEN = "6100100:AAE-not_a_real_token_0123456789abcde"
CHAT = "7100200301"
GROUP = "-1002100300400"


def a_channel(**settings: Any) -> Channel:
    return Channel(
        id=UUID(int=1),
        tenant="acme",
        kind="telegram",
        name="support bot",
        api_base="https://api.telegram.org",
        credentials={"token": TOKEN, "secret_token": "tg-Secret_9"},
        settings=settings,
    )


def an_outbound(conversation: str = CHAT, thread: str | None = None, **content: Any) -> Outbound:
    return Outbound(key="0199-key", conversation=conversation, thread=thread, content=Content(**content))


def a_file(kind: Any, **source: Any) -> OutboundMedia:
    return OutboundMedia(type=kind, **(source or {"ref": f"BQAD-{kind}"}))


def cases(folder: Path, pattern: str = "*.json") -> list[Any]:
    """Return the folder's case files, none where there is no such folder."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob(pattern))] if folder.exists() else []


def webhook(payload: Any, headers: Mapping[str, str] | None = None) -> Request:
    body = payload if isinstance(payload, str) else json.dumps(payload, separators=(",", ":"))
    return Request("POST", "/webhook", dict(headers or {}), body.encode())


def ok(result: Any) -> Response:
    return Response(200, json.dumps({"ok": True, "result": result}).encode())


def refusal(status: int, description: str = "", **parameters: Any) -> Response:
    answer = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return Response(status, json.dumps(answer).encode())


def sent(message_id: int = 900, chat: int = int(CHAT)) -> Response:
    return ok({"message_id": message_id, "date": 1760000000, "chat": {"id": chat, "type": "private"}})


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
    """Return the method a request calls and its parameters, JSON inside form fields read."""
    prefix = f"https://api.telegram.org/bot{TOKEN}/"
    assert request.url.startswith(prefix)
    if request.uploads:
        return request.url.removeprefix(prefix), {name: _read(value) for name, value in request.fields.items()}
    return request.url.removeprefix(prefix), json.loads(request.body)


def _read(value: str) -> Any:
    return json.loads(value) if value[:1] in ("{", "[") else value

"""Values the tests of the custom channel are about, and the driver of an exchange without a network."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from frontdesk.channels.custom.signature import signed_headers
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content, Outbound
from frontdesk.core.exchange import Exchange, Request, Response

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "src/frontdesk/channels/custom"
CASES = [json.loads(path.read_text("utf-8")) for path in sorted((FOLDER / "fixtures").glob("*.json"))]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)


def a_channel(secret: str = SECRET, api_base: str = "https://desk.example.org/frontdesk") -> Channel:
    return Channel(
        id=UUID(int=1), tenant="acme", kind="custom", name="our app", api_base=api_base, credentials={"secret": secret}
    )


def an_outbound(conversation: str = "c-7", thread: str | None = None, **content: Any) -> Outbound:
    return Outbound(key="0199-key", conversation=conversation, thread=thread, content=Content(**content))


def webhook(payload: Any, headers: Mapping[str, str] | None = None) -> Request:
    body = payload if isinstance(payload, str) else json.dumps(payload)
    return Request("POST", "/webhook", dict(headers or {}), body.encode("utf-8", "surrogatepass"))


def signed(payload: Any, channel: Channel, at: datetime = NOW) -> Request:
    request = webhook(payload)
    return Request("POST", "/webhook", signed_headers(channel, "msg_1", request.body, at), request.body)


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

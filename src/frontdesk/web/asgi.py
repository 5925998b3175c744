"""Bare ASGI: a request read within limits, a response sent."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from frontdesk.core.exchange import Request
from frontdesk.errors import FrontdeskError, PayloadTooLarge, UnsupportedMediaType
from frontdesk.web import problems

ASGIScope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[ASGIScope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]


async def read(scope: ASGIScope, receive: Receive, most_bytes: int) -> Request:
    """Return the request with its whole body; PayloadTooLarge as soon as it is over the limit."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > most_bytes:
        raise PayloadTooLarge(f"the body has {length} bytes; at most {most_bytes} are read")
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most_bytes:
            raise PayloadTooLarge(f"the body is over {most_bytes} bytes")
        if not message.get("more_body"):
            break
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    return Request(scope["method"], scope["path"], headers, b"".join(parts), query)


class Limited:
    """Hands a request's body on up to a limit; past it `over` is true, and the application sees its client leave."""

    def __init__(self, scope: ASGIScope, receive: Receive, most_bytes: int) -> None:
        self.receive = receive
        self.most_bytes = most_bytes
        self._size = 0
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        self.over = length.isdigit() and int(length[:20]) > most_bytes

    async def __call__(self) -> Message:
        message = await self.receive()
        self._size += len(message.get("body", b""))
        self.over = self.over or self._size > self.most_bytes
        return {"type": "http.disconnect"} if self.over else message

    @property
    def refusal(self) -> PayloadTooLarge:
        return PayloadTooLarge(f"the body is over {self.most_bytes} bytes")


def require_type(request: Request, accepted: Sequence[str]) -> None:
    """Raise UnsupportedMediaType unless the body's type is among those the endpoint reads (none given counts as right)."""
    given = request.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if given and given not in accepted:
        raise UnsupportedMediaType(f"{given[:80]!r} is not read here; send {' or '.join(accepted)}")


def source_of(scope: ASGIScope, trusted: frozenset[str]) -> str:
    """Return the address a request comes from: the last one in X-Forwarded-For that is no proxy of ours, where one of
    ours says so.
    """
    peer = scope["client"][0] if scope.get("client") else ""
    if peer not in trusted:
        return str(peer)
    forwarded = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"), "")
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    return next((hop for hop in reversed(hops) if hop not in trusted), str(peer))


async def respond(
    send: Send,
    status: int,
    body: bytes = b"",
    headers: Sequence[Header] = (),
    content_type: bytes = b"application/json",
) -> None:
    """Send a whole response."""
    all_headers: list[Header] = [(b"content-length", str(len(body)).encode()), *headers]
    if body:
        all_headers.append((b"content-type", content_type))
    await send({"type": "http.response.start", "status": status, "headers": all_headers})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Send, error: FrontdeskError, headers: Sequence[Header] = ()) -> None:
    """Send an error as problem+json."""
    more = [*problems.headers_of(error), *headers]
    await respond(send, problems.status_of(error), problems.document(error), more, problems.TYPE)

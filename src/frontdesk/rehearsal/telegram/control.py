"""Reading and ordering a stub that runs as its own process: `/_calls`, `/_count`, `/_set`, `/_clear`, `/_file`."""

from typing import Any

import orjson
from aiohttp import web

from frontdesk.rehearsal.telegram.orders import order_of
from frontdesk.rehearsal.telegram.stub import Call, TelegramStub


async def control(stub: TelegramStub, request: web.BaseRequest) -> web.StreamResponse:
    """Answer one request of whoever runs the rehearsal."""
    try:
        match request.path:
            case "/_calls":
                since = int(request.query.get("since", 0))
                return _answer([_compact(call) for call in stub.calls[since:]])
            case "/_count":
                return _answer({"calls": len(stub.calls), "refused": len(stub.refused)})
            case "/_refused":
                return _answer([[*_compact(call), call.refused] for call in stub.refused])
            case "/_set":
                return _answer(_set(stub, orjson.loads(await request.read())))
            case "/_clear":
                stub.calls.clear()
                stub.refused.clear()
                stub.orders.clear()
                return _answer(True)
            case "/_file":
                stub.bot(request.query["token"]).files[request.query["file_id"]] = await request.read()
                return _answer(True)
    except (ValueError, TypeError, KeyError) as error:
        return _answer({"error": str(error)}, 400)
    return _answer({"error": f"no {request.path}"}, 404)


def _set(stub: TelegramStub, document: dict[str, Any]) -> bool:
    """Add an order, or change `latency` for every call."""
    if "latency" in document:
        low, high = document.pop("latency")
        stub.latency = (float(low), float(high))
    if document:
        stub.orders.add(order_of(document))
    return True


def _compact(call: Call) -> list[Any]:
    return [call.at, call.token, call.chat_id, call.method, call.text, call.message_id]


def _answer(document: object, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(document), status=status, content_type="application/json")

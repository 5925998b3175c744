"""What the bridge tells when it is only asked."""

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from frontdesk.rehearsal.signal.refusal import Refusal

if TYPE_CHECKING:
    from frontdesk.rehearsal.signal.stub import SignalStub

INVALID_NAME = "Please provide a valid attachment name"
NO_FILE = "No attachment with that name found"


def told(stub: "SignalStub", request: web.Request, steps: list[str]) -> web.Response:
    """Answer a call that changes no account."""
    match request.method, steps:
        case "GET", ["v1", "health"]:
            return web.Response(status=204)
        case "GET", ["v1", "about"]:
            return _json(
                {
                    "versions": ["v1", "v2"],
                    "build": 2,
                    "mode": stub.mode,
                    "version": stub.version,
                    "capabilities": {"v2/send": ["quotes", "mentions"]},
                }
            )
        case "GET", ["v1", "accounts"]:
            return _json(stub.accounts.listed())
        case ("GET" | "DELETE") as method, ["v1", "attachments", *name]:
            return _file(stub, method, "/".join(name))
        case "GET", ["v1", ("groups" | "identities") as listed, number]:
            stub.accounts.check_number(number)
            return _json(_groups(stub) if listed == "groups" else [])
        case _:
            return web.Response(status=404, text="404 page not found")


def _file(stub: "SignalStub", method: str, name: str) -> web.Response:
    if not name:
        return _json(sorted(stub.accounts.files))
    if "/" in name or ".." in name:
        raise Refusal(INVALID_NAME)
    if name not in stub.accounts.files:
        raise Refusal(NO_FILE, 404)
    if method == "DELETE":
        del stub.accounts.files[name]
        return web.Response(status=204)
    return web.Response(body=stub.accounts.files[name], content_type="application/octet-stream")


def _groups(stub: "SignalStub") -> list[dict[str, Any]]:
    return [
        {
            "id": "group." + b64encode(internal.encode()).decode(),
            "internal_id": internal,
            "name": f"Group {number}",
            "members": [],
        }
        for number, internal in enumerate(stub.accounts.groups or (), 1)
    ]


def _json(body: object) -> web.Response:
    return web.Response(body=orjson.dumps(body), content_type="application/json")

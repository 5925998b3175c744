"""Calls of the bridge's REST API, as requests."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from frontdesk.channels.signal.refusals import failure
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Exchange, Request, Response


def address(channel: Channel, *steps: str) -> str:
    """Return the address of an endpoint; each step of the path is quoted, so that none can lead elsewhere."""
    path = "/".join(quote(step, safe="+", errors="replace") for step in steps)
    return f"{channel.api_base.rstrip('/')}/{path}"


def authorization(channel: Channel) -> dict[str, str]:
    """Return the header a reverse proxy in front of the bridge asks for; the bridge itself asks for nothing."""
    value = channel.credentials.get("api_authorization")
    return {"authorization": value} if value else {}


def get(channel: Channel, *steps: str) -> Request:
    return Request.get(address(channel, *steps), authorization(channel))


def call(method: str, channel: Channel, steps: tuple[str, ...], body: Mapping[str, Any]) -> Request:
    """Return a request with a JSON body, also for DELETE: the bridge reads what to take back from it."""
    encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    headers = {"content-type": "application/json", **authorization(channel)}
    return Request(method, address(channel, *steps), headers, encoded)


def perform(request: Request, channel: Channel, conversation: str | None = None) -> Exchange[Response]:
    """Make the call and return its answer; a DeliveryError says why there is none."""
    response = yield request
    if response.status >= 300:
        raise failure(response, channel, conversation)
    return response

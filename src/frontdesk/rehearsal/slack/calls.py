"""A call as it comes in: its method, whose it is, and its arguments from JSON or a form."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from frontdesk.rehearsal.slack.refusal import Refusal, require
from frontdesk.rehearsal.slack.vocabulary import FORM_ONLY, STRUCTURED

BEARER = re.compile(r"Bearer (\S+)\Z")
TOKEN = re.compile(r"xoxb-[A-Za-z0-9-]{3,}\Z")
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Call:
    """One call: when it came (`time.monotonic`), whose token it bore, and what it said.

    `ts` is that of a message posted; `refused` holds the error of a refused call.
    """

    at: float
    token: str
    method: str
    channel: str | None
    text: str | None
    ts: str | None
    arguments: dict[str, Any]
    refused: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.channel}: {self.refused or 'accepted'}"


def token_of(request: web.BaseRequest) -> str:
    """Return the token of a call; Slack answers 200 without one, too."""
    found = BEARER.match(request.headers.get("authorization", ""))
    if found is None:
        raise Refusal("not_authed")
    require(TOKEN.match(found[1]), "invalid_auth")
    return found[1]


async def arguments_of(request: web.BaseRequest, method: str) -> dict[str, Any]:
    """Return the arguments of a call; the methods around files take forms only."""
    body = await request.read()
    if request.content_type == "application/json":
        require(method not in FORM_ONLY, "invalid_arguments", "missing required field: send a form")
        return _object(body)
    if request.content_type != FORM:
        require(not body, "invalid_form_data")
    given: dict[str, Any] = dict(request.query) | dict(
        parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    )
    for name in STRUCTURED & given.keys():
        try:
            given[name] = orjson.loads(given[name])
        except ValueError:
            raise Refusal("invalid_arguments") from None
    return given


def _object(body: bytes) -> dict[str, Any]:
    try:
        arguments = orjson.loads(body)
    except ValueError:
        raise Refusal("invalid_json") from None
    if not isinstance(arguments, dict):
        raise Refusal("json_not_object")
    return arguments


def channel_of(arguments: dict[str, Any]) -> str | None:
    """Return the channel a call is about, whatever its name there."""
    channel = arguments.get("channel") or arguments.get("channel_id")
    return channel if isinstance(channel, str) else None


def hang_up(request: web.BaseRequest) -> None:
    """Close the connection without a word."""
    if request.transport:
        request.transport.abort()
    raise ConnectionResetError("ordered to hang up")

"""A call as it comes in: path, and fields from query, JSON, form or multipart."""

import re
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import BodyPartReader, web

from frontdesk.rehearsal.telegram.refusal import Refusal
from frontdesk.rehearsal.telegram.vocabulary import STRUCTURED

CALL = re.compile(r"/bot([^/]+)/([A-Za-z]+)\Z")
FILE = re.compile(r"/file/bot([^/]+)/(.+)\Z")
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}\Z")

UPLOADED = "attach://"


async def fields_of(request: web.BaseRequest) -> dict[str, Any]:
    """Return the fields of a call; an uploaded file appears under its name as `attach://name`."""
    fields = _unfolded(dict(request.query)) if request.query_string else {}
    kind = request.content_type
    if kind == "application/json":
        fields |= _json(await request.read())
    elif kind == "multipart/form-data":
        fields |= _unfolded(await _parts(request))
    elif request.can_read_body:
        fields |= _unfolded(dict(parse_qsl((await request.read()).decode("utf-8", "replace"), keep_blank_values=True)))
    return fields


def _json(body: bytes) -> dict[str, Any]:
    try:
        fields = orjson.loads(body) if body else {}
    except ValueError as error:
        raise Refusal(f"can't parse JSON object: {error}") from None
    if not isinstance(fields, dict):
        raise Refusal("object expected in the request body")
    return fields


async def _parts(request: web.BaseRequest) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            raise Refusal("can't parse multipart body")
        data = await part.read()
        fields[part.name] = f"{UPLOADED}{part.name}" if part.filename else bytes(data).decode("utf-8", "replace")
    return fields


def _unfolded(fields: dict[str, Any]) -> dict[str, Any]:
    for name in STRUCTURED & fields.keys():
        try:
            fields[name] = orjson.loads(fields[name])
        except ValueError:
            raise Refusal(f"can't parse {name}: it is no JSON") from None
    return fields

"""The addresses beside the Web API: downloads, places for uploads, and those for answers to commands and presses."""

import mimetypes
import re
import time
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from frontdesk.rehearsal.slack import seeing
from frontdesk.rehearsal.slack.blocks import check_blocks
from frontdesk.rehearsal.slack.calls import BEARER, hang_up
from frontdesk.rehearsal.slack.refusal import Refusal, require

if TYPE_CHECKING:
    from frontdesk.rehearsal.slack.stub import SlackStub

DOWNLOAD = re.compile(r"/files-pri/(.+)\Z")
UPLOAD = re.compile(r"/upload/v1/([^/]+)/([^/]+)\Z")
ANSWER = re.compile(r"/(?:commands|actions)/([^/]+)/([^/]+)/[^/]+\Z")
MOST_POSTS = 5
GOOD_SECONDS = 1800
LOGIN = b"<!DOCTYPE html><html><head><title>Sign in to Rehearsal</title></head></html>"


async def answer(stub: "SlackStub", request: web.BaseRequest) -> web.StreamResponse:
    """Answer a request that is no call of a method."""
    if found := DOWNLOAD.match(request.path):
        return _download(stub, request, found[1])
    if found := UPLOAD.match(request.path):
        data = await request.read()
        stub.workspace(found[1]).deposit(found[2], data, request.content_type)
        return web.Response(text=f"OK - {len(data)}")
    if found := ANSWER.match(request.path):
        return await _take_answer(stub, request, found[1], found[2])
    return web.Response(status=404)


def _download(stub: "SlackStub", request: web.BaseRequest, ref: str) -> web.Response:
    """Serve a file; who brings no token with the right scope sees a page to log in."""
    token = BEARER.match(request.headers.get("authorization", ""))
    known = token is not None and (stub.tokens is None or token[1] in stub.tokens)
    if not known or "files:read" not in stub.scopes:
        return web.Response(body=LOGIN, content_type="text/html")
    if ref not in stub.files:
        return web.Response(status=404)
    return web.Response(body=stub.files[ref], content_type=mimetypes.guess_type(ref)[0] or "image/png")


async def _take_answer(stub: "SlackStub", request: web.BaseRequest, team: str, channel: str) -> web.Response:
    """Take a post to a `response_url`: five in half an hour, and no token."""
    arguments: dict[str, Any] = {}
    order = stub.orders.take(lambda order: order.fits("", "response_url", channel))
    try:
        if order:
            await stub.obey(order, request)
        arguments = _body(await request.read()) | {"channel": channel}
        _check(stub, request.path, arguments)
    except Refusal as refusal:
        stub.keep(stub.refused, "", "response_url", arguments | {"channel": channel}, refused=refusal.error)
        raise
    stub.keep(stub.calls, "", "response_url", arguments)
    stub.seen.append(seeing.said(arguments, team, request.path.rpartition("/")[2]))
    if order and order.cut == "after":
        hang_up(request)
    return web.Response(text="ok")


def _body(body: bytes) -> dict[str, Any]:
    try:
        arguments = orjson.loads(body)
    except ValueError:
        raise Refusal("invalid_payload", 400) from None
    if not isinstance(arguments, dict):
        raise Refusal("invalid_payload", 400)
    return arguments


def _check(stub: "SlackStub", path: str, arguments: dict[str, Any]) -> None:
    now, posts = time.monotonic(), stub.posted[path]
    if posts and now - posts[0] > GOOD_SECONDS:
        raise Refusal("expired_url", 404)
    if len(posts) >= MOST_POSTS:
        raise Refusal("used_url", 404)
    require(arguments.get("text") or arguments.get("blocks"), "no_text")
    require(arguments.get("response_type") in (None, "ephemeral", "in_channel"), "invalid_payload")
    if "blocks" in arguments:
        check_blocks(arguments["blocks"])
    posts.append(now)

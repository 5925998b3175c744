"""The HTTP application: webhooks by the shortest way, everything else through FastAPI."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

import asyncpg
import structlog
from dishka import AsyncContainer
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from frontdesk.errors import FrontdeskError
from frontdesk.web import api, asgi, calendars, chat, health, media, problems, send
from frontdesk.web.doors import Doors
from frontdesk.web.webhooks import PREFIX, Webhooks

log = structlog.get_logger()

INSTALLED = Path(__file__).parent / "widget"
CHECKOUT = Path(__file__).parents[3] / "widget"


class Application:
    """Sends a webhook straight to its endpoint, and the rest through the doors."""

    def __init__(self, container: AsyncContainer, webhooks: Webhooks) -> None:
        self.webhooks = webhooks
        self.rest = Doors(pages(container, webhooks), container)

    async def __call__(self, scope: asgi.ASGIScope, receive: asgi.Receive, send: asgi.Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await (self.webhooks if scope["path"].startswith(PREFIX) else self.rest)(scope, receive, send)


def condition_only(container: AsyncContainer) -> FastAPI:
    """Return what a lone worker answers: its health and its figures."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, telemetry={"tracing": False})
    app.state.container = container
    app.include_router(health.router)
    return app


async def _lifespan(receive: asgi.Receive, send: asgi.Send) -> None:
    """Say yes to starting and stopping: what a process opens is opened and closed by its container."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def pages(container: AsyncContainer, webhooks: Webhooks) -> FastAPI:
    """Return everything but the webhooks."""
    app = FastAPI(
        title="Frontdesk",
        version=version("frontdesk"),
        summary="A self-hosted, multi-tenant conversation hub.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False},  # its spans would hold the tokens of paths; ours are in telemetry.py
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.container = container
    app.state.webhooks = webhooks
    for router in (api.router, send.router, chat.router, media.router, calendars.router, health.router):
        app.include_router(router)
    app.mount("/widget", StaticFiles(directory=INSTALLED if INSTALLED.exists() else CHECKOUT), name="widget")
    app.add_exception_handler(FrontdeskError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for unstorable in (asyncpg.DataError, UnicodeEncodeError):
        app.add_exception_handler(unstorable, _unstorable)
    app.add_exception_handler(Exception, _broken)
    app.add_api_route("/", lambda: RedirectResponse("/api/openapi.json"), include_in_schema=False)
    return app


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, FrontdeskError)
    headers = {name.decode(): value.decode() for name, value in problems.headers_of(error)}
    return _problem(problems.status_of(error), problems.document(error), headers)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:10]]
    return _problem(422, problems.problem(422, "invalid_input", "The request does not fit", "; ".join(faults)))


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
    return _problem(
        error.status_code,
        problems.problem(error.status_code, code, str(error.detail), str(error.detail)),
        dict(error.headers or {}),
    )


async def _unstorable(_: Request, error: Exception) -> Response:
    log.warning("input_unstorable", error=type(error).__name__)
    words = "a text in it can't be kept: NUL and unpaired surrogates are no text"
    return _problem(422, problems.problem(422, "invalid_input", "The request does not fit", words))


async def _broken(_: Request, error: Exception) -> Response:
    return _problem(500, problems.broken())


def _problem(status: int, body: bytes, headers: dict[str, Any] | None = None) -> Response:
    return Response(body, status, headers, problems.TYPE.decode())

"""What stands in front of every request: which pages of others may speak with the web chat, and safe headers."""

from fnmatch import fnmatch
from urllib.parse import urlsplit

from dishka import AsyncContainer

from frontdesk.channels import web
from frontdesk.errors import Forbidden, FrontdeskError
from frontdesk.services.tenants import Directory
from frontdesk.settings import Settings
from frontdesk.web import asgi

ALLOWED = (b"access-control-allow-headers", b"authorization, content-type, last-event-id")
METHODS = (b"access-control-allow-methods", b"GET, POST, OPTIONS")
FORM_BYTES = 65_536
"""What a form adds to the file in it, at the most."""
EXPOSED = (b"access-control-expose-headers", b"retry-after")
SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
PAGE_POLICY = (
    b"content-security-policy",
    b"default-src 'self'; img-src 'self' blob: data: https:; media-src 'self' blob: https:; style-src 'self';"
    b" object-src 'none'; base-uri 'none'",
)


class Doors:
    """Answers preflights, refuses pages that are not on a channel's list, and adds the headers answers need."""

    def __init__(self, app: asgi.App, container: AsyncContainer) -> None:
        self.app = app
        self.container = container

    async def __call__(self, scope: asgi.ASGIScope, receive: asgi.Receive, send: asgi.Send) -> None:
        path = scope["path"]
        headers: list[asgi.Header] = list(SAFE)
        if path.startswith("/widget/"):
            headers += [
                (b"access-control-allow-origin", b"*"),
                (b"cross-origin-resource-policy", b"cross-origin"),
                PAGE_POLICY,
            ]
        elif path.startswith("/web/"):
            try:
                headers += await self._admit(scope)
            except FrontdeskError as error:
                await asgi.refuse(send, error)
                return
            if scope["method"] == "OPTIONS":
                await asgi.respond(send, 204, headers=[*headers, ALLOWED, METHODS, (b"access-control-max-age", b"600")])
                return
        await self._pass(scope, receive, send, headers)

    async def _pass(
        self, scope: asgi.ASGIScope, receive: asgi.Receive, send: asgi.Send, headers: list[asgi.Header]
    ) -> None:
        """Let the request in, and its body as far as the limit; what the application says of a cut body is not sent."""
        settings = await self.container.get(Settings)
        most = settings.max_body_bytes
        if scope["path"].startswith("/web/") and scope["path"].endswith("/files"):
            most = max(most, settings.max_file_bytes + FORM_BYTES)
        body = asgi.Limited(scope, receive, most)
        try:
            if not body.over:
                await self.app(scope, body, _adding(send, headers, body))
        except Exception:
            if not body.over:
                raise
        if body.over:
            await asgi.refuse(send, body.refusal, headers)

    async def _admit(self, scope: asgi.ASGIScope) -> list[asgi.Header]:
        """Return the CORS headers for the request's origin; Forbidden where its page may not use the channel."""
        given = {name: value.decode("latin-1") for name, value in scope["headers"] if name in (b"origin", b"host")}
        origin = given.get(b"origin")
        if origin is None or _host(origin) == given.get(b"host"):
            return []
        public = (await self.container.get(Settings)).public_url
        if not any(fnmatch(origin, allowed) for allowed in (public.rstrip("/"), *await self._listed(scope["path"]))):
            raise Forbidden(
                f"pages of {origin[:100]} may not use this web chat: add it to the channel's setting `origins`"
            )
        return [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin"), EXPOSED]

    async def _listed(self, path: str) -> list[str]:
        parts = path.split("/")
        if len(parts) < 6:
            return []
        directory = await self.container.get(Directory)
        channel = await directory.channel_by_token(await directory.tenant(parts[3]), web.KIND, parts[5])
        origins = channel.settings.get("origins", [])
        return [origin for origin in origins if isinstance(origin, str)] if isinstance(origins, list) else []


def _host(origin: str) -> str | None:
    """Return an origin's host and port, or None where it can't be read."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _adding(send: asgi.Send, more: list[asgi.Header], body: asgi.Limited) -> asgi.Send:
    async def sending(message: asgi.Message) -> None:
        if body.over:
            return
        if message["type"] == "http.response.start":
            present = {name for name, _ in message.get("headers", [])}
            message["headers"] = [*message.get("headers", []), *(header for header in more if header[0] not in present)]
        await send(message)

    return sending

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
EXPOSED = (b"access-control-expose-headers", b"retry-after")
SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
PAGE_POLICY = (
    b"content-security-policy",
    b"default-src 'self'; img-src 'self' blob: data: https:; media-src 'self' blob: https:; style-src 'self'; object-src 'none'; base-uri 'none'",
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
        await self.app(scope, receive, _adding(send, headers))

    async def _admit(self, scope: asgi.ASGIScope) -> list[asgi.Header]:
        """Return the CORS headers for the request's origin; Forbidden where its page may not use the channel."""
        given = {name: value.decode("latin-1") for name, value in scope["headers"] if name in (b"origin", b"host")}
        origin = given.get(b"origin")
        if origin is None or urlsplit(origin).netloc == given.get(b"host"):
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


def _adding(send: asgi.Send, more: list[asgi.Header]) -> asgi.Send:
    async def sending(message: asgi.Message) -> None:
        if message["type"] == "http.response.start":
            present = {name for name, _ in message.get("headers", [])}
            message["headers"] = [*message.get("headers", []), *(header for header in more if header[0] not in present)]
        await send(message)

    return sending

"""The receive endpoint, bare ASGI: tenant, channel, limits, signature, parse, on disk, 200."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from frontdesk import telemetry
from frontdesk.channels import adapter, web
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.message import Event
from frontdesk.core.tenant import Tenant
from frontdesk.errors import AccessError, ChannelUnknown, DatabaseUnavailable, FrontdeskError, RateLimited, RequestError
from frontdesk.journey import Journey
from frontdesk.rates import Rates
from frontdesk.services.tenants import Directory
from frontdesk.settings import Settings
from frontdesk.web import asgi, problems

log = structlog.get_logger()

PREFIX = "/messages/receive/"
METHODS = ("GET", "POST")
NOT_ALLOWED = problems.problem(
    405, "method_not_allowed", "Method Not Allowed", "webhooks are posted; GET is for a provider's handshake"
)


class Webhooks:
    """Answers providers."""

    def __init__(self, settings: Settings, directory: Directory, rates: Rates, journey: Journey) -> None:
        self.settings = settings
        self.directory = directory
        self.rates = rates
        self.journey = journey
        self.proxies = frozenset(address.strip() for address in settings.trusted_proxies.split(","))

    async def __call__(self, scope: asgi.ASGIScope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer one webhook; whatever happens, the provider gets a status it understands."""
        source = asgi.source_of(scope, self.proxies)
        code = "received"
        # names in the paths of refused requests could be anything: only those we know become labels
        labels = {"tenant": "unknown", "channel": "unknown"}
        try:
            async with asyncio.timeout(self.settings.request_seconds):
                await self._answer(scope, receive, send, source, labels)
        except TimeoutError:
            code = "timeout"
            await asgi.refuse(send, DatabaseUnavailable("the message could not be stored in time: send it again"))
        except FrontdeskError as error:
            code = error.code
            if isinstance(error, AccessError | RequestError | ChannelUnknown):
                self.rates.take(f"source:{source}", self.settings.rate_source)
            log.info("webhook_refused", code=code, **labels, source=source, reason=str(error))
            await asgi.refuse(send, error)
        except Exception:
            code = "internal_error"
            log.exception("webhook_failed", **labels, source=source)
            await asgi.respond(send, 500, problems.broken(), content_type=problems.TYPE)
        telemetry.received.add(1, {**labels, "outcome": code})

    async def _answer(
        self, scope: asgi.ASGIScope, receive: asgi.Receive, send: asgi.Send, source: str, labels: dict[str, str]
    ) -> None:
        self._check_source(source)
        code, kind, token = _path(scope["path"])
        tenant = await self.directory.tenant(code)
        labels["tenant"] = tenant.code
        known = adapter(kind)
        channel = await self.directory.channel_by_token(tenant, kind, token)
        labels["channel"] = channel.kind
        if scope["method"] not in METHODS:
            await asgi.respond(send, 405, NOT_ALLOWED, [(b"allow", b"GET, POST")], problems.TYPE)
            return
        self._check_rates(tenant, channel)
        request = await asgi.read(scope, receive, self.settings.max_body_bytes)
        traceparent = request.headers.get("traceparent")
        with telemetry.webhook(tenant.code, kind, traceparent) as span:
            events = await self.accept(tenant, channel, request, telemetry.traceparent(span))
        answer = known.answer(request, events, channel)
        await asgi.respond(
            send, answer.status, answer.body, [], answer.headers.get("content-type", "application/json").encode()
        )

    async def accept(
        self, tenant: Tenant, channel: Channel, request: Request, traceparent: str | None
    ) -> Sequence[Event]:
        """Verify, parse and queue; what the adapter refuses raises."""
        kind = adapter(channel.kind)
        if request.method == "POST":
            asgi.require_type(request, kind.CONTENT_TYPES)
        if not kind.verify(request, channel, datetime.now(UTC)):
            raise kind.UNSIGNED(f"the request is not signed as channel {channel.name!r} expects")
        events = await self.journey.receive(tenant, channel, request, traceparent)
        for event in events:
            telemetry.events.add(1, {"tenant": tenant.code, "channel": channel.kind, "kind": event.kind})
        return events

    def _check_source(self, source: str) -> None:
        if self.rates.spent(f"source:{source}", self.settings.rate_source):
            raise RateLimited(f"too many refused requests from {source}", self.rates.rest())

    def _check_rates(self, tenant: Tenant, channel: Channel) -> None:
        limits = (
            (f"tenant:{tenant.code}", tenant.settings.webhooks_per_minute or self.settings.rate_tenant),
            (f"channel:{channel.id}", self.settings.rate_channel),
        )
        for key, limit in limits:
            if wait := self.rates.take(key, limit):
                raise RateLimited(f"over {limit} webhooks a minute for this {key.split(':', 1)[0]}", wait)


def _path(path: str) -> tuple[str, str, str]:
    """Return tenant, kind and token of `/messages/receive/tenants/…/channels/…/tokens/…`."""
    parts = path.removeprefix(PREFIX).split("/")
    if len(parts) != 6 or (parts[0], parts[2], parts[4]) != ("tenants", "channels", "tokens"):
        raise ChannelUnknown("webhooks go to /messages/receive/tenants/{tenant}/channels/{kind}/tokens/{token}")
    if parts[3] == web.KIND:  # its own endpoints check whose file a message names, and each visitor's rate
        raise ChannelUnknown("the web chat has endpoints of its own: /web/tenants/{tenant}/channels/{token}/messages")
    return parts[1], parts[3], parts[5]

"""The receive endpoint, bare ASGI: tenant, channel, limits, signature, parse, on disk, 200."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from frontdesk import telemetry
from frontdesk.channels import adapter, adapters, web
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.message import Event
from frontdesk.core.tenant import Tenant
from frontdesk.errors import AccessError, ChannelUnknown, DatabaseUnavailable, FrontdeskError, RateLimited, RequestError
from frontdesk.journey import Journey
from frontdesk.rates import Rates
from frontdesk.reception import Reception
from frontdesk.services.tenants import Directory
from frontdesk.settings import Settings
from frontdesk.spill import Key
from frontdesk.web import asgi, problems

log = structlog.get_logger()

PREFIX = "/messages/receive/"
METHODS = ("GET", "POST")
NOT_ALLOWED = problems.problem(
    405, "method_not_allowed", "Method Not Allowed", "webhooks are posted; GET is for a provider's handshake"
)


class Webhooks:
    """Answers providers."""

    def __init__(
        self, settings: Settings, directory: Directory, rates: Rates, journey: Journey, reception: Reception
    ) -> None:
        self.settings = settings
        self.directory = directory
        self.rates = rates
        self.journey = journey
        self.reception = reception
        self.proxies = frozenset(address.strip() for address in settings.trusted_proxies.split(","))

    async def __call__(self, scope: asgi.ASGIScope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer one webhook; whatever happens, the provider gets a status it understands."""
        source = asgi.source_of(scope, self.proxies)
        code = "received"
        # names in the paths of refused requests could be anything: only those we know become labels
        labels = {"tenant": "unknown", "channel": "unknown"}
        try:
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
        path = _path(scope["path"])
        deadline = asyncio.get_running_loop().time() + self._patience(path[1])
        once = scope["method"] == "POST" and path[1] in adapters() and adapter(path[1]).SENDS_ONCE
        try:
            async with asyncio.timeout_at(deadline):
                tenant, channel = await self._look_up(path, labels)
        except (DatabaseUnavailable, TimeoutError):
            if not once:
                raise
            await self._put_aside(path, scope, receive, source)
            await asgi.respond(send, 200)
            return
        if scope["method"] not in METHODS:
            await asgi.respond(send, 405, NOT_ALLOWED, [(b"allow", b"GET, POST")], problems.TYPE)
            return
        self._check_rates(tenant, channel)
        async with asyncio.timeout_at(deadline):
            request = await asgi.read(scope, receive, self.settings.max_body_bytes)
        with telemetry.webhook(tenant.code, channel.kind, request.headers.get("traceparent")) as span:
            trace = telemetry.traceparent(span)
            async with asyncio.timeout_at(None if once else deadline):  # what comes once is not let go at a deadline
                events = await self.accept(tenant, channel, request, trace)
        answer = adapter(channel.kind).answer(request, events, channel)
        await asgi.respond(
            send, answer.status, answer.body, [], answer.headers.get("content-type", "application/json").encode()
        )

    def _patience(self, kind: str) -> float:
        """Return how many seconds a request may take: ours, or what its provider waits for."""
        wanted = adapter(kind).ANSWER_WITHIN if kind in adapters() else None
        most = self.settings.request_seconds
        return min(most, wanted.total_seconds()) if wanted else most

    async def _look_up(self, path: Key, labels: dict[str, str]) -> tuple[Tenant, Channel]:
        code, kind, token = path
        tenant = await self.directory.tenant(code)
        labels["tenant"] = tenant.code
        adapter(kind)
        channel = await self.directory.channel_by_token(tenant, kind, token)
        labels["channel"] = channel.kind
        return tenant, channel

    async def _put_aside(self, path: Key, scope: asgi.ASGIScope, receive: asgi.Receive, source: str) -> None:
        """Keep a request nobody can check now; it counts as a refused one, since it may be anybody's."""
        async with asyncio.timeout(self.settings.request_seconds):
            request = await asgi.read(scope, receive, self.settings.max_body_bytes)
        asgi.require_type(request, adapter(path[1]).CONTENT_TYPES)
        self.rates.take(f"source:{source}", self.settings.rate_source)
        await self.reception.take_unseen(path, request)

    async def accept(
        self, tenant: Tenant, channel: Channel, request: Request, traceparent: str | None
    ) -> Sequence[Event]:
        """Verify, parse and queue; what the adapter refuses raises."""
        kind = adapter(channel.kind)
        if request.method == "POST":
            asgi.require_type(request, kind.CONTENT_TYPES)
        if not kind.verify(request, channel, datetime.now(UTC)):
            raise kind.UNSIGNED(f"the request is not signed as channel {channel.name!r} expects")
        keep = self.reception.take if kind.SENDS_ONCE and request.method == "POST" else self.journey.receive
        events = await keep(tenant, channel, request, traceparent)
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


def _path(path: str) -> Key:
    """Return tenant, kind and token of `/messages/receive/tenants/…/channels/…/tokens/…`."""
    parts = path.removeprefix(PREFIX).split("/")
    if len(parts) != 6 or (parts[0], parts[2], parts[4]) != ("tenants", "channels", "tokens"):
        raise ChannelUnknown("webhooks go to /messages/receive/tenants/{tenant}/channels/{kind}/tokens/{token}")
    if parts[3] == web.KIND:  # its own endpoints check whose file a message names, and each visitor's rate
        raise ChannelUnknown("the web chat has endpoints of its own: /web/tenants/{tenant}/channels/{token}/messages")
    return parts[1], parts[3], parts[5]

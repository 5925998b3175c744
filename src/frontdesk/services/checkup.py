"""A look at one channel: what its provider says of it, what this installation knows, and what has to be mended."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog

from frontdesk.channels import adapter, web
from frontdesk.core.channel import Channel, Check
from frontdesk.core.tenant import Tenant
from frontdesk.errors import FrontdeskError
from frontdesk.http import Http
from frontdesk.services.provisioning import webhook_path
from frontdesk.services.tenants import tenancy
from frontdesk.settings import Settings
from frontdesk.store import standing
from frontdesk.store.db import Databases
from frontdesk.store.standing import Standing

log = structlog.get_logger()

PATIENCE = timedelta(seconds=60)
"""How long work may wait before somebody should look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. `detail` is what was found or, where it is not `ok`, the fault and its remedy; `code` the error's."""

    what: str
    ok: bool
    detail: str
    code: str | None = None
    learned: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def fault(cls, what: str, error: FrontdeskError) -> "Finding":
        return cls(what=what, ok=False, detail=str(error) or type(error).__name__, code=error.code)


class Checkup:
    """Looks at channels, and changes nothing."""

    def __init__(self, settings: Settings, databases: Databases, http: Http) -> None:
        self.settings = settings
        self.databases = databases
        self.http = http

    async def examine(self, tenant: Tenant, channel: Channel, *, seconds: float = 10) -> list[Finding]:
        """Return what this installation knows of a channel, then what its provider says."""
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            found = await standing.of_channel(tx, tenant.code, channel.id)
        ours = [_status(tenant, channel, found), *self._address(channel), *_backlog(tenant, found)]
        return [*ours, *await self.ask(channel, self.webhook_url(channel), seconds=seconds)]

    async def ask(self, channel: Channel, webhook_url: str | None, *, seconds: float) -> list[Finding]:
        """Make all checks of the channel's kind at once, each for `seconds` at the most; the channel need not be kept yet."""
        try:
            checks = adapter(channel.kind).checks(channel, webhook_url)
        except FrontdeskError as error:
            return [Finding.fault("setup", error)]
        found = await self.make(checks, channel, seconds=seconds)
        return [*found, *_differing(channel, learned_of(found))]

    async def make(self, checks: Sequence[Check], channel: Channel, *, seconds: float) -> list[Finding]:
        """Make checks at once and return what each found; one that fails, breaks or hangs leaves the others alone."""
        return list(await asyncio.gather(*(self._made(check, channel, seconds) for check in checks)))

    def webhook_url(self, channel: Channel) -> str | None:
        """Return where the provider posts, None where this installation has no public address."""
        if not self.settings.public_url:
            return None
        return self.settings.base_url() + webhook_path(channel.tenant, channel.kind, channel.secret("path_token"))

    async def _made(self, check: Check, channel: Channel, seconds: float) -> Finding:
        try:
            async with asyncio.timeout(seconds):
                found = await self.http.perform(check.exchange, seconds=seconds)
            return Finding(what=check.what, ok=True, detail=found.detail, learned=found.learned)
        except TimeoutError:
            words = f"no answer within {seconds:g} s: can this machine reach {_host(channel.api_base)}?"
            return Finding(what=check.what, ok=False, detail=words, code="channel_unreachable")
        except FrontdeskError as error:
            return Finding.fault(check.what, error)
        except Exception as error:
            log.exception("check_broke", channel=channel.kind, check=check.what)
            words = f"the check itself broke with {type(error).__name__}: the log says where"
            return Finding(what=check.what, ok=False, detail=words, code=FrontdeskError.code)

    def _address(self, channel: Channel) -> list[Finding]:
        kind = adapter(channel.kind)
        if channel.kind == web.KIND or kind.source(channel) is not None:
            return []  # nobody posts to us
        url, what = self.settings.public_url, "public address"
        if not url:
            words = "the provider has no way to reach this installation: set FRONTDESK_PUBLIC_URL"
            return [Finding(what=what, ok=False, detail=words, code="configuration_invalid")]
        official = channel.api_base == kind.API_BASE and kind.API_BASE.startswith("https://")
        if official and not url.startswith("https://"):
            words = f"FRONTDESK_PUBLIC_URL is {url}, and the provider posts to https only: put a certificate before it"
            return [Finding(what=what, ok=False, detail=words, code="configuration_invalid")]
        return [Finding(what=what, ok=True, detail=url)]


def learned_of(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return all that the provider told, by setting."""
    return {name: value for finding in findings for name, value in finding.learned.items()}


def news(channel: Channel, learned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the learned settings the channel has none of; what the operator set stays."""
    return {name: value for name, value in learned.items() if channel.settings.get(name) in (None, "")}


def _differing(channel: Channel, learned: Mapping[str, Any]) -> list[Finding]:
    given = {name: channel.settings[name] for name in learned if name not in news(channel, learned)}
    return [
        Finding(
            what=f"setting {name}",
            ok=False,
            detail=f"it is {value!r}, and the provider says {learned[name]!r}: correct it, or remove it and let it be learned"
            f" (`frontdesk channel set {channel.tenant} {channel.name!r} --setting {name}=`)",
            code="configuration_invalid",
        )
        for name, value in given.items()
        if _plain(value) != _plain(learned[name])
    ]


def _plain(value: object) -> str:
    """Return a value as it is compared: names are written with @ or without, numbers as text or not."""
    return str(value).removeprefix("@").casefold()


def _status(tenant: Tenant, channel: Channel, found: Standing | None) -> Finding:
    code, name = tenant.code, channel.name
    if tenant.status == "suspended":
        words = f"tenant {code} is suspended: `frontdesk tenant resume {code}` lifts that"
        return Finding(what="status", ok=False, detail=words, code="tenant_suspended")
    status, reason = (found.status, found.reason) if found else ("removed", None)
    if status == "active":
        return Finding(what="status", ok=True, detail="active")
    why = f"{status}{f': {reason}' if reason else ''}"
    words = f"{why}; mend what is wrong, then `frontdesk channel start {code} {name!r}`"
    return Finding(what="status", ok=False, detail=words, code=f"channel_{status}")


def _backlog(tenant: Tenant, found: Standing | None) -> list[Finding]:
    faults = []
    if found and found.dead_letters:
        words = f"{found.dead_letters} wait for you: `frontdesk dead list {tenant.code}` says why they failed"
        faults.append(Finding(what="dead letters", ok=False, detail=words, code="dead_letters"))
    if found and found.oldest > PATIENCE:
        words = (
            f"the oldest message has waited for {timedelta(seconds=int(found.oldest.total_seconds()))}:"
            " is a worker running, and does the provider answer?"
        )
        faults.append(Finding(what="queue", ok=False, detail=words, code="queue_waits"))
    return faults


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the provider"

"""Every process's copy of tenants and channels: used for a while, dropped at once when somebody says they changed."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog

from frontdesk.core.channel import Channel
from frontdesk.core.sealing import Seal, digest
from frontdesk.core.tenant import CODE, Tenant
from frontdesk.errors import ChannelUnknown, TenantSuspended, TenantUnknown
from frontdesk.live import CHANGES, GAP, Live
from frontdesk.store import channels, tenants
from frontdesk.store.db import Databases, Tenancy

log = structlog.get_logger()

MOST = 20_000
MOST_TOKENS = 2_000
UNKNOWN_SECONDS = 5.0


@dataclass(slots=True)
class Copy:
    """What is known of one tenant; None says that there is no such tenant."""

    tenant: Tenant | None
    until: float
    channels: "dict[bytes | UUID, Channel | None]"


class Directory:
    """Looks tenants and channels up in this process's copies, and in the database where they are too old."""

    def __init__(self, databases: Databases, live: Live, seal: Seal, ttl_seconds: float) -> None:
        self.databases = databases
        self.live = live
        self.seal = seal
        self.ttl_seconds = ttl_seconds
        self.dropped: list[Callable[[str], None]] = []
        self._copies: dict[str, Copy] = {}
        self._loading: dict[str, asyncio.Lock] = {}
        self._changes = 0

    async def tenant(self, code: str) -> Tenant:
        """Return an active tenant; TenantUnknown or TenantSuspended otherwise."""
        tenant = (await self._copy(code)).tenant
        if tenant is None or tenant.status == "creating":
            raise TenantUnknown(f"no tenant {code[:60]!r}")
        if tenant.status == "suspended":
            raise TenantSuspended(
                f"tenant {code!r} is suspended: an operator can lift that with `frontdesk tenant resume {code}`"
            )
        return tenant

    async def channel_by_token(self, tenant: Tenant, kind: str, token: str) -> Channel:
        """Return the channel a webhook's path names; ChannelUnknown otherwise."""
        copy, key = await self._copy(tenant.code), digest(f"{kind}:{token}")
        if key not in copy.channels:
            if len(copy.channels) >= MOST_TOKENS:
                copy.channels.clear()  # somebody tries tokens: keep none of them
            async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
                copy.channels[key] = await channels.by_token(tx, self.seal, tenant.code, kind, token)
        channel = copy.channels[key]
        if channel is None or channel.status == "removed":
            raise ChannelUnknown(f"tenant {tenant.code!r} has no such {kind} channel")
        return channel

    async def channel(self, tenant: Tenant, channel_id: UUID) -> Channel:
        """Return a channel by its id."""
        copy = await self._copy(tenant.code)
        found = copy.channels.get(channel_id)
        if found is None:
            async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
                found = copy.channels[channel_id] = await channels.load(tx, self.seal, tenant.code, channel_id)
        return found

    async def _copy(self, code: str) -> Copy:
        copy = self._copies.get(code)
        if copy and copy.until > time.monotonic():
            return copy
        if not CODE.match(code):
            raise TenantUnknown(f"no tenant {code[:60]!r}")
        async with self._loading.setdefault(code, asyncio.Lock()):
            copy = self._copies.get(code)
            if copy is None or copy.until <= time.monotonic():
                copy = await self._load(code)
        self._loading.pop(code, None)
        return copy

    async def _load(self, code: str) -> Copy:
        changes = self._changes
        async with self.databases.platform() as tx:
            tenant = await tenants.load(tx, code)
        if changes != self._changes:
            return Copy(tenant, 0, {})  # something changed while we read: use this once
        life = self.ttl_seconds if tenant else min(UNKNOWN_SECONDS, self.ttl_seconds)
        if len(self._copies) >= MOST:
            self._copies.pop(next(iter(self._copies)))
        copy = self._copies[code] = Copy(tenant, time.monotonic() + life, {})
        return copy

    def drop(self, code: str) -> None:
        """Forget this process's copy of one tenant."""
        self._changes += 1
        self._copies.pop(code, None)
        for tell in self.dropped:
            tell(code)

    async def changed(self, code: str) -> None:
        """Say that a tenant's settings or channels changed: here now, in the other processes within milliseconds."""
        self.drop(code)
        await self.live.publish(CHANGES, {"tenant": code})

    async def follow(self) -> None:
        """Drop copies as other processes say so, for ever; after a gap in what was heard, drop all."""
        async with self.live.listening(CHANGES) as next_word:
            while True:
                word = await next_word(5.0)
                for code in list(self._copies) if word == GAP else [word.get("tenant", "")] if word else []:
                    self.drop(str(code))


def tenancy(tenant: Tenant) -> Tenancy:
    return Tenancy(tenant.code, tenant.database)

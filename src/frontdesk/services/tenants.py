"""Every process's copy of tenants and channels: used for a while, dropped at once when somebody says they changed."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from frontdesk.core.channel import Channel
from frontdesk.core.sealing import Seal, digest
from frontdesk.core.tenant import CODE, Tenant
from frontdesk.errors import ChannelUnknown, DatabaseUnavailable, TenantSuspended, TenantUnknown
from frontdesk.live import CHANGES, GAP, Live
from frontdesk.store import channels, tenants
from frontdesk.store.db import Databases, Tenancy
from frontdesk.store.pool import Transaction

log = structlog.get_logger()

MOST = 20_000
MOST_TOKENS = 2_000
UNKNOWN_SECONDS = 5.0
STALE_SECONDS = 3600.0
"""How long a copy that is too old serves while the database is away."""
AGAIN_SECONDS = 0.5
PATIENCE_SECONDS = 2.0
"""How long the database may take to answer where there is an old copy."""


@dataclass(slots=True)
class Copy:
    """What is known of one tenant; None says that there is no such tenant.

    `seen` are its channels with the time each was read, from copy to copy: they serve while the database is away.
    """

    tenant: Tenant | None
    until: float
    channels: "dict[bytes | UUID, Channel | None]"
    read_at: float = field(default_factory=time.monotonic)
    seen: "dict[bytes | UUID, tuple[float, Channel]]" = field(default_factory=dict)


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
            channel = await self._read(
                tenant, copy, key, lambda tx: channels.by_token(tx, self.seal, tenant.code, kind, token)
            )
        else:
            channel = copy.channels[key]
        if channel is None or channel.status == "removed":
            raise ChannelUnknown(f"tenant {tenant.code!r} has no such {kind} channel")
        return channel

    async def channel(self, tenant: Tenant, channel_id: UUID) -> Channel:
        """Return a channel by its id."""
        copy = await self._copy(tenant.code)
        found = copy.channels.get(channel_id)
        if found is None:
            found = await self._read(
                tenant, copy, channel_id, lambda tx: channels.load(tx, self.seal, tenant.code, channel_id)
            )
        if found is None:
            raise ChannelUnknown(f"tenant {tenant.code!r} has no channel {channel_id}")
        return found

    async def _read(
        self,
        tenant: Tenant,
        copy: Copy,
        key: bytes | UUID,
        load: Callable[[Transaction], Awaitable[Channel | None]],
    ) -> Channel | None:
        """Read a channel into the copy; while the database is away, return what was read of it in the last hour."""
        read_at, seen = copy.seen.get(key, (0.0, None))
        try:
            async with _patience(seen), self.databases.tenant(tenancy(tenant), durable=False) as tx:
                found = copy.channels[key] = await load(tx)
        except DatabaseUnavailable:
            if seen and time.monotonic() < read_at + STALE_SECONDS:
                return seen
            raise
        if found:
            copy.seen[key] = (time.monotonic(), found)
        else:
            copy.seen.pop(key, None)
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
        changes, old = self._changes, self._copies.get(code)
        try:
            async with _patience(old and old.tenant), self.databases.platform() as tx:
                tenant = await tenants.load(tx, code)
        except DatabaseUnavailable as error:
            if old is None or old.tenant is None or time.monotonic() > old.read_at + STALE_SECONDS:
                raise
            log.warning("old_copy_serves", tenant=code, reason=str(error))
            old.until = time.monotonic() + AGAIN_SECONDS
            return old
        seen = old.seen if old and len(old.seen) < MOST_TOKENS else {}
        if changes != self._changes:
            return Copy(tenant, 0, {}, seen=seen)  # something changed while we read: use this once
        life = self.ttl_seconds if tenant else min(UNKNOWN_SECONDS, self.ttl_seconds)
        if len(self._copies) >= MOST and code not in self._copies:
            self._copies.pop(next(iter(self._copies)))
        copy = self._copies[code] = Copy(tenant, time.monotonic() + life, {}, seen=seen)
        return copy

    def drop(self, code: str) -> None:
        """Trust this process's copy of one tenant no more, unless the database is away."""
        self._changes += 1
        if copy := self._copies.get(code):
            copy.until = 0
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


@contextlib.asynccontextmanager
async def _patience(old: object) -> AsyncIterator[None]:
    """Bound the wait for the database where there is something old to use instead."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS if old else None):
            yield
    except TimeoutError as error:
        raise DatabaseUnavailable("PostgreSQL gave no answer in time") from error


def tenancy(tenant: Tenant) -> Tenancy:
    return Tenancy(tenant.code, tenant.database)

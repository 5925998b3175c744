"""Whose events a webhook brought: one provider's app posts those of all its accounts to one address."""

import hmac
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from frontdesk.channels import adapter
from frontdesk.core.channel import Channel
from frontdesk.core.message import Event, Ignored, Status
from frontdesk.core.tenant import Tenant
from frontdesk.errors import ChannelUnknown, TenantSuspended, TenantUnknown
from frontdesk.services.tenants import Directory
from frontdesk.store import accounts
from frontdesk.store.accounts import Place
from frontdesk.store.db import Databases

log = structlog.get_logger()

MOST = 10_000


@dataclass(frozen=True, slots=True)
class Delivered:
    """The events of a webhook that are one channel's, in order."""

    tenant: Tenant
    channel: Channel
    events: Sequence[Event]


class Switchboard:
    """Hands the events of other accounts to the channels these belong to.

    A channel of another tenant gets them only where both share the secret the webhook was signed with: whoever can't sign
    for a channel can't write to it.
    """

    def __init__(self, databases: Databases, directory: Directory) -> None:
        self.databases = databases
        self.directory = directory
        self._places: dict[tuple[str, str], list[Place]] = {}
        directory.dropped.append(lambda _: self._places.clear())

    async def sort(self, tenant: Tenant, channel: Channel, events: Sequence[Event]) -> list[Delivered]:
        """Return the events by channel; those of an account nobody here has are dropped with a line in the log."""
        own = adapter(channel.kind).account(channel)
        if own is None or all(account_of(event) in (None, own) for event in events):
            return [Delivered(tenant, channel, events)]
        by_account: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            by_account[account_of(event) or own].append(event)
        found = []
        for account, theirs in by_account.items():
            owner = (tenant, channel) if account == own else await self._owner(tenant, channel, account)
            if owner:
                found.append(Delivered(*owner, theirs))
            else:
                log.warning("events_of_unknown_account", channel=channel.kind, account=account, count=len(theirs))
        return found

    async def _owner(self, tenant: Tenant, channel: Channel, account: str) -> tuple[Tenant, Channel] | None:
        places = await self._look_up(channel.kind, account)
        for place in sorted(places, key=lambda place: place.tenant != tenant.code):
            try:
                owner = await self.directory.tenant(place.tenant)
                candidate = await self.directory.channel(owner, place.channel_id)
            except (TenantUnknown, TenantSuspended, ChannelUnknown):
                continue
            if candidate.status != "removed" and (owner.code == tenant.code or _share_a_secret(channel, candidate)):
                return owner, candidate
        return None

    async def _look_up(self, kind: str, account: str) -> list[Place]:
        key = (kind, account)
        if key not in self._places:
            async with self.databases.platform() as tx:
                places = await accounts.of_account(tx, kind, account)
            if len(self._places) >= MOST:
                self._places.clear()
            self._places[key] = places
        return self._places[key]


def account_of(event: Event) -> str | None:
    """Return the account of ours an event is for, where its provider names it."""
    match event:
        case Status(account=account):
            return account
        case Ignored(press=press):
            return press.origin.account if press else None
        case _:
            return event.origin.account


def _share_a_secret(one: Channel, other: Channel) -> bool:
    name = adapter(one.kind).SHARED_BY
    mine, theirs = (each.credentials.get(name or "", "") for each in (one, other))
    return bool(mine) and hmac.compare_digest(mine.encode(), theirs.encode())

"""Listens to the channels whose provider can't push: one connection a channel, whichever worker holds it."""

import asyncio
import contextlib
import os
import secrets
import socket
from uuid import UUID

import asyncpg
import structlog

from frontdesk.channels import adapter
from frontdesk.core.channel import Channel, Source
from frontdesk.core.tenant import Tenant
from frontdesk.errors import (
    ChannelUnknown,
    ConfigurationError,
    DatabaseUnavailable,
    TenantSuspended,
    TenantUnknown,
)
from frontdesk.listener import Listener
from frontdesk.reception import Reception
from frontdesk.services.tenants import Directory
from frontdesk.settings import PRIMARY
from frontdesk.store import accounts
from frontdesk.store.accounts import Place
from frontdesk.store.db import Databases, translated

log = structlog.get_logger()

LOOK_SECONDS = 2.0
LOOK_SPACING = 0.3
HANDOVER_SECONDS = 1.0
ANSWER_SECONDS = 10.0
KEEPALIVE = {"tcp_keepalives_idle": "15", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
"""A server that no longer reaches us must let go of our claims within half a minute, for others to take them."""


class Receiver:
    """Holds a claim (an advisory lock of a session) on each channel it listens to.

    When the session breaks, the connections stay and what they bring goes into the spill; with a new session each claim
    is made again, and a channel somebody else has claimed meanwhile is left to them.
    """

    def __init__(self, databases: Databases, directory: Directory, reception: Reception) -> None:
        self.databases = databases
        self.directory = directory
        self.reception = reception
        self.name = f"frontdesk receiver {socket.gethostname()[:20]}:{os.getpid()}:{secrets.token_hex(3)}"
        self.listeners: dict[UUID, Listener] = {}
        self.stopping = asyncio.Event()
        self._stir = asyncio.Event()
        self._session: asyncpg.Connection | None = None
        self._claimed: set[UUID] = set()
        self._silent: dict[UUID, str] = {}
        directory.dropped.append(lambda _: self._stir.set())

    async def run(self) -> None:
        """Listen until `stop`, then store what has arrived and let go."""
        try:
            while not self.stopping.is_set():
                self._stir.clear()
                await self._look()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.stopping.wait(), LOOK_SPACING)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stir.wait(), LOOK_SECONDS)
        finally:
            await self._hand_over()

    async def _hand_over(self) -> None:
        """Give the claims up and listen a little longer: what comes while nobody listens would be gone."""
        if self._session:
            try:
                await self._session.close(timeout=2)
            except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                self._session.terminate()
        if self.listeners:
            await asyncio.gather(*(self.directory.changed(each.tenant.code) for each in self.listeners.values()))
            await asyncio.sleep(HANDOVER_SECONDS)
        await asyncio.gather(*(each.stop() for each in self.listeners.values()))

    def stop(self) -> None:
        """Listen no more."""
        self.stopping.set()
        self._stir.set()

    async def _look(self) -> None:
        """Listen to what nobody listens to; leave what is gone, changed, or another's."""
        try:
            places = await self._claim()
            for channel_id, each in list(self.listeners.items()):
                if each.task.done():
                    del self.listeners[channel_id]
                elif channel_id not in self._claimed:
                    each.halt()
            for channel_id in self._claimed:
                await self._attend(places[channel_id])
        except DatabaseUnavailable as error:
            log.warning("receiver_without_database", error=str(error), listening=len(self.listeners))
        except Exception as error:
            log.error("receiver_broke", exc_info=error)

    async def _claim(self) -> dict[UUID, Place]:
        """Claim what is free, let go of what is gone, and return the channels there are to listen to."""
        session = await self._connected()
        try:
            with translated():
                async with asyncio.timeout(ANSWER_SECONDS):
                    places = {place.channel_id: place for place in await accounts.listened(session)}
                    gone = self._claimed - places.keys()
                    await accounts.unclaim(session, gone)
                    self._claimed -= gone
                    self._claimed |= await accounts.claim(session, places.keys() - self._claimed)
        except BaseException:
            session.terminate()  # what it holds by now is unknown
            raise
        return places

    async def _connected(self) -> asyncpg.Connection:
        """Return the session that holds the claims; after a break there are none, and the old session is ended."""
        if self._session is None or self._session.is_closed():
            self._claimed = set()
            self._session = await self.databases.session(PRIMARY, {"application_name": self.name, **KEEPALIVE})
            with translated():
                await accounts.end_other_sessions(self._session, self.name)
        return self._session

    async def _attend(self, place: Place) -> None:
        """Let a listener run for the channel as it is now; an earlier one has to have ended."""
        found = await self._source(place)
        running = self.listeners.get(place.channel_id)
        if running:
            if found is None or running.source != found[2]:
                running.halt()
            else:
                running.tenant, running.channel, _ = found
        elif found and not self.stopping.is_set():
            started = self.listeners[place.channel_id] = Listener(*found, self.reception)
            started.task.add_done_callback(lambda _: self._stir.set())

    async def _source(self, place: Place) -> tuple[Tenant, Channel, Source] | None:
        """Return where to listen for a channel now; why there is nowhere is logged once."""
        try:
            tenant = await self.directory.tenant(place.tenant)
            channel = await self.directory.channel(tenant, place.channel_id)
            source = adapter(channel.kind).source(channel) if channel.status != "removed" else None
        except (TenantUnknown, ChannelUnknown, TenantSuspended, ConfigurationError) as error:
            if self._silent.get(place.channel_id) != str(error):
                self._silent[place.channel_id] = str(error)
                log.warning("not_listening", tenant=place.tenant, channel=str(place.channel_id), reason=str(error))
            return None
        self._silent.pop(place.channel_id, None)
        return (tenant, channel, source) if source else None

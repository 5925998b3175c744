"""Takes in what its provider will never send again: into the queue, or the spill until PostgreSQL is back."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Sequence

import structlog

from frontdesk import telemetry
from frontdesk.channels import adapter
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.message import Event
from frontdesk.core.tenant import Tenant
from frontdesk.errors import ConfigurationError, DatabaseUnavailable, FrontdeskError
from frontdesk.journey import Journey
from frontdesk.services.tenants import Directory
from frontdesk.settings import Settings
from frontdesk.spill import Entry, Key, Record, Spill

log = structlog.get_logger()

STORE_SECONDS = 10.0
"""Longest a request may wait for PostgreSQL, however patient webhooks are set: a websocket must be read meanwhile."""
LOOK_SECONDS = 20.0
PAUSE_SECONDS = (0.1, 3.0)
AT_ONCE = 8
MOST_TRIES = 5
LATER = (DatabaseUnavailable, TimeoutError, ConfigurationError)
"""What passes, or what an operator mends: the record waits for it."""


class Reception:
    """One process's way in for channels whose provider sends once."""

    def __init__(self, settings: Settings, directory: Directory, journey: Journey, spill: Spill) -> None:
        self.seconds = min(settings.request_seconds, STORE_SECONDS)
        self.directory = directory
        self.journey = journey
        self.spill = spill
        self._turns: defaultdict[Key, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def take(
        self, tenant: Tenant, channel: Channel, request: Request, traceparent: str | None
    ) -> Sequence[Event]:
        """Keep a verified request and return its events; DatabaseUnavailable only where the spill can't take it either.

        One at a time a channel, and none past those that wait in the spill: what came first is stored first.
        """
        key = (tenant.code, channel.kind, channel.secret("path_token"))
        async with self._turns[key]:
            if not self.spill.holds(key):
                try:
                    async with asyncio.timeout(self.seconds):
                        return await self.journey.receive(tenant, channel, request, traceparent)
                except (DatabaseUnavailable, TimeoutError) as error:
                    log.warning("spilling", tenant=tenant.code, channel=channel.kind, reason=str(error) or "too slow")
            events = adapter(channel.kind).parse(request, channel)
            await self.spill.keep(Record.of(key, request, verified=True, traceparent=traceparent))
            return events

    async def take_unseen(self, key: Key, request: Request) -> None:
        """Keep a request whose channel can't be looked up now; it is verified at its replay."""
        trace = request.headers.get("traceparent")
        await self.spill.keep(Record.of(key, request, verified=False, traceparent=trace))

    async def replay(self) -> None:
        """Store what waits in the spill as soon as PostgreSQL takes it, for ever."""
        pause = PAUSE_SECONDS[0]
        while True:
            try:
                await self._stirred()
                done = await self._replay_all()
            except Exception as error:
                log.error("replay_broke", exc_info=error)
                done = False
            if done:
                pause = PAUSE_SECONDS[0]
                continue
            await asyncio.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311 - jitter
            pause = min(2 * pause, PAUSE_SECONDS[1])
            self.spill.stirred.set()

    async def _stirred(self) -> None:
        """Wait for something to replay: our own, or what a process that died has left."""
        try:
            await asyncio.wait_for(self.spill.stirred.wait(), LOOK_SECONDS)
        except TimeoutError:
            await self.spill.take_up()
        self.spill.stirred.clear()

    async def _replay_all(self) -> bool:
        """Replay every channel, several at once; False where one has to wait."""
        slots = asyncio.Semaphore(AT_ONCE)
        return all(await asyncio.gather(*(self._replay(key, slots) for key in self.spill.keys)))

    async def _replay(self, key: Key, slots: asyncio.Semaphore) -> bool:
        """Replay a channel's records in order; False where the first of them has to wait."""
        async with slots:
            while found := await self.spill.first(key):
                outcome = await self._again(*found)
                if outcome is None:
                    return False
                self.spill.done(found[0], outcome)
        return True

    async def _again(self, entry: Entry, kept: Record) -> str | None:
        facts = {"tenant": kept.key[0], "channel": kept.key[1], "at": kept.at.isoformat()}
        try:
            async with asyncio.timeout(self.seconds):
                await self._receive(kept)
            return "replayed"
        except LATER as error:
            log.debug("spill_record_waits", **facts, reason=str(error))
            return None
        except FrontdeskError as error:
            log.warning("spill_record_refused", **facts, code=error.code, reason=str(error))
            return error.code
        except Exception:
            entry.tries += 1
            log.exception("spill_record_failed", **facts, tries=entry.tries)
            return "internal_error" if entry.tries >= MOST_TRIES else None

    async def _receive(self, kept: Record) -> None:
        code, name, token = kept.key
        tenant = await self.directory.tenant(code)
        kind, channel = adapter(name), await self.directory.channel_by_token(tenant, name, token)
        request = kept.request()
        if not kept.verified and not kind.verify(request, channel, kept.at):
            raise kind.UNSIGNED(f"the request is not signed as channel {channel.name!r} expects")
        with telemetry.webhook(code, name, kept.traceparent) as span:
            events = await self.journey.receive(tenant, channel, request, telemetry.traceparent(span))
        for event in () if kept.verified else events:  # those of others were counted when they came
            telemetry.events.add(1, {"tenant": code, "channel": name, "kind": event.kind})

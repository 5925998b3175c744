"""What Redis carries: wake-ups for workers, live topics for listeners, word of changed settings; all of it may vanish.

Nothing here raises when Redis is away: whoever waits for a word from it also looks for himself, a little later.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any

import redis.asyncio as redis
import structlog
from redis.exceptions import RedisError

log = structlog.get_logger()

AWAY = (RedisError, OSError, asyncio.TimeoutError)
WAKE_SPACING = 0.003
TIMEOUT = 1.0
GAP = {"gap": True}


class Live:
    """One process's connection to Redis."""

    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(
            url, decode_responses=True, socket_timeout=30, socket_connect_timeout=TIMEOUT
        )
        self.up = True
        self._waking: dict[str, set[str]] = {}
        self._flush: asyncio.Task[None] | None = None

    async def _tell(self, command: Callable[[], Awaitable[Any]]) -> Any:
        try:
            answer = await asyncio.wait_for(command(), TIMEOUT)
        except AWAY as error:
            if self.up:
                log.warning("redis_away", error=str(error))
            self.up = False
            return None
        if not self.up:
            log.info("redis_back")
        self.up = True
        return answer

    def wake(self, database: str, tenants: Iterable[str]) -> None:
        """Tell some worker that these tenants have work; words close together travel as one."""
        self._waking.setdefault(database, set()).update(tenants)
        if self._flush is None or self._flush.done():
            self._flush = asyncio.create_task(self._send_wakes())

    async def _send_wakes(self) -> None:
        while self._waking:
            waking, self._waking = self._waking, {}
            for database, tenants in waking.items():
                ready = dict.fromkeys(tenants, time.time())
                await self._tell(partial(self.client.zadd, ready_key(database), ready, nx=True))
            await asyncio.sleep(WAKE_SPACING)

    async def next_ready(self, database: str, wait_seconds: float) -> str | None:
        """Wait for a tenant that has work and take it: one worker hears of it, the longest waiting first."""
        try:
            found = await self.client.bzpopmin(ready_key(database), timeout=wait_seconds)
        except AWAY:
            self.up = False
            await asyncio.sleep(wait_seconds)
            return None
        self.up = True
        return str(found[1]) if found else None

    def publish(self, topic: str, word: Mapping[str, Any] | None = None) -> "asyncio.Task[Any]":
        """Send a word to whoever listens to the topic now."""
        text = json.dumps(word or {})
        task = asyncio.create_task(self._tell(lambda: self.client.publish(topic, text)))
        _pending.add(task)
        task.add_done_callback(_pending.discard)
        return task

    @contextlib.asynccontextmanager
    async def listening(self, topic: str) -> AsyncIterator[Callable[[float], Awaitable[dict[str, Any] | None]]]:
        """Yield a function that waits at most so many seconds for the next word of the topic (None: nothing came).

        GAP comes whenever listening began, at first and after a break: what was said before may have been missed.
        """
        pubsub = self.client.pubsub()
        subscribed = False

        async def next_word(seconds: float) -> dict[str, Any] | None:
            nonlocal subscribed
            try:
                if not subscribed:
                    await asyncio.wait_for(pubsub.subscribe(topic), TIMEOUT)
                    subscribed = True
                word = await pubsub.get_message(timeout=seconds)
            except AWAY:
                subscribed = False
                await asyncio.sleep(min(seconds, 1.0))
                return None
            if word is None:
                return None
            return dict(json.loads(word["data"])) if word["type"] == "message" else GAP

        try:
            await next_word(0)
            yield next_word
        finally:
            with contextlib.suppress(*AWAY):
                await pubsub.aclose()  # type: ignore[no-untyped-call]

    async def count(self, key: str, seconds: int) -> int | None:
        """Add one to a counter that lives for `seconds` and return it; None while Redis is away."""

        async def add() -> Any:
            pipe = self.client.pipeline(transaction=False)
            pipe.incr(key)
            pipe.expire(key, seconds)
            return (await pipe.execute())[0]

        counted = await self._tell(add)
        return int(counted) if counted is not None else None

    async def add_counts(self, counts: Mapping[str, int], seconds: int) -> dict[str, int] | None:
        """Add to several counters at once and return their totals; None while Redis is away."""

        async def add() -> Any:
            pipe = self.client.pipeline(transaction=False)
            for key, count in counts.items():
                pipe.incrby(key, count)
                pipe.expire(key, seconds)
            return (await pipe.execute())[::2]

        totals = await self._tell(add)
        return dict(zip(counts, totals, strict=True)) if totals is not None else None

    async def ping(self) -> bool:
        return bool(await self._tell(self.client.ping))

    async def close(self) -> None:
        """Send the last wake-ups and close."""
        if self._flush:
            with contextlib.suppress(asyncio.CancelledError):
                await self._flush
        await self.client.aclose()


_pending: set["asyncio.Task[Any]"] = set()
"""Keeps words under way from being collected before they are sent."""


def ready_key(database: str) -> str:
    return f"frontdesk:ready:{database}"


CHANGES = "frontdesk:changes"
"""Topic on which a process says that a tenant's settings or channels changed."""

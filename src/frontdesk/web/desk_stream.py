"""Server-sent events of a tenant's desk: words from Redis as they come, and from PostgreSQL how many wait."""

import time
from collections.abc import AsyncIterator
from typing import Any

from frontdesk.core.topics import desk_topic
from frontdesk.errors import FrontdeskError
from frontdesk.live import GAP, Live
from frontdesk.store import handoffs
from frontdesk.web.stream import LOOK_SECONDS, LOOK_SECONDS_WITH_WORD, PING_SECONDS, event
from frontdesk.wiring import Transactions


class Listening:
    """One open stream. `queue` events say how it stands, at first and whenever it is another; words may be missed, these not."""

    def __init__(self, live: Live, transactions: Transactions) -> None:
        self.live = live
        self.transactions = transactions

    async def run(self) -> AsyncIterator[bytes]:
        async with self.live.listening(desk_topic(self.transactions.tenant.code)) as next_word:
            yield b"retry: 1000\n\n"
            stood: dict[str, Any] | None = None
            spoke = time.monotonic()
            while True:
                stands = await self._queue() or stood
                if stands and stands != stood:
                    stood, spoke = stands, time.monotonic()
                    yield event("queue", {"waiting": stands["waiting"], "assigned": stands["assigned"]})
                word = await next_word(LOOK_SECONDS_WITH_WORD if self.live.up else LOOK_SECONDS)
                if word and word != GAP:
                    spoke = time.monotonic()
                    yield event(str(word.pop("event", "")), word)
                if time.monotonic() - spoke >= PING_SECONDS - 0.5:
                    spoke = time.monotonic()
                    yield b": ping\n\n"

    async def _queue(self) -> dict[str, Any] | None:
        try:
            async with self.transactions(durable=False) as tx:
                return await handoffs.counts(tx)
        except FrontdeskError:
            return None  # PostgreSQL is away: the next look says more

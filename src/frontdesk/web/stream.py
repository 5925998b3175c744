"""Server-sent events of one visitor: PostgreSQL says what, Redis only when; nothing is lost over a reconnect."""

import json
import time
from collections.abc import AsyncIterator
from typing import Any

from frontdesk.channels.web.session import Visitor
from frontdesk.core.channel import Channel
from frontdesk.core.topics import conversation_topic
from frontdesk.errors import FrontdeskError
from frontdesk.live import Live
from frontdesk.store import conversations, messages
from frontdesk.web import bubbles
from frontdesk.wiring import Transactions

PING_SECONDS = 15.0
LOOK_SECONDS = 1.0
LOOK_SECONDS_WITH_WORD = 15.0


class Listening:
    """One open stream. A word on the topic makes it look; without Redis it looks each second by itself."""

    def __init__(
        self, live: Live, transactions: Transactions, channel: Channel, who: Visitor, link: bubbles.Link
    ) -> None:
        self.live = live
        self.transactions = transactions
        self.channel = channel
        self.who = who
        self.link = link

    async def run(self, after: int | None) -> AsyncIterator[bytes]:
        """Yield events after stream position `after`; None begins with what comes from now on."""
        async with self.live.listening(conversation_topic(self.channel.id, self.who.id)) as next_word:
            position = await self._end() if after is None else after
            yield b"retry: 1000\n\n"
            spoke = time.monotonic()
            while True:
                try:
                    rows = await self._new(position)
                except FrontdeskError:
                    rows = []  # PostgreSQL is away: look again with the next round
                for row in rows:
                    position = int(row["position"])
                    yield event("message", row, position)
                if rows:
                    spoke = time.monotonic()
                    continue
                word = await next_word(LOOK_SECONDS_WITH_WORD if self.live.up else LOOK_SECONDS)
                if word and word.get("event") == "typing":
                    yield event("typing", {"on": True})
                if time.monotonic() - spoke >= PING_SECONDS - 0.5:
                    spoke = time.monotonic()
                    yield b": ping\n\n"

    async def _end(self) -> int:
        async with self.transactions(durable=False) as tx:
            conversation_id = await conversations.find(tx, self.channel.id, self.who.id)
            return await messages.last_position(tx, conversation_id) if conversation_id else 0

    async def _new(self, after: int) -> list[dict[str, Any]]:
        async with self.transactions(durable=False) as tx:
            conversation_id = await conversations.find(tx, self.channel.id, self.who.id)
            rows = await messages.stream(tx, conversation_id, after) if conversation_id else []
            return await bubbles.shown(tx, self.channel, rows, self.link)


def event(name: str, data: dict[str, Any], position: int | None = None) -> bytes:
    """Return one server-sent event."""
    head = f"id: {position}\n" if position is not None else ""
    return f"event: {name}\n{head}data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()

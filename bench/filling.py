"""Filling the queue with messages as `receive` would leave them, without asking it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from bench.place import Place
from frontdesk import queue
from frontdesk.channels import adapter
from frontdesk.core import wire
from frontdesk.core.message import Message
from frontdesk.core.wire import Received
from frontdesk.live import Live
from frontdesk.queue import Item
from frontdesk.rehearsal.installation import Bot
from frontdesk.rehearsal.telegram import people
from frontdesk.settings import PRIMARY

BATCH = 500
TEXT = "hello"


def items(bot: Bot, chats: range, each: int, first_number: int = 1, text: str = TEXT) -> Iterator[Item]:
    """Yield the work of `each` messages in every chat, the chats taking turns."""
    for number in range(first_number, first_number + each):
        for chat in chats:
            yield _item(bot, chat, number, text)


def _item(bot: Bot, chat: int, number: int, text: str) -> Item:
    request = people.says(bot.channel, str(chat), number, text)
    (event,) = adapter("telegram").parse(request, bot.channel)
    assert isinstance(event, Message)
    received = Received(
        channel_id=bot.channel.id, event=event, raw=request.body.decode(), received_at=datetime.now(UTC)
    )
    group = wire.group_of(bot.channel.id, event)
    return Item(tenant=bot.tenant.code, group=group, kind=wire.EVENT, payload=wire.dump_received(received))


async def fill(place: Place, work: Sequence[Item]) -> None:
    """Put all of it into the queue at one moment, and wake the workers."""
    session = await place.installation.databases.session(PRIMARY, {})
    try:
        async with session.transaction():
            for start in range(0, len(work), BATCH):
                await queue.put(session, work[start : start + BATCH])
    finally:
        await session.close()
    live = await place.installation.container.get(Live)
    live.wake(PRIMARY, {item.tenant for item in work})

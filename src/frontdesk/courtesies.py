"""Small signs of life around a turn: a press is acknowledged at once, a slow turn shows typing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import structlog

from frontdesk.channels import adapter
from frontdesk.core.channel import Channel
from frontdesk.core.conversation import Conversation
from frontdesk.core.exchange import Exchange
from frontdesk.core.message import Happening, Message, Reaction
from frontdesk.errors import FrontdeskError
from frontdesk.http import Http
from frontdesk.store.conversations import Opened

log = structlog.get_logger()

TYPING_LASTS = 4.0
_running: set["asyncio.Task[None]"] = set()


@contextlib.asynccontextmanager
async def shown(
    http: Http, channel: Channel, opened: Opened, event: Message | Reaction | Happening, slow_seconds: float
) -> AsyncIterator[None]:
    """While the turn is answered: acknowledge what was said, where the provider cares, and show typing from `slow_seconds`
    on. Failures are only logged.
    """
    if isinstance(event, Message) and (event.press or adapter(channel.kind).MARKS_READ):
        acknowledge(http, channel, event)
    answering = event.external_id if isinstance(event, Message) else None
    typing: list[asyncio.Task[None]] = []
    timer = asyncio.get_running_loop().call_later(
        slow_seconds, lambda: typing.append(_in_background(_keep_typing(http, channel, opened.conversation, answering)))
    )
    try:
        yield
    finally:
        timer.cancel()
        for task in typing:
            task.cancel()


def acknowledge(http: Http, channel: Channel, message: Message) -> None:
    """Tell the provider in the background that a press was taken, or a message read."""
    _in_background(_try(http, adapter(channel.kind).acknowledge(message, channel)))


async def _keep_typing(http: Http, channel: Channel, where: Conversation, answering: str | None) -> None:
    while True:
        typing = adapter(channel.kind).show_typing(where.external_id, where.thread or None, answering, channel)
        await _try(http, typing)
        await asyncio.sleep(TYPING_LASTS)


async def _try(http: Http, exchange: Exchange[None]) -> None:
    try:
        await http.perform(exchange)
    except FrontdeskError as error:
        log.info("courtesy_failed", error=str(error), code=error.code)


def _in_background(work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task

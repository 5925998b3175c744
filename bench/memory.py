"""(f) Memory of every process, idle and after many messages."""

import asyncio

from bench import meters
from bench.figures import Figure, at_most
from bench.place import Place
from frontdesk.rehearsal.processes import Process

PART = "f"
ROUNDS = 1
"""Memory hardly varies from run to run, and the messages take minutes."""
SETTLE_SECONDS = 3
CHATS = 5_000
STEP = 2_500


async def measure(place: Place) -> list[Figure]:
    """Read the memory of `frontdesk serve` and its servers, write and answer many messages, and read it again."""
    messages = place.scale.messages
    async with place.serving("serve") as (server, address):
        await asyncio.sleep(SETTLE_SECONDS)
        idle = _sizes(place, server)
        await _converse(place, address, messages)
        await asyncio.sleep(SETTLE_SECONDS)
        busy = _sizes(place, server)
    figures = [
        Figure(
            part=PART,
            what=f"{name} after {messages:,} messages",
            value=busy[name],
            unit="MB",
            beside="idle",
            other=idle[name],
        )
        for name in busy
    ]
    total = Figure(part=PART, what="all processes, idle", value=sum(idle.values()), unit="MB", goal=at_most(350))
    after = Figure(
        part=PART,
        what=f"all processes after {messages:,} messages",
        value=sum(busy.values()),
        unit="MB",
        beside="idle",
        other=total.value,
    )
    return [total, after, *figures]


def _sizes(place: Place, server: Process) -> dict[str, float]:
    return {
        "frontdesk serve": meters.memory_mb(server.pid),
        "PostgreSQL": meters.memory_mb(place.postgres_pid),
        "Redis": meters.memory_mb(place.redis_pid),
    }


async def _converse(place: Place, address: str, messages: int) -> None:
    """Write all, in steps that the queue has answered before the next; the provider's own list is not ours to measure."""
    bot, first, written = await place.bot(), place.chats(CHATS), 0
    while written < messages:
        await place.provider.forget()
        step = min(STEP, messages - written)
        result = await place.write(
            address,
            bot,
            connections=32,
            rate=2 * STEP,
            seconds=step / (2 * STEP),
            chats=step,
            first_chat=first + written % CHATS,
            first_number=1 + written // CHATS,
        )
        await place.provider.wait_for(int(result["done"]) - int(result["errors"]))
        written += step
        if written % (10 * STEP) == 0:
            place.say(f"  {written:,} messages answered")

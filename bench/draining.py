"""(b) Turns a second and processor time a turn, draining a full queue with one and two workers."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench import filling, handlers, meters
from bench.figures import Figure, at_least, at_most
from bench.place import Place
from frontdesk.queue import Item
from frontdesk.rehearsal.processes import Process

PART = "b"
EACH = 10
PYTHON_MS = 1.2
POSTGRES_MS = 2.5


@dataclass(frozen=True, slots=True)
class Drained:
    """A queue emptied: how many turns, in what time, and the processor time of each side in milliseconds a turn."""

    turns: int
    seconds: float
    python_ms: float
    postgres_ms: float

    @property
    def speed(self) -> float:
        return self.turns / self.seconds


async def measure(place: Place) -> list[Figure]:
    """Drain the same number of messages with one worker and with two."""
    bot, count = await place.bot(), place.scale.drained
    results = {}
    for workers in (1, 2):
        work = list(filling.items(bot, _range(place, count // EACH), EACH))
        results[workers] = await drain(place, work, workers)
    handler_ms = await handlers.small_talk_ms(bot.tenant.settings)
    one, two = results[1], results[2]
    figures = [
        Figure(part=PART, what="turns drained, one worker", value=one.speed, unit="/s"),
        Figure(
            part=PART,
            what="turns drained, two workers",
            value=two.speed,
            unit="/s",
            beside="one worker",
            other=one.speed,
            goal=at_least(300),
        ),
    ]
    for name, result in (("one worker", one), ("two workers", two)):
        python = result.python_ms - handler_ms
        figures += [
            Figure(part=PART, what=f"Python a turn, {name}", value=python, unit="ms", goal=at_most(PYTHON_MS)),
            Figure(
                part=PART,
                what=f"PostgreSQL a turn, {name}",
                value=result.postgres_ms,
                unit="ms",
                goal=at_most(POSTGRES_MS),
            ),
        ]
    return [*figures, Figure(part=PART, what="the handler's own work, left out", value=handler_ms, unit="ms")]


def _range(place: Place, count: int) -> range:
    first = place.chats(count)
    return range(first, first + count)


async def drain(place: Place, work: Sequence[Item], workers: int) -> Drained:
    """Start workers, give them the work at one moment, and measure until the provider has every answer."""
    await place.provider.forget()
    async with place.working(workers) as processes:
        await asyncio.sleep(0.5)
        before, started = _used(place, processes), time.monotonic()
        await filling.fill(place, work)
        filled = _used(place, [])
        started = time.monotonic()
        ended = await place.provider.wait_for(len(work))
        spent = _used(place, processes) - before
    filling_cost = filled.postgres - before.postgres
    return Drained(
        len(work),
        ended - started,
        1000 * spent.python / len(work),
        1000 * (spent.postgres - filling_cost) / len(work),
    )


def _used(place: Place, processes: Sequence[Process]) -> meters.Used:
    return meters.used([process.pid for process in processes], place.postgres_pid)

"""What goes wrong on purpose, and when: workers killed, PostgreSQL crashed and restarted, Redis killed."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from frontdesk.embedded import Servers
from frontdesk.rehearsal.processes import Process

Kind = Literal["kill", "postgres_crash", "postgres_restart", "redis_kill"]
NAMES = {
    "kill": "worker killed",
    "postgres_crash": "PostgreSQL crashed",
    "postgres_restart": "PostgreSQL restarted",
    "redis_kill": "Redis killed",
}
DOWN_SECONDS = (0.1, 1.0)
PATIENCE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that went wrong: when it began and when what it hit was back (`time.monotonic`)."""

    kind: Kind
    at: float
    back_at: float
    whom: str = ""


def schedule(counts: dict[Kind, int], seconds: float, chosen: random.Random) -> list[tuple[float, Kind]]:
    """Return when what goes wrong: in random order, spread over the time so that faults rarely coincide."""
    kinds: list[Kind] = [kind for kind, count in counts.items() for _ in range(count)]
    chosen.shuffle(kinds)
    gap = seconds / (len(kinds) + 1)
    return [(gap * (index + 1 + chosen.uniform(-0.45, 0.45)), kind) for index, kind in enumerate(kinds)]


@dataclass(slots=True)
class Faults:
    """Inflicts a schedule, one fault after the other, and remembers each. `delivered` counts what reached the provider."""

    servers: Servers
    workers: Sequence[Process]
    delivered: Callable[[], int]
    chosen: random.Random
    say: Callable[[str], None]
    happened: list[Fault] = field(default_factory=list)
    _seen: int = 0

    async def inflict(self, planned: Sequence[tuple[float, Kind]]) -> None:
        started = time.monotonic()
        for seconds, kind in planned:
            await asyncio.sleep(max(0.0, started + seconds - time.monotonic()))
            fault = await self._inflict(kind)
            self.happened.append(fault)
            self.say(f"{time.monotonic() - started:6.1f} s  {NAMES[kind]} {fault.whom}".rstrip())

    def count(self, kind: Kind) -> int:
        return sum(fault.kind == kind for fault in self.happened)

    async def _inflict(self, kind: Kind) -> Fault:
        match kind:
            case "kill":
                return await self._kill_a_worker()
            case "postgres_crash":
                return await self._postgres(crash=True)
            case "postgres_restart":
                return await self._postgres(crash=False)
            case "redis_kill":
                return await self._kill_redis()

    async def _kill_a_worker(self) -> Fault:
        await self._let_it_flow()
        working = [worker for worker in self.workers if _works(worker)] or list(self.workers)
        worker = self.chosen.choice(working)
        at, pid = time.monotonic(), worker.pid
        worker.kill()
        worker.start()
        self._seen = self.delivered()
        return Fault("kill", at, time.monotonic(), f"{worker.name} (pid {pid})")

    async def _let_it_flow(self) -> None:
        """Wait until messages flow again: to kill a worker that is only starting would prove nothing."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._flows() and time.monotonic() < deadline:  # noqa: ASYNC110 - other processes make it flow
            await asyncio.sleep(0.02)
        await asyncio.sleep(self.chosen.uniform(0, 0.3))

    def _flows(self) -> bool:
        return self.delivered() > self._seen and any(map(_works, self.workers))

    async def _postgres(self, *, crash: bool) -> Fault:
        postgres = self.servers.postgres
        assert postgres
        at = time.monotonic()
        await asyncio.to_thread(postgres.crash if crash else postgres.stop)
        await asyncio.sleep(self.chosen.uniform(*DOWN_SECONDS))
        await asyncio.to_thread(postgres.start)
        return Fault("postgres_crash" if crash else "postgres_restart", at, time.monotonic())

    async def _kill_redis(self) -> Fault:
        redis = self.servers.redis
        assert redis
        at = time.monotonic()
        await asyncio.to_thread(redis.crash)
        await asyncio.sleep(self.chosen.uniform(*DOWN_SECONDS))
        await asyncio.to_thread(redis.start)
        return Fault("redis_kill", at, time.monotonic())


def _works(worker: Process) -> bool:
    return worker.alive and worker.said("worker_started") is not None

"""Holds all cases of some files, several at once, over one PostgreSQL and one Redis."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import asyncpg

from frontdesk.embedded import Servers
from frontdesk.rehearsal.conversations import cases, lane, reading
from frontdesk.rehearsal.conversations.cases import Case
from frontdesk.rehearsal.conversations.holding import hold
from frontdesk.rehearsal.conversations.lane import Lane, Serve
from frontdesk.rehearsal.conversations.reading import Fault
from frontdesk.rehearsal.conversations.results import Result, Run
from frontdesk.rehearsal.conversations.teaching import Lessons
from frontdesk.settings import Settings
from frontdesk.store import migrate

AT_ONCE = 6
"""Conversations at once where none moves the clock."""
MOVING_LANES = 3
"""Installations with a clock of their own, each for one conversation at a time."""
STILL = 1

Told = Callable[[Result], None]


def gathered(paths: Sequence[Path], wanted: str | None = None) -> tuple[list[Case], list[Fault]]:
    """Return the cases of all files, and what is wrong with files."""
    found: list[Case] = []
    wrong: list[Fault] = []
    files = reading.found(paths)
    for path in files:
        source = reading.read(path)
        made = source if isinstance(source, list) else cases.cases(source)
        found += [each for each in made if isinstance(each, Case)]
        wrong += [each for each in made if isinstance(each, Fault)]
    if not files:
        names = ", ".join(map(str, paths)) or "nothing"
        wrong.append(Fault(names, 1, "holds no conversation tests: name .yaml files, or a folder of them"))
    return cases.chosen(found, wanted), wrong


async def run(
    found: Sequence[Case], faults: Sequence[Fault], settings: Settings, servers: Servers, serve: Serve, told: Told
) -> Run:
    """Hold every case and return what became of each; `told` hears of each as it ends."""
    started = time.perf_counter()
    still = [case for case in found if not case.moves_the_clock]
    moving = [case for case in found if case.moves_the_clock]
    lessons, results = Lessons(), dict[int, Result]()
    numbers = {id(case): number for number, case in enumerate(found)}

    def ended(result: Result) -> None:
        results[numbers[id(result.case)]] = result
        told(result)

    async def of_lane(number: int, share: Sequence[Case], at_once: int) -> None:
        async with lane.opened(settings, servers, serve, number) as opened:
            await _hold_all(opened, share, lessons, at_once, ended)

    await _make_roles(servers)
    shares = [moving[start::MOVING_LANES] for start in range(MOVING_LANES)]
    plan = [(STILL, still, AT_ONCE), *((STILL + 1 + index, share, 1) for index, share in enumerate(shares))]
    try:
        async with asyncio.TaskGroup() as group:
            for number, share, at_once in plan:
                if share:
                    group.create_task(of_lane(number, share, at_once))
    except ExceptionGroup as broken:
        raise broken.exceptions[0] from None
    ordered = [results[number] for number in sorted(results)]
    return Run(results=ordered, faults=faults, seconds=time.perf_counter() - started)


async def _hold_all(lane: Lane, share: Sequence[Case], lessons: Lessons, at_once: int, ended: Told) -> None:
    """Hold cases in order, so many at a time."""
    left = iter(share)

    async def one_after_the_other() -> None:
        lane.clock.wear()
        for case in left:
            ended(await hold(lane, case, lessons))

    workers = [asyncio.create_task(one_after_the_other()) for _ in range(min(at_once, len(share)))]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*workers, return_exceptions=True)


async def _make_roles(servers: Servers) -> None:
    """Make the roles all databases of a server share, before several are made at once."""
    owner = await asyncpg.connect(servers.database_url)
    try:
        await migrate.migrate_platform(owner, None)
    finally:
        await owner.close()

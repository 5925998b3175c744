"""`python -m bench.alarms`: reminders fall due while the workers that send them are killed, and each is counted."""

import asyncio
import contextlib
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from frontdesk import settings, telemetry
from frontdesk.core.recurrence import Schedule
from frontdesk.core.reminders import MakeReminder
from frontdesk.embedded import Servers
from frontdesk.journey import Journey
from frontdesk.rehearsal import installation
from frontdesk.rehearsal.installation import UNLIMITED, Bot, Installation
from frontdesk.rehearsal.telegram import TelegramStub, people
from frontdesk.services.tenants import tenancy
from frontdesk.settings import Settings
from frontdesk.store import reminders

AHEAD = 1.0
"""Seconds before the due second at which its reminders are made."""
EARLY, LATER = 0.4, 1.4
"""Seconds before and after the due second between which workers are killed: the sweep looks once a second."""
ALL_AT_ONCE = 4
"""Each so many due seconds no worker is left alive."""
CHATS = 12
LATENCY = (0.01, 0.15)
LEASE = 3.0
PATIENCE = 60.0


@dataclass(slots=True)
class Tally:
    """What came of a run. `again` are deliveries the provider saw twice, each of a message that says it is in doubt."""

    kills: int = 0
    reminders: int = 0
    fired: Counter[int] = field(default_factory=Counter)
    messages: int = 0
    heard: int = 0
    again: int = 0
    unmarked: int = 0
    lateness: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        return (
            self.fired == Counter({1: self.reminders})
            and self.messages == self.heard == self.reminders
            and not self.unmarked
        )

    def line(self) -> str:
        """Return the run in one line."""
        late = sorted(self.lateness) or [0.0]
        return (
            f"kills {self.kills}, reminders {self.reminders}, fired once {self.fired[1]}, never {self.fired[0]},"
            f" twice {sum(count for times, count in self.fired.items() if times > 1)}, messages {self.messages},"
            f" heard by the provider {self.heard}, deliveries repeated in doubt {self.again}, repeated unmarked {self.unmarked},"
            f" seconds after the due second: median {late[len(late) // 2]:.1f}, most {late[-1]:.1f},"
            f" seconds {self.seconds:.0f}"
        )


class Workers:
    """Worker processes that are killed and start again; forked from one that has imported all, so that a start is quick."""

    def __init__(self, given: dict[str, Any], count: int) -> None:
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["frontdesk.cli.serve", "frontdesk.rehearsal.installation"])
        self.given, self.kills = given, 0
        self.running = [self._start() for _ in range(count)]

    def _start(self) -> tuple[Any, Any]:
        at_work = self.context.Event()
        process = self.context.Process(target=work, args=(self.given, at_work), daemon=True)
        process.start()
        return process, at_work

    def until_at_work(self, chosen: int) -> None:
        """Wait until one is at work: a kill is to hit something."""
        if not self.running[chosen][1].wait(PATIENCE):
            raise TimeoutError("a worker did not start")

    def kill(self, chosen: int) -> None:
        """Kill one, as the kernel does when memory runs out, and start another."""
        process, _ = self.running[chosen]
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        self.kills += 1
        self.running[chosen] = self._start()

    def stop(self) -> None:
        for process, _ in self.running:
            process.kill()
            process.join()


def work(given: dict[str, Any], at_work: Any) -> None:
    """Be a worker, until killed."""
    import uvloop

    from frontdesk.cli import serve, session

    loaded = settings.load(**given)
    telemetry.start_logs(loaded)
    servers = Servers(database_url=given["database_url"], redis_url=given["redis_url"])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:

        async def run() -> None:
            async with session.opened(loaded, servers) as app:
                forever = asyncio.Event()
                await serve.run_until(app, forever, api=False, work=True, listening=lambda _: at_work.set())

        runner.run(run())


async def run(kills: int, each: int, count: int, seed: int, say: Callable[[str], None], place: Installation) -> Tally:
    """Kill workers `kills` times around seconds at which `each` reminders are due; then count."""
    dice, plan = random.Random(seed), planned(kills, count)
    async with TelegramStub(latency=LATENCY) as stub:
        bot = await place.add_bot("alarms", stub.url)
        given = _given(place)
        workers = Workers(given, count)
        try:
            talks = await _met(place, bot, stub)
            due: dict[str, datetime] = {}
            started = time.monotonic()
            for beat, dying in enumerate(plan):
                await asyncio.gather(*(asyncio.to_thread(workers.until_at_work, chosen) for chosen in dying))
                at = datetime.now(UTC) + timedelta(seconds=AHEAD)
                due |= await _remind(place, bot, talks, at, beat, each, dice)
                until = at.timestamp() + dice.uniform(-EARLY, LATER) - time.time()
                await asyncio.sleep(max(0.0, until))
                await asyncio.gather(*(asyncio.to_thread(workers.kill, chosen) for chosen in dying))
                if beat % 20 == 19:
                    say(f"{workers.kills} kills")
            await _quiet(place, bot, say)
            tally = Tally(kills=workers.kills, reminders=len(due), seconds=time.monotonic() - started)
            return await _counted(place, bot, stub, tally, due)
        finally:
            workers.stop()


def planned(kills: int, count: int) -> list[list[int]]:
    """Return which workers die around each due second."""
    plan: list[list[int]] = []
    while (left := kills - sum(map(len, plan))) > 0:
        beat = len(plan)
        dying = list(range(count)) if beat % ALL_AT_ONCE == ALL_AT_ONCE - 1 else [beat % count]
        plan.append(dying[:left])
    return plan


def _given(place: Installation) -> dict[str, Any]:
    return {
        "data_dir": place.settings.data_dir,
        "database_url": place.servers.database_url,
        "redis_url": place.servers.redis_url,
        "log_level": "error",
        "metrics_port": 0,
        **UNLIMITED,
        "lease_seconds": LEASE,
        "provider_seconds": LEASE * 0.45,
    }


async def _met(place: Installation, bot: Bot, stub: TelegramStub) -> list[Any]:
    """Let people write, so that there are conversations; return these with their contacts."""
    journey = await place.container.get(Journey)
    for index in range(CHATS):
        request = people.says(bot.channel, people.person(index), 1, "help")
        await journey.receive(bot.tenant, bot.channel, request, None)
    async with asyncio.timeout(PATIENCE):
        while len([call for call in stub.calls if call.message_id]) < CHATS:
            await asyncio.sleep(0.05)
    async with place.databases.tenant(tenancy(bot.tenant)) as tx:
        return list(await tx.fetch("SELECT id, contact_id FROM conversations ORDER BY id"))


async def _remind(
    place: Installation, bot: Bot, talks: list[Any], at: datetime, beat: int, each: int, dice: random.Random
) -> dict[str, datetime]:
    """Make the reminders of a due second, most exactly on it and some around; return when each is due."""
    due = {}
    async with place.databases.tenant(tenancy(bot.tenant), durable=False) as tx:
        for number in range(each):
            then = at + timedelta(seconds=dice.uniform(-0.5, 0.5) if number % 3 == 2 else 0)
            talk, text = dice.choice(talks), f"number {beat}-{number}"
            wish = MakeReminder(text=text, schedule=Schedule(zone="UTC", first=then), now=at - timedelta(minutes=5))
            await reminders.make(tx, wish, talk["contact_id"], talk["id"], "bench")
            due[text] = then
    return due


async def _quiet(place: Installation, bot: Bot, say: Callable[[str], None]) -> None:
    """Return once nothing waits any more, or nothing moves."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        async with place.databases.tenant(tenancy(bot.tenant), durable=False) as tx:
            left = await tx.fetchval(
                "SELECT (SELECT count(*) FROM frontdesk.work) + (SELECT count(*) FROM frontdesk.scheduled)"
            )
        if not left:
            return
        await asyncio.sleep(0.2)
    say(f"{left} pieces of work never ended")


async def _counted(place: Installation, bot: Bot, stub: TelegramStub, tally: Tally, due: dict[str, datetime]) -> Tally:
    async with place.databases.tenant(tenancy(bot.tenant), durable=False) as tx:
        rows = await tx.fetch(
            "SELECT r.text, count(f.id) AS fires, min(f.fired_at) AS fired_at FROM reminders r"
            " LEFT JOIN reminder_fires f ON f.reminder_id = r.id GROUP BY r.id"
        )
        doubts = {
            row["text"]: row["in_doubt"]
            for row in await tx.fetch(
                "SELECT text, in_doubt FROM messages WHERE direction = 'outbound' AND text LIKE '%number%'"
            )
        }
        tally.messages = await tx.fetchval(
            "SELECT count(*) FROM messages WHERE direction = 'outbound' AND text LIKE '%number%'"
        )
    tally.fired = Counter(row["fires"] for row in rows)
    tally.lateness = [(row["fired_at"] - due[row["text"]]).total_seconds() for row in rows if row["fired_at"]]
    heard = Counter(call.text for call in stub.calls if call.message_id and "number" in (call.text or ""))
    tally.heard = len(heard)
    tally.again = sum(times - 1 for text, times in heard.items() if doubts.get(text))
    tally.unmarked = sum(times - 1 for text, times in heard.items() if not doubts.get(text))
    return tally


@contextlib.contextmanager
def servers() -> Iterator[tuple[Settings, Servers]]:
    with (
        tempfile.TemporaryDirectory(prefix="fd-alarms-", ignore_cleanup_errors=True) as folder,
        installation.servers(Path(folder)) as started,
    ):
        yield started


def main(
    kills: Annotated[int, typer.Option(min=1, help="Times a worker is killed.")] = 200,
    each: Annotated[int, typer.Option(min=1, help="Reminders due around each kill.")] = 4,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 3,
    seed: Annotated[int, typer.Option(help="Makes the run choose the same again.")] = 1,
) -> None:
    """Kill workers around the seconds at which reminders are due, and count how often each went out."""

    async def all_of_it(loaded: Settings, running: Servers) -> Tally:
        async with installation.opened(loaded, running) as place:
            return await run(kills, each, workers, seed, typer.echo, place)

    with servers() as (loaded, running):
        tally = asyncio.run(all_of_it(loaded, running))
    typer.echo(tally.line())
    raise typer.Exit(0 if tally.good else 1)


if __name__ == "__main__":
    typer.run(main)

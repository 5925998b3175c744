"""The chaos run: messages flow while workers are killed, PostgreSQL crashes and Redis dies; then everything is counted."""

import asyncio
import contextlib
import random
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from frontdesk.core.tenant import KeywordRule, TenantSettings
from frontdesk.embedded import Servers
from frontdesk.errors import FrontdeskError
from frontdesk.rehearsal import crowd, faults, installation, judgement, processes
from frontdesk.rehearsal.crowd import Crowd, Line
from frontdesk.rehearsal.faults import Fault, Faults, Kind
from frontdesk.rehearsal.installation import Installation
from frontdesk.rehearsal.judgement import ANSWER, Verdict
from frontdesk.rehearsal.stages import STAGES, Stage
from frontdesk.settings import Settings

EACH = 8
PROVIDER_LATENCY = (0.01, 0.15)
SECONDS_A_FAULT = 1.5
MESSAGES_A_SECOND = 80
STALL_SECONDS = 60.0
CONCURRENCY = 12
"""What a worker has in hand at most: a kill holds that many conversations up for a lease, and the others go on."""
REPORT_SECONDS = 5.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run consists of."""

    messages: int = 2000
    tenants: int = 2
    kinds: Sequence[str] = ("telegram",)
    workers: int = 2
    kills: int = 20
    postgres_crashes: int = 3
    postgres_restarts: int = 1
    redis_kills: int = 2
    repeats: float = 0.3
    seed: int = 0
    lease_seconds: float = 10.0
    keep: bool = False

    @property
    def counts(self) -> dict[Kind, int]:
        return {
            "kill": self.kills,
            "postgres_crash": self.postgres_crashes,
            "postgres_restart": self.postgres_restarts,
            "redis_kill": self.redis_kills,
        }

    @property
    def seconds(self) -> float:
        """How long the writing takes: long enough for every fault to hit messages on their way."""
        return max(self.messages / MESSAGES_A_SECOND, sum(self.counts.values()) * SECONDS_A_FAULT, 3.0)


@dataclass(slots=True)
class Report:
    """How a run ended. `recoveries` are, for each crash of PostgreSQL, the seconds until deliveries flowed again: since
    the crash, and since the server was up."""

    verdict: Verdict
    faults: list[Fault]
    seconds: float
    accepted: int
    repeated: int
    refused: int
    recoveries: list[tuple[float, float]] = field(default_factory=list)
    gave_up: bool = False

    @property
    def good(self) -> bool:
        return self.verdict.good and not self.gave_up

    def line(self) -> str:
        """Return the run in one line."""
        judged, kinds = self.verdict, [fault.kind for fault in self.faults]
        marked = "all marked in doubt" if not judged.unmarked else f"{len(judged.unmarked)} NOT as they should be"
        return (
            f"lost {len(judged.lost)}, answered twice {len(judged.twice)}, out of order {len(judged.disordered)}"
            f" — repeated deliveries {len(judged.repeated)} ({marked}), kills {kinds.count('kill')},"
            f" postgres crashes {kinds.count('postgres_crash')}, postgres restarts {kinds.count('postgres_restart')},"
            f" redis kills {kinds.count('redis_kill')}, messages {self.accepted}, repeated by the provider {self.repeated},"
            f" refused meanwhile {self.refused}, seconds {self.seconds:.0f}"
        )


def run(plan: Plan, say: Say) -> Report:
    """Carry out a plan in a folder of its own; the folder stays where the run was not good, or is to be kept."""
    folder = Path(tempfile.mkdtemp(prefix="fd-chaos-"))
    report = None
    try:
        with (
            installation.servers(folder, lease_seconds=plan.lease_seconds, provider_seconds=_patience(plan)) as started,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            report = runner.run(_Run(plan, say).run(*started))
        return report
    finally:
        if plan.keep or not (report and report.good):
            say(f"logs and data stay in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _patience(plan: Plan) -> float:
    """Return how long a provider call may take: the default, or what the lease allows."""
    return min(4.5, plan.lease_seconds * 0.45)


class _Run:
    """One run under way."""

    def __init__(self, plan: Plan, say: Say) -> None:
        self.plan = plan
        self.say = say
        self.chosen = random.Random(plan.seed)  # noqa: S311 - a run can be repeated by its seed
        self.started = time.monotonic()
        self.gave_up = False
        self.lines: list[tuple[Line, Stage]] = []

    async def run(self, settings: Settings, servers: Servers) -> Report:
        limits: dict[str, object] = {
            "lease_seconds": self.plan.lease_seconds,
            "provider_seconds": _patience(self.plan),
            "concurrency": CONCURRENCY,
        }
        async with (
            contextlib.AsyncExitStack() as stages,
            installation.opened(settings, servers, **limits) as place,
        ):
            await self._set_up(stages, place)
            api = place.process("api", "api").start()
            workers = [place.process(f"worker{n + 1}", "worker").start() for n in range(self.plan.workers)]
            base_url = str((await api.wait_for("listening"))["address"])
            await asyncio.gather(*(worker.wait_for("worker_started") for worker in workers))
            talk = crowd.chats([line for line, _ in self.lines], self.plan.messages, self.chosen, EACH)
            trouble = Faults(servers, workers, self._delivered, self.chosen, self.say)
            people = Crowd(base_url, talk, self.plan.repeats, lambda: self._progress(trouble), self.chosen)
            self.started = time.monotonic()
            self.say(f"{self.plan.messages} messages in {len(talk)} chats over {self.plan.seconds:.0f} s")
            async with _running(processes.keep_alive([api, *workers])):
                await self._until_quiet(place, people, trouble)
                await self._look_at_pages(people)
            return await self._report(place, people, trouble)

    async def _set_up(self, stages: contextlib.AsyncExitStack, place: Installation) -> None:
        """Make every tenant a channel of every kind, each with a provider of its own."""
        for number in range(1, self.plan.tenants + 1):
            tenant = await place.add_tenant(f"tenant{number}", _settings(number))
            for kind in self.plan.kinds:
                stage = await stages.enter_async_context(STAGES[kind](tenant.code, PROVIDER_LATENCY))
                bot = await place.add_channel(tenant, kind, stage.api_base, stage.credentials, stage.learned)
                self.lines.append((Line(bot, stage.people), stage))

    def _delivered(self) -> int:
        return sum(len(stage.seen()) for _, stage in self.lines)

    async def _look_at_pages(self, people: Crowd) -> None:
        async with aiohttp.ClientSession() as http:
            for line, stage in self.lines:
                if stage.kind == "web":
                    persons = [chat.person for chat in people.chats if chat.line.name == line.name]
                    await stage.stub.look(http, people.base_url, line.bot.channel, persons)

    def _progress(self, trouble: Faults) -> float:
        """Say how much of the run is over: the writing waits for the faults, so that each hits messages on their way."""
        share = (len(trouble.happened) + 1) / (sum(self.plan.counts.values()) + 1)
        return min((time.monotonic() - self.started) / self.plan.seconds, share)

    async def _until_quiet(self, place: Installation, people: Crowd, trouble: Faults) -> None:
        """Return once all is written, all has gone wrong, and nothing waits any more; or when nothing moves."""
        planned = faults.schedule(self.plan.counts, self.plan.seconds, self.chosen)
        async with _running(people.write(), trouble.inflict(planned)) as tasks:
            moved_at, before, told_at = time.monotonic(), (-1, -1, -1, -1), time.monotonic()
            while True:
                await asyncio.sleep(0.2)
                now = (people.accepted, people.repeated, self._delivered(), len(trouble.happened))
                if now != before:
                    moved_at, before = time.monotonic(), now
                if time.monotonic() - told_at > REPORT_SECONDS:
                    told_at = time.monotonic()
                    self.say(f"{told_at - self.started:6.1f} s  {now[0]} taken, {now[2]} delivered, {now[1]} repeated")
                if all(task.done() for task in tasks) and await _nothing_waits(place):
                    for task in tasks:
                        task.result()
                    return
                if time.monotonic() - moved_at > STALL_SECONDS:
                    self.say(f"nothing moves for {STALL_SECONDS:.0f} s: giving up")
                    self.gave_up = True
                    return

    async def _report(self, place: Installation, people: Crowd, trouble: Faults) -> Report:
        seconds = time.monotonic() - self.started
        rows = await judgement.stored(place.databases, people.chats)
        seen = {line.name: stage.seen() for line, stage in self.lines}
        verdict = judgement.judge(people.chats, rows, seen, trouble.happened)
        tenants = {line.bot.tenant.code: line.bot.tenant for line, _ in self.lines}
        verdict.strange += await judgement.leftovers(place.databases, tenants.values())
        verdict.strange += [f"{line.name} refused {why}" for line, stage in self.lines for why in stage.refused()[:5]]
        crashes = [fault for fault in trouble.happened if fault.kind == "postgres_crash"]
        moments = sorted(each.at for all_seen in seen.values() for each in all_seen)
        flowed = [(fault, next((at for at in moments if at > fault.back_at), None)) for fault in crashes]
        return Report(
            verdict=verdict,
            faults=trouble.happened,
            seconds=seconds,
            accepted=people.accepted,
            repeated=people.repeated,
            refused=people.refused,
            recoveries=[(at - fault.at, at - fault.back_at) for fault, at in flowed if at is not None],
            gave_up=self.gave_up,
        )


@contextlib.asynccontextmanager
async def _running(*work: Coroutine[Any, Any, None]) -> AsyncIterator[list["asyncio.Task[None]"]]:
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _nothing_waits(place: Installation) -> bool:
    try:
        async with place.databases.platform() as tx:
            return not await tx.fetchval("SELECT EXISTS (SELECT FROM frontdesk.work)")
    except FrontdeskError:
        return False


def _settings(number: int) -> TenantSettings:
    """Return settings that answer question `m<n>` with words that name question and tenant."""
    code = f"tenant{number}"
    return TenantSettings(
        keyword_rules=tuple(
            KeywordRule(keywords=(f"m{n}",), reply=ANSWER.format(number=n, tenant=code)) for n in range(1, EACH + 1)
        )
    )

"""A bounded pool of child processes for heavy work on strangers' files: warm, limited, and replaced when one breaks."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from frontdesk.errors import MediaUnavailable
from frontdesk.understanding.media.child import LENGTHS
from frontdesk.understanding.media.tasks import Found, Task, dump, load_found
from frontdesk.understanding.media.values import Unread

log = structlog.get_logger()

CHILD = "frontdesk.understanding.media.child"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""All of a child's environment: no address, no key, and no pool of threads in each."""
STOPPING = "Frontdesk is stopping: the file is read after the restart"
START_SECONDS = 30.0
MOST_ANSWER_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the pool may take of the machine; an installation's settings, not a tenant's.

    `seconds` is one file's deadline once its turn comes, `wait_seconds` what it waits for its turn. A child is replaced
    after `most_tasks`, and let go after `idle_seconds` without work.
    """

    at_once: int = 2
    seconds: float = 120.0
    wait_seconds: float = 300.0
    memory_bytes: int = 2 << 30
    most_tasks: int = 200
    idle_seconds: float = 300.0


@dataclass(slots=True, eq=False)
class Child:
    """A running child process and how many tasks it did."""

    process: asyncio.subprocess.Process
    tasks: int = 0
    idle_since: float = 0.0

    async def ask(self, fields: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        sink = self.process.stdin
        assert sink is not None
        encoded = json.dumps(fields).encode()
        sink.write(LENGTHS.pack(len(encoded), len(data)))
        sink.write(encoded)
        sink.write(data)
        await sink.drain()
        self.tasks += 1
        return await self.answer()

    async def answer(self) -> tuple[dict[str, Any], bytes]:
        source = self.process.stdout
        assert source is not None
        fields, data = LENGTHS.unpack(await source.readexactly(LENGTHS.size))
        if fields + data > MOST_ANSWER_BYTES:
            raise ConnectionError("the child's answer is too long")
        return json.loads(await source.readexactly(fields)), await source.readexactly(data)

    async def end(self) -> int:
        """Kill the process, if it still runs, and return what it ended with."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        return await self.process.wait()


@dataclass(frozen=True, slots=True)
class Broken:
    """A child ended without an answer; a negative status is the signal that ended it."""

    status: int


class Pool:
    """Does tasks in at most `at_once` children, begun when first needed; `close` ends them all."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self.free = asyncio.Semaphore(self.bounds.at_once)
        self.idle: list[Child] = []
        self.busy: set[Child] = set()
        self.closed = False
        self._sweeper: asyncio.Task[None] | None = None

    async def run(self, task: Task, data: bytes) -> Found | Unread:
        """Do a task; Unread(timeout) where its turn or its end does not come. MediaUnavailable where the pool is closed."""
        try:
            async with asyncio.timeout(self.bounds.wait_seconds):
                await self.free.acquire()
        except TimeoutError:
            return Unread("timeout", f"no process was free within {self.bounds.wait_seconds:g} s")
        try:
            return await self._run(task, data)
        finally:
            self.free.release()

    async def warm(self) -> None:
        """Start a child before the first file comes; its models load with the first."""
        async with self.free:
            self._rest(await self._begun())

    async def close(self) -> None:
        """End every child; tasks under way raise MediaUnavailable, so that queued work is done after the restart."""
        self.closed = True
        if self._sweeper:
            self._sweeper.cancel()
        children, self.idle = [*self.idle, *self.busy], []
        await asyncio.gather(*(child.end() for child in children))

    async def _run(self, task: Task, data: bytes) -> Found | Unread:
        """Do a task; a child that broke may have been ailing from the file before, so a fresh one has a last try."""
        child = self._rested()
        if child and not isinstance(done := await self._ask(child, task, data), Broken):
            return done
        done = await self._ask(await self._begun(), task, data)
        if not isinstance(done, Broken):
            return done
        if done.status == -signal.SIGXCPU:
            return Unread("timeout", f"the file takes more than {self.bounds.seconds:g} s of CPU")
        return Unread("unreadable", f"reading it ended a process with {done.status}")

    async def _ask(self, child: Child, task: Task, data: bytes) -> Found | Unread | Broken:
        self.busy.add(child)
        well = False
        try:
            async with asyncio.timeout(self.bounds.seconds):
                answer, upload = await child.ask(dump(task), data)
            well = "ends" not in answer
        except TimeoutError:
            return Unread("timeout", f"not read within {self.bounds.seconds:g} s")
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            return await self._broken(child)
        finally:
            self.busy.discard(child)
            if well:
                self._rest(child)
            else:
                await asyncio.shield(child.end())
        return load_found(answer["found"], upload) if "found" in answer else Unread(*answer["unread"])

    async def _broken(self, child: Child) -> Broken:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await child.process.wait()
        status = await child.end()
        if self.closed:
            raise MediaUnavailable(STOPPING)
        log.warning("media child broke", status=status)
        return Broken(status)

    def _rested(self) -> Child | None:
        while self.idle:
            child = self.idle.pop()
            if child.process.returncode is None:
                return child
        return None

    async def _begun(self) -> Child:
        if self.closed:
            raise MediaUnavailable(STOPPING)
        limits = (str(self.bounds.memory_bytes), str(int(self.bounds.seconds)))
        child = Child(
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-m", CHILD, *limits),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=ONE_THREAD,
            )
        )
        try:
            async with asyncio.timeout(START_SECONDS):
                await child.answer()
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError, ValueError):
            status = await child.end()
            raise MediaUnavailable(f"no process to read media in could be started: it ended with {status}") from None
        except BaseException:
            await asyncio.shield(child.end())
            raise
        return child

    def _rest(self, child: Child) -> None:
        """Keep a child for the next task, unless it did its share."""
        if self.closed or child.tasks >= self.bounds.most_tasks or child.process.returncode is not None:
            with contextlib.suppress(ProcessLookupError):
                child.process.kill()
            return
        child.idle_since = asyncio.get_running_loop().time()
        self.idle.append(child)
        if self._sweeper is None or self._sweeper.done():
            self._sweeper = asyncio.create_task(self._sweep())

    async def _sweep(self) -> None:
        """Let children go that had nothing to do: their models take memory."""
        while self.idle:
            await asyncio.sleep(self.bounds.idle_seconds / 4)
            until = asyncio.get_running_loop().time() - self.bounds.idle_seconds
            for child in [child for child in self.idle if child.idle_since <= until]:
                self.idle.remove(child)
                await child.end()

"""The `frontdesk` command as a process of its own, in a data directory of its own."""

import asyncio
import contextlib
import itertools
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

SECONDS = 60
_numbers = itertools.count()
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True, slots=True)
class Done:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


@dataclass(frozen=True, slots=True)
class Command:
    """Runs `frontdesk` with these variables and no others of ours; what it says is kept beside the data directory."""

    data_dir: Path
    variables: dict[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FRONTDESK_", "OTEL_"))}
        own = {"FRONTDESK_DATA_DIR": str(self.data_dir), "COLUMNS": "200", "PYTHONUNBUFFERED": "1"}
        return {**kept, **own, **self.variables, **{name.upper(): value for name, value in more.items()}}

    async def start(self, *words: str, **variables: str) -> "Running":
        # files, not pipes: a pipe ends only when every process that inherited it has
        number = next(_numbers)
        out, err = (self.data_dir.parent / f"{number}.{name}" for name in ("out", "err"))
        with out.open("wb") as out_file, err.open("wb") as err_file:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "frontdesk", *words),
                env=self.environment(**variables),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out_file,
                stderr=err_file,
            )
        return Running(process, out, err)

    async def __call__(self, *words: str, code: int = 0, **variables: str) -> Done:
        """Run to the end and check the exit code."""
        running = await self.start(*words, **variables)
        done = Done(await asyncio.wait_for(running.process.wait(), SECONDS), running.out, running.err)
        assert done.code == code, (words, done)
        assert "Traceback" not in done.said, done
        return done

    @contextlib.asynccontextmanager
    async def serving(self, *words: str, **variables: str) -> AsyncIterator["Running"]:
        """Start a server on a free port, wait until it listens, and end it with SIGTERM unless it has ended."""
        running = await self.start(*words, **{"FRONTDESK_PORT": "0", "FRONTDESK_LOG_FORMAT": "json", **variables})
        try:
            await running.listening()
            yield running
        finally:
            await running.end()

    def servers(self) -> list[int]:
        """Return the processes of PostgreSQL and Redis that live in the data directory."""
        home = str(self.data_dir)
        return [process.pid for process in psutil.process_iter() if _is_server(process, home)]

    def clear(self) -> None:
        """End what a failed test left running here."""
        for pid in self.servers():
            with contextlib.suppress(psutil.Error):
                psutil.Process(pid).kill()


def _is_server(process: psutil.Process, home: str) -> bool:
    try:
        return process.name() in ("postgres", "redis-server") and (
            any(home in word for word in process.cmdline()) or process.cwd().startswith(home)
        )
    except psutil.Error:
        return False


@dataclass(slots=True)
class Running:
    """A command under way."""

    process: asyncio.subprocess.Process
    out_path: Path
    err_path: Path
    base_url: str = ""

    @property
    def out(self) -> str:
        return self.out_path.read_text()

    @property
    def err(self) -> str:
        return self.err_path.read_text()

    @property
    def said(self) -> str:
        return self.out + self.err

    async def heard(self, ready: Callable[[str], object], seconds: float = SECONDS) -> None:
        """Wait until `ready` is true of what was said."""
        deadline = time.monotonic() + seconds
        while not ready(self.said):
            assert self.process.returncode is None, f"it ended with {self.process.returncode}: {self.said}"
            assert time.monotonic() < deadline, self.said
            await asyncio.sleep(0.02)

    async def listening(self) -> None:
        await self.heard(lambda said: '"listening"' in said and ADDRESS.search(said))
        found = ADDRESS.search(self.said)
        assert found
        self.base_url = found[0]

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal unless it has ended, and return the exit code."""
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), SECONDS)

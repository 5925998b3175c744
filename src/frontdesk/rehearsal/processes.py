"""`frontdesk` processes of a rehearsal: started, listened to through their logs, killed, and started again."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from frontdesk.errors import ConfigurationError

RESPAWN_SECONDS = 0.2
STOP_SECONDS = 30


class Process:
    """One command, run as often as it is started; all its runs write JSON lines into one log file."""

    def __init__(self, name: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.argv = [sys.executable, "-m", *arguments]
        self.environment = dict(environment)
        self.log = log
        self.runs = 0
        self._popen: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    def start(self) -> Self:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._log_start = output.tell()
            self._popen = subprocess.Popen(
                self.argv, env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
        self.runs += 1
        return self

    @property
    def pid(self) -> int:
        return self._popen.pid if self._popen else 0

    @property
    def alive(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    def kill(self) -> None:
        """End it at once, as the kernel does when memory runs out."""
        if self._popen:
            self._popen.kill()
            self._popen.wait()

    async def stop(self) -> None:
        """Ask it to end, and kill it if it does not."""
        if self._popen is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._popen.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self._popen.wait, STOP_SECONDS)
        self.kill()

    def said(self, event: str) -> dict[str, Any] | None:
        """Return the log line of this run with that event, None where there is none yet."""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            lines = log.read().splitlines()
        return next((line for line in map(_read, lines) if line.get("event") == event), None)

    async def wait_for(self, event: str, seconds: float = 30) -> dict[str, Any]:
        """Return the log line once it is there; ConfigurationError shows the log's end where the process ended instead."""
        deadline = time.monotonic() + seconds
        while (line := self.said(event)) is None:
            if not self.alive or time.monotonic() > deadline:
                raise ConfigurationError(f"{self.name} did not say {event!r}:\n{self.last_words()}")
            await asyncio.sleep(0.02)
        return line

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


async def keep_alive(processes: Sequence[Process]) -> None:
    """Start again, for ever, whichever of them has ended, as a service manager does."""
    while True:
        for process in processes:
            if not process.alive:
                process.start()
        await asyncio.sleep(RESPAWN_SECONDS)


def environment(**settings: object) -> dict[str, str]:
    """Return our own environment with these settings of Frontdesk and no others."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FRONTDESK_")}
    return inherited | {f"FRONTDESK_{name.upper()}": str(value) for name, value in settings.items()}


def _read(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

"""Where it is measured: an installation of its own, its provider, and the processes each measurement starts."""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from bench import load, provider
from bench.provider import Provider
from bench.scale import Scale
from frontdesk.rehearsal import installation
from frontdesk.rehearsal.installation import Bot, Installation
from frontdesk.rehearsal.processes import Process


@dataclass(slots=True)
class Place:
    """One part's installation, kept for all its rounds; `kept` is what a part prepared once."""

    installation: Installation
    provider: Provider
    scale: Scale
    say: Callable[[str], None]
    bots: dict[str, Bot] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    _started: int = 0
    _chat: int = 1_000_000

    @property
    def postgres_pid(self) -> int:
        postgres = self.installation.servers.postgres
        return (postgres.pid if postgres else None) or 0

    @property
    def redis_pid(self) -> int:
        redis = self.installation.servers.redis
        return (redis.pid if redis else None) or 0

    async def bot(self, code: str = "one") -> Bot:
        """Return a tenant's bot, made on first sight."""
        if code not in self.bots:
            self.bots[code] = await self.installation.add_bot(code, self.provider.url)
        return self.bots[code]

    def chats(self, count: int) -> int:
        """Return the first of `count` chat ids nobody has written in yet."""
        first, self._chat = self._chat, self._chat + count
        return first

    @contextlib.asynccontextmanager
    async def serving(self, *arguments: str, module: str = "frontdesk") -> AsyncIterator[tuple[Process, str]]:
        """Run a process that listens, and yield it with its address."""
        process = self._process(*arguments, module=module).start()
        try:
            yield process, str((await process.wait_for("listening"))["address"])
        finally:
            await process.stop()

    @contextlib.asynccontextmanager
    async def working(self, count: int) -> AsyncIterator[list[Process]]:
        """Run workers, and yield them once they work."""
        workers = [self._process("worker").start() for _ in range(count)]
        try:
            for worker in workers:
                await worker.wait_for("worker_started")
            yield workers
        finally:
            await asyncio.gather(*(worker.stop() for worker in workers))

    def _process(self, *arguments: str, module: str = "frontdesk") -> Process:
        self._started += 1
        process = self.installation.process(
            f"{self._started:03}-{'-'.join(arguments)}", *arguments, module=module, log_level="info"
        )
        self.installation.processes.clear()  # each measurement stops its own
        return process

    async def write(self, address: str, bot: Bot, **order: Any) -> dict[str, Any]:
        """Let the load process write webhooks of a bot, and return what it reports."""
        parts = urlsplit(address)
        whole = load.Order(host=parts.hostname or "", port=parts.port or 0, path=bot.path, secret=bot.secret, **order)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.load", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate(orjson.dumps(asdict(whole)))
        if process.returncode:
            raise RuntimeError(f"the load process failed with {process.returncode}")
        return dict(orjson.loads(output))

    async def sql(self, *statements: str) -> None:
        """Run statements as the owner."""
        async with self.installation.databases.owner() as owner:
            for statement in statements:
                await owner.execute(statement, timeout=300)


@contextlib.asynccontextmanager
async def opened(scale: Scale, say: Callable[[str], None]) -> AsyncIterator[Place]:
    """Yield a fresh place, gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="fd-bench-", ignore_cleanup_errors=True) as folder,
        installation.servers(Path(folder)) as started,
    ):
        async with provider.running() as stub, installation.opened(*started) as place:
            yield Place(place, stub, scale, say)

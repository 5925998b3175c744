"""A server that plays a provider: at an address of its own as long as it is entered."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Self

from aiohttp import web

SHUTDOWN_SECONDS = 0.2


class Served(ABC):
    """Listens while it is entered; port 0 picks a free one."""

    host: str
    port: int
    _runner: web.BaseRunner | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def __aenter__(self) -> Self:
        runner = self._runner = self._made()
        await runner.setup()
        await web.TCPSite(runner, self.host, self.port, backlog=1024).start()
        self.port = runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    @abstractmethod
    def _made(self) -> web.BaseRunner:
        """Return what runs the server, not yet set up."""


def answering(answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> web.BaseRunner:
    """Return what runs a server that answers every request like this."""
    return web.ServerRunner(web.Server(answer, access_log=None), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)

"""A server that plays a provider: at an address of its own as long as it is entered."""

from typing import Self

from aiohttp import web

SHUTDOWN_SECONDS = 0.2


class Served:
    """Answers every request with `_answer`; port 0 picks a free one."""

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

    def _made(self) -> web.BaseRunner:
        server = web.Server(self._answer, access_log=None)
        return web.ServerRunner(server, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        raise NotImplementedError

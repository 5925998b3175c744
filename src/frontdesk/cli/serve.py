"""`demo`, `serve`, `api`, `worker`: the processes."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import structlog
import typer
import uvicorn
from dishka import AsyncContainer

from frontdesk.chores import Chores
from frontdesk.cli import demo as demonstration
from frontdesk.cli import heap, session
from frontdesk.errors import ConfigurationError
from frontdesk.journey import Journey
from frontdesk.live import Live
from frontdesk.mishaps import Mishaps
from frontdesk.rates import Rates
from frontdesk.receiver import Receiver
from frontdesk.reception import Reception
from frontdesk.services.attending import Attending
from frontdesk.services.counting import Counting
from frontdesk.services.retention import Retention
from frontdesk.services.tenants import Directory
from frontdesk.settings import Settings
from frontdesk.store import migrate, tenants
from frontdesk.store.db import Databases
from frontdesk.understanding.warming import Warming
from frontdesk.worker import Worker

if TYPE_CHECKING:
    from frontdesk.web import asgi

log = structlog.get_logger()

STREAM_GRACE_SECONDS = 2
Port = Annotated[int | None, typer.Option(help="Port to listen on (FRONTDESK_PORT); 0 picks a free one.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on (FRONTDESK_HOST).")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(demo)
    app.command()(serve)
    app.command()(api)
    app.command()(worker)


def demo(host: Host = None, port: Port = None) -> None:
    """Start everything with a demo tenant, and print where to chat with it."""
    session.run(lambda app: _serve(app, api=True, work=True, demo=True), host=host, port=port)


def serve(host: Host = None, port: Port = None) -> None:
    """Run the API and a worker in one process."""
    session.run(lambda app: _serve(app, api=True, work=True), host=host, port=port)


def api(host: Host = None, port: Port = None) -> None:
    """Run the API alone."""
    session.run(lambda app: _serve(app, api=True, work=False), host=host, port=port)


def worker(
    metrics_port: Annotated[int | None, typer.Option(help="Serve /health and /metrics of this worker there.")] = None,
) -> None:
    """Run a worker alone; start as many as you like."""
    session.run(lambda app: _serve(app, api=False, work=True), metrics_port=metrics_port)


async def _serve(app: AsyncContainer, *, api: bool, work: bool, demo: bool = False) -> None:
    stop = asyncio.Event()
    prepared: set[asyncio.Task[None]] = set()

    def listening(address: str) -> None:
        log.info("listening", address=address)
        if demo:
            prepared.add(asyncio.create_task(demonstration.prepare(app, address)))

    with _signals(stop):
        await run_until(app, stop, api=api, work=work, listening=listening, loaded=heap.settle)


async def run_until(
    app: AsyncContainer,
    stop: asyncio.Event,
    *,
    api: bool,
    work: bool,
    listening: Callable[[str], None],
    loaded: Callable[[], None] = lambda: None,
) -> None:
    """Run API and worker until `stop`; then take nothing more in, finish what is in hand, and return.

    `loaded` is called once all is there to work with, `listening` hears the address once requests are taken.
    """
    settings = await app.get(Settings)
    await _migrate_tenants(app)
    if work:
        await (await app.get(Warming)).warm()
    workers = await _workers(app) if work else []
    port = settings.port if api else settings.metrics_port
    listener = listen(settings.host, port) if port is not None else None
    server = _server(await _application(app, api=api)) if listener else None
    loaded()
    async with _background(app, work=work):
        running = [asyncio.create_task(worker.run()) for worker in workers]
        if server and listener:
            running.append(asyncio.create_task(server.serve([listener])))
            listening(settings.base_url(listener.getsockname()[1]))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([*running, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if server:
            server.should_exit = True
        for each in workers:
            each.stop()
        await asyncio.gather(*running)


async def _migrate_tenants(app: AsyncContainer) -> None:
    databases = await app.get(Databases)
    async with databases.platform() as tx:
        behind = await tenants.codes_by_database(tx)
    for name, codes in behind.items():
        async for result in migrate.migrate_tenants(databases.owner, name, codes):
            log.info("tenant_migrated", schema=result.schema, start=result.start, end=result.end, error=result.error)


async def _workers(app: AsyncContainer) -> list[Worker | Receiver]:
    databases = await app.get(Databases)
    journey, chores, mishaps = await app.get(Journey), await app.get(Chores), await app.get(Mishaps)
    parts = (await app.get(Settings), databases, journey, chores, mishaps, await app.get(Live))
    receiver = Receiver(databases, await app.get(Directory), await app.get(Reception))
    return [*(Worker(*parts, database=name) for name in databases.names), receiver]


async def _application(app: AsyncContainer, *, api: bool) -> "asgi.App":
    """Return what answers requests; without the API only whether this process is well."""
    from frontdesk.web.app import Application, condition_only  # no other command needs it, and it takes long to load
    from frontdesk.web.webhooks import Webhooks

    if not api:
        return condition_only(app)
    parts = (await app.get(Settings), await app.get(Directory), await app.get(Rates), await app.get(Journey))
    return Application(app, Webhooks(*parts, await app.get(Reception)))


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; taken ports are said plainly."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise ConfigurationError(
            f"can't listen on {host}:{port} ({error.strerror}): choose another with --port or FRONTDESK_PORT"
        ) from None
    listener.listen(2048)
    return listener


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to us: workers must hear of them too."""
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.should_exit = True


def _server(application: "asgi.App") -> _Server:
    config = uvicorn.Config(
        application,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=STREAM_GRACE_SECONDS,
        proxy_headers=False,
    )
    return _Server(config)


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    try:
        yield
    finally:
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(name)


@contextlib.asynccontextmanager
async def _background(app: AsyncContainer, *, work: bool) -> AsyncIterator[Sequence[asyncio.Task[None]]]:
    """Run what every process does besides: follow changes, share rates, replay the spill; with a worker, delete old media."""
    directory, rates, reception = await app.get(Directory), await app.get(Rates), await app.get(Reception)
    await reception.spill.take_up()  # before anything newer comes
    tasks = [asyncio.create_task(each()) for each in (directory.follow, rates.share, reception.replay)]
    if work:
        tasks.append(asyncio.create_task((await app.get(Retention)).run()))
        tasks.append(asyncio.create_task((await app.get(Attending)).run()))
        tasks.append(asyncio.create_task(Counting(await app.get(Databases), directory).run()))
        tasks.append(asyncio.create_task((await app.get(Warming)).follow()))
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

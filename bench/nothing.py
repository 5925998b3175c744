"""The same server storing nothing: `python -m bench.nothing` is `frontdesk api` with an inbox that takes all and keeps none."""

import asyncio
import signal
from collections.abc import Sequence

import structlog
from dishka import AsyncContainer

from frontdesk.cli import serve, session
from frontdesk.ingest import Ingest
from frontdesk.journey import Journey
from frontdesk.live import Live
from frontdesk.queue import Item
from frontdesk.store.db import Databases

log = structlog.get_logger()


class Nowhere(Ingest):
    """Takes everything at once and keeps nothing."""

    async def put(self, database: str, items: Sequence[Item]) -> None:
        return


async def run(app: AsyncContainer) -> None:
    journey = await app.get(Journey)
    journey.ingest = Nowhere(await app.get(Databases), await app.get(Live))
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await serve.run_until(
        app, stop, api=True, work=False, listening=lambda address: log.info("listening", address=address)
    )


if __name__ == "__main__":
    session.run(run)

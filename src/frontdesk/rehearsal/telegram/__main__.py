"""`python -m frontdesk.rehearsal.telegram`: the stub as its own process; it prints its address and runs until a signal."""

import asyncio
import signal
from typing import Annotated

import typer
import uvloop

from frontdesk.rehearsal.telegram.control import control
from frontdesk.rehearsal.telegram.stub import TelegramStub


def main(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 picks a free one.")] = 0,
    latency: Annotated[tuple[float, float], typer.Option(help="Bounds in seconds for the time of an answer.")] = (0, 0),
) -> None:
    """Run a Telegram Bot API stub and print its address."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(TelegramStub(host=host, port=port, latency=latency, control=control)))


async def _run(stub: TelegramStub) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with stub:
        typer.echo(stub.url)
        await stop.wait()


if __name__ == "__main__":
    typer.run(main)

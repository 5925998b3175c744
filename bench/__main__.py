"""`python -m bench [PARTS]`: measures, prints one table, writes bench/results.json."""

import asyncio
import os
import signal
import time
from dataclasses import asdict, replace
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from bench import draining, figures, flood, ingest, intents, latency, many, memory, outages, place, readme, rules, table
from bench.figures import Figure
from bench.scale import QUICK, Scale

WIDTH = 150
MODULES = {module.PART: module for module in (ingest, draining, latency, flood, many, memory, outages, intents, rules)}
console = Console(highlight=False, soft_wrap=True)
if not console.is_terminal:
    console.width = WIDTH


def main(
    parts: Annotated[
        list[str] | None, typer.Argument(help=f"Some of {' '.join(MODULES)}; all of them if none.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of each part; the median counts.")] = 3,
    messages: Annotated[int | None, typer.Option(min=1, help="Messages of the memory part.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="One small round of everything: shows that it runs.")] = False,
    out: Annotated[Path, typer.Option(help="Where the results go.")] = table.RESULTS,
    page: Annotated[
        bool, typer.Option("--readme", help="Measure nothing: put what was measured into the README.")
    ] = False,
) -> None:
    """Measure Frontdesk on this machine."""
    if page:
        readme.fill(out)
        return
    chosen = parts or list(MODULES)
    if unknown := [part for part in chosen if part not in MODULES]:
        raise typer.BadParameter(f"there is no part {', '.join(unknown)}: choose from {' '.join(MODULES)}")
    signal.signal(
        signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT)
    )  # so that all that was started is stopped
    scale = QUICK if quick else Scale()
    scale = replace(scale, messages=messages) if messages else scale
    failures: list[str] = []
    found: list[Figure] = []
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for part in chosen:
            found += runner.run(_part(MODULES[part], scale, 1 if quick else rounds, failures))
    table.show(console, found)
    for failure in failures:
        console.print(failure, style="red", markup=False)
    table.write(found, failures, {**asdict(scale), "rounds": 1 if quick else rounds}, out)
    console.print(f"{os.cpu_count()} cores; written to {out}")
    raise typer.Exit(1 if failures else 0)


async def _part(module: ModuleType, scale: Scale, rounds: int, failures: list[str]) -> list[Figure]:
    """Measure one part, round by round, in a place of its own."""
    title = str(module.__doc__).strip().splitlines()[0]
    measured: list[list[Figure]] = []
    async with place.opened(scale, console.print) as where:
        for number in range(1, min(rounds, getattr(module, "ROUNDS", rounds)) + 1):
            started = time.monotonic()
            try:
                async with asyncio.timeout(scale.part_seconds):
                    measured.append(await module.measure(where))
            except Exception as error:
                failures.append(f"{title} round {number}: {type(error).__name__}: {error}")
                console.print(failures[-1], style="red", markup=False)
                await where.sql("TRUNCATE frontdesk.work")
            console.print(f"{title} round {number}: {time.monotonic() - started:.0f} s", markup=False)
    return figures.medians(measured)


if __name__ == "__main__":
    typer.run(main)

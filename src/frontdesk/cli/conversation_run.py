"""What `frontdesk test` does: reads files, starts servers, holds the conversations, and tells how they went."""

import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console
from rich.markup import escape

from frontdesk import embedded, settings, telemetry
from frontdesk.cli import serve
from frontdesk.errors import InvalidInput
from frontdesk.rehearsal.conversations import junit, running
from frontdesk.rehearsal.conversations.cases import Case
from frontdesk.rehearsal.conversations.reading import Fault
from frontdesk.rehearsal.conversations.results import Result, Run
from frontdesk.settings import Settings

MARKS = {"passed": "[green]passed[/green]", "failed": "[red]FAILED[/red]", "broke": "[yellow]BROKE[/yellow]"}
HASTE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
"""How PostgreSQL is run whose data nobody wants back."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    paths: list[Path]
    wanted: str | None = None
    junit_file: Path | None = None
    as_json: bool = False
    listing: bool = False
    verbose: bool = False


def run(wish: Wish) -> int:
    """Do what was asked for, and return the exit code."""
    found, faults = running.gathered(wish.paths, wish.wanted)
    if wish.listing:
        return _list(found, faults)
    terminal = Console(stderr=wish.as_json, highlight=False, soft_wrap=True)
    for fault in faults:
        terminal.print(f"[yellow]{escape(str(fault))}[/yellow]")
    if not found and not faults:
        terminal.print(f"no conversation has all the words of {wish.wanted!r}")
    result = _run(found, faults, terminal, verbose=wish.verbose) if found else Run(results=(), faults=faults)
    if wish.junit_file:
        _write(wish.junit_file, junit.xml(result))
    if wish.as_json:
        json.dump(junit.document(result), sys.stdout, ensure_ascii=False, indent=2)
        print()
    elif found:
        _sum_up(result, terminal)
    return result.exit_code


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InvalidInput(f"the results can't be written to {path}: {error.strerror}") from None


def _list(found: list[Case], faults: list[Fault]) -> int:
    for case in found:
        print(f"{case.file}:{case.line}: {case.title}")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 2 if faults or not found else 0


def _run(found: list[Case], faults: list[Fault], terminal: Console, *, verbose: bool) -> Run:
    with tempfile.TemporaryDirectory(prefix="frontdesk-test-", ignore_cleanup_errors=True) as folder:
        loaded = settings.load(data_dir=Path(folder), database_url=None, redis_url=None, log_level="warning")
        telemetry.start_logs(loaded)
        with terminal.status(f"starting servers for {len(found)} conversations") as status:
            ended = 0

            def told(result: Result) -> None:
                nonlocal ended
                ended += 1
                status.update(f"{ended} of {len(found)} conversations")
                if verbose or result.failure:
                    _tell(result, terminal)

            return _held(found, faults, loaded, told)


def _held(found: list[Case], faults: list[Fault], loaded: Settings, told: running.Told) -> Run:
    with (
        embedded.running(loaded, postgres_options=HASTE) as servers,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        return runner.run(_until_told_to_stop(running.run(found, faults, loaded, servers, serve.run_until, told)))


async def _until_told_to_stop(whole: Coroutine[Any, Any, Run]) -> Run:
    """Hold everything; a build that is called off must leave no servers behind, so SIGTERM ends this as Ctrl-C does."""
    task = asyncio.ensure_future(whole)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def _tell(result: Result, terminal: Console) -> None:
    case = result.case
    terminal.print(f"{MARKS[result.outcome]} {escape(str(case.file))}: {escape(case.title)} ({result.seconds:.2f} s)")
    if result.failure:
        for line in junit.lines(result.failure, str(case.file)):
            terminal.print(f"    {escape(line)}" if line else "")
        terminal.print()


def _sum_up(run: Run, terminal: Console) -> None:
    counts = [f"{run.count(outcome)} {outcome}" for outcome in ("passed", "failed", "broke") if run.count(outcome)]
    counts += [f"{len(run.faults)} faults in files"] if run.faults else []
    colour = "green" if run.exit_code == 0 else "red"
    terminal.print(f"[{colour}]{', '.join(counts)}[/{colour}] in {run.seconds:.1f} s")

"""`chaos`: everything breaks while messages flow, and nothing may be lost, doubled or out of order."""

import secrets
import signal
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from frontdesk.rehearsal.chaos import Report

console = Console(soft_wrap=True, highlight=False)
MOST_COMPLAINTS = 30


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(chaos)


def chaos(
    messages: Annotated[int, typer.Option(min=1, help="Messages written.")] = 2000,
    tenants: Annotated[int, typer.Option(min=1, help="Tenants they are written to.")] = 2,
    channel: Annotated[
        list[str] | None, typer.Option(help="Kind of channel each tenant has, repeatable; `all` for every kind.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 2,
    kills: Annotated[int, typer.Option(min=0, help="Workers killed (SIGKILL) on the way.")] = 20,
    postgres_crashes: Annotated[int, typer.Option(min=0, help="Crashes of PostgreSQL (SIGKILL).")] = 3,
    postgres_restarts: Annotated[int, typer.Option(min=0, help="Ordinary restarts of PostgreSQL.")] = 1,
    redis_kills: Annotated[int, typer.Option(min=0, help="Times Redis is killed.")] = 2,
    repeats: Annotated[float, typer.Option(min=0, max=1, help="Share of updates the provider sends twice.")] = 0.3,
    seed: Annotated[int | None, typer.Option(help="Makes the run choose the same again.")] = None,
    lease_seconds: Annotated[float, typer.Option(min=1, help="Lease of the workers.")] = 10.0,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the folder with data and logs.")] = False,
) -> None:
    """Break everything while messages flow, and count what was lost, answered twice or out of order."""
    from frontdesk.rehearsal.chaos import Plan, run

    # so that all that was started is stopped
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    chosen = secrets.randbelow(1_000_000) if seed is None else seed
    plan = Plan(
        messages=messages,
        kinds=_kinds(channel or ["telegram"]),
        tenants=tenants,
        workers=workers,
        kills=kills,
        postgres_crashes=postgres_crashes,
        postgres_restarts=postgres_restarts,
        redis_kills=redis_kills,
        repeats=repeats,
        seed=chosen,
        lease_seconds=lease_seconds,
        keep=keep,
    )
    console.print(f"seed {chosen}")
    report = run(plan, console.print)
    _show(report)
    raise typer.Exit(0 if report.good else 1)


def _kinds(asked: list[str]) -> list[str]:
    from frontdesk.rehearsal.stages import STAGES

    kinds = list(STAGES) if "all" in asked else asked
    if unknown := sorted(set(kinds) - STAGES.keys()):
        raise typer.BadParameter(f"no channel kind {', '.join(unknown)}: there are {', '.join(STAGES)}, or all")
    return kinds


def _show(report: "Report") -> None:
    for since_crash, since_up in report.recoveries:
        console.print(
            f"deliveries flowed again {since_up:.1f} s after PostgreSQL was up, {since_crash:.1f} s after it crashed"
        )
    for complaint in report.verdict.complaints[:MOST_COMPLAINTS]:
        console.print(complaint, markup=False)
    console.print(report.line(), style="green" if report.good else "red")

"""Training data from one file to another, into a tenant's own, and out of it."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from dishka import AsyncContainer

from frontdesk.cli import session
from frontdesk.errors import InvalidInput
from frontdesk.services.tenants import tenancy
from frontdesk.store.db import Databases
from frontdesk.understanding.intents import files
from frontdesk.understanding.intents.data import TrainingData
from frontdesk.understanding.intents.importing import Changes
from frontdesk.understanding.intents.workshop import Workshop, data_of

TenantOption = Annotated[str | None, typer.Option("--tenant", help="The tenant's code.")]


class HowToImport(StrEnum):
    """What becomes of the training data a tenant has."""

    MERGE = "merge"
    REPLACE = "replace"


def register(app: typer.Typer) -> None:
    """Add the commands to `intents`."""
    app.command("import")(import_)
    app.command()(export)


def import_(
    source: Annotated[Path, typer.Argument(help="Rasa NLU YAML, CSV, or a folder of them.")],
    target: Annotated[
        Path | None, typer.Argument(help="File to write; its ending says which form. Left out with --tenant.")
    ] = None,
    tenant: TenantOption = None,
    mode: Annotated[
        HowToImport,
        typer.Option(help="With --tenant: add to its training data, or make the file all there are. Definitions stay."),
    ] = HowToImport.MERGE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing, and say what would change.")] = False,
) -> None:
    """Read training data and check it; write it as one file, or with --tenant take it into a tenant's own."""
    if tenant:
        _only_one(target)
        _bring_in(source, tenant, mode, dry_run)
    elif target is None:
        raise InvalidInput("say where to: a file to write, or --tenant CODE")
    else:
        _convert(source, target)


def export(
    source: Annotated[Path, typer.Argument(help="Training data to read; with --tenant, the file to write.")],
    target: Annotated[Path | None, typer.Argument(help="File to write: .csv, .yml or .yaml.")] = None,
    tenant: TenantOption = None,
) -> None:
    """Write training data in another form, or with --tenant those of a tenant."""
    if tenant:
        _only_one(target)
        _give_out(tenant, source)
    elif target is None:
        raise InvalidInput(
            "say where to: a file to write; with --tenant CODE the tenant's data are written to the first"
        )
    else:
        _convert(source, target)


def _only_one(target: Path | None) -> None:
    if target is not None:
        raise InvalidInput(f"with --tenant there is one file: leave {target} out")


def _bring_in(source: Path, code: str, mode: HowToImport, dry_run: bool) -> None:
    data = files.read(source)

    async def use(container: AsyncContainer) -> Changes:
        found = await session.tenant_named(container, code)
        workshop = await container.get(Workshop)
        return await workshop.bring_in(found, data, mode.value, "cli", dry_run=dry_run)

    changes = session.run(use)
    print("this would change:" if dry_run else f"tenant {code}:")
    for what, count in changes.counts().items():
        said = ", ".join(f"{number} {verb}" for verb, number in count.items() if number)
        print(f"  {what}: {said or 'nothing changed'}")
    if changes.repeated:
        print(f"  {changes.repeated} lines say again what the file said before: left out")
    if not dry_run:
        print(f"train a version of it: frontdesk intents train {code} --promote")


def _give_out(code: str, target: Path) -> None:
    _checked_ending(target)

    async def use(container: AsyncContainer) -> TrainingData:
        found = await session.tenant_named(container, code)
        async with (await container.get(Databases)).tenant(tenancy(found), durable=False) as tx:
            return await data_of(tx)

    data = session.run(use)
    files.write(target, data)
    _say_written(data, target)


def _convert(source: Path, target: Path) -> None:
    _checked_ending(target)
    data = files.read(source)
    files.write(target, data)
    _say_written(data, target)


def _checked_ending(target: Path) -> None:
    if target.suffix.lower() not in (*files.CSV, *files.YAML):
        raise InvalidInput(f"{target.name} has to end in {', '.join((*files.CSV, *files.YAML))}")


def _say_written(data: TrainingData, target: Path) -> None:
    written = data.utterances
    intents = {utterance.intent for utterance in written}
    print(f"{len(written)} utterances of {len(intents)} intents written to {target}")
    if target.suffix.lower() in files.CSV and (left := len(data.sections) - len(list(data.of_kind("intent")))):
        print(f"{left} other sections (synonyms, regexes, lookups) have no place in CSV: left out", file=sys.stderr)

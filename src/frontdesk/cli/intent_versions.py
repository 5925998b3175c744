"""Versions of a tenant's intents: trained, listed, promoted and taken back."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer
from dishka import AsyncContainer
from rich.console import Console
from rich.table import Table

from frontdesk.cli import intent_views, session
from frontdesk.cli.lookup import TenantCode
from frontdesk.core.tenant import Tenant
from frontdesk.services.tenants import tenancy
from frontdesk.store import intent_models
from frontdesk.store.db import Databases
from frontdesk.store.intent_models import Version
from frontdesk.understanding.intents.versions import Versions

console = Console(soft_wrap=True, highlight=False, markup=False)

ACTOR = "cli"
LOOK_SECONDS = 0.25
Number = Annotated[int, typer.Argument(min=1, help="The version, from `frontdesk intents models`.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `intents`."""
    for command in (train, models, promote, rollback):
        app.command()(command)
    app.command("off")(switch_off)


def train(
    tenant: TenantCode,
    promote: Annotated[bool, typer.Option("--promote", help="Make it live as soon as it is ready.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait until it is ready or failed; failing is exit code 1.")
    ] = False,
    patience: Annotated[
        float, typer.Option(min=1, help="Seconds to wait for a worker to take it up, with --wait.")
    ] = 60,
) -> None:
    """Have a worker train a version of a tenant's intents as they are now."""

    async def use(container: AsyncContainer) -> Version:
        found = await session.tenant_named(container, tenant)
        number = await (await container.get(Versions)).train(found, ACTOR, promote=promote)
        console.print(f"version {number} of {tenant}'s intents is queued")
        return await _ended(container, found, number, patience if wait else 0)

    version = session.run(use)
    if not wait:
        console.print(f"see how it goes: frontdesk intents models {tenant}")
        return
    if version.status == "queued":
        console.print(f"no worker took it up in {patience:g} s; it stays queued. Start one: frontdesk worker")
    elif version.status == "failed":
        console.print(f"version {version.version} can't be trained: {version.error}")
    else:
        live = (
            "it is live" if version.is_live else f"make it live: frontdesk intents promote {tenant} {version.version}"
        )
        console.print(f"version {version.version} is ready ({_measured(version) or 'nothing measured'}); {live}")
    raise typer.Exit(0 if version.status == "ready" else 1)


def models(tenant: TenantCode, limit: Annotated[int, typer.Option(min=1, max=200)] = 20) -> None:
    """List the versions of a tenant's intents, the newest first."""
    found: list[Version] = intent_views.read(tenant, lambda tx: intent_models.listed(tx, limit=limit))
    table = Table("version", "status", "measured on held-out utterances", "wanted by", "wanted", "error", box=None)
    for version in found:
        status = f"{version.status}, live" if version.is_live else version.status
        when = f"{version.wanted_at:%Y-%m-%d %H:%M}"
        table.add_row(str(version.version), status, _measured(version), version.wanted_by, when, version.error or "")
    console.print(table if found else f"no version yet: frontdesk intents train {tenant} --promote")


def promote(tenant: TenantCode, version: Number) -> None:
    """Make a version live, in every process at once."""
    _do(tenant, lambda versions, found: versions.promote(found, version, ACTOR))
    console.print(f"version {version} of {tenant}'s intents is live")


def rollback(tenant: TenantCode) -> None:
    """Make the version live again that was before the present one."""
    version = _do(tenant, lambda versions, found: versions.rollback(found, ACTOR))
    console.print(f"version {version} is live" if version else f"no version of {tenant}'s intents is live")


def switch_off(tenant: TenantCode) -> None:
    """Listen for no intents until a version is promoted again."""
    _do(tenant, lambda versions, found: versions.promote(found, None, ACTOR))
    console.print(f"no version of {tenant}'s intents is live")


async def _ended(container: AsyncContainer, tenant: Tenant, number: int, patience: float) -> Version:
    """Wait until a version is ready or failed, or nobody took it up for so long, and return it."""
    databases, start = await container.get(Databases), time.monotonic()
    with console.status("waiting for a worker") as status:
        while True:
            async with databases.tenant(tenancy(tenant), durable=False) as tx:
                version = await intent_models.load(tx, number)
                busy = any(each.status == "training" for each in await intent_models.listed(tx, limit=10))
            waited = time.monotonic() - start
            if version.status in ("ready", "failed") or (not busy and waited >= patience) or not patience:
                return version
            words = (
                "training"
                if version.status == "training"
                else "another version is training"
                if busy
                else "waiting for a worker"
            )
            status.update(f"{words}, {waited:.0f} s")
            await asyncio.sleep(LOOK_SECONDS)


def _do(code: str, what: Callable[[Versions, Tenant], Awaitable[Any]]) -> Any:
    async def use(container: AsyncContainer) -> Any:
        found = await session.tenant_named(container, code)
        return await what(await container.get(Versions), found)

    return session.run(use)


def _measured(version: Version) -> str:
    metrics = version.metrics or {}
    held_out = metrics.get("held_out") or {}
    accuracy = held_out.get("accuracy")
    shares = [f"accuracy {accuracy:.1%}"] if accuracy is not None else []
    shares += [f"{metrics['utterances']} utterances"] if "utterances" in metrics else []
    shares += [f"{metrics['train_seconds']:.1f} s"] if "train_seconds" in metrics else []
    return ", ".join([*shares, *([metrics["note"]] if metrics.get("note") else [])])

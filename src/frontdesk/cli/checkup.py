"""`frontdesk channel doctor`: what is wrong with a tenant's channels, and how to mend it."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from dishka import AsyncContainer
from rich.console import Console

from frontdesk.channels import adapter
from frontdesk.cli import lookup, session
from frontdesk.cli.lookup import TenantCode
from frontdesk.core.channel import Channel
from frontdesk.core.tenant import Tenant
from frontdesk.errors import FrontdeskError
from frontdesk.services.checkup import Checkup, Finding, learned_of, news
from frontdesk.services.provisioning import Provisioning, changed_settings

console = Console(soft_wrap=True, highlight=False)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found about one channel, and what was done about it."""

    channel: Channel
    findings: Sequence[Finding]
    mended: Sequence[str] = ()

    @property
    def ok(self) -> bool:
        return all(finding.ok for finding in self.findings)

    def document(self) -> dict[str, Any]:
        items = [{"what": f.what, "ok": f.ok, "detail": f.detail, "code": f.code} for f in self.findings]
        named = {"channel": self.channel.name, "kind": self.channel.kind, "id": str(self.channel.id)}
        return {**named, "ok": self.ok, "items": items, "mended": list(self.mended)}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    tenant: TenantCode,
    name: Annotated[str | None, typer.Argument(help="The channel's name or id; all of them without one.")] = None,
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Keep what the provider told, and register the webhook where it has an API for it."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check channels here and at their providers, and say how to mend what is wrong; ends with 1 if anything is."""
    reports = session.run(lambda container: examined(container, tenant, name, fix))
    if as_json:
        print(
            json.dumps(
                {"ok": all(r.ok for r in reports), "channels": [r.document() for r in reports]}, ensure_ascii=False
            )
        )
    else:
        _print(tenant, reports)
    if not all(report.ok for report in reports):
        raise typer.Exit(1)


def show(findings: Iterable[Finding], on: Console) -> None:
    """Print one line a finding."""
    for finding in findings:
        on.print("[green]✓[/green]" if finding.ok else "[red]✗[/red]", end=" ")
        on.print(f"{finding.what}: {finding.detail}", markup=False)


async def examined(container: AsyncContainer, tenant: str, name: str | None, fix: bool) -> list[Report]:
    """Return what was found about one channel of a tenant, or all; with `fix` once more after mending."""
    found = await session.tenant_named(container, tenant)
    chosen = [await lookup.channel(container, tenant, name)] if name else await lookup.channels_of(container, tenant)
    checkup = await container.get(Checkup)
    reports = []
    for channel in chosen:
        findings = await checkup.examine(found, channel)
        mended = await _mended(container, found, channel, findings) if fix else []
        if mended:
            changed = await lookup.channel(container, tenant, str(channel.id))
            findings = await checkup.examine(found, changed)
        reports.append(Report(channel, findings, mended))
    return reports


async def _mended(
    container: AsyncContainer, tenant: Tenant, channel: Channel, findings: Sequence[Finding]
) -> list[str]:
    """Mend what can be mended from here, and return what was done."""
    done = []
    if learned := news(channel, learned_of(findings)):
        provisioning = await container.get(Provisioning)
        channel = await provisioning.change_channel(tenant, channel, settings=changed_settings(channel, learned))
        done.append("kept " + ", ".join(f"{name}={value}" for name, value in learned.items()))
    url = (await container.get(Checkup)).webhook_url(channel)
    wrong = [finding for finding in findings if not finding.ok]
    if url and wrong:
        try:
            if lookup.by_hand(adapter(channel.kind).register(channel, url)) is None:
                done.append(await lookup.registered(container, channel))
        except FrontdeskError as error:
            print(f"frontdesk: the webhook of {channel.name} could not be registered: {error}", file=sys.stderr)
    return done


def _print(tenant: str, reports: Sequence[Report]) -> None:
    for report in reports:
        console.print(f"{report.channel.name} ({report.channel.kind})", markup=False)
        show(report.findings, console)
        for words in report.mended:
            console.print(f"mended: {words}", markup=False)
    if not reports:
        console.print(
            f"tenant {tenant} has no channels yet: frontdesk channel add KIND --tenant {tenant}", markup=False
        )

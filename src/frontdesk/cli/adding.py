"""`frontdesk channel add` and `kinds`: a new channel, from what it needs to where its provider posts."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

import typer
from dishka import AsyncContainer
from rich.console import Console

from frontdesk.channels import adapter, adapters, web
from frontdesk.cli import lookup, session
from frontdesk.cli.checkup import show
from frontdesk.core.channel import Channel, Credential
from frontdesk.errors import ConfigurationError, Conflict, FrontdeskError, InvalidInput
from frontdesk.services.checkup import Checkup, Finding, learned_of, news
from frontdesk.services.provisioning import Provisioning, complete_credentials
from frontdesk.settings import Settings

console = Console(soft_wrap=True, highlight=False)
warnings = Console(soft_wrap=True, highlight=False, stderr=True)

NOBODY = UUID(int=0)
"""The id of a channel that is only being tried."""
PATIENT, QUICK = 15.0, 5.0
"""Seconds each check may take: where somebody waits for it, and in a script."""

Kind = Annotated[str, typer.Argument(help="The kind of channel.", autocompletion=lambda: list(adapters()))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The channel somebody asks for. `check` says that failing checks keep it out (True), or that none are made (False)."""

    tenant: str
    kind: str
    name: str
    credentials: Mapping[str, str] = field(repr=False)
    settings: Mapping[str, Any]
    api_base: str
    register: bool = False
    check: bool | None = None


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="`frontdesk channel kinds` lists what each kind needs, and where to find it.")(add)
    app.command()(kinds)


def add(
    kind: Kind,
    tenant: Annotated[str, typer.Option("--tenant", help="The tenant's code.")],
    name: Annotated[str, typer.Option(help="Its name; the kind by default.")] = "",
    credential: Annotated[
        list[str] | None, typer.Option(help="name=value, repeatable; on a terminal, what is missing is asked for.")
    ] = None,
    setting: Annotated[
        list[str] | None, typer.Option(help="name=value, repeatable; values are read as JSON where they are.")
    ] = None,
    api_base: Annotated[str | None, typer.Option(help="Another server of the provider's API.")] = None,
    register: Annotated[
        bool, typer.Option("--register", help="Point the provider's webhook here at once (needs FRONTDESK_PUBLIC_URL).")
    ] = False,
    check: Annotated[
        bool | None,
        typer.Option(
            "--check/--no-check",
            help="Keep it only if its provider finds nothing wrong, or don't ask the provider; without either, a terminal"
            " asks you and a script warns.",
        ),
    ] = None,
) -> None:
    """Add a channel: ask for what it needs, check that with its provider, keep it, and say where the provider posts."""
    wish = Wish(
        tenant=tenant,
        kind=kind,
        name=name or kind,
        credentials=session.parsed_pairs(credential or [], "credentials"),
        settings=chosen(setting),
        api_base=(api_base or adapter(kind).API_BASE).rstrip("/"),
        register=register,
        check=check,
    )
    session.run(lambda container: added(container, wish))


def kinds() -> None:
    """List the kinds of channel, what each needs, and where to find that."""
    for name, kind in sorted(adapters().items()):
        console.print(f"[bold]{name}[/bold]" + (f"  {kind.API_BASE}" if kind.API_BASE else ""))
        for credential in kind.CREDENTIALS:
            console.print(f"  {credential.name} ({need(credential)}): {credential.help}", markup=False)


def need(credential: Credential) -> str:
    """Say in a word whether a credential has to be given."""
    if credential.generated:
        return "made for you"
    return "required" if credential.required else "optional"


def chosen(pairs: list[str] | None, what: str = "settings") -> dict[str, Any]:
    """Return `name=value` arguments with values read as JSON where they are."""
    return {name: _read(value) for name, value in session.parsed_pairs(pairs or [], what).items()}


async def added(container: AsyncContainer, wish: Wish) -> None:
    """Add the channel somebody asks for, and print what comes of it."""
    settings = await container.get(Settings)
    if wish.register and not settings.public_url:
        raise ConfigurationError(
            "--register needs the address at which the provider reaches us: set FRONTDESK_PUBLIC_URL"
        )
    tenant = await session.tenant_named(container, wish.tenant)
    if wish.name in [each.name for each in await lookup.channels_of(container, wish.tenant)]:
        raise Conflict(f"the tenant has a channel named {wish.name!r} already: choose another with --name")
    credentials = _asked(wish.kind, wish.credentials)
    learned = {} if wish.check is False else await _checked(container, wish, credentials)
    channel, _ = await (await container.get(Provisioning)).add_channel(
        tenant,
        wish.kind,
        wish.name,
        credentials=credentials,
        api_base=wish.api_base,
        settings={**learned, **wish.settings},
    )
    _print_ready(settings, channel)
    await _connect(container, settings, channel, wish.register)


def _asked(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """Ask for credentials that were not given, where somebody is there to answer."""
    values = dict(given)
    missing = [each for each in adapter(kind).CREDENTIALS if each.name not in given and not each.generated]
    for credential in missing if _somebody_is_there() else []:
        console.print(f"{credential.name}: {credential.help}", markup=False)
        values[credential.name] = typer.prompt(
            f"{credential.name}{'' if credential.required else ' (Enter leaves it out)'}",
            hide_input=credential.secret,
            default=None if credential.required else "",
            show_default=False,
        ).strip()
    return complete_credentials(kind, values)


async def _checked(container: AsyncContainer, wish: Wish, credentials: Mapping[str, str]) -> dict[str, Any]:
    """Ask the provider before anything is kept, and return what it told; where it finds fault the wish decides."""
    somebody = _somebody_is_there()
    candidate = Channel(
        id=NOBODY,
        tenant=wish.tenant,
        kind=wish.kind,
        name=wish.name,
        api_base=wish.api_base,
        credentials=credentials,
        settings=wish.settings,
    )
    checkup = await container.get(Checkup)
    findings = await checkup.ask(candidate, None, seconds=PATIENT if somebody else QUICK)
    show(findings, console if somebody else warnings)
    if not all(finding.ok for finding in findings):
        _decide(wish, findings, somebody)
    return news(candidate, learned_of(findings))


def _decide(wish: Wish, findings: Sequence[Finding], somebody: bool) -> None:
    """Go on, or not: with --check never; a terminal asks; a script is only warned."""
    if wish.check:
        wrong = ", ".join(finding.what for finding in findings if not finding.ok)
        raise InvalidInput(f"the channel is not kept: mend {wrong} as it says above, or leave --check out")
    if somebody and not typer.confirm("Keep it anyway?", default=False):
        raise typer.Exit(1)
    if not somebody:
        warnings.print(
            f"frontdesk: the channel is kept all the same; once this is mended: frontdesk channel doctor {wish.tenant} {wish.name!r}",
            markup=False,
        )


def _print_ready(settings: Settings, channel: Channel) -> None:
    console.print(f"channel {channel.name} of {channel.tenant} is ready\n  id       {channel.id}", markup=False)
    if channel.kind == web.KIND:
        token = channel.secret("path_token")
        source = f"{settings.base_url()}/widget/frontdesk-chat.js?tenant={channel.tenant}&channel={token}"
        console.print(f'  on a page <script type="module" src="{source}"></script>', markup=False)
    else:
        console.print(f"  webhook  {lookup.address(settings, channel)}", markup=False)


async def _connect(container: AsyncContainer, settings: Settings, channel: Channel, wanted: bool) -> None:
    """Register the webhook, or say what is left to do for it."""
    if channel.kind == web.KIND:
        return
    if not settings.public_url:
        console.print("  that address is this machine's own: set FRONTDESK_PUBLIC_URL to one the provider reaches")
    words = _by_hand(settings, channel)
    if words is not None:
        console.print(f"next: {words}", markup=False)
    elif wanted or (settings.public_url and _somebody_is_there() and typer.confirm("Register the webhook now?", True)):
        console.print(await lookup.registered(container, channel), markup=False)
    else:
        console.print(f"next: frontdesk channel register {channel.tenant} {channel.name!r}", markup=False)


def _by_hand(settings: Settings, channel: Channel) -> str | None:
    try:
        return lookup.by_hand(adapter(channel.kind).register(channel, lookup.address(settings, channel)))
    except FrontdeskError as error:
        return f"{error}; then `frontdesk channel register {channel.tenant} {channel.name!r}`"


def _somebody_is_there() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _read(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        return value

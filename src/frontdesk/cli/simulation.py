"""`frontdesk channel simulate`: a made-up person writes through the real endpoint, and the answer is shown with its reason."""

import asyncio
import importlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated, TypeVar, cast

import asyncpg
import typer
from dishka import AsyncContainer
from rich.console import Console

from frontdesk.channels import adapter
from frontdesk.cli import lookup, session
from frontdesk.cli.lookup import Name, TenantCode
from frontdesk.core import wire
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.errors import ChannelUnreachable, ConfigurationError, FrontdeskError
from frontdesk.http import Http
from frontdesk.rehearsal.people import People
from frontdesk.services.provisioning import webhook_path
from frontdesk.services.tenants import tenancy
from frontdesk.settings import Settings
from frontdesk.store import following
from frontdesk.store.db import Databases, Tenancy
from frontdesk.store.pool import Transaction

T = TypeVar("T")
console = Console(soft_wrap=True, highlight=False)

PAUSE = 0.1
DECIDED = ("sent", "delivered", "read", "failed", "refused", "held")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A made-up person's conversation on one channel; `base` is where Frontdesk runs."""

    databases: Databases
    tenancy: Tenancy
    http: Http
    channel: Channel
    people: People
    person: str
    base: str

    async def looked_up(self, ask: Callable[[Transaction], Awaitable[T]]) -> T:
        async with self.databases.tenant(self.tenancy, durable=False) as tx:
            return await ask(tx)

    async def until(self, seconds: float, ask: Callable[[Transaction], Awaitable[T]], good: Callable[[T], object]) -> T:
        """Ask until the answer is good or the time is up, and return the last."""
        ends = asyncio.get_running_loop().time() + seconds
        while not good(found := await self.looked_up(ask)) and asyncio.get_running_loop().time() < ends:  # noqa: ASYNC110 - another process answers
            await asyncio.sleep(PAUSE)
        return found

    async def say(self, text: str) -> str:
        """Post the next message and return its external id."""
        heard = await self.looked_up(lambda tx: following.heard(tx, self.channel.id, self.person))
        request = self.people.says(self.channel, self.person, heard + 1, text)
        path = request.url or webhook_path(self.channel.tenant, self.channel.kind, self.channel.secret("path_token"))
        try:
            response = await self.http.perform(_asked(replace(request, url=self.base + path)))
        except ChannelUnreachable as error:
            raise ConfigurationError(
                f"no Frontdesk at {self.base} ({error}): start `frontdesk serve`, or say where it runs with --url"
            ) from None
        if response.status >= 300:
            raise FrontdeskError(f"{self.base} answers {response.status}: {_detail(response)}")
        return self.people.external_id(self.channel, self.person, heard + 1)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(simulate)


def simulate(
    tenant: TenantCode,
    name: Name,
    text: Annotated[str, typer.Argument(help="What the person says.")],
    person: Annotated[int, typer.Option(min=0, max=999_999, help="Which made-up person; each has a conversation.")] = 0,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for the answer.")] = 10,
    url: Annotated[str, typer.Option(help="Where Frontdesk runs; its public address or own port by default.")] = "",
    live: Annotated[
        bool, typer.Option("--live", help="Let the answer go out through the real provider, to whoever has that id.")
    ] = False,
) -> None:
    """Let a made-up person write to a channel of the running Frontdesk, signed as its provider would, and show the answer."""
    session.run(lambda container: simulated(container, (tenant, name), person, text, wait, url, live))


async def simulated(
    container: AsyncContainer, where: tuple[str, str], index: int, text: str, wait: float, url: str, live: bool
) -> None:
    """Say something as a made-up person, and print the answer; typer.Exit(1) where no turn comes of it."""
    found, channel = await session.tenant_named(container, where[0]), await lookup.channel(container, *where)
    people = _people(channel.kind)
    rehearsal = Rehearsal(
        databases=await container.get(Databases),
        tenancy=tenancy(found),
        http=await container.get(Http),
        channel=channel,
        people=people,
        person=people.person(index),
        base=(url or (await container.get(Settings)).base_url()).rstrip("/"),
    )
    if not live:
        _spare_strangers(channel, rehearsal.person)
    external_id = await rehearsal.say(text)
    console.print(f"→ {rehearsal.person}: {text}", markup=False)
    turn = await rehearsal.until(wait, lambda tx: following.turn_of(tx, channel.id, external_id), bool)
    if turn is None:
        console.print(f"it was taken, and no turn came of it within {wait:g} s: is a worker running?", markup=False)
        raise typer.Exit(1)
    replies = await rehearsal.until(
        wait, lambda tx: following.replies(tx, turn), lambda rows: all(row["status"] in DECIDED for row in rows)
    )
    _print(turn, replies)


def _people(kind: str) -> People:
    try:
        return cast(People, importlib.import_module(f"frontdesk.rehearsal.{kind}.people"))
    except ModuleNotFoundError:
        raise ConfigurationError(f"nobody can play the people of a {kind} channel: write to it yourself") from None


def _spare_strangers(channel: Channel, person: str) -> None:
    """Refuse where the answer would leave for a provider: a made-up id may be somebody's."""
    official = adapter(channel.kind).API_BASE
    if official and channel.api_base == official:
        raise ConfigurationError(
            f"the answer would go out through {official}, where {person} may be somebody: use a channel whose api_base is a"
            " stub, or say --live"
        )


def _asked(request: Request) -> Exchange[Response]:
    return (yield request)


def _detail(response: Response) -> str:
    problem = response.json()
    return str(problem.get("detail")) if isinstance(problem, dict) else response.body[:200].decode("utf-8", "replace")


def _print(turn: asyncpg.Record, replies: list[asyncpg.Record]) -> None:
    route = json.loads(turn["record"]).get("route") or {}
    console.print(f"handler {turn['handler']}: {route.get('reason', 'no reason was noted')}", markup=False)
    for row in replies:
        content = wire.load_content(row["content"])
        why = f" ({row['policy'] or row['error']})" if row["status"] in ("refused", "failed", "held") else ""
        console.print(f"← {row['status']}{why}: {content.text or content.type}", markup=False)
        for title in [choice.title for choice in content.rows] + [choice.title for choice in content.buttons]:
            console.print(f"    [{title}]", markup=False)
    if not replies:
        console.print("no reply")

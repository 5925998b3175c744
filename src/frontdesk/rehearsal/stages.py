"""A stub provider for each channel kind, behind one face: what a run needs to add a channel and to see what people see."""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, cast

import aiohttp

from frontdesk.core.channel import Channel
from frontdesk.rehearsal.custom import CustomStub
from frontdesk.rehearsal.custom import people as custom_people
from frontdesk.rehearsal.people import People, Seen
from frontdesk.rehearsal.signal import SignalStub
from frontdesk.rehearsal.signal import people as signal_people
from frontdesk.rehearsal.slack import SlackStub
from frontdesk.rehearsal.slack import people as slack_people
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.rehearsal.telegram import people as telegram_people
from frontdesk.rehearsal.telegram.seeing import seen as seen_on_telegram
from frontdesk.rehearsal.web import people as web_people
from frontdesk.rehearsal.web.seeing import seen as seen_on_web
from frontdesk.rehearsal.whatsapp import WhatsAppStub
from frontdesk.rehearsal.whatsapp import people as whatsapp_people

Latency = tuple[float, float]


@dataclass(slots=True)
class Stage:
    """One channel's provider while a run lasts. `seen` returns all that people saw so far, `refused` what it refused; `hold`
    keeps a file that people then send by that reference.

    `learned` are settings a doctor would have learned from the provider.
    """

    kind: str
    people: People
    api_base: str | None
    credentials: Mapping[str, str]
    seen: Callable[[], list[Seen]]
    refused: Callable[[], Sequence[str]]
    hold: Callable[[str, bytes], object]
    learned: Mapping[str, Any] = field(default_factory=dict)
    stub: Any = None


def number_of(code: str) -> int:
    """Return a number that goes with a tenant's code, always the same."""
    return 100_000 + sum(ord(char) << index for index, char in enumerate(code)) % 800_000


@contextlib.asynccontextmanager
async def telegram(code: str, latency: Latency) -> AsyncIterator[Stage]:
    token = f"{number_of(code)}:{code:-<35}"
    async with TelegramStub(latency=latency) as stub:
        yield Stage(
            kind="telegram",
            people=cast("People", telegram_people),
            api_base=stub.url,
            credentials={"token": token},
            seen=lambda: seen_on_telegram(stub.calls),
            refused=lambda: [f"{call.method}: {call.refused}" for call in stub.refused],
            hold=stub.bot(token).files.__setitem__,
            stub=stub,
        )


@contextlib.asynccontextmanager
async def whatsapp(code: str, latency: Latency) -> AsyncIterator[Stage]:
    async with WhatsAppStub(latency=latency) as stub:
        yield Stage(
            kind="whatsapp",
            people=cast("People", whatsapp_people),
            api_base=stub.url,
            credentials={
                "access_token": f"EAA{code}",
                "app_secret": f"{number_of(code):032d}",
                "phone_number_id": str(number_of(code)),
            },
            seen=lambda: stub.seen,
            refused=lambda: [str(call) for call in stub.refused],
            hold=lambda ref, data: stub.hold(ref, data, "image/png"),
            stub=stub,
        )


@contextlib.asynccontextmanager
async def slack(code: str, latency: Latency) -> AsyncIterator[Stage]:
    async with SlackStub(latency=latency) as stub:
        yield Stage(
            kind="slack",
            people=cast("People", slack_people),
            api_base=stub.url,
            credentials={"bot_token": f"xoxb-{number_of(code)}-{code}", "signing_secret": f"{number_of(code):032d}"},
            seen=lambda: stub.seen,
            refused=lambda: [str(call) for call in stub.refused],
            hold=stub.files.__setitem__,
            stub=stub,
        )


@contextlib.asynccontextmanager
async def signal(code: str, latency: Latency) -> AsyncIterator[Stage]:
    async with SignalStub(latency=latency) as stub:
        yield Stage(
            kind="signal",
            people=cast("People", signal_people),
            api_base=stub.url,
            credentials={"number": f"+44{number_of(code):010d}"},
            seen=lambda: stub.seen,
            refused=lambda: [str(call) for call in stub.refused],
            hold=stub.accounts.files.__setitem__,
            stub=stub,
        )


@contextlib.asynccontextmanager
async def custom(code: str, latency: Latency) -> AsyncIterator[Stage]:
    async with CustomStub(latency=latency) as stub:
        yield Stage(
            kind="custom",
            people=cast("People", custom_people),
            api_base=stub.url,
            credentials={},
            seen=lambda: stub.seen,
            refused=lambda: [str(call) for call in stub.refused],
            hold=stub.files.__setitem__,
            stub=stub,
        )


@contextlib.asynccontextmanager
async def web(code: str, latency: Latency) -> AsyncIterator[Stage]:
    """The web chat needs no provider: what its visitors see is asked of Frontdesk itself, once it is known where it is."""
    pages = Pages()
    yield Stage(
        kind="web",
        people=cast("People", web_people),
        api_base=None,
        credentials={},
        seen=lambda: pages.seen,
        refused=list,
        hold=lambda ref, data: None,
        stub=pages,
    )


@dataclass(slots=True)
class Pages:
    """The visitors' pages, as they were when last looked at."""

    seen: list[Seen] = field(default_factory=list)

    async def look(self, http: aiohttp.ClientSession, base_url: str, channel: Channel, people: Sequence[str]) -> None:
        """Load every person's conversation."""
        self.seen = [each for person in people for each in await seen_on_web(http, base_url, channel, person)]


STAGES: Mapping[str, Callable[[str, Latency], AbstractAsyncContextManager[Stage]]] = {
    "telegram": telegram,
    "whatsapp": whatsapp,
    "slack": slack,
    "signal": signal,
    "web": web,
    "custom": custom,
}

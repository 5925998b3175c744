"""One conversation, the same over every channel: what was said, chosen, shown, sent, praised and changed comes out equal."""

import asyncio
import contextlib
import json
import struct
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import pytest
from dishka import AsyncContainer
from uuid_utils.compat import uuid7

from frontdesk.channels import web
from frontdesk.core.content import Content, OutboundMedia, Row
from frontdesk.core.exchange import Request
from frontdesk.core.message import Place
from frontdesk.core.tenant import KeywordRule, Tenant, TenantSettings
from frontdesk.media import Files
from frontdesk.rehearsal.installation import Bot
from frontdesk.rehearsal.people import Seen
from frontdesk.rehearsal.stages import STAGES, Stage
from frontdesk.services.provisioning import Provisioning, webhook_path
from frontdesk.services.sending import Sending
from frontdesk.services.tenants import tenancy
from frontdesk.store import attachments
from frontdesk.store.attachments import Attachment
from frontdesk.store.db import Databases
from tests.installation import Installation

T = TypeVar("T")
RULES = (
    KeywordRule(keywords=("booking",), reply="Do you have an appointment?", buttons=("Yes", "No")),
    KeywordRule(keywords=("yes",), reply="Then come at nine."),
    KeywordRule(keywords=("tea",), reply="Tea it is."),
    KeywordRule(keywords=("my arm",), reply="That looks sore."),
)
ROWS = tuple(Row(title=name.title(), payload=name) for name in ("water", "coffee", "tea", "milk", "juice"))
PICTURE = "4711000"
HARBOUR = Place(latitude=52.5, longitude=13.25, name="Harbour clinic")


def a_png() -> bytes:
    """Return a picture of one dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\xff\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@dataclass(slots=True)
class Talk:
    """One person in conversation over one channel, and the eyes of both sides."""

    desk: Installation
    tenant: Tenant
    bot: Bot
    stage: Stage
    person: str
    number: int = 0
    shown: list[Seen] = field(default_factory=list)

    async def does(self, request: Request) -> None:
        """Post what a person did."""
        address = self.desk.base_url + (request.url or self.bot.path)
        async with self.desk.http.post(address, data=request.body, headers=request.headers) as answer:
            assert answer.status < 300, await answer.text()

    def next(self) -> int:
        self.number += 1
        return self.number

    async def says(self, text: str) -> Seen:
        await self.does(self.stage.people.says(self.bot.channel, self.person, self.next(), text))
        return await self.sees()

    async def chooses(self, offer: Seen, choice: int) -> Seen:
        await self.does(self.stage.people.presses(self.bot.channel, self.person, self.next(), offer, choice))
        return await self.sees()

    async def is_sent(self, content: Content) -> Seen:
        sending = await self.desk.app.get(Sending)
        await sending.send(self.tenant, self.bot.channel, self.person, content, purpose="person")
        return await self.sees()

    async def sees(self) -> Seen:
        """Wait for the next thing the person sees."""
        known = len(self.shown)

        async def more() -> list[Seen]:
            if self.stage.kind == web.KIND:
                await self.stage.stub.look(self.desk.http, self.desk.base_url, self.bot.channel, [self.person])
            found = [each for each in self.stage.seen() if each.conversation == self.person]
            return found if len(found) > known else []

        self.shown = await until(more)
        assert len(self.shown) == known + 1, self.shown[known:]
        return self.shown[-1]

    async def rows(self, query: str, *arguments: Any) -> list[dict[str, Any]]:
        databases = await self.desk.app.get(Databases)
        async with databases.tenant(tenancy(self.tenant)) as tx:
            return [dict(row) for row in await tx.fetch(query, *arguments)]

    async def has(self, query: str) -> dict[str, Any]:
        """Wait until a query has a row, and return it."""

        async def there() -> dict[str, Any]:
            found = await self.rows(query)
            return found[0] if found else {}

        return await until(there)


async def until(ready: Callable[[], Awaitable[T]], seconds: float = 15) -> T:
    deadline = time.monotonic() + seconds
    while not (found := await ready()):
        assert time.monotonic() < deadline, f"{ready.__qualname__} did not come true within {seconds} s"
        await asyncio.sleep(0.02)
    return found


@contextlib.asynccontextmanager
async def talking(desk: Installation, kind: str) -> AsyncIterator[Talk]:
    provisioning = await desk.app.get(Provisioning)
    code = f"s{uuid7().hex[-12:]}"
    tenant = await provisioning.create_tenant(code, "Clinic", settings=TenantSettings(keyword_rules=RULES))
    async with STAGES[kind](code, (0.0, 0.0)) as stage:
        channel, token = await provisioning.add_channel(
            tenant, kind, kind, credentials=stage.credentials, api_base=stage.api_base, settings=stage.learned
        )
        bot = Bot(tenant, channel, webhook_path(code, kind, token))
        yield Talk(desk, tenant, bot, stage, stage.people.person(1))


async def a_stored_picture(talk: Talk, data: bytes) -> str:
    """Keep a picture as one of our files and return what names it."""
    app: AsyncContainer = talk.desk.app
    kept = Attachment(id=uuid7(), sender=talk.person, mime="image/png", filename="map.png", size=len(data))
    await (await app.get(Files)).keep(talk.tenant.code, kept.id, data)
    async with (await app.get(Databases)).tenant(tenancy(talk.tenant)) as tx:
        await attachments.add(tx, talk.bot.channel.id, kept, b"")
    return str(kept.id)


def offers(seen: Seen, *titles: str) -> bool:
    """Say whether a person can choose between these: as buttons or rows in this order, or as numbered lines."""
    if seen.choices:
        return tuple(title for title, _ in seen.choices) == titles
    lines = (seen.text or "").splitlines()
    return [line for line in lines if line[:1].isdigit()] == [f"{n}. {title}" for n, title in enumerate(titles, 1)]


def points_at(seen: Seen, place: Place) -> bool:
    words = seen.text or ""
    return seen.place == (place.latitude, place.longitude) or (str(place.latitude) in words and "http" in words)


TURNS = "SELECT handler, record->>'text' AS text, record->>'event' AS event FROM turns ORDER BY started_at"
CHANGED = "SELECT text FROM messages WHERE direction = 'inbound' AND edited_at IS NOT NULL"
KEPT = "SELECT id, mime, size FROM attachments WHERE message_id IS NOT NULL AND status = 'kept'"


@pytest.mark.parametrize("kind", list(STAGES))
async def test_the_same_conversation_has_the_same_results(installation: Installation, kind: str) -> None:
    async with talking(installation, kind) as talk:
        question = await talk.says("booking")
        assert (question.text or "").startswith("Do you have an appointment?")
        assert offers(question, "Yes", "No")
        assert (await talk.chooses(question, 0)).text == "Then come at nine."

        menu = await talk.is_sent(Content(text="What would you like?", rows=ROWS, list_title="Drinks"))
        assert (menu.text or "").startswith("What would you like?")
        assert offers(menu, "Water", "Coffee", "Tea", "Milk", "Juice")
        assert (await talk.chooses(menu, 2)).text == "Tea it is."

        picture = OutboundMedia(type="image", stored=await a_stored_picture(talk, a_png()), mime="image/png")
        shown = await talk.is_sent(Content(type="image", text="How to find us", media=(picture,)))
        assert (shown.type, shown.text) == ("image", "How to find us")
        assert shown.file in (None, a_png())
        assert points_at(await talk.is_sent(Content(type="location", place=HARBOUR)), HARBOUR)

        praised = talk.shown[3]
        await talk.does(talk.stage.people.reacts(talk.bot.channel, talk.person, talk.next(), praised.external_id, "👍"))
        feedback = await talk.has("SELECT f.emoji, m.text FROM feedback f JOIN messages m ON m.id = f.message_id")
        assert feedback == {"emoji": "👍", "text": "Tea it is."}

        if kind != web.KIND:  # what a visitor said can't be changed
            await talk.does(talk.stage.people.edits(talk.bot.channel, talk.person, 1, "booking, please"))
            assert await talk.has(CHANGED) == {"text": "booking, please"}
            await asyncio.sleep(0.2)
            assert len(talk.stage.seen()) == len(talk.shown), "an edit is no new message"

        heard = [(row["event"], row["handler"], row["text"]) for row in await talk.rows(TURNS)]
        assert [said for said in heard if said[0] == "message"] == [
            ("message", "keywords", "booking"),
            ("message", "keywords", "Yes"),
            ("message", "keywords", "tea"),
        ]
        assert not talk.stage.refused()


@pytest.mark.parametrize("kind", list(STAGES))
async def test_a_picture_somebody_sends_is_kept_once_as_it_is(installation: Installation, kind: str) -> None:
    async with talking(installation, kind) as talk:
        data = a_png()
        ref = await a_picture_to_send(talk, data)
        request = talk.stage.people.sends_image(talk.bot.channel, talk.person, talk.next(), ref, "my arm")
        await talk.does(request)
        await talk.does(request)
        assert (await talk.sees()).text == "That looks sore."
        kept = await talk.has(KEPT)
        assert (kept["mime"], kept["size"]) == ("image/png", len(data))
        files: Files = await installation.app.get(Files)
        assert await files.read(talk.tenant.code, UUID(str(kept["id"]))) == data
        assert len(await talk.rows(KEPT)) == 1
        (message,) = await talk.rows("SELECT type, text, content FROM messages WHERE direction = 'inbound'")
        assert (message["type"], message["text"]) == ("image", "my arm")
        assert len(json.loads(message["content"])["media"]) == 1


async def a_picture_to_send(talk: Talk, data: bytes) -> str:
    """Put a picture where the channel's people have theirs: with the provider, or on the web chat's own upload."""
    if talk.stage.kind == web.KIND:
        return await a_stored_picture(talk, data)
    talk.stage.hold(PICTURE, data)
    return PICTURE

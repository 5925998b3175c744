"""A Telegram channel of a fresh tenant, spoken with from both ends: as the provider, and through the API."""

import asyncio
import io
import itertools
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from frontdesk.core.channel import Channel
from frontdesk.core.tenant import Tenant
from tests.builders import a_telegram_text
from tests.installation import Installation
from tests.web.bot_api import BotApi, compact

T = TypeVar("T")
SECRET = "X-Telegram-Bot-Api-Secret-Token"
BOT_TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
_numbers = itertools.count(1000)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, read."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def problem(self, status: int, code: str) -> dict[str, Any]:
        """Check the shape every error has, and return its document."""
        assert self.status == status, (self.status, self.body)
        assert self.headers["content-type"] == "application/problem+json"
        document = self.json
        assert {"type", "title", "status", "code", "detail"} <= document.keys()
        assert (document["code"], document["status"]) == (code, status), document
        assert document["type"] == f"urn:frontdesk:problem:{code}"
        assert document["title"]
        assert document["detail"]
        return document


async def ask(desk: Installation, method: str, path: str, key: str = "", **arguments: Any) -> Answer:
    """Make a request of the installation, perhaps with an API key or session, and return what came."""
    headers = {**({"authorization": f"Bearer {key}"} if key else {}), **arguments.pop("headers", {})}
    url = path if path.startswith("http") else desk.base_url + path
    async with desk.http.request(method, url, headers=headers, **arguments) as answer:
        return Answer(answer.status, answer.headers, await answer.read())


@dataclass(frozen=True, slots=True)
class Line:
    """One channel and the server that plays its provider."""

    desk: Installation
    tenant: Tenant
    channel: Channel
    address: str
    bot: BotApi

    @property
    def token(self) -> str:
        return self.address.rpartition("/")[2]

    @property
    def send_address(self) -> str:
        return self.address.replace("/messages/receive/", "/messages/send/")

    async def post(
        self, body: Any, headers: Mapping[str, str] | None = None, *, address: str = "", method: str = "POST"
    ) -> Answer:
        """Send a webhook; it is signed unless `headers` say otherwise (`-` leaves one out)."""
        data = body if isinstance(body, bytes) or body is None else compact(body)
        given = {"content-type": "application/json", SECRET: self.channel.secret("secret_token"), **(headers or {})}
        kept = {name: value for name, value in given.items() if value != "-"}
        return await ask(self.desk, method, address or self.address, data=data and io.BytesIO(data), headers=kept)

    async def say(self, text: str = "hello", *, chat: int = 5550001, message_id: int | None = None) -> int:
        """Post a private text message and return the answer's status."""
        number = next(_numbers) if message_id is None else message_id
        return (await self.post(a_telegram_text(text, chat=chat, message_id=number, update_id=number))).status

    async def api(self, method: str, path: str = "", *, status: int = 200, **arguments: Any) -> Any:
        """Call the API below this tenant."""
        return await self.desk.api(method, f"/tenants/{self.tenant.code}{path}", status=status, **arguments)

    async def conversations(self) -> list[dict[str, Any]]:
        return (await self.api("GET", "/conversations", params={"limit": 200}))["items"]

    async def messages(self) -> list[dict[str, Any]]:
        """Return the messages of all conversations of the channel, oldest first within each."""
        found: list[dict[str, Any]] = []
        for conversation in await self.conversations():
            if conversation["channel_id"] == str(self.channel.id):
                page = await self.api("GET", f"/conversations/{conversation['id']}/messages", params={"limit": 200})
                found += page["items"]
        return found

    async def settled(self) -> None:
        """Wait until nothing of the tenant's is queued."""

        async def idle() -> bool:
            return not (await self.api("GET", "/queues"))["items"]

        await until(idle)

    async def answers(self, count: int) -> list[str]:
        """Wait until the provider got so many messages, and return their texts."""

        async def enough() -> bool:
            return len(self.bot.said) >= count

        await until(enough)
        await self.settled()
        return self.bot.texts


async def until(ready: Callable[[], Awaitable[T]], seconds: float = 15) -> T:
    """Ask until the answer is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := await ready()):
        assert time.monotonic() < deadline, f"{ready.__qualname__} did not come true within {seconds} s"
        await asyncio.sleep(0.02)
    return found

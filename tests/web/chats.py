"""A visitor's page of the web chat: sessions, messages, and the event stream."""

import asyncio
import contextlib
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from frontdesk.core.channel import Channel
from frontdesk.core.tenant import Tenant
from tests.installation import Installation
from tests.web.lines import Answer, ask, until


@dataclass(slots=True)
class Chat:
    """A web channel, and the session of one visitor on it."""

    desk: Installation
    tenant: Tenant
    channel: Channel
    token: str
    session: str = ""
    visitor: str = ""

    @property
    def path(self) -> str:
        return f"/web/tenants/{self.tenant.code}/channels/{self.token}"

    async def ask(self, method: str, path: str, **arguments: Any) -> Answer:
        return await ask(self.desk, method, self.path + path, self.session, **arguments)

    async def enter(self, **body: Any) -> Answer:
        """Open a session, and keep it if there is one."""
        answer = await ask(self.desk, "POST", f"{self.path}/sessions", json=body)
        if answer.status == 201:
            self.session, self.visitor = answer.json["session"], answer.json["visitor"]
        return answer

    async def another(self, **body: Any) -> "Chat":
        """Return another visitor of the same channel."""
        other = Chat(self.desk, self.tenant, self.channel, self.token)
        assert (await other.enter(**body)).status == 201
        return other

    async def say(self, text: str, **more: Any) -> str:
        """Say something and return the message's id."""
        answer = await self.ask("POST", "/messages", json={"text": text, **more})
        assert answer.status == 202, answer.body
        return str(answer.json["id"])

    async def history(self, **params: Any) -> list[dict[str, Any]]:
        answer = await self.ask("GET", "/messages", params=params)
        assert answer.status == 200, answer.body
        return answer.json["items"]

    async def answers(self, count: int) -> list[dict[str, Any]]:
        """Wait until the visitor got so many messages, and return them."""

        async def enough() -> list[dict[str, Any]]:
            got = [item for item in await self.history(limit=100) if item["direction"] == "outbound"]
            return got if len(got) >= count else []

        return await until(enough)

    async def upload(self, data: bytes, name: str = "a.png", mime: str = "image/png") -> Answer:
        form = aiohttp.FormData()
        form.add_field("file", io.BytesIO(data), filename=name, content_type=mime)
        return await self.ask("POST", "/files", data=form)

    def user(self, user_id: str, **more: Any) -> dict[str, Any]:
        """Return a signed-in user as the site's own server would vouch for."""
        secret = self.channel.secret("identity_secret").encode()
        return {"id": user_id, "hmac": hmac.new(secret, user_id.encode(), hashlib.sha256).hexdigest(), **more}

    @contextlib.asynccontextmanager
    async def listening(self, after: str | None = None, desk: Installation | None = None) -> AsyncIterator["Stream"]:
        """Open the event stream, resuming after an event."""
        where = desk or self.desk
        headers = {"authorization": f"Bearer {self.session}"}
        headers |= {"last-event-id": after} if after is not None else {}
        timeout = aiohttp.ClientTimeout(total=None)
        async with where.http.get(f"{where.base_url}{self.path}/events", headers=headers, timeout=timeout) as answer:
            assert (answer.status, answer.content_type) == (200, "text/event-stream")
            stream = Stream(answer)
            assert (await stream.block()) == {"retry": "1000"}
            yield stream


@dataclass(slots=True)
class Stream:
    """Server-sent events, one at a time."""

    answer: aiohttp.ClientResponse
    last_id: str = ""
    pings: int = field(default=0)

    async def block(self, seconds: float = 10) -> dict[str, str]:
        """Return the fields of the next block; a comment is the field without a name."""
        lines: list[str] = []
        while True:
            line = (await asyncio.wait_for(self.answer.content.readline(), seconds)).decode()
            assert line, "the stream ended"
            if line == "\n":
                return dict(line.split(": ", 1) if not line.startswith(":") else ("", line[1:]) for line in lines)
            lines.append(line.rstrip("\n"))

    async def message(self, seconds: float = 10) -> dict[str, Any]:
        """Return the next message."""
        while (found := await self.block(seconds)).get("event") != "message":
            self.pings += "" in found
        self.last_id = found["id"]
        return json.loads(found["data"])

    async def messages(self, count: int) -> list[dict[str, Any]]:
        return [await self.message() for _ in range(count)]

    async def quiet(self, seconds: float = 0.4) -> bool:
        """Say whether nothing comes for a while."""
        try:
            await self.message(seconds)
        except TimeoutError:
            return True
        return False

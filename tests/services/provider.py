"""A provider of files: a Bot API that gives whatever a test puts into it, and counts what it was asked for."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from aiohttp import web

from frontdesk.core.channel import Channel
from frontdesk.core.message import Media, Message
from frontdesk.core.tenant import Tenant
from frontdesk.core.wire import Received
from frontdesk.services.tenants import tenancy
from frontdesk.store import conversations
from tests.builders import UPDATES, an_origin
from tests.services.desk import Desk


class FileHost:
    """`files` are bytes by reference; `failing` answers every download with a status; `slow` makes a download last.

    It gives files as Telegram does, and as a bridge to Signal does, where `deleted` are those it was told to forget.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.failing: int | None = None
        self.failing_deletions: int | None = None
        self.slow = 0.0
        self.fetched: list[str] = []
        self.deleted: list[str] = []
        self.url = ""

    async def __aenter__(self) -> "FileHost":
        app = web.Application()
        app.router.add_post("/bot{token}/getFile", self._locate)
        app.router.add_get("/file/bot{token}/{ref}", self._download)
        app.router.add_get("/v1/attachments/{ref}", self._download)
        app.router.add_delete("/v1/attachments/{ref}", self._delete)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = "http://{}:{}".format(*self._runner.addresses[0][:2])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _locate(self, request: web.Request) -> web.Response:
        ref = (await request.json())["file_id"]
        return web.json_response({"ok": True, "result": {"file_id": ref, "file_path": ref}})

    async def _download(self, request: web.Request) -> web.Response:
        ref = request.match_info["ref"]
        self.fetched.append(ref)
        await asyncio.sleep(self.slow)
        if self.failing:
            return web.json_response(
                {"ok": False, "error_code": self.failing, "description": "no"}, status=self.failing
            )
        return web.Response(body=self.files[ref]) if ref in self.files else web.Response(status=404)

    async def _delete(self, request: web.Request) -> web.Response:
        self.deleted.append(request.match_info["ref"])
        return web.Response(status=self.failing_deletions or 204)


def a_message(*media: Media) -> Message:
    """Return an inbound message with files."""
    return Message(type="image", external_id=f"5550001:{next(UPDATES)}", origin=an_origin(), media=media)


async def arrived(desk: Desk, tenant: Tenant, channel: Channel, event: Message) -> UUID:
    """Store an inbound message as a turn does, and return its id; nothing of it is fetched."""
    received = Received(channel_id=channel.id, event=event, received_at=datetime.now(UTC))
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        await conversations.open_turn(tx, received, tenant.settings)
        return await tx.fetchval("SELECT id FROM messages WHERE external_id = $1", event.external_id)


async def rows(desk: Desk, tenant: Tenant) -> list[dict[str, Any]]:
    """Return what is noted of a tenant's files, the oldest first."""
    return [dict(row) for row in await desk.rows(tenant, "SELECT * FROM attachments ORDER BY message_id, number")]

"""A running installation: the API on a free port and one worker, in this process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
from dishka import AsyncContainer

from frontdesk.cli import serve
from frontdesk.core.channel import Channel
from frontdesk.core.tenant import Tenant
from frontdesk.services.provisioning import Provisioning, webhook_path

ADMIN = {"authorization": "Bearer an-operators-key"}


@dataclass(frozen=True, slots=True)
class Installation:
    """Speaks with it as providers, visitors and API clients do."""

    app: AsyncContainer
    base_url: str
    http: aiohttp.ClientSession

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls, app: AsyncContainer, *, work: bool = True) -> AsyncIterator["Installation"]:
        """Start API and worker, and stop them as a signal would."""
        stop, started = asyncio.Event(), asyncio.get_running_loop().create_future()
        task = asyncio.create_task(serve.run_until(app, stop, api=True, work=work, listening=started.set_result))
        try:
            base_url = await asyncio.wait_for(started, 20)
            async with aiohttp.ClientSession() as http:
                yield cls(app, base_url, http)
        finally:
            stop.set()
            await asyncio.wait_for(task, 30)

    async def add_channel(
        self, tenant: Tenant, kind: str = "telegram", name: str = "front", **given: Any
    ) -> tuple[Channel, str]:
        """Add a channel and return it with its webhook's whole address."""
        provisioning = await self.app.get(Provisioning)
        channel, token = await provisioning.add_channel(tenant, kind, name, actor="tests", **given)
        return channel, self.base_url + webhook_path(tenant.code, kind, token)

    async def post(self, address: str, body: Any, channel: Channel) -> int:
        """Send a Telegram update as Telegram would, and return the status of the answer."""
        headers = {"x-telegram-bot-api-secret-token": channel.secret("secret_token")}
        async with self.http.post(address, json=body, headers=headers) as answer:
            return answer.status

    async def api(self, method: str, path: str, *, status: int = 200, **arguments: Any) -> Any:
        """Call the API as an operator and return its answer."""
        headers = {**ADMIN, **arguments.pop("headers", {})}
        async with self.http.request(method, f"{self.base_url}/api/v1{path}", headers=headers, **arguments) as answer:
            assert answer.status == status, (answer.status, await answer.text())
            return await answer.json() if answer.content_type.endswith("json") else await answer.read()

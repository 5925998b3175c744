"""Receipts: what Meta posts to a webhook about messages it took, signed with the app secret."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import aiohttp
import orjson

from frontdesk.channels.whatsapp.signature import HEADER, signature

STAGES = ("sent", "delivered", "read")


class Reports:
    """Posts receipts of every message to one webhook, once it is told where."""

    def __init__(self) -> None:
        self.url = ""
        self.app_secret = ""
        self.stages: Sequence[str] = ()
        self.answers: list[int] = []
        self._running: set[asyncio.Task[None]] = set()

    def follow(self, body: dict[str, Any], phone: str, recipient: str, wamid: str) -> None:
        """Report a message's stages in the background."""
        if self.url and self.stages:
            task = asyncio.create_task(self._report_all(body, phone, recipient, wamid))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _report_all(self, body: dict[str, Any], phone: str, recipient: str, wamid: str) -> None:
        for stage in self.stages:
            await self.report(stage, phone, recipient, wamid, body.get("biz_opaque_callback_data"))

    async def report(
        self, stage: str, phone: str, recipient: str, wamid: str, tracker: str | None = None, code: int | None = None
    ) -> int:
        """Post one receipt and return the webhook's status."""
        whose = "recipient_user_id" if "." in recipient else "recipient_id"
        status: dict[str, Any] = {"id": wamid, "status": stage, "timestamp": str(int(time.time())), whose: recipient}
        if tracker is not None:
            status["biz_opaque_callback_data"] = tracker
        if code is not None:
            status["errors"] = [{"code": code, "title": "refused later"}]
        metadata = {"display_phone_number": phone, "phone_number_id": phone}
        value = {"messaging_product": "whatsapp", "metadata": metadata, "statuses": [status]}
        change = {"field": "messages", "value": value}
        document = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
        return await self._post(orjson.dumps(document))

    async def _post(self, body: bytes) -> int:
        headers = {"content-type": "application/json", HEADER: signature(self.app_secret, body).decode()}
        async with aiohttp.ClientSession() as http, http.post(self.url, data=body, headers=headers) as answer:
            self.answers.append(answer.status)
            return answer.status

    async def settled(self) -> None:
        """Wait until nothing more is to be reported."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

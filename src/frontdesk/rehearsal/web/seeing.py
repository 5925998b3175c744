"""What a visitor's page shows."""

import time
from datetime import UTC, datetime
from typing import Any

import aiohttp

from frontdesk.core.channel import Channel
from frontdesk.rehearsal.people import Seen
from frontdesk.rehearsal.web.people import session


async def seen(http: aiohttp.ClientSession, base_url: str, channel: Channel, person: str) -> list[Seen]:
    """Load the conversation as the page does, oldest first, and return what Frontdesk said in it."""
    path = f"/web/tenants/{channel.tenant}/channels/{channel.secret('path_token')}/messages"
    headers, cursor = {"authorization": f"Bearer {session(channel, person)}"}, ""
    items: list[dict[str, Any]] = []
    while cursor is not None:
        params = {"limit": "100", **({"cursor": cursor} if cursor else {})}
        async with http.get(base_url + path, headers=headers, params=params) as answer:
            answer.raise_for_status()
            page = await answer.json()
        items, cursor = [*page["items"], *items], page["next"]
    return [_seen(item, channel, person) for item in items if item["direction"] == "outbound"]


def _seen(item: dict[str, Any], channel: Channel, person: str) -> Seen:
    choices, place = [*item.get("rows", ()), *item.get("buttons", ())], item.get("place")
    ago = datetime.now(UTC) - datetime.fromisoformat(item["at"])
    return Seen(
        at=time.monotonic() - ago.total_seconds(),
        account=channel.name,
        conversation=person,
        external_id=str(item["id"]),
        type=item["type"],
        text=item["text"],
        choices=tuple((choice["title"], choice["payload"]) for choice in choices),
        place=(place["latitude"], place["longitude"]) if place else None,
    )

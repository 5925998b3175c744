"""Edits of edits: some apps name the version before, and not the message, as what changes."""

from typing import Any

from frontdesk.core.exchange import Request
from tests.services.desk import Desk, until

NUMBER, ADA = "+4915550001", "5eed0000-0000-4000-8000-00000000ada0"
FIRST, SECOND, THIRD = 1_700_000_000_001, 1_700_000_000_002, 1_700_000_000_003


def posted(at: int, **content: Any) -> Request:
    envelope = {"sourceUuid": ADA, "timestamp": at, **content}
    return Request.post_json("", {"envelope": envelope, "account": NUMBER})


def said(at: int, text: str) -> dict[str, Any]:
    return {"timestamp": at, "message": text}


async def test_an_edit_of_an_edit_changes_the_message_it_began_with(desk: Desk) -> None:
    tenant = await desk.tenant()
    channel, _ = await desk.provisioning.add_channel(
        tenant, "signal", "s", credentials={"number": NUMBER}, api_base="http://127.0.0.1:9"
    )

    async def texts() -> list[tuple[str, bool]]:
        rows = await desk.rows(tenant, "SELECT text, deleted_at FROM messages WHERE direction = 'inbound'")
        return [(row["text"], row["deleted_at"] is not None) for row in rows]

    async def hears(request: Request, expected: list[tuple[str, bool]]) -> None:
        await desk.journey.receive(tenant, channel, request, None)

        async def there() -> bool:
            return await texts() == expected

        await until(there)

    async with desk.working():
        await hears(posted(FIRST, dataMessage=said(FIRST, "one")), [("one", False)])
        for target, at, text in ((FIRST, SECOND, "two"), (SECOND, THIRD, "three"), (SECOND, THIRD, "three")):
            edit = {"targetSentTimestamp": target, "dataMessage": said(at, text)}
            await hears(posted(at, editMessage=edit), [(text, False)])
        gone = {"timestamp": THIRD + 1, "remoteDelete": {"timestamp": THIRD}}
        await hears(posted(THIRD + 1, dataMessage=gone), [("three", True)])
        await desk.rows(tenant, "DELETE FROM frontdesk.work")

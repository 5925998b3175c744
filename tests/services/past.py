"""A tenant with a past: its rows can be made old, since their ids tell when they were made."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from frontdesk.core.channel import Channel
from frontdesk.core.tenant import Tenant
from frontdesk.services.cleaning import Cleaning
from frontdesk.store.people import floor
from tests.builders import UPDATES, a_telegram_text
from tests.services.desk import Desk


@dataclass(slots=True)
class Past:
    """A tenant whose settings can be changed, and whose rows can be made old: an id tells when it was made."""

    desk: Desk
    tenant: Tenant
    channel: Channel

    async def write(self, text: str, chat: int = 5550001) -> None:
        number = next(UPDATES)
        await self.desk.hear(
            self.tenant, self.channel, a_telegram_text(text, chat=chat, message_id=number, update_id=number)
        )
        await self.desk.finished(self.tenant)

    async def rows(self, query: str, *arguments: Any) -> list[Any]:
        return await self.desk.rows(self.tenant, query, *arguments)

    async def count(self, table: str) -> int:
        (row,) = await self.rows(f"SELECT count(*) FROM {table}")
        return int(row[0])

    async def keep(self, **settings: Any) -> None:
        self.tenant = await self.desk.provisioning.change_settings(self.tenant.code, settings, actor="tests")

    async def age(self, table: str, days: float, where: str = "true") -> None:
        """Move rows into the past, with what points at them."""
        moved = floor(datetime.now(UTC) - timedelta(days=days))
        for nr, row in enumerate(await self.rows(f"SELECT id FROM {table} WHERE {where} ORDER BY id"), 1):
            new = UUID(int=moved.int + nr)
            await self.rows(f"UPDATE {table} SET id = $2 WHERE id = $1", row["id"], new)
            if table == "messages":
                for pointing in ("attachments", "receipts", "turns", "feedback", "message_versions"):
                    await self.rows(f"UPDATE {pointing} SET message_id = $2 WHERE message_id = $1", row["id"], new)

    async def clean(self) -> dict[str, int]:
        return await (await self.desk.app.get(Cleaning)).clean(self.tenant)


async def a_dead_letter(past: Past, payload: str = "{}") -> None:
    await past.rows(
        "INSERT INTO dead_letters (lane, group_key, kind, payload, attempts, error_code, error, queued_at)"
        " VALUES (0, 'g', 'delivery', $1, 1, 'x', 'x', now())",
        payload,
    )


async def old_contacts(past: Past, days: int) -> None:
    """Make every contact old, with a copy of each: ids of contacts are pointed at from everywhere."""
    moved = floor(datetime.now(UTC) - timedelta(days=days))
    for nr, row in enumerate(await past.rows("SELECT id FROM contacts"), 1):
        new = UUID(int=moved.int + nr)
        await past.rows(
            "INSERT INTO contacts SELECT (jsonb_populate_record(c, jsonb_build_object('id', $2::uuid))).* FROM contacts c WHERE id = $1",
            row["id"],
            new,
        )
        for table in ("identities", "conversations", "messages"):
            await past.rows(f"UPDATE {table} SET contact_id = $2 WHERE contact_id = $1", row["id"], new)
        await past.rows("DELETE FROM contacts WHERE id = $1", row["id"])

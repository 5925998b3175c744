"""All there is of one person as a JSON document, written as it is read: however long, it needs little memory."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from frontdesk.core import clock
from frontdesk.core.tenant import Tenant
from frontdesk.services.tenants import tenancy
from frontdesk.store import export, people
from frontdesk.store.db import Databases
from frontdesk.store.people import People
from frontdesk.store.pool import FIRST_ID

FORMAT = "frontdesk contact 1"
PAGE = 200
PAGED = ("messages", "attachments", "turns")

Where = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""Says where a kept file is, as fields of its document."""


class Export:
    """Hands out contacts with those merged into them."""

    def __init__(self, databases: Databases) -> None:
        self.databases = databases

    async def document(self, tenant: Tenant, contact_id: UUID, where: Where) -> AsyncIterator[bytes]:
        """Return the pieces of a contact's document; NotFound, or Conflict where it is merged away, is raised at once."""
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            found = await people.find(tx, [contact_id])
        talks: list[tuple[UUID, list[UUID] | None]] = [(talk, None) for talk in found.conversations]
        after: UUID | None = FIRST_ID
        while after:
            async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
                groups = await people.spoke_in(tx, found, found.since, after)
            talks += [(group, list(found.ids)) for group in groups]
            after = groups[-1] if groups else None
        return self._pieces(tenant, found, talks, where)

    async def _pieces(
        self, tenant: Tenant, found: People, talks: list[tuple[UUID, list[UUID] | None]], where: Where
    ) -> AsyncIterator[bytes]:
        head = {"format": FORMAT, "tenant": tenant.code, "exported_at": clock.now()}
        yield orjson.dumps(head)[:-1]
        for section in export.WHOLE:
            async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
                documents = await export.whole(tx, section, found)
            listed = ",\n".join(documents)
            yield f',\n"{section}":[{listed}]'.encode()
        for section in PAGED:
            yield f',\n"{section}":['.encode()
            before = b"\n"
            async for row in self._rows(tenant, section, found, talks):
                yield before + _document(section, row["document"], where)
                before = b",\n"
            yield b"]"
        yield b"}\n"

    async def _rows(
        self, tenant: Tenant, section: str, found: People, talks: list[tuple[UUID, list[UUID] | None]]
    ) -> AsyncIterator[asyncpg.Record]:
        for conversation_id, of in talks:
            after = FIRST_ID
            while True:
                async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
                    rows = await export.paged(tx, section, conversation_id, after, of, PAGE)
                if not rows:
                    break
                for row in rows:
                    if not _is_empty(row):
                        yield row
                after = rows[-1]["after"]
        if section == "attachments":
            async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
                uploaded = await export.uploads(tx, found)
            for row in uploaded:
                yield row


def _is_empty(row: asyncpg.Record) -> bool:
    """Say whether a message had nothing of this kind."""
    return '"id" : null' in row["document"][:20]


def _document(section: str, document: str, where: Where) -> bytes:
    if section != "attachments":
        return document.encode()
    fields = orjson.loads(document)
    place = where(fields) if fields["status"] == "kept" else {}
    del fields["file_id"]
    return orjson.dumps({**fields, **place})

"""Links to a contact's calendar of reminders: made, listed, renewed and revoked."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from frontdesk.settings import Settings
from frontdesk.store import calendar_links, contacts, keys
from frontdesk.store.db import Databases
from frontdesk.store.keys import Key
from frontdesk.web import calendars
from frontdesk.web.api.shapes import Limit, Page, Text, page
from frontdesk.web.auth import Container, InTenant, needs

router = APIRouter(tags=["reminders"], prefix="/tenants/{tenant}")

Reader = Depends(needs("reminders:read"))
Writer = Annotated[Key, Depends(needs("reminders:write"))]


class NewLink(BaseModel):
    name: Text | None = Field(None, min_length=1, max_length=100, examples=["Ada's telephone"])


class LinkOut(BaseModel):
    id: UUID
    contact_id: UUID
    name: str | None
    made_by: str
    created_at: datetime
    revoked_at: datetime | None
    revoked_by: str | None
    opened_on: date | None = Field(description="The last day a program asked for it.")


class LinkMade(LinkOut):
    url: str = Field(description="Good without a key until it is revoked, and never shown again: keep it like one.")


@router.post("/contacts/{contact_id}/calendar-links", status_code=201, summary="Make a link to a contact's calendar")
async def make(
    contact_id: UUID, transactions: InTenant, container: Container, key: Writer, body: NewLink | None = None
) -> LinkMade:
    async with transactions() as tx:
        row, secret = await calendar_links.make(tx, contact_id, body.name if body else None, key.name)
    await _note(container, key, transactions, "calendar_link.make", row["id"])
    return await _made(container, transactions, row, secret)


@router.get("/contacts/{contact_id}/calendar-links", summary="List them, the newest first", dependencies=[Reader])
async def listed(
    contact_id: UUID, transactions: InTenant, cursor: UUID | None = None, limit: Limit = 50
) -> Page[LinkOut]:
    async with transactions(durable=False) as tx:
        await contacts.load(tx, contact_id)
        rows = await calendar_links.listed(tx, contact_id, cursor, limit)
    return page([LinkOut.model_validate(dict(row)) for row in rows], limit)


@router.post("/calendar-links/{link_id}/renew", status_code=201, summary="Revoke a link and make another in its place")
async def renew(link_id: UUID, transactions: InTenant, container: Container, key: Writer) -> LinkMade:
    async with transactions() as tx:
        row, secret = await calendar_links.renew(tx, link_id, key.name)
    await _note(container, key, transactions, "calendar_link.renew", link_id)
    return await _made(container, transactions, row, secret)


@router.delete("/calendar-links/{link_id}", status_code=204, summary="Revoke a link at once")
async def revoke(link_id: UUID, transactions: InTenant, container: Container, key: Writer) -> None:
    async with transactions() as tx:
        await calendar_links.revoke(tx, link_id, key.name)
    await _note(container, key, transactions, "calendar_link.revoke", link_id)


async def _made(container: Container, transactions: InTenant, row: asyncpg.Record, secret: str) -> LinkMade:
    url = calendars.link(await container.get(Settings), transactions.tenant.code, row["id"], secret)
    return LinkMade.model_validate({**dict(row), "url": url})


async def _note(container: Container, key: Key, transactions: InTenant, action: str, subject: UUID) -> None:
    async with (await container.get(Databases)).platform() as tx:
        await keys.note(tx, key.name, action, str(subject), transactions.tenant.code, {})

"""Contacts: who writes to a tenant, by which identities, and which of them are one person."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, BaseModel, Field

from frontdesk.core.tenant import checked_zone
from frontdesk.store import contacts, keys, merges
from frontdesk.store.db import Databases
from frontdesk.store.keys import Key
from frontdesk.web.api.shapes import Document, Limit, Page, Text, page, unpacked
from frontdesk.web.auth import Container, InTenant, needs

router = APIRouter(tags=["contacts"], prefix="/tenants/{tenant}/contacts")

Writer = Annotated[Key, Depends(needs("contacts:write"))]
TimeZone = Annotated[str, AfterValidator(checked_zone)]


class ContactOut(BaseModel):
    id: UUID
    name: str | None
    language: str | None
    time_zone: str | None = Field(description="IANA name; null where it is not known.")
    fields: dict[str, Any]
    opted_out_at: datetime | None
    merged_into: UUID | None = Field(description="The contact this one is part of now.")
    created_at: datetime


class IdentityOut(BaseModel):
    id: UUID
    channel_id: UUID
    channel: str
    kind: str
    external_id: str = Field(description="How the provider names the account.")
    former_ids: list[str] = Field(description="What the provider called the account before.")
    name: str | None
    blocked: bool
    created_at: datetime


class ContactWhole(ContactOut):
    identities: list[IdentityOut]
    merged: list[UUID] = Field(description="The contacts that are part of this one.")


class DuplicateOut(BaseModel):
    id: UUID
    contact_id: UUID
    contact: str | None
    other_id: UUID
    other: str | None
    channel_id: UUID
    noticed_at: datetime


class ContactChanges(BaseModel):
    name: Text | None = Field(None, min_length=1, max_length=200, examples=["Ada Lovelace"])
    language: str | None = Field(None, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35, examples=["en"])
    time_zone: TimeZone | None = Field(
        None,
        examples=["Europe/Madrid"],
        description="IANA name; reminders made before stay on the clock they were made on.",
    )
    fields: Document | None = Field(
        None, max_length=100, examples=[{"ward": "north"}], description="Fields to set; null takes one away."
    )


class Merge(BaseModel):
    into: UUID = Field(description="The contact that stays.")


@router.get("", summary="List contacts, the newest first", dependencies=[Depends(needs("contacts:read"))])
async def listed(
    transactions: InTenant,
    q: Annotated[Text, Query(max_length=100, description="The beginning of the name.")] = "",
    cursor: UUID | None = None,
    limit: Limit = 50,
) -> Page[ContactOut]:
    async with transactions(durable=False) as tx:
        rows = await contacts.listed(tx, prefix=q, before=cursor, limit=limit)
    return page([ContactOut.model_validate(unpacked(row, "fields")) for row in rows], limit)


@router.get(
    "/duplicates",
    summary="List contacts that may be one person, by a provider's word",
    dependencies=[Depends(needs("contacts:read"))],
)
async def duplicates(transactions: InTenant, cursor: UUID | None = None, limit: Limit = 50) -> Page[DuplicateOut]:
    async with transactions(durable=False) as tx:
        rows = await contacts.duplicates(tx, before=cursor, limit=limit)
    return page([DuplicateOut.model_validate(dict(row)) for row in rows], limit)


@router.get(
    "/{contact_id}", summary="Show a contact with its identities", dependencies=[Depends(needs("contacts:read"))]
)
async def show(contact_id: UUID, transactions: InTenant) -> ContactWhole:
    async with transactions(durable=False) as tx:
        return ContactWhole.model_validate(unpacked(await contacts.load(tx, contact_id), "fields"))


@router.patch("/{contact_id}", summary="Change name, language, time zone or fields")
async def change(
    contact_id: UUID, body: ContactChanges, transactions: InTenant, container: Container, key: Writer
) -> ContactWhole:
    given = body.model_dump(exclude_unset=True)
    async with transactions() as tx:
        await contacts.change(tx, contact_id, given)
    await _note(container, key, transactions, "contact.change", contact_id, {"changed": sorted(given)})
    return await show(contact_id, transactions)


@router.post("/{contact_id}/merge", summary="Make a contact part of another")
async def merge(
    contact_id: UUID, body: Merge, transactions: InTenant, container: Container, key: Writer
) -> ContactWhole:
    async with transactions() as tx:
        await merges.merge(tx, contact_id, body.into, key.name)
    await _note(container, key, transactions, "contact.merge", contact_id, {"into": str(body.into)})
    return await show(body.into, transactions)


@router.post("/{contact_id}/unmerge", summary="Take a contact out of the one it was made part of")
async def unmerge(contact_id: UUID, transactions: InTenant, container: Container, key: Writer) -> ContactWhole:
    async with transactions() as tx:
        await merges.unmerge(tx, contact_id, key.name)
    await _note(container, key, transactions, "contact.unmerge", contact_id, {})
    return await show(contact_id, transactions)


async def _note(
    container: Container, key: Key, transactions: InTenant, action: str, contact_id: UUID, detail: dict[str, Any]
) -> None:
    async with (await container.get(Databases)).platform() as tx:
        await keys.note(tx, key.name, action, str(contact_id), transactions.tenant.code, detail)

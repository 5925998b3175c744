"""Answers kept ready for people at the desk."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from frontdesk.core.canned import checked
from frontdesk.core.rules.actions import TagName
from frontdesk.errors import InvalidInput
from frontdesk.store import canned, keys
from frontdesk.store.db import Databases
from frontdesk.store.keys import Key
from frontdesk.web.api.agents import Language
from frontdesk.web.api.shapes import Limit, Page, Text, page
from frontdesk.web.auth import Container, InTenant, needs

router = APIRouter(tags=["canned replies"], prefix="/tenants/{tenant}/canned-replies")

Writer = Annotated[Key, Depends(needs("canned-replies:write"))]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]


Tags = Annotated[list[TagName], Field(max_length=20), AfterValidator(lambda tags: sorted(set(tags)))]


def _placed(text: str) -> str:
    try:
        return checked(text)
    except InvalidInput as error:
        raise ValueError(str(error)) from error


Words = Annotated[Text, Field(min_length=1, max_length=20_000), AfterValidator(_placed)]


class NewReply(BaseModel):
    name: Name
    text: Words = Field(
        description="With `{contact}`, `{first_name}`, `{agent}` and `{desk}` where these are to stand."
    )
    language: Language | None = None
    tags: Tags = []


class ReplyChanges(BaseModel):
    text: Words = ""
    language: Language | None = None
    tags: Tags = []


class ReplyOut(BaseModel):
    id: UUID
    name: str
    language: str | None
    tags: list[str]
    text: str
    created_at: datetime
    changed_at: datetime


@router.get("", summary="List canned replies by name", dependencies=[Depends(needs("canned-replies:read"))])
async def listed(
    transactions: InTenant,
    q: Annotated[Text, Query(max_length=60, description="The beginning of the name.")] = "",
    tag: Annotated[TagName | None, Query(description="Only those with this tag.")] = None,
    language: Annotated[Language | None, Query(description="Only those in this language.")] = None,
    cursor: Text = "",
    limit: Limit = 50,
) -> Page[ReplyOut]:
    async with transactions(durable=False) as tx:
        rows = await canned.listed(tx, prefix=q, after=cursor, limit=limit, tag=tag, language=language)
    return page([ReplyOut.model_validate(dict(row)) for row in rows], limit, "name")


@router.post("", status_code=201, summary="Keep a reply ready")
async def add(body: NewReply, transactions: InTenant, container: Container, key: Writer) -> ReplyOut:
    async with transactions() as tx:
        await canned.add(tx, body.name, body.language, body.text, body.tags)
    await _note(container, key, transactions, "canned_reply.add", body.name)
    return await show(body.name, transactions)


@router.get("/{name}", summary="Show a canned reply", dependencies=[Depends(needs("canned-replies:read"))])
async def show(name: Text, transactions: InTenant) -> ReplyOut:
    async with transactions(durable=False) as tx:
        return ReplyOut.model_validate(dict(await canned.load(tx, name)))


@router.patch("/{name}", summary="Change its text, language or tags")
async def change(name: Text, body: ReplyChanges, transactions: InTenant, container: Container, key: Writer) -> ReplyOut:
    given: dict[str, Any] = body.model_dump(exclude_unset=True)
    async with transactions() as tx:
        await canned.change(tx, name, given)
    await _note(container, key, transactions, "canned_reply.change", name)
    return await show(name, transactions)


@router.delete("/{name}", status_code=204, summary="Remove a canned reply")
async def remove(name: Text, transactions: InTenant, container: Container, key: Writer) -> None:
    async with transactions() as tx:
        await canned.remove(tx, name)
    await _note(container, key, transactions, "canned_reply.remove", name)


async def _note(container: Container, key: Key, transactions: InTenant, action: str, name: str) -> None:
    async with (await container.get(Databases)).platform() as tx:
        await keys.note(tx, key.name, action, name, transactions.tenant.code)

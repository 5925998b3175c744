"""Conversations, what is said in them, and who answers."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from frontdesk.core.content import Content
from frontdesk.core.rules.actions import TagName
from frontdesk.services.desk import Desk
from frontdesk.store import conversations, messages, noting
from frontdesk.web.api.messages import MessageOut
from frontdesk.web.api.shapes import Limit, Page, Text, page, unpacked
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs

router = APIRouter(tags=["conversations"], prefix="/tenants/{tenant}/conversations")


class ModeOut(BaseModel):
    handler: str
    state: dict[str, object]


class ConversationOut(BaseModel):
    id: UUID
    channel_id: UUID
    channel: str
    channel_kind: str
    external_id: str
    thread: str
    is_group: bool
    owner: str
    status: str
    tags: list[str]
    modes: list[ModeOut]
    contact_id: UUID | None
    contact: str | None
    last_message_at: datetime
    created_at: datetime


class SummaryOut(BaseModel):
    text: str
    covered: int = Field(description="How many messages it sums up.")
    until: UUID = Field(description="The last of them.")
    by: str = Field(description="`model`, or `sentences`: the ones that say most.")


class ConversationWhole(ConversationOut):
    summary: SummaryOut | None = Field(
        description="What was said before the latest messages; null while that is little."
    )


class Reply(BaseModel):
    text: Text = Field(min_length=1, max_length=20_000)


class NewOwner(BaseModel):
    owner: Literal["bot", "human"]


class Queued(BaseModel):
    ids: list[UUID]


@router.get("", summary="List conversations, the newest first", dependencies=[Depends(needs("conversations:read"))])
async def listed(
    transactions: InTenant,
    tag: Annotated[TagName | None, Query(description="Only those with this tag.")] = None,
    cursor: UUID | None = None,
    limit: Limit = 50,
) -> Page[ConversationOut]:
    async with transactions(durable=False) as tx:
        if tag is None:
            rows = await conversations.listed(tx, before=cursor, limit=limit)
        else:
            rows = await noting.tagged(tx, tag, before=cursor, limit=limit)
        tags = await noting.tags_of(tx, [row["id"] for row in rows])
    shown = [{**unpacked(row, "modes"), "tags": tags.get(row["id"], [])} for row in rows]
    return page([ConversationOut.model_validate(each) for each in shown], limit)


@router.get("/{conversation_id}", summary="Show a conversation", dependencies=[Depends(needs("conversations:read"))])
async def show(conversation_id: UUID, transactions: InTenant) -> ConversationWhole:
    async with transactions(durable=False) as tx:
        row = await conversations.load(tx, conversation_id)
        tags = await noting.tags(tx, conversation_id)
    return ConversationWhole.model_validate({**unpacked(row, "modes", "summary"), "tags": tags})


@router.get(
    "/{conversation_id}/messages",
    summary="List a conversation's messages, oldest first",
    dependencies=[Depends(needs("conversations:read"))],
)
async def said(
    conversation_id: UUID, transactions: InTenant, cursor: UUID | None = None, limit: Limit = 50
) -> Page[MessageOut]:
    async with transactions(durable=False) as tx:
        await conversations.load(tx, conversation_id)
        rows = await messages.of_conversation(tx, conversation_id, after=cursor, limit=limit)
    return page([MessageOut.of(row) for row in rows], limit)


@router.post(
    "/{conversation_id}/messages",
    status_code=202,
    summary="Answer as a person",
    dependencies=[Depends(needs("conversations:write"))],
)
async def answer(conversation_id: UUID, body: Reply, tenant: CurrentTenant, container: Container) -> Queued:
    content = Content(text=body.text)
    return Queued(ids=await (await container.get(Desk)).answer(tenant, conversation_id, content))


@router.put(
    "/{conversation_id}/owner",
    status_code=204,
    summary="Take a conversation over, or give it back to the bot",
    dependencies=[Depends(needs("conversations:write"))],
)
async def own(conversation_id: UUID, body: NewOwner, tenant: CurrentTenant, container: Container) -> None:
    desk = await container.get(Desk)
    await (desk.summon if body.owner == "human" else desk.resolve)(tenant, conversation_id)

"""Single messages, with what was received and what became of what was sent."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel, Field

from frontdesk.channels import adapter
from frontdesk.core import wire
from frontdesk.core.message import Message
from frontdesk.errors import NotFound
from frontdesk.http import Http
from frontdesk.services.tenants import Directory
from frontdesk.store import messages
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs

router = APIRouter(tags=["messages"], prefix="/tenants/{tenant}/messages")

DOWNLOAD_SECONDS = 30.0


class MessageOut(BaseModel):
    id: UUID
    conversation_id: UUID
    channel_id: UUID
    turn_id: UUID | None
    direction: str
    author: str
    type: str
    text: str | None
    content: dict[str, Any] = Field(description="The normalised message.")
    external_id: str | None
    reply_to: str | None
    status: str
    policy: str | None = Field(description="What the sending policy decided.")
    error_code: str | None
    error: str | None
    attempts: int
    in_doubt: bool = Field(description="An earlier try may have reached the provider too.")
    trace_id: str | None
    said_at: datetime | None
    created_at: datetime
    sent_at: datetime | None
    edited_at: datetime | None
    deleted_at: datetime | None
    raw: str | None = Field(None, description="The webhook's body as it came.")

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "MessageOut":
        return cls.model_validate({**dict(row), "content": json.loads(row["content"])})


@router.get(
    "/{message_id}",
    summary="Show a message with the webhook it came in",
    dependencies=[Depends(needs("conversations:read"))],
)
async def show(message_id: UUID, transactions: InTenant) -> MessageOut:
    async with transactions(durable=False) as tx:
        return MessageOut.of(await messages.load(tx, message_id))


@router.get(
    "/{message_id}/media/{index}",
    summary="Download an attachment from its provider",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
    dependencies=[Depends(needs("conversations:read"))],
)
async def media(
    message_id: UUID, index: int, transactions: InTenant, tenant: CurrentTenant, container: Container
) -> Response:
    async with transactions(durable=False) as tx:
        row = await messages.load(tx, message_id)
    event = wire.load_event(row["content"]) if row["direction"] == "inbound" else None
    if not isinstance(event, Message) or not 0 <= index < len(event.media):
        raise NotFound(f"message {message_id} has no attachment {index}")
    channel = await (await container.get(Directory)).channel(tenant, row["channel_id"])
    fetched = await (await container.get(Http)).perform(
        adapter(channel.kind).fetch(event.media[index], channel), seconds=DOWNLOAD_SECONDS
    )
    # never shown in place: what a stranger sent must not run under our address
    headers = {"content-disposition": "attachment", "x-content-type-options": "nosniff"}
    return Response(fetched.data, media_type=fetched.mime or "application/octet-stream", headers=headers)

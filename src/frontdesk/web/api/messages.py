"""Single messages, with what was received and what became of what was sent."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel, Field

from frontdesk.core import wire
from frontdesk.core.message import Media, Message
from frontdesk.core.sealing import Seal
from frontdesk.media.kinds import UNKNOWN
from frontdesk.services.media import Keeping
from frontdesk.settings import Settings
from frontdesk.store import attachments, messages
from frontdesk.store.attachments import Attachment
from frontdesk.web import media
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs

router = APIRouter(tags=["messages"], prefix="/tenants/{tenant}/messages")


class MessageOut(BaseModel):
    id: UUID
    conversation_id: UUID
    channel_id: UUID
    turn_id: UUID | None
    direction: str
    author: str
    type: str
    text: str | None
    working_text: str | None = Field(
        description="What it says in the tenant's working language: of words in another one, or read in files."
    )
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


class AttachmentOut(BaseModel):
    number: int = Field(description="Its place among the message's files, from 0.")
    status: str = Field(description="`pending`, `kept`, `failed`, `refused` or `expired`.")
    mime: str = Field(description="What its bytes say it is, once it is kept; what the sender said before.")
    filename: str
    size: int | None
    error: str | None = Field(description="Why it is not here.")
    url: str | None = Field(description="A link that needs no key and ends soon; null unless it is kept.")

    @classmethod
    def of(cls, number: int, media: Media, kept: Attachment | None, url: str | None) -> "AttachmentOut":
        """Describe one file: as its bytes say where they are here, as its message says before."""
        known = kept if kept and kept.status in ("kept", "expired") else None
        return cls(
            number=number,
            status=kept.status if kept else "pending",
            mime=known.mime if known else media.mime or "",
            filename=known.filename if known else media.filename or "",
            size=known.size if known else media.size,
            error=kept.error if kept else None,
            url=url if kept and kept.status == "kept" else None,
        )


class MessageWithFiles(MessageOut):
    attachments: list[AttachmentOut] = Field(description="The files an inbound message brought.")


@router.get(
    "/{message_id}",
    summary="Show a message with its files and the webhook it came in",
    dependencies=[Depends(needs("conversations:read"))],
)
async def show(message_id: UUID, transactions: InTenant, container: Container) -> MessageWithFiles:
    seal, settings, tenant = await container.get(Seal), await container.get(Settings), transactions.tenant.code
    async with transactions(durable=False) as tx:
        row = await messages.load(tx, message_id)
        kept = await attachments.of_message(tx, message_id) if row["direction"] == "inbound" else {}
    event = wire.load_event(row["content"]) if row["direction"] == "inbound" else None
    links = {number: media.link(seal, settings, tenant, each.id) for number, each in kept.items()}
    files = [
        AttachmentOut.of(number, item, kept.get(number), links.get(number))
        for number, item in enumerate(event.media if isinstance(event, Message) else ())
    ]
    return MessageWithFiles(**MessageOut.of(row).model_dump(), attachments=files)


@router.get(
    "/{message_id}/media/{index}",
    summary="Download a file, fetched from its provider where it is not kept yet",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
    dependencies=[Depends(needs("conversations:read"))],
)
async def download(message_id: UUID, index: int, tenant: CurrentTenant, container: Container) -> Response:
    kept = await (await container.get(Keeping)).read(tenant, message_id, index)
    mime, name = kept.mime or UNKNOWN, kept.filename or "file"
    # never shown in place: what a stranger sent must not run under our address
    headers = media.safe_headers(mime, name, inline=False) | {"content-type": mime}
    return Response(kept.data, headers=headers)

"""Conversations that wait for a person, or have one, and what happens around them."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from frontdesk.live import Live
from frontdesk.store import handoffs
from frontdesk.store.db import Databases
from frontdesk.store.pool import LAST_ID
from frontdesk.understanding.briefing import briefing
from frontdesk.web import desk_stream
from frontdesk.web.api.shapes import Limit, Page, page
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs
from frontdesk.wiring import Tenants

router = APIRouter(tags=["handoffs"], prefix="/tenants/{tenant}")

Status = Literal["waiting", "assigned", "resolved", "abandoned"]


class HandoffOut(BaseModel):
    id: UUID
    conversation_id: UUID
    channel: str
    channel_kind: str
    is_group: bool
    contact: str | None
    reason: str = Field(
        description="`asked`, `not_understood`, `upset`, `keyword`, `rule`, `handler`, `failed`, or `taken` by an agent."
    )
    detail: str
    priority: int = Field(description="1 comes first, 5 last.")
    skill: str | None
    language: str | None
    for_agent: UUID | None = Field(description="The agent a rule assigned it to.")
    for_team: str | None = Field(description="The team a rule assigned it to.")
    status: Status
    agent_id: UUID | None
    agent: str | None
    summary: str | None = Field(description="What came of it, as whoever resolved it says.")
    requested_at: datetime
    assigned_at: datetime | None
    first_answered_at: datetime | None
    last_answered_at: datetime | None
    resolved_at: datetime | None
    first_due_at: datetime | None
    resolve_due_at: datetime | None
    last_message_at: datetime


class HandoffWhole(HandoffOut):
    briefing: str = Field(description="What was said.")
    briefing_by: Literal["model", "sentences"] = Field(
        description="`sentences`: the ones that say most, where no model wrote."
    )


@router.get(
    "/handoffs",
    summary="List who waits, the most urgent first; with another status the newest first",
    dependencies=[Depends(needs("handoffs:read"))],
)
async def listed(
    transactions: InTenant,
    status: Status = "waiting",
    agent: Annotated[UUID | None, Query(description="Only what this agent has, or had.")] = None,
    cursor: UUID | None = None,
    limit: Limit = 50,
) -> Page[HandoffOut]:
    async with transactions(durable=False) as tx:
        if status == "waiting":
            rows = await handoffs.waiting(tx, after=cursor, limit=limit)
        else:
            rows = await handoffs.listed(tx, status, agent_id=agent, before=cursor or LAST_ID, limit=limit)
    return page([HandoffOut.model_validate(dict(row)) for row in rows], limit)


@router.get(
    "/handoffs/{handoff_id}",
    summary="Show one, with what was said",
    dependencies=[Depends(needs("handoffs:read")), Depends(needs("conversations:read"))],
)
async def show(handoff_id: UUID, transactions: InTenant, tenant: CurrentTenant, container: Container) -> HandoffWhole:
    async with transactions(durable=False) as tx:
        row = await handoffs.load(tx, handoff_id)
    models = (await container.get(Tenants)).model
    said = await briefing(await container.get(Databases), tenant, handoff_id, row["conversation_id"], models)
    return HandoffWhole.model_validate({**dict(row), "briefing": said.text, "briefing_by": said.by})


@router.get(
    "/desk/events",
    summary="Stream what happens at the desk (server-sent events)",
    response_class=StreamingResponse,
    dependencies=[Depends(needs("handoffs:read"))],
)
async def events(transactions: InTenant, container: Container) -> StreamingResponse:
    body: AsyncIterator[bytes] = desk_stream.Listening(await container.get(Live), transactions).run()
    return StreamingResponse(
        body, media_type="text/event-stream", headers={"cache-control": "no-store", "x-accel-buffering": "no"}
    )

"""Dead letters: work that failed for good."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from frontdesk.core import wire
from frontdesk.live import Live
from frontdesk.store import dead_letters
from frontdesk.web.api.shapes import Document, Limit, Page, page
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs

router = APIRouter(tags=["dead letters"], prefix="/tenants/{tenant}/dead-letters")


class DeadLetterOut(BaseModel):
    id: UUID
    lane: int
    group_key: str
    kind: str
    attempts: int
    error_code: str
    error: str
    queued_at: datetime
    died_at: datetime


class DeadLetterWhole(DeadLetterOut):
    payload: dict[str, Any]


class NewPayload(BaseModel):
    payload: Document = Field(description="The work as JSON; it must read as work of its kind.")


@router.get("", summary="List dead letters, the newest first", dependencies=[Depends(needs("dead-letters:read"))])
async def listed(transactions: InTenant, cursor: UUID | None = None, limit: Limit = 50) -> Page[DeadLetterOut]:
    async with transactions(durable=False) as tx:
        rows = await dead_letters.listed(tx, before=cursor, limit=limit)
    return page([DeadLetterOut.model_validate(dict(row)) for row in rows], limit)


@router.get("/{letter_id}", summary="Show one with its payload", dependencies=[Depends(needs("dead-letters:read"))])
async def show(letter_id: UUID, transactions: InTenant) -> DeadLetterWhole:
    async with transactions(durable=False) as tx:
        row = await dead_letters.load(tx, letter_id)
    return DeadLetterWhole.model_validate({**dict(row), "payload": json.loads(row["payload"])})


@router.put(
    "/{letter_id}", status_code=204, summary="Edit its payload", dependencies=[Depends(needs("dead-letters:write"))]
)
async def edit(letter_id: UUID, body: NewPayload, transactions: InTenant) -> None:
    async with transactions() as tx:
        row = await dead_letters.load(tx, letter_id)
        await dead_letters.edit(tx, letter_id, wire.checked(row["kind"], json.dumps(body.payload)))


@router.post(
    "/{letter_id}/replay",
    status_code=202,
    summary="Queue it again",
    dependencies=[Depends(needs("dead-letters:write"))],
)
async def replay(letter_id: UUID, transactions: InTenant, tenant: CurrentTenant, container: Container) -> None:
    async with transactions() as tx:
        await dead_letters.replay(tx, tenant.code, letter_id)
    (await container.get(Live)).wake(tenant.database, [tenant.code])


@router.delete(
    "/{letter_id}", status_code=204, summary="Drop it for good", dependencies=[Depends(needs("dead-letters:write"))]
)
async def discard(letter_id: UUID, transactions: InTenant) -> None:
    async with transactions() as tx:
        await dead_letters.discard(tx, letter_id)

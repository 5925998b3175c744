"""Turns: why something was answered as it was."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from frontdesk.store import turns
from frontdesk.web.api.shapes import unpacked
from frontdesk.web.auth import InTenant, needs

router = APIRouter(tags=["turns"], prefix="/tenants/{tenant}/turns")


class TurnOut(BaseModel):
    id: UUID
    conversation_id: UUID
    message_id: UUID | None
    handler: str
    record: dict[str, Any]
    trace_id: str | None
    started_at: datetime
    milliseconds: Decimal


@router.get("/{turn_id}", summary="Show a turn's record", dependencies=[Depends(needs("conversations:read"))])
async def show(turn_id: UUID, transactions: InTenant) -> TurnOut:
    async with transactions(durable=False) as tx:
        return TurnOut.model_validate(unpacked(await turns.load(tx, turn_id), "record"))

"""How much waits, and for how long."""

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from frontdesk import queue
from frontdesk.store.db import Databases
from frontdesk.web.api.shapes import Page
from frontdesk.web.auth import Container, CurrentTenant, needs

router = APIRouter(tags=["queues"], prefix="/tenants/{tenant}/queues")


class QueueOut(BaseModel):
    lane: str
    waiting: int = Field(description="Rows in the lane, leased ones included.")
    leased: int
    oldest_seconds: float


@router.get("", summary="Show depth and age of each lane", dependencies=[Depends(needs("queues:read"))])
async def depths(tenant: CurrentTenant, container: Container) -> Page[QueueOut]:
    async with (await container.get(Databases)).platform(tenant.database) as tx:
        found = await queue.depths(tx, tenant.code)
    items = [
        QueueOut(
            lane=depth.lane.name.lower(),
            waiting=depth.waiting,
            leased=depth.leased,
            oldest_seconds=depth.oldest.total_seconds(),
        )
        for depth in found
    ]
    return Page(items=items)

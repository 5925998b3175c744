"""The tags of conversations: put on and taken off by people, as rules do it."""

from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from frontdesk.core.rules.actions import TagName
from frontdesk.services.desk import Desk
from frontdesk.store import noting
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs

router = APIRouter(tags=["conversations"], prefix="/tenants/{tenant}/conversations/{conversation_id}/tags")


class Tags(BaseModel):
    tags: list[str]


class NewTags(BaseModel):
    tags: list[TagName] = Field(min_length=1, max_length=20, description="Put on beside those there are.")


@router.get("", summary="List its tags", dependencies=[Depends(needs("conversations:read"))])
async def listed(conversation_id: UUID, transactions: InTenant) -> Tags:
    async with transactions(durable=False) as tx:
        return Tags(tags=await noting.tags(tx, conversation_id))


@router.post("", summary="Put tags on", dependencies=[Depends(needs("conversations:write"))])
async def add(
    conversation_id: UUID, body: NewTags, transactions: InTenant, tenant: CurrentTenant, container: Container
) -> Tags:
    async with transactions() as tx:
        tags = await noting.tag(tx, conversation_id, body.tags)
    (await container.get(Desk)).tell(tenant, "tagged", conversation_id)
    return Tags(tags=tags)


@router.delete(
    "/{tag:path}", status_code=204, summary="Take a tag off", dependencies=[Depends(needs("conversations:write"))]
)
async def remove(
    conversation_id: UUID, tag: TagName, transactions: InTenant, tenant: CurrentTenant, container: Container
) -> None:
    async with transactions() as tx:
        await noting.untag(tx, conversation_id, tag)
    (await container.get(Desk)).tell(tenant, "tagged", conversation_id)

"""API keys: those of a tenant, and with a key of the installation those of all."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from frontdesk.core.scopes import SCOPES
from frontdesk.errors import Forbidden, InvalidInput
from frontdesk.store import keys
from frontdesk.store.db import Databases
from frontdesk.store.keys import Key
from frontdesk.web.api.shapes import Page, Text
from frontdesk.web.auth import Container, CurrentTenant, needs

router = APIRouter(tags=["keys"], prefix="/tenants/{tenant}/keys")


class NewKey(BaseModel):
    name: Text = Field(min_length=1, max_length=100, examples=["website backend"])
    scopes: list[str] = Field(min_length=1, max_length=50, examples=[["messages:send"]])
    expires_at: datetime | None = None


class KeyOut(BaseModel):
    id: UUID | None
    name: str
    tenant: str | None
    scopes: list[str]
    created_at: datetime | None

    @classmethod
    def of(cls, key: Key) -> "KeyOut":
        return cls(id=key.id, name=key.name, tenant=key.tenant, scopes=sorted(key.scopes), created_at=key.created_at)


class NewKeyOut(KeyOut):
    key: str = Field(description="The key itself; it is shown this once.")


@router.post("", status_code=201, summary="Make a key")
async def add(
    body: NewKey, tenant: CurrentTenant, container: Container, key: Annotated[Key, Depends(needs("keys:write"))]
) -> NewKeyOut:
    if unknown := sorted(set(body.scopes) - set(SCOPES)):
        raise InvalidInput(f"no scope {', '.join(unknown)[:200]}: there are {', '.join(SCOPES)}")
    if "*" not in key.scopes and (beyond := sorted(set(body.scopes) - key.scopes)):
        raise Forbidden(f"a key can't give what it lacks: {', '.join(beyond)}")
    async with (await container.get(Databases)).platform() as tx:
        made, secret = await keys.add(tx, body.name, tenant.code, body.scopes, body.expires_at)
        await keys.note(tx, key.name, "key.add", body.name, tenant.code, {"scopes": body.scopes})
    return NewKeyOut(**KeyOut.of(made).model_dump(), key=secret)


@router.get("", summary="List keys", dependencies=[Depends(needs("keys:read"))])
async def listed(tenant: CurrentTenant, container: Container) -> Page[KeyOut]:
    async with (await container.get(Databases)).platform() as tx:
        return Page(items=[KeyOut.of(key) for key in await keys.listed(tx, tenant.code)])


@router.delete("/{key_id}", status_code=204, summary="Revoke a key at once")
async def revoke(
    key_id: UUID, tenant: CurrentTenant, container: Container, key: Annotated[Key, Depends(needs("keys:write"))]
) -> None:
    async with (await container.get(Databases)).platform() as tx:
        await keys.revoke(tx, key_id, tenant.code)
        await keys.note(tx, key.name, "key.revoke", str(key_id), tenant.code)

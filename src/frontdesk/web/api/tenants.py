"""Tenants."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from frontdesk.core.tenant import Tenant
from frontdesk.errors import Forbidden, InvalidInput, TenantUnknown
from frontdesk.services.provisioning import Provisioning
from frontdesk.settings import PRIMARY
from frontdesk.store import tenants
from frontdesk.store.db import Databases
from frontdesk.store.keys import Key
from frontdesk.web.api.shapes import Document, Limit, Page, Text, page
from frontdesk.web.auth import Container, needs

router = APIRouter(tags=["tenants"])


class NewTenant(BaseModel):
    code: str = Field(
        examples=["harbour"], description="1 to 40 of a-z, 0-9 and _, starting with a letter; it never changes."
    )
    name: Text = Field(min_length=1, max_length=200, examples=["Harbour Clinic"])
    database: str = Field(PRIMARY, description="The named database it lives in.")
    settings: Document = Field(
        default_factory=dict, examples=[{"persona": {"name": "Marina"}, "languages": ["en", "es"]}]
    )


class NewSettings(BaseModel):
    settings: Document = Field(description="The whole document; what is left out falls back to its default.")
    version: int | None = Field(None, description="Change only if this is still the current version.")


class TenantOut(BaseModel):
    code: str
    name: str
    database: str
    status: str
    settings: dict[str, Any]
    version: int

    @classmethod
    def of(cls, tenant: Tenant) -> "TenantOut":
        return cls(
            code=tenant.code,
            name=tenant.name,
            database=tenant.database,
            status=tenant.status,
            settings=json.loads(tenant.settings.model_dump_json()),
            version=tenant.version,
        )


@router.post("/tenants", status_code=201, summary="Create a tenant")
async def create(
    body: NewTenant, container: Container, key: Annotated[Key, Depends(needs("tenants:write"))]
) -> TenantOut:
    if key.tenant is not None:
        raise Forbidden("only a key of the installation can create tenants")
    settings = tenants.read_settings(body.settings)
    if body.database not in (names := (await container.get(Databases)).names):
        raise InvalidInput(f"no database {body.database[:60]!r}: there are {', '.join(names)}")
    provisioning = await container.get(Provisioning)
    made = await provisioning.create_tenant(
        body.code, body.name, database=body.database, settings=settings, actor=key.name
    )
    return TenantOut.of(made)


@router.get("/tenants", summary="List tenants", dependencies=[Depends(needs("tenants:read"))])
async def listed(
    container: Container, cursor: Annotated[str, Query(max_length=40)] = "", limit: Limit = 50
) -> Page[TenantOut]:
    async with (await container.get(Databases)).platform() as tx:
        found = await tenants.listed(tx, after=cursor, limit=limit)
    return page([TenantOut.of(tenant) for tenant in found], limit, "code")


@router.get("/tenants/{tenant}", summary="Show a tenant", dependencies=[Depends(needs("tenants:read"))])
async def show(tenant: str, container: Container) -> TenantOut:
    async with (await container.get(Databases)).platform() as tx:
        found = await tenants.load(tx, tenant)
    if found is None:
        raise TenantUnknown(f"no tenant {tenant[:60]!r}")
    return TenantOut.of(found)


@router.put("/tenants/{tenant}/settings", summary="Replace a tenant's settings")
async def change(
    tenant: str, body: NewSettings, container: Container, key: Annotated[Key, Depends(needs("tenants:write"))]
) -> TenantOut:
    provisioning = await container.get(Provisioning)
    return TenantOut.of(await provisioning.change_settings(tenant, body.settings, body.version, actor=key.name))


@router.post("/tenants/{tenant}/suspend", summary="Suspend a tenant: nothing is received or sent for it")
async def suspend(tenant: str, container: Container, key: Annotated[Key, Depends(needs("tenants:write"))]) -> TenantOut:
    return await _set(tenant, "suspended", container, key)


@router.post("/tenants/{tenant}/resume", summary="Lift a suspension")
async def resume(tenant: str, container: Container, key: Annotated[Key, Depends(needs("tenants:write"))]) -> TenantOut:
    return await _set(tenant, "active", container, key)


async def _set(tenant: str, status: str, container: Container, key: Key) -> TenantOut:
    if key.tenant is not None:
        raise Forbidden("only a key of the installation can suspend tenants")
    return TenantOut.of(await (await container.get(Provisioning)).set_status(tenant, status, actor=key.name))

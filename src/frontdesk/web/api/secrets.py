"""A tenant's secrets: put in and taken out; what they hold is never shown."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, SecretStr

from frontdesk.services.secrets import Known, Vault
from frontdesk.store.keys import Key
from frontdesk.web.api.shapes import Page
from frontdesk.web.auth import Container, CurrentTenant, needs

router = APIRouter(tags=["secrets"], prefix="/tenants/{tenant}/secrets")


class NewSecret(BaseModel):
    value: SecretStr = Field(max_length=10_000, examples=["sk-…"], description="One line; it is never shown again.")


class SecretOut(BaseModel):
    name: str
    changed_by: str | None = Field(description="The key that set it; null where settings name it and nobody set it.")
    changed_at: datetime | None
    used_by: list[str] = Field(examples=[["llm.key"]], description="The settings that name it.")

    @classmethod
    def of(cls, known: Known) -> "SecretOut":
        return cls(
            name=known.name,
            changed_by=known.changed_by,
            changed_at=known.changed_at,
            used_by=list(known.used_by),
        )


@router.get("", summary="List secrets, without what they hold", dependencies=[Depends(needs("secrets:read"))])
async def listed(tenant: CurrentTenant, container: Container) -> Page[SecretOut]:
    vault = await container.get(Vault)
    return Page(items=[SecretOut.of(known) for known in await vault.listed(tenant)])


@router.put("/{name}", summary="Set a secret, in every process at once")
async def put(
    name: str,
    body: NewSecret,
    tenant: CurrentTenant,
    container: Container,
    key: Annotated[Key, Depends(needs("secrets:write"))],
) -> SecretOut:
    vault = await container.get(Vault)
    return SecretOut.of(await vault.put(tenant, name, body.value.get_secret_value(), actor=key.name))


@router.delete("/{name}", status_code=204, summary="Remove a secret, in every process at once")
async def remove(
    name: str, tenant: CurrentTenant, container: Container, key: Annotated[Key, Depends(needs("secrets:write"))]
) -> None:
    await (await container.get(Vault)).remove(tenant, name, actor=key.name)

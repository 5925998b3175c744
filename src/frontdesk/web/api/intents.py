"""Intents as a tenant defines them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from frontdesk.core.intents import Intent, IntentName
from frontdesk.store import intents
from frontdesk.store.intents import Stored
from frontdesk.store.keys import Key
from frontdesk.understanding.intents.workshop import Workshop
from frontdesk.web.api.shapes import Limit, Page, Text, page
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs

router = APIRouter(tags=["intents"], prefix="/tenants/{tenant}/intents")

Writer = Annotated[Key, Depends(needs("intents:write"))]
BasedOn = Annotated[
    int | None, Field(description="The version the change is based on; refused where it is another now.")
]


class IntentListed(BaseModel):
    id: UUID
    name: str
    description: str
    enabled: bool
    priority: int
    handler: str | None
    patterns: int
    slots: int
    utterances: int
    version: int
    changed_at: datetime

    @classmethod
    def of(cls, stored: Stored) -> "IntentListed":
        intent = stored.intent
        counted = {"patterns": len(intent.patterns), "slots": len(intent.slots), "utterances": stored.utterances}
        return cls.model_validate(
            {
                **{name: getattr(intent, name) for name in ("name", "description", "enabled", "priority", "handler")},
                **counted,
                "id": stored.id,
                "version": stored.version,
                "changed_at": stored.changed_at,
            }
        )


class IntentOut(Intent):
    id: UUID
    utterances: int
    version: int
    created_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, stored: Stored) -> "IntentOut":
        return cls(
            **dict(stored.intent),
            id=stored.id,
            utterances=stored.utterances,
            version=stored.version,
            created_at=stored.created_at,
            changed_at=stored.changed_at,
        )


class WholeIntent(Intent):
    """The intent as it is to be: what is left out has its default."""

    version: BasedOn = None


class IntentChanges(Intent):
    """What is left out stays; lists and mappings are replaced whole."""

    name: IntentName | None = Field(None, description="Its name, in training data too.")  # type: ignore[assignment]
    version: BasedOn = None


@router.get("", summary="List intents by name", dependencies=[Depends(needs("intents:read"))])
async def listed(
    transactions: InTenant,
    q: Annotated[Text, Query(max_length=120, description="The beginning of the name.")] = "",
    cursor: Annotated[Text, Query(max_length=200)] = "",
    limit: Limit = 50,
) -> Page[IntentListed]:
    async with transactions(durable=False) as tx:
        found = await intents.listed(tx, prefix=q, after=cursor, limit=limit)
    return page([IntentListed.of(stored) for stored in found], limit, "name")


@router.post("", status_code=201, summary="Define an intent")
async def add(body: Intent, tenant: CurrentTenant, container: Container, key: Writer) -> IntentOut:
    return IntentOut.of(await (await container.get(Workshop)).define(tenant, body, key.name))


@router.get("/{intent_id}", summary="Show an intent", dependencies=[Depends(needs("intents:read"))])
async def show(intent_id: UUID, transactions: InTenant) -> IntentOut:
    async with transactions(durable=False) as tx:
        return IntentOut.of(await intents.load(tx, intent_id))


@router.put("/{intent_id}", summary="Define an intent anew")
async def replace(
    intent_id: UUID, body: WholeIntent, tenant: CurrentTenant, container: Container, key: Writer
) -> IntentOut:
    wanted = body.model_dump(exclude={"version"}, exclude_unset=True)
    workshop = await container.get(Workshop)
    return IntentOut.of(await workshop.redefine(tenant, intent_id, lambda _: wanted, body.version, key.name))


@router.patch("/{intent_id}", summary="Change parts of an intent")
async def change(
    intent_id: UUID, body: IntentChanges, tenant: CurrentTenant, container: Container, key: Writer
) -> IntentOut:
    given = body.model_dump(exclude={"version"}, exclude_unset=True)

    def changed(intent: Intent) -> Mapping[str, Any]:
        return {**intent.model_dump(exclude_unset=True), **given}

    workshop = await container.get(Workshop)
    return IntentOut.of(await workshop.redefine(tenant, intent_id, changed, body.version, key.name))


@router.delete("/{intent_id}", status_code=204, summary="Remove an intent with its utterances")
async def remove(
    intent_id: UUID,
    tenant: CurrentTenant,
    container: Container,
    key: Writer,
    version: Annotated[int | None, Query(description="The version that is to go; refused where it is another.")] = None,
) -> None:
    await (await container.get(Workshop)).remove(tenant, intent_id, version, key.name)

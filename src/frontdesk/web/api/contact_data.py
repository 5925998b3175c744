"""What is known of a contact: facts, all of it as one document, and its erasure."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, StrictBool

from frontdesk.core import clock
from frontdesk.core import facts as rules
from frontdesk.core.facts import Fact
from frontdesk.core.sealing import Seal
from frontdesk.core.tenant import TenantSettings
from frontdesk.errors import Conflict, InvalidInput
from frontdesk.services.export import Export
from frontdesk.services.privacy import Erasure
from frontdesk.settings import Settings
from frontdesk.store import contacts, facts, keys
from frontdesk.store.db import Databases
from frontdesk.store.keys import Key
from frontdesk.web import media
from frontdesk.web.api.shapes import Text
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs

router = APIRouter(tags=["contacts"], prefix="/tenants/{tenant}/contacts/{contact_id}")

Reader = Depends(needs("contacts:read"))
Writer = Annotated[Key, Depends(needs("contacts:write"))]


class FactOut(BaseModel):
    name: str
    value: str | bool | int | float = Field(description="As the rule of the fact has it; a date as YYYY-MM-DD.")
    source: str = Field(
        description="`desk`, `stated`, `provider`, `extracted` or `guessed`; an earlier one is believed over a later."
    )
    said_at: datetime
    age_seconds: int
    confidence: float
    origin: str = Field(description="Where to look it up: a message, or the key that wrote it.")

    @classmethod
    def of(cls, fact: Fact, now: datetime) -> "FactOut":
        return cls(
            name=fact.name,
            value=_shown(fact.value),
            source=fact.source.name.lower(),
            said_at=fact.said_at,
            age_seconds=int(fact.age(now).total_seconds()),
            confidence=fact.confidence,
            origin=fact.origin,
        )


class FactsOut(BaseModel):
    items: list[FactOut]


class FactIn(BaseModel):
    value: StrictBool | int | float | Annotated[Text, Field(max_length=rules.MOST_CHARACTERS)] = Field(examples=["O+"])


class Confirmation(BaseModel):
    confirm: UUID = Field(description="The contact's id once more: there is no way back.")


class ErasedOut(BaseModel):
    messages: int = Field(description="How many messages went.")


@router.get("/facts", summary="List what is known of a contact", dependencies=[Reader])
async def known(contact_id: UUID, transactions: InTenant, tenant: CurrentTenant) -> FactsOut:
    async with transactions(durable=False) as tx:
        found = await facts.known(tx, contact_id, tenant.settings.facts)
    now = clock.now()
    return FactsOut(items=[FactOut.of(fact, now) for fact in found])


@router.put("/facts/{name}", summary="Write down a fact about a contact")
async def write(
    contact_id: UUID,
    name: str,
    body: FactIn,
    transactions: InTenant,
    tenant: CurrentTenant,
    container: Container,
    key: Writer,
) -> FactsOut:
    value = _checked(name, body.value, tenant.settings)
    async with transactions() as tx:
        await _standing(tx, contact_id)
        await facts.keep(tx, contact_id, {name: value}, "desk", key.name)
    await _note(container, key, tenant.code, "contact.fact", contact_id, {"fact": name})
    return await known(contact_id, transactions, tenant)


@router.delete("/facts/{name}", status_code=204, summary="Forget a fact about a contact, whoever said it")
async def forget(
    contact_id: UUID, name: str, transactions: InTenant, tenant: CurrentTenant, container: Container, key: Writer
) -> None:
    async with transactions() as tx:
        await _standing(tx, contact_id)
        await facts.forget(tx, contact_id, name)
    await _note(container, key, tenant.code, "contact.forget", contact_id, {"fact": name[:60]})


@router.get(
    "/export",
    summary="Hand out all there is of a contact",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/json": {}}}},
    dependencies=[Reader, Depends(needs("conversations:read"))],
)
async def export(contact_id: UUID, tenant: CurrentTenant, container: Container) -> StreamingResponse:
    seal, settings = await container.get(Seal), await container.get(Settings)

    def where(file: Mapping[str, Any]) -> dict[str, str]:
        return {"url": media.link(seal, settings, tenant.code, UUID(file["id"]))}

    pieces = await (await container.get(Export)).document(tenant, contact_id, where)
    name = f'attachment; filename="contact-{contact_id}.json"'
    return StreamingResponse(pieces, media_type="application/json", headers={"content-disposition": name})


@router.post("/erase", summary="Erase a contact with all there is of it")
async def erase(
    contact_id: UUID, body: Confirmation, tenant: CurrentTenant, container: Container, key: Writer
) -> ErasedOut:
    if body.confirm != contact_id:
        raise InvalidInput(f"confirm has to be the id of the contact that is to be erased, {contact_id}")
    count = await (await container.get(Erasure)).erase(tenant, [contact_id], key.name)
    return ErasedOut(messages=count)


def _checked(name: str, value: str | float | bool, settings: TenantSettings) -> str:
    """Return a value as it is kept; InvalidInput says what its rule asks for."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    now = clock.now()
    read = rules.read(name, text, rules.rules_of(settings.facts))
    return str(rules.record(Fact(name, read, rules.Source.DESK, now))["value"])


def _shown(value: rules.Value) -> str | bool | int | float:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if isinstance(value, bool | str) else value.isoformat()


async def _standing(tx: Any, contact_id: UUID) -> None:
    """Raise NotFound where there is no such contact, Conflict where it is merged into another."""
    if into := (await contacts.load(tx, contact_id))["merged_into"]:
        raise Conflict(f"contact {contact_id} is merged into {into}: name that one")


async def _note(
    container: Container, key: Key, tenant: str, action: str, contact_id: UUID, detail: dict[str, Any]
) -> None:
    async with (await container.get(Databases)).platform() as tx:
        await keys.note(tx, key.name, action, str(contact_id), tenant, detail)

"""What people do in a conversation: take it, answer, write notes, give it back."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header
from pydantic import AfterValidator, BaseModel, Field, model_validator

from frontdesk.core.content import Content
from frontdesk.core.wording import storable
from frontdesk.services.desk import Desk
from frontdesk.store import keys, notes
from frontdesk.store.db import Databases
from frontdesk.store.keys import Key
from frontdesk.store.pool import FIRST_ID
from frontdesk.web.api.conversations import Queued
from frontdesk.web.api.shapes import Limit, Page, Text, page
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs
from frontdesk.web.send import carried

router = APIRouter(tags=["handoffs"], prefix="/tenants/{tenant}")

Writer = Annotated[Key, Depends(needs("handoffs:write"))]


class Who(BaseModel):
    agent: UUID


class PerhapsWho(BaseModel):
    agent: UUID | None = Field(None, description="Who gives it back; without one it is taken from whoever has it.")


class Resolved(PerhapsWho):
    summary: Text | None = Field(None, min_length=1, max_length=2000, description="What came of it.")


class Answer(BaseModel):
    agent: UUID
    text: Text | None = Field(None, min_length=1, max_length=20_000)
    content: Annotated[Content, AfterValidator(carried)] | None = None
    canned: Text | None = Field(None, min_length=1, max_length=60, description="The name of a canned reply.")

    @model_validator(mode="after")
    def _one(self) -> "Answer":
        if sum(given is not None for given in (self.text, self.content, self.canned)) != 1:
            raise ValueError("give text, content or canned, one of them")
        return self


class NewNote(BaseModel):
    text: Text = Field(min_length=1, max_length=10_000)
    agent: UUID | None = None


class NoteOut(BaseModel):
    id: UUID
    conversation_id: UUID
    agent_id: UUID | None
    agent: str | None
    text: str
    created_at: datetime


@router.post("/conversations/{conversation_id}/take", status_code=204, summary="Give it to an agent")
async def take(conversation_id: UUID, body: Who, tenant: CurrentTenant, container: Container, key: Writer) -> None:
    await (await container.get(Desk)).take(tenant, conversation_id, body.agent)
    await _note(container, key, tenant.code, "conversation.take", conversation_id, body.agent)


@router.post("/conversations/{conversation_id}/release", status_code=204, summary="Let it wait for another agent")
async def release(
    conversation_id: UUID, body: PerhapsWho, tenant: CurrentTenant, container: Container, key: Writer
) -> None:
    await (await container.get(Desk)).release(tenant, conversation_id, body.agent)
    await _note(container, key, tenant.code, "conversation.release", conversation_id, body.agent)


@router.post("/conversations/{conversation_id}/resolve", status_code=204, summary="Give it back to the bot")
async def resolve(
    conversation_id: UUID, body: Resolved, tenant: CurrentTenant, container: Container, key: Writer
) -> None:
    await (await container.get(Desk)).resolve(tenant, conversation_id, body.agent, body.summary)
    await _note(container, key, tenant.code, "conversation.resolve", conversation_id, body.agent)


@router.post(
    "/conversations/{conversation_id}/answers",
    status_code=202,
    summary="Answer as an agent, and take it where nobody has it",
    dependencies=[Depends(needs("handoffs:write"))],
)
async def answer(
    conversation_id: UUID,
    body: Answer,
    tenant: CurrentTenant,
    container: Container,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> Queued:
    content = body.canned or body.content or Content(text=body.text)
    once = idempotency_key and storable(idempotency_key)
    desk = await container.get(Desk)
    return Queued(ids=await desk.answer(tenant, conversation_id, content, body.agent, idempotency_key=once))


@router.get(
    "/conversations/{conversation_id}/notes",
    summary="List its notes, oldest first",
    dependencies=[Depends(needs("handoffs:read"))],
)
async def noted(
    conversation_id: UUID, transactions: InTenant, cursor: UUID | None = None, limit: Limit = 50
) -> Page[NoteOut]:
    async with transactions(durable=False) as tx:
        rows = await notes.listed(tx, conversation_id, after=cursor or FIRST_ID, limit=limit)
    return page([NoteOut.model_validate(dict(row)) for row in rows], limit)


@router.post(
    "/conversations/{conversation_id}/notes",
    status_code=201,
    summary="Write a note the contact never sees",
    dependencies=[Depends(needs("handoffs:write"))],
)
async def note(
    conversation_id: UUID, body: NewNote, transactions: InTenant, tenant: CurrentTenant, container: Container
) -> NoteOut:
    async with transactions() as tx:
        row = await notes.add(tx, conversation_id, body.agent, body.text)
    (await container.get(Desk)).tell(tenant, "noted", conversation_id)
    return NoteOut.model_validate(dict(row))


@router.delete(
    "/notes/{note_id}", status_code=204, summary="Remove a note", dependencies=[Depends(needs("handoffs:write"))]
)
async def drop(note_id: UUID, transactions: InTenant, tenant: CurrentTenant, container: Container) -> None:
    async with transactions() as tx:
        conversation_id = await notes.remove(tx, note_id)
    (await container.get(Desk)).tell(tenant, "note_removed", conversation_id)


async def _note(
    container: Container, key: Key, tenant: str, action: str, conversation_id: UUID, agent_id: UUID | None
) -> None:
    async with (await container.get(Databases)).platform() as tx:
        detail = {"agent": str(agent_id)} if agent_id else {}
        await keys.note(tx, key.name, action, str(conversation_id), tenant, detail)

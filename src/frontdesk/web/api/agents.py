"""The people who answer when the bot doesn't."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, StringConstraints

from frontdesk.services.desk import Desk
from frontdesk.store import agents, keys
from frontdesk.store.db import Databases
from frontdesk.store.keys import Key
from frontdesk.web.api.shapes import Limit, Page, Text, page
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs

router = APIRouter(tags=["agents"], prefix="/tenants/{tenant}/agents")

Writer = Annotated[Key, Depends(needs("agents:write"))]
Name = Annotated[Text, Field(min_length=1, max_length=120)]
Skill = Annotated[Text, Field(min_length=1, max_length=120)]
Team = Annotated[Text, Field(min_length=1, max_length=120)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$")]
Email = Annotated[Text, StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Status = Literal["available", "away"]


class NewAgent(BaseModel):
    name: Name
    email: Email | None = None
    skills: list[Skill] = Field([], max_length=50, description="What they are good at.")
    teams: list[Team] = Field(
        [], max_length=50, description="The teams they are in; rules assign conversations to teams."
    )
    languages: list[Language] = Field([], max_length=50, description="Languages they write (BCP 47).")
    capacity: int = Field(5, ge=0, le=1000, description="Most conversations they are given at a time.")
    status: Status = "available"


class AgentChanges(BaseModel):
    name: Name = ""
    email: Email | None = None
    skills: list[Skill] = Field([], max_length=50)
    teams: list[Team] = Field([], max_length=50)
    languages: list[Language] = Field([], max_length=50)
    capacity: int = Field(5, ge=0, le=1000)
    status: Status = "available"


class AgentOut(BaseModel):
    id: UUID
    name: str
    email: str | None
    skills: list[str]
    teams: list[str]
    languages: list[str]
    capacity: int
    status: Status
    load: int = Field(description="Conversations they have in hand.")
    created_at: datetime


@router.get("", summary="List agents by name", dependencies=[Depends(needs("agents:read"))])
async def listed(transactions: InTenant, cursor: Text = "", limit: Limit = 50) -> Page[AgentOut]:
    async with transactions(durable=False) as tx:
        rows = await agents.listed(tx, after=cursor, limit=limit)
    return page([AgentOut.model_validate(dict(row)) for row in rows], limit, "name")


@router.post("", status_code=201, summary="Add an agent")
async def add(
    body: NewAgent, transactions: InTenant, tenant: CurrentTenant, container: Container, key: Writer
) -> AgentOut:
    async with transactions() as tx:
        agent_id = await agents.add(tx, body.model_dump())
    await _note(container, key, transactions, "agent.add", agent_id)
    await (await container.get(Desk)).allot(tenant)
    return await show(agent_id, transactions)


@router.get("/{agent_id}", summary="Show an agent", dependencies=[Depends(needs("agents:read"))])
async def show(agent_id: UUID, transactions: InTenant) -> AgentOut:
    async with transactions(durable=False) as tx:
        return AgentOut.model_validate(dict(await agents.load(tx, agent_id)))


@router.patch("/{agent_id}", summary="Change an agent, or say that they are away")
async def change(
    agent_id: UUID,
    body: AgentChanges,
    transactions: InTenant,
    tenant: CurrentTenant,
    container: Container,
    key: Writer,
) -> AgentOut:
    given: dict[str, Any] = body.model_dump(exclude_unset=True)
    async with transactions() as tx:
        await agents.change(tx, agent_id, given)
    await _note(container, key, transactions, "agent.change", agent_id, sorted(given))
    await (await container.get(Desk)).allot(tenant)
    return await show(agent_id, transactions)


@router.delete("/{agent_id}", status_code=204, summary="Remove an agent who has nothing in hand")
async def remove(agent_id: UUID, transactions: InTenant, container: Container, key: Writer) -> None:
    async with transactions() as tx:
        await agents.remove(tx, agent_id)
    await _note(container, key, transactions, "agent.remove", agent_id)


async def _note(
    container: Container,
    key: Key,
    transactions: InTenant,
    action: str,
    agent_id: UUID,
    changed: list[str] | None = None,
) -> None:
    async with (await container.get(Databases)).platform() as tx:
        detail = {"changed": changed} if changed else {}
        await keys.note(tx, key.name, action, str(agent_id), transactions.tenant.code, detail)

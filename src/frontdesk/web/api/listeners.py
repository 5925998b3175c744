"""Intent listeners: addresses that are told of intents, and whose answers a turn waits for."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from dishka import AsyncContainer
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from frontdesk.core.intents import IntentName
from frontdesk.core.listener_answers import AnswerShape
from frontdesk.services.listener_calls import Status
from frontdesk.services.listeners import Listeners
from frontdesk.services.listening import Listening, Sample
from frontdesk.store import listeners
from frontdesk.store.keys import Key
from frontdesk.store.listeners import Listener
from frontdesk.web.api.shapes import Document, Page, Text
from frontdesk.web.auth import Container, CurrentTenant, InTenant, in_tenant, needs

router = APIRouter(tags=["listeners"], prefix="/tenants/{tenant}/listeners")

Reader = Depends(needs("listeners:read"))
Writer = Annotated[Key, Depends(needs("listeners:write"))]
Name = Annotated[str, StringConstraints(pattern=r"^[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]{0,119}$")]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\x00-\x1f\x7f]{1,2000}$")]
Deadline = Annotated[int, Field(ge=100, le=10_000, description="Milliseconds its answer is waited for, all attempts.")]
Intents = Annotated[list[IntentName], Field(min_length=1, max_length=500)]
Secret = Annotated[SecretStr, Field(max_length=200)]


class NewListener(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description="Its name, which rules may say.", examples=["crm"])
    url: Address = Field(examples=["https://crm.example.org/frontdesk"])
    intents: Intents | None = Field(None, description="What it is told of; null: every intent.")
    deadline_ms: Deadline = 3000
    enabled: bool = True
    secret: Secret | None = Field(None, description="`whsec_` and 24 to 64 bytes in base64; left out, one is made.")


class ListenerChanges(BaseModel):
    """What is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name = ""
    url: Address = ""
    intents: Intents | None = None
    deadline_ms: Deadline = 3000
    enabled: bool = True
    version: int | None = Field(
        None, description="The version the change is based on; refused where it is another now."
    )


class NewSecret(BaseModel):
    model_config = ConfigDict(extra="forbid")

    secret: Secret | None = Field(None, description="`whsec_` and 24 to 64 bytes in base64; left out, one is made.")


class ListenerOut(BaseModel):
    id: UUID
    name: str
    url: str
    intents: list[str] | None = Field(description="null: every intent.")
    deadline_ms: int
    enabled: bool
    version: int
    created_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, found: Listener, **more: Any) -> "ListenerOut":
        known = {name: getattr(found, name) for name in ("id", "name", "url", "enabled", "version")}
        times = {"created_at": found.created_at, "changed_at": found.changed_at}
        intents = None if found.intents is None else list(found.intents)
        milliseconds = round(found.deadline.total_seconds() * 1000)
        return cls(**known, **times, **more, intents=intents, deadline_ms=milliseconds)


class ListenerWithSecret(ListenerOut):
    secret: str = Field(description="What requests are signed with; it is never shown again.")


class Trying(BaseModel):
    model_config = ConfigDict(extra="forbid")

    intent: IntentName = Field("trial", description="The intent it is told of; it need not be one of its own.")
    text: Text = Field("Hello!", max_length=4000)
    language: Text | None = Field(None, max_length=40)
    values: Document = Field(default_factory=dict, description="The intent's values.")


class Tried(BaseModel):
    status: Status = Field(description="As in the record of a turn.")
    milliseconds: float
    attempts: int
    http_status: int | None
    detail: str | None = Field(description="Why nothing came of it.")
    answer: AnswerShape | None = Field(description="What it answered, as it was understood.")
    sent: dict[str, Any] = Field(description="What it was sent.")


@router.get("", summary="List intent listeners by name, without their secrets", dependencies=[Reader])
async def listed(transactions: InTenant) -> Page[ListenerOut]:
    async with transactions(durable=False) as tx:
        return Page(items=[ListenerOut.of(found) for found in await listeners.listed(tx)])


@router.post("", status_code=201, summary="Add an intent listener; its secret is shown this once")
async def add(body: NewListener, tenant: CurrentTenant, container: Container, key: Writer) -> ListenerWithSecret:
    given = body.model_dump(exclude={"secret"})
    made, secret = await (await container.get(Listeners)).add(tenant, given, _shown(body.secret), key.name)
    return ListenerWithSecret.of(made, secret=secret)  # type: ignore[return-value]


@router.get("/{listener_id}", summary="Show an intent listener", dependencies=[Reader])
async def show(listener_id: UUID, transactions: InTenant) -> ListenerOut:
    async with transactions(durable=False) as tx:
        return ListenerOut.of(await listeners.load(tx, listener_id))


@router.patch("/{listener_id}", summary="Change an intent listener")
async def change(
    listener_id: UUID, body: ListenerChanges, tenant: CurrentTenant, container: Container, key: Writer
) -> ListenerOut:
    given = body.model_dump(exclude_unset=True, exclude={"version"})
    service = await container.get(Listeners)
    return ListenerOut.of(await service.change(tenant, listener_id, body.version, given, key.name))


@router.delete("/{listener_id}", status_code=204, summary="Remove an intent listener")
async def remove(listener_id: UUID, tenant: CurrentTenant, container: Container, key: Writer) -> None:
    await (await container.get(Listeners)).remove(tenant, listener_id, key.name)


@router.post("/{listener_id}/secret", summary="Sign with a new secret; the one before signs beside it for a day")
async def rotate(
    listener_id: UUID, body: NewSecret, tenant: CurrentTenant, container: Container, key: Writer
) -> ListenerWithSecret:
    service = await container.get(Listeners)
    made, secret = await service.rotate(tenant, listener_id, _shown(body.secret), key.name)
    return ListenerWithSecret.of(made, secret=secret)  # type: ignore[return-value]


@router.post("/{listener_id}/try", summary="Tell a listener of an intent nobody said, and show what came back")
async def try_(
    listener_id: UUID,
    body: Trying,
    transactions: InTenant,
    turn: Annotated[AsyncContainer, Depends(in_tenant)],
    _: Writer,
) -> Tried:
    async with transactions(durable=False) as tx:
        listener = await listeners.load(tx, listener_id)
    sample = Sample(intent=body.intent, text=body.text, language=body.language, values=body.values)
    sent, told = await (await turn.get(Listening)).tried(listener, sample)
    known = {name: getattr(told, name) for name in Tried.model_fields if name != "sent"}
    return Tried(**known, sent=sent)


def _shown(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None

"""A tenant's channels."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from frontdesk.channels import adapters
from frontdesk.core.channel import Channel
from frontdesk.core.sealing import Seal
from frontdesk.services.provisioning import Provisioning, webhook_path
from frontdesk.services.tenants import Directory
from frontdesk.store import channels, keys
from frontdesk.store.db import Databases
from frontdesk.store.keys import Key
from frontdesk.web.api.shapes import Document, Page, Text
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs

router = APIRouter(tags=["channels"], prefix="/tenants/{tenant}/channels")


class NewChannel(BaseModel):
    kind: str = Field(examples=["telegram"])
    name: Text = Field(min_length=1, max_length=100, examples=["Front line"])
    credentials: dict[str, str] = Field(default_factory=dict, examples=[{"token": "110201543:AAH…"}])
    api_base: str | None = Field(
        None, pattern=r"^https?://", max_length=500, description="Another server of the same API."
    )
    settings: Document = Field(default_factory=dict)


class ChannelOut(BaseModel):
    id: UUID
    kind: str
    name: str
    status: str
    api_base: str
    settings: dict[str, Any]
    version: int
    token: str = Field(description="Part of the webhook's path; on the web chat, what the page names.")
    webhook_path: str

    @classmethod
    def of(cls, channel: Channel) -> "ChannelOut":
        token = channel.credentials["path_token"]
        return cls(
            id=channel.id,
            kind=channel.kind,
            name=channel.name,
            status=channel.status,
            api_base=channel.api_base,
            settings=dict(channel.settings),
            version=channel.version,
            token=token,
            webhook_path=webhook_path(channel.tenant, channel.kind, token),
        )


class KindOut(BaseModel):
    kind: str
    credentials: dict[str, str]


@router.post("", status_code=201, summary="Add a channel")
async def add(
    body: NewChannel, tenant: CurrentTenant, container: Container, key: Annotated[Key, Depends(needs("channels:write"))]
) -> ChannelOut:
    provisioning = await container.get(Provisioning)
    channel, _ = await provisioning.add_channel(
        tenant,
        body.kind,
        body.name,
        credentials=body.credentials,
        api_base=body.api_base,
        settings=body.settings,
        actor=key.name,
    )
    return ChannelOut.of(channel)


@router.get("", summary="List channels", dependencies=[Depends(needs("channels:read"))])
async def listed(transactions: InTenant, container: Container) -> Page[ChannelOut]:
    seal = await container.get(Seal)
    async with transactions(durable=False) as tx:
        found = await channels.listed(tx, seal, transactions.tenant.code)
    return Page(items=[ChannelOut.of(channel) for channel in found])


@router.get(
    "/kinds",
    summary="List the kinds of channel and the credentials each takes",
    dependencies=[Depends(needs("channels:read"))],
)
async def kinds() -> list[KindOut]:
    return [
        KindOut(kind=name, credentials={credential.name: credential.help for credential in kind.CREDENTIALS})
        for name, kind in sorted(adapters().items())
    ]


@router.get("/{channel_id}", summary="Show a channel", dependencies=[Depends(needs("channels:read"))])
async def show(channel_id: UUID, transactions: InTenant, container: Container) -> ChannelOut:
    seal = await container.get(Seal)
    async with transactions(durable=False) as tx:
        return ChannelOut.of(await channels.load(tx, seal, transactions.tenant.code, channel_id))


@router.delete("/{channel_id}", status_code=204, summary="Remove a channel; its conversations stay")
async def remove(
    channel_id: UUID,
    transactions: InTenant,
    container: Container,
    key: Annotated[Key, Depends(needs("channels:write"))],
) -> None:
    await _set_status(channel_id, "removed", transactions, container, key)


@router.post("/{channel_id}/start", status_code=204, summary="Start a channel again that was stopped")
async def start(
    channel_id: UUID,
    transactions: InTenant,
    container: Container,
    key: Annotated[Key, Depends(needs("channels:write"))],
) -> None:
    await _set_status(channel_id, "active", transactions, container, key)


async def _set_status(channel_id: UUID, status: str, transactions: InTenant, container: Container, key: Key) -> None:
    async with transactions() as tx:
        await channels.set_status(tx, channel_id, status)
    async with (await container.get(Databases)).platform() as tx:
        await keys.note(tx, key.name, f"channel.{status}", str(channel_id), transactions.tenant.code)
    await (await container.get(Directory)).changed(transactions.tenant.code)

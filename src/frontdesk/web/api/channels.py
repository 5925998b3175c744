"""A tenant's channels."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from frontdesk.channels import adapter, adapters
from frontdesk.core.channel import Channel
from frontdesk.core.sealing import Seal
from frontdesk.errors import ChannelUnknown, Conflict, InvalidInput
from frontdesk.http import Http
from frontdesk.services.checkup import Checkup
from frontdesk.services.provisioning import Provisioning, changed_credentials, changed_settings, webhook_path
from frontdesk.settings import Settings
from frontdesk.store import channels
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


class ChannelChange(BaseModel):
    """What is left out stays. Single credentials and settings change; an empty text, or null, takes one away."""

    credentials: dict[str, str] = Field(default_factory=dict)
    settings: Document = Field(default_factory=dict)
    api_base: str | None = Field(None, pattern=r"^https?://", max_length=500)
    version: int | None = Field(
        None, description="The version the change is based on; refused where it is another now."
    )


class CredentialOut(BaseModel):
    help: str
    required: bool
    generated: bool = Field(description="Made up where it is not given.")


class KindOut(BaseModel):
    kind: str
    credentials: dict[str, CredentialOut]
    api_base: str = Field(description="The provider's own server.")


class FindingOut(BaseModel):
    what: str
    ok: bool
    detail: str = Field(description="What was found, or the fault and its remedy.")
    code: str | None
    learned: dict[str, Any] = Field(description="Settings the provider told, worth keeping.")


class CheckOut(BaseModel):
    items: list[FindingOut]
    ok: bool


class Registered(BaseModel):
    detail: str


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
        KindOut(
            kind=name,
            api_base=kind.API_BASE,
            credentials={
                each.name: CredentialOut(help=each.help, required=each.required, generated=each.generated)
                for each in kind.CREDENTIALS
            },
        )
        for name, kind in sorted(adapters().items())
    ]


@router.get("/{channel_id}", summary="Show a channel", dependencies=[Depends(needs("channels:read"))])
async def show(channel_id: UUID, transactions: InTenant, container: Container) -> ChannelOut:
    seal = await container.get(Seal)
    async with transactions(durable=False) as tx:
        return ChannelOut.of(await channels.load(tx, seal, transactions.tenant.code, channel_id))


@router.patch("/{channel_id}", summary="Change a channel's credentials, settings or server")
async def change(
    channel_id: UUID,
    body: ChannelChange,
    transactions: InTenant,
    container: Container,
    key: Annotated[Key, Depends(needs("channels:write"))],
) -> ChannelOut:
    channel = await _loaded(channel_id, transactions, container)
    if body.version not in (None, channel.version):
        raise Conflict(f"channel {channel.name!r} changed since version {body.version}: load it again")
    changed = await (await container.get(Provisioning)).change_channel(
        transactions.tenant,
        channel,
        credentials=changed_credentials(channel, body.credentials) if body.credentials else None,
        settings=changed_settings(channel, body.settings) if body.settings else None,
        api_base=body.api_base and body.api_base.rstrip("/"),
        actor=key.name,
    )
    return ChannelOut.of(changed)


@router.post(
    "/{channel_id}/check",
    summary="Check a channel here and at its provider",
    dependencies=[Depends(needs("channels:read"))],
)
async def check(channel_id: UUID, transactions: InTenant, container: Container) -> CheckOut:
    channel = await _loaded(channel_id, transactions, container)
    checkup = await container.get(Checkup)
    found = await checkup.examine(transactions.tenant, channel)
    items = [FindingOut(what=f.what, ok=f.ok, detail=f.detail, code=f.code, learned=dict(f.learned)) for f in found]
    return CheckOut(items=items, ok=all(finding.ok for finding in found))


@router.post(
    "/{channel_id}/register",
    summary="Point the provider's webhook at this installation",
    dependencies=[Depends(needs("channels:write"))],
)
async def register(channel_id: UUID, transactions: InTenant, container: Container) -> Registered:
    channel = await _loaded(channel_id, transactions, container)
    settings = await container.get(Settings)
    if not settings.public_url:
        raise InvalidInput("the provider has no way to reach this installation: set FRONTDESK_PUBLIC_URL")
    url = settings.base_url() + webhook_path(channel.tenant, channel.kind, channel.secret("path_token"))
    words = await (await container.get(Http)).perform(adapter(channel.kind).register(channel, url))
    return Registered(detail=words)


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


async def _loaded(channel_id: UUID, transactions: InTenant, container: Container) -> Channel:
    """Return a channel as it is now; ChannelUnknown where it is removed, too."""
    seal = await container.get(Seal)
    async with transactions(durable=False) as tx:
        channel = await channels.load(tx, seal, transactions.tenant.code, channel_id)
    if channel.status == "removed":
        raise ChannelUnknown(f"channel {channel.name!r} was removed")
    return channel


async def _set_status(channel_id: UUID, status: str, transactions: InTenant, container: Container, key: Key) -> None:
    provisioning = await container.get(Provisioning)
    await provisioning.set_channel_status(transactions.tenant, channel_id, status, actor=key.name)

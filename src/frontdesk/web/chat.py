"""The web chat's own endpoints: sessions, history, files, typing; messages and events have files of their own."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, File, Request, UploadFile
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field
from uuid_utils.compat import uuid7

from frontdesk.channels import web
from frontdesk.channels.web.session import Visitor
from frontdesk.core.channel import Channel
from frontdesk.core.message import Ignored
from frontdesk.core.sealing import sign, verified
from frontdesk.core.tenant import Tenant
from frontdesk.errors import InvalidInput, NotFound, PayloadTooLarge, RateLimited, Unauthenticated, UnsupportedMediaType
from frontdesk.live import Live
from frontdesk.media import Files
from frontdesk.media.kinds import clean_name, sniffed
from frontdesk.rates import Rates
from frontdesk.services.tenants import Directory
from frontdesk.settings import Settings
from frontdesk.store import attachments, conversations, messages
from frontdesk.store.attachments import Attachment
from frontdesk.web import asgi, bubbles, named, stream
from frontdesk.web.auth import Container, CurrentTenant, InTenant
from frontdesk.web.webhooks import Webhooks

router = APIRouter(prefix="/web/tenants/{tenant}/channels/{token}", tags=["web chat"])

LINK_LIFE = timedelta(hours=12)
MOST_MESSAGE_BYTES = 65_536


class NewSession(BaseModel):
    session: str | None = Field(None, max_length=2000, description="An earlier session to renew.")
    user: dict[str, Any] | None = Field(None, description="A signed-in user: id, name, and the hmac of the id.")


async def web_channel(token: str, tenant: CurrentTenant, container: Container) -> Channel:
    return await (await container.get(Directory)).channel_by_token(tenant, web.KIND, token)


WebChannel = Annotated[Channel, Depends(web_channel)]


async def visitor(request: Request, channel: WebChannel) -> Visitor:
    """Return who holds the session the request came with; Unauthenticated otherwise."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    found = web.visitor_of(
        token if scheme.lower() == "bearer" else request.query_params.get("session", ""), channel, datetime.now(UTC)
    )
    if found is None:
        raise Unauthenticated("this session is unknown or over: open a new one")
    return found


CurrentVisitor = Annotated[Visitor, Depends(visitor)]


@router.post("/sessions", status_code=201, summary="Open or renew a visitor's session")
async def open_session(
    body: NewSession, channel: WebChannel, tenant: CurrentTenant, container: Container
) -> dict[str, Any]:
    token, who, ends = web.open_session(channel, body.model_dump(), datetime.now(UTC))
    chosen = {name: channel.settings[name] for name in ("heading", "greeting", "accent") if name in channel.settings}
    config = {
        "heading": tenant.settings.persona.name,
        "language": tenant.settings.languages[0],
        "max_file_bytes": (await container.get(Settings)).max_file_bytes,
        **chosen,
    }
    return {"session": token, "visitor": who.id, "expires_at": ends, "config": config}


@router.post(
    "/messages",
    status_code=202,
    summary="Say something",
    openapi_extra={"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
async def say(
    request: Request,
    channel: WebChannel,
    who: CurrentVisitor,
    tenant: CurrentTenant,
    transactions: InTenant,
    container: Container,
) -> Response:
    limit = (await container.get(Settings)).rate_visitor
    if wait := (await container.get(Rates)).take(f"visitor:{channel.id}:{who.id}", limit):
        raise RateLimited(f"over {limit} messages a minute", wait)
    read = await asgi.read(request.scope, request.receive, MOST_MESSAGE_BYTES)
    asgi.require_type(read, web.CONTENT_TYPES)
    body = await named.named(await _with_file(read, channel, who, transactions), channel, who, transactions)
    webhooks: Webhooks = request.app.state.webhooks
    events = await webhooks.accept(tenant, channel, body, None)
    if isinstance(refused := events[0], Ignored):
        raise InvalidInput(refused.detail or refused.reason)
    answer = web.answer(body, events, channel)
    return Response(answer.body, answer.status, media_type="application/json")


async def _with_file(request: Any, channel: Channel, who: Visitor, transactions: InTenant) -> Any:
    """Fill in a file's facts from our own record of its upload; what the page says of them counts for nothing."""
    body = request.json()
    if not isinstance(body, dict) or "media_ref" not in body:
        return request
    async with transactions(durable=False) as tx:
        found = await attachments.load(tx, channel.id, file_id(str(body["media_ref"])))
    if found.sender != who.id:
        raise NotFound(f"no file {found.id}")
    facts = {**body, "media_ref": str(found.id), "mime": found.mime, "filename": found.filename, "size": found.size}
    return type(request)(request.method, request.url, request.headers, json.dumps(facts).encode(), request.query)


@router.post("/files", status_code=201, summary="Upload a file to send")
async def upload(
    file: Annotated[UploadFile, File()],
    channel: WebChannel,
    who: CurrentVisitor,
    transactions: InTenant,
    container: Container,
) -> dict[str, Any]:
    most = (await container.get(Settings)).max_file_bytes
    data = await file.read(most + 1)
    if len(data) > most:
        raise PayloadTooLarge(f"the file is over {most} bytes")
    if not data:
        raise InvalidInput("the file is empty")
    kept = Attachment(
        id=uuid7(),
        sender=who.id,
        mime=_taken(sniffed(data, file.content_type), transactions.tenant),
        filename=clean_name(file.filename, "file"),
        size=len(data),
    )
    await (await container.get(Files)).keep(transactions.tenant.code, kept.id, data)
    async with transactions() as tx:
        await attachments.add(tx, channel.id, kept, await asyncio.to_thread(lambda: hashlib.sha256(data).digest()))
    return {
        "media_ref": str(kept.id),
        "mime": kept.mime,
        "filename": kept.filename,
        "size": kept.size,
        "url": link(channel, str(kept.id)),
    }


def _taken(mime: str, tenant: Tenant) -> str:
    """Return the type if the tenant takes such files; UnsupportedMediaType otherwise."""
    if not tenant.settings.media.takes(mime):
        raise UnsupportedMediaType(f"files of type {mime} are not taken here")
    return mime


@router.get("/files/{name}", summary="Show a file by its signed link", response_class=Response)
async def show_file(name: str, sig: str, channel: WebChannel, transactions: InTenant, container: Container) -> Response:
    claims = verified(sig, [channel.secret("session_key").encode()], datetime.now(UTC))
    if claims is None or claims.get("f") != name:
        raise NotFound("this link is no longer good: load the conversation again")
    async with transactions(durable=False) as tx:
        found = await attachments.load(tx, channel.id, file_id(name))
    data = await (await container.get(Files)).read(transactions.tenant.code, found.id)
    shown = found.mime.startswith(("image/", "audio/", "video/")) and "svg" not in found.mime
    headers = {
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "content-disposition": "inline" if shown else "attachment",
        "cache-control": "private, max-age=3600",
    }
    return Response(data, media_type=found.mime if shown else "application/octet-stream", headers=headers)


def file_id(name: str) -> UUID:
    try:
        return UUID(name)
    except ValueError:
        raise NotFound(f"no file {name[:40]!r}") from None


def link(channel: Channel, name: str) -> str:
    """Return a short-lived address of a file, good without a session."""
    claims = {"f": name, "exp": int((datetime.now(UTC) + LINK_LIFE).timestamp())}
    path = f"/web/tenants/{channel.tenant}/channels/{channel.credentials['path_token']}/files/{name}"
    return f"{path}?sig={sign(claims, channel.secret('session_key').encode())}"


@router.post("/typing", status_code=204, summary="Say that the visitor is writing")
async def typing(channel: WebChannel, who: CurrentVisitor) -> None:
    """Taken note of by the agents' console once there is one; answered so that pages need not know."""


@router.post("/read", status_code=204, summary="Say up to where the visitor has read")
async def read_mark(body: dict[str, Any], channel: WebChannel, who: CurrentVisitor, transactions: InTenant) -> None:
    async with transactions() as tx:
        conversation_id = await conversations.find(tx, channel.id, who.id)
        if conversation_id:
            await messages.mark_read(tx, conversation_id, file_id(str(body.get("id", ""))))


@router.get("/messages", summary="Show the conversation, oldest first; the cursor leads to older ones")
async def history(
    channel: WebChannel, who: CurrentVisitor, transactions: InTenant, cursor: UUID | None = None, limit: int = 50
) -> dict[str, Any]:
    most = max(1, min(limit, 100))
    async with transactions(durable=False) as tx:
        conversation_id = await conversations.find(tx, channel.id, who.id)
        rows = await messages.latest(tx, conversation_id, before=cursor, limit=most) if conversation_id else []
        shown = await bubbles.shown(tx, channel, rows, link)
    return {"items": shown[::-1], "next": str(rows[-1]["id"]) if len(rows) == most else None}


@router.get(
    "/events", summary="Stream what is said to the visitor (server-sent events)", response_class=StreamingResponse
)
async def events(
    request: Request,
    channel: WebChannel,
    who: CurrentVisitor,
    transactions: InTenant,
    container: Container,
    last_event_id: str = "",
) -> StreamingResponse:
    after = request.headers.get("last-event-id", last_event_id)
    listening = stream.Listening(await container.get(Live), transactions, channel, who, link)
    body: AsyncIterator[bytes] = listening.run(int(after) if after.isdecimal() and len(after) < 19 else None)
    return StreamingResponse(
        body, media_type="text/event-stream", headers={"cache-control": "no-store", "x-accel-buffering": "no"}
    )

"""Kept files by signed links that end soon, good without a key: for browsers, and for providers that fetch by link."""

import hashlib
import hmac
import re
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from frontdesk.core.sealing import Seal
from frontdesk.errors import Forbidden, NotFound
from frontdesk.media import Files
from frontdesk.media.kinds import UNKNOWN, is_shown
from frontdesk.settings import Settings
from frontdesk.store import attachments
from frontdesk.web.auth import Container, InTenant

router = APIRouter(prefix="/media", tags=["media"])

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z")


def link(seal: Seal, settings: Settings, tenant: str, attachment_id: UUID) -> str:
    """Return an address of a file that is good for `FRONTDESK_LINK_SECONDS`; without a public URL only its path."""
    expires = int(datetime.now(UTC).timestamp()) + settings.link_seconds
    signature = _signed(seal.signing_keys()[0], tenant, attachment_id, expires)
    path = f"/media/{tenant}/{attachment_id}?expires={expires}&signature={signature}"
    return settings.public_url.rstrip("/") + path


def _signed(key: bytes, tenant: str, attachment_id: UUID, expires: int) -> str:
    words = f"media\n{tenant}\n{attachment_id}\n{expires}"
    return hmac.new(key, words.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


async def signed(tenant: str, attachment_id: UUID, container: Container, expires: int = 0, signature: str = "") -> None:
    """Raise Forbidden unless the link is one of ours and not over; asks no database."""
    given = signature.encode("utf-8", "replace")
    keys = (await container.get(Seal)).signing_keys()
    good = [_signed(key, tenant, attachment_id, expires).encode() for key in keys]
    if not any(hmac.compare_digest(given, wanted) for wanted in good):
        raise Forbidden("this link is not one of ours, or was changed")
    if expires <= datetime.now(UTC).timestamp():
        raise Forbidden("this link is over: ask for a new one")


@router.get(
    "/{tenant}/{attachment_id}",
    summary="Show a kept file by its signed link",
    response_class=Response,
    responses={200: {"content": {UNKNOWN: {}}}, 206: {"content": {UNKNOWN: {}}}},
    dependencies=[Depends(signed)],
)
async def show(attachment_id: UUID, request: Request, transactions: InTenant, container: Container) -> Response:
    async with transactions(durable=False) as tx:
        found = await attachments.by_id(tx, attachment_id)
    if found.status != "kept" or found.file_id is None:
        raise NotFound(f"file {attachment_id} is not kept: it is {found.status}")
    headers = safe_headers(found.mime, found.filename) | {"accept-ranges": "bytes"}
    span = _range(request.headers.get("range", ""), found.size)
    if span is None:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{found.size}"})
    start, end = span
    status = 206 if end - start < found.size else 200
    if status == 206:
        headers["content-range"] = f"bytes {start}-{end - 1}/{found.size}"
    headers["content-length"] = str(end - start)
    body = await (await container.get(Files)).open(transactions.tenant.code, found.file_id, start, end)
    return StreamingResponse(body, status, headers)


def safe_headers(mime: str, filename: str, *, inline: bool = True) -> dict[str, str]:
    """Return headers under which a stranger's file can do nothing: it is saved, or shown where it holds no script."""
    shown = inline and is_shown(mime)
    plain = re.sub(r"[^\w .()+-]", "_", filename, flags=re.ASCII)
    return {
        "content-type": mime if shown else UNKNOWN,
        "content-disposition": f"{'inline' if shown else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename)}",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "private, max-age=300",
    }


def _range(header: str, size: int) -> tuple[int, int] | None:
    """Return the bytes asked for, the end not included: all where no single range is named, None where it lies outside."""
    match = RANGE.match(header.strip())
    if not match or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) else None
    start, end = int(first), min(int(last) + 1 if last else size, size)
    return (start, end) if start < end else None

"""Files uploaded to Meta: what it takes, and how large."""

from typing import Any

from aiohttp import BodyPartReader, web

from frontdesk.rehearsal.whatsapp.account import Account
from frontdesk.rehearsal.whatsapp.refusal import Refusal, require

MOST_BYTES = 100_000_000
FIELDS = {"messaging_product", "type", "file"}


async def take_upload(request: web.BaseRequest, account: Account) -> dict[str, Any]:
    """Keep an uploaded file and return its id; whether it can be shown as what it is meant to be turns out later."""
    require(request.content_type == "multipart/form-data", "the body has to be multipart", 100)
    fields: dict[str, Any] = {}
    mime = ""
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            raise Refusal(100, "the multipart body can't be read")
        data = await _whole(part)
        if part.filename:
            mime = part.headers.get("content-type", "").partition(";")[0]
        fields[part.name] = data if part.filename else data.decode("utf-8", "replace")
    require(fields.keys() >= FIELDS and isinstance(fields["file"], bytes), f"needed are {sorted(FIELDS)}", 100)
    require(fields["messaging_product"] == "whatsapp", "messaging_product has to be whatsapp", 100)
    require(fields["type"].partition(";")[0] == mime, f"type is {fields['type']}, the file {mime}", 100)
    require(0 < len(fields["file"]) <= MOST_BYTES, "the file is empty or over 100 MB", 131053)
    return {"id": account.keep(fields["file"], mime)}


async def _whole(part: BodyPartReader) -> bytes:
    """Read a part to its end; its own `read` refuses what is over a megabyte."""
    data = bytearray()
    while chunk := await part.read_chunk(1 << 20):
        data += chunk
    return bytes(data)

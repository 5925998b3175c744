"""A contact's reminders as a calendar to subscribe to, by a signed link that is good without a key."""

import hashlib
import hmac
from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from frontdesk.core.calendar import Entry, feed
from frontdesk.core.sealing import Seal
from frontdesk.errors import Forbidden
from frontdesk.settings import Settings
from frontdesk.store import contacts, reminders
from frontdesk.web.auth import Container, InTenant

router = APIRouter(prefix="/calendars", tags=["reminders"])

CALENDAR = "text/calendar"


def link(seal: Seal, settings: Settings, tenant: str, contact_id: UUID) -> str:
    """Return the address of a contact's calendar; calendar programs ask it again and again, so it does not end."""
    signature = _signed(seal.signing_keys()[0], tenant, contact_id)
    return f"{settings.public_url.rstrip('/')}/calendars/{tenant}/{contact_id}.ics?signature={signature}"


def _signed(key: bytes, tenant: str, contact_id: UUID) -> str:
    words = f"calendar\n{tenant}\n{contact_id}"
    return hmac.new(key, words.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


async def signed(tenant: str, contact_id: UUID, container: Container, signature: str = "") -> None:
    """Raise Forbidden unless the link is one of ours; asks no database."""
    given = signature.encode("utf-8", "replace")
    good = [_signed(key, tenant, contact_id).encode() for key in (await container.get(Seal)).signing_keys()]
    if not any(hmac.compare_digest(given, wanted) for wanted in good):
        raise Forbidden("this link is not one of ours, or was changed")


@router.get(
    "/{tenant}/{contact_id}.ics",
    summary="Show a contact's reminders as a calendar by its signed link",
    response_class=Response,
    responses={200: {"content": {CALENDAR: {}}}},
    dependencies=[Depends(signed)],
)
async def show(contact_id: UUID, transactions: InTenant) -> Response:
    async with transactions(durable=False) as tx:
        contact = await contacts.load(tx, contact_id)
        found = await reminders.active(tx, contact_id)
    entries = [Entry(uid=f"{each.id}@frontdesk", title=each.text, schedule=each.schedule) for each in found]
    text = feed(entries, contact["name"] or "Reminders", datetime.now(UTC))
    headers = {
        "content-disposition": 'inline; filename="reminders.ics"',
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "private, max-age=300",
    }
    return Response(text, media_type=f"{CALENDAR}; charset=utf-8", headers=headers)

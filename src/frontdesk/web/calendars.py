"""A contact's reminders as a calendar to subscribe to, by a link that is good without a key until it is revoked."""

import asyncio
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from frontdesk.core import clock
from frontdesk.core.calendar import Entry, feed
from frontdesk.errors import Forbidden
from frontdesk.settings import Settings
from frontdesk.store import calendar_links, contacts, reminders
from frontdesk.web.auth import InTenant

router = APIRouter(prefix="/calendars", tags=["reminders"])

CALENDAR = "text/calendar"
LONGEST_TOKEN = 100


def link(settings: Settings, tenant: str, link_id: UUID, secret: str) -> str:
    """Return the address of a calendar. It names no person: addresses stand in logs of servers on the way."""
    return f"{settings.public_url.rstrip('/')}/calendars/{tenant}/{link_id}.ics?token={secret}"


@router.get(
    "/{tenant}/{link_id}.ics",
    summary="Show a contact's reminders as a calendar by its link",
    response_class=Response,
    responses={200: {"content": {CALENDAR: {}}}},
)
async def show(link_id: UUID, transactions: InTenant, token: str = "") -> Response:
    async with transactions(durable=False) as tx:
        contact_id = await calendar_links.opened(tx, link_id, token[:LONGEST_TOKEN])
        if contact_id is None:
            raise Forbidden("this link is not one of ours, was changed, or was revoked")
        contact = await contacts.load(tx, contact_id)
        found = await reminders.active(tx, contact_id)
    entries = [Entry(uid=f"{each.id}@frontdesk", title=each.text, schedule=each.schedule) for each in found]
    # a rule with many exceptions is many lines: nobody else waits for them
    text = await asyncio.to_thread(feed, entries, contact["name"] or "Reminders", clock.now())
    headers = {
        "content-disposition": 'inline; filename="reminders.ics"',
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "private, max-age=300",
    }
    return Response(text, media_type=f"{CALENDAR}; charset=utf-8", headers=headers)

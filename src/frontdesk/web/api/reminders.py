"""Reminders: who is to be told what, and when; each time it was said; and a calendar to subscribe to."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from frontdesk.core.recurrence import Schedule, next_after
from frontdesk.core.recurrence_plain import schedule as read
from frontdesk.core.reminders import MOST_TEXT, ChangeReminder, EndReminder, MakeReminder, SnoozeReminder
from frontdesk.core.reminding import snoozed_until
from frontdesk.core.sealing import Seal
from frontdesk.core.wording import storable
from frontdesk.errors import InvalidInput
from frontdesk.settings import Settings
from frontdesk.store import contacts, conversations, keys, reminder_fires, reminders
from frontdesk.store.db import Databases
from frontdesk.store.keys import Key
from frontdesk.web import calendars
from frontdesk.web.api.shapes import Document, Limit, Page, page, unpacked
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs

router = APIRouter(tags=["reminders"], prefix="/tenants/{tenant}")

Reader = Depends(needs("reminders:read"))
Writer = Annotated[Key, Depends(needs("reminders:write"))]
What = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_TEXT), AfterValidator(storable)
]
Status = Literal["active", "done", "cancelled"]
MOST_FIRES = 100


class ReminderOut(BaseModel):
    id: UUID
    contact_id: UUID
    conversation_id: UUID = Field(description="Where it is sent first.")
    text: str
    schedule: dict[str, Any]
    status: Status
    since: datetime = Field(description="The occurrence sent last, or when it was made or changed.")
    snoozed: datetime | None
    wakes_at: datetime | None = Field(description="When it comes next.")
    made_by: str
    created_at: datetime
    changed_at: datetime


class FireOut(BaseModel):
    occurrence: datetime
    fired_at: datetime
    conversation_id: UUID
    message_id: UUID | None = Field(description="Null where no way to the contact was open.")
    status: str | None = Field(description="The message's.")
    is_late: bool
    is_snoozed: bool
    passed_over: int = Field(description="Occurrences before it that were missed and never sent.")
    refused: list[dict[str, str]] = Field(description="The ways that were tried in vain, each with its reason.")


class ReminderWhole(ReminderOut):
    fires: list[FireOut] = Field(description="Each time it went out, the latest first.")


class NewReminder(BaseModel):
    conversation_id: UUID
    contact_id: UUID | None = Field(None, description="Whose it is; only a group needs it.")
    text: What
    schedule: Document = Field(
        description="See docs/understanding-schedules.md; without a zone it is the contact's, else the tenant's.",
        examples=[{"first": "2026-12-01T08:00", "rule": "FREQ=DAILY", "times": ["08:00", "20:00"]}],
    )


class ReminderChanges(BaseModel):
    """What is left out stays."""

    text: What | None = None
    schedule: Document | None = None
    status: Literal["done", "cancelled"] | None = None


class Snooze(BaseModel):
    until: AwareDatetime = Field(description="From a minute to 31 days from now.")


class CalendarOut(BaseModel):
    url: str = Field(description="Good without a key, for as long as the contact is there: keep it like one.")


@router.get("/reminders", summary="List reminders, the newest first", dependencies=[Reader])
async def listed(
    transactions: InTenant,
    contact_id: UUID | None = None,
    status: Annotated[Status | None, Query()] = None,
    cursor: UUID | None = None,
    limit: Limit = 50,
) -> Page[ReminderOut]:
    async with transactions(durable=False) as tx:
        rows = await reminders.listed(tx, contact_id=contact_id, status=status, before=cursor, limit=limit)
    return page([ReminderOut.model_validate(unpacked(row, "schedule")) for row in rows], limit)


@router.get("/reminders/{reminder_id}", summary="Show a reminder with the times it went out", dependencies=[Reader])
async def show(reminder_id: UUID, transactions: InTenant) -> ReminderWhole:
    async with transactions(durable=False) as tx:
        row = await reminders.shown(tx, reminder_id)
        fires = await reminder_fires.listed(tx, reminder_id, MOST_FIRES)
    return ReminderWhole.model_validate(
        {**unpacked(row, "schedule"), "fires": [unpacked(fire, "refused") for fire in fires]}
    )


@router.post("/reminders", status_code=201, summary="Make a reminder")
async def make(
    body: NewReminder, transactions: InTenant, tenant: CurrentTenant, container: Container, key: Writer
) -> ReminderWhole:
    now = datetime.now(UTC)
    async with transactions() as tx:
        talk = await conversations.load(tx, body.conversation_id)
        contact_id = body.contact_id or talk["contact_id"]
        if contact_id is None:
            raise InvalidInput("contact_id: a group needs the contact whose reminder it is")
        contact = await contacts.load(tx, contact_id)
        zone = contact.get("time_zone") or tenant.settings.time_zone
        schedule = _schedule({"zone": zone, **body.schedule}, now)
        wish = MakeReminder(text=body.text, schedule=schedule, now=now, quiet=tenant.settings.quiet_hours)
        made = await reminders.make(tx, wish, contact_id, body.conversation_id, key.name)
    await _note(container, key, transactions, "reminder.make", made)
    return await show(made, transactions)


@router.patch("/reminders/{reminder_id}", summary="Change what a reminder says or when it comes, or end it")
async def change(
    reminder_id: UUID,
    body: ReminderChanges,
    transactions: InTenant,
    tenant: CurrentTenant,
    container: Container,
    key: Writer,
) -> ReminderWhole:
    now, quiet = datetime.now(UTC), tenant.settings.quiet_hours
    async with transactions() as tx:
        row = unpacked(await reminders.shown(tx, reminder_id), "schedule")
        if body.text or body.schedule:
            given = {"zone": row["schedule"]["zone"], **body.schedule} if body.schedule else None
            schedule = _schedule(given, now) if given else None
            wish = ChangeReminder(id=reminder_id, now=now, text=body.text, schedule=schedule, quiet=quiet)
            await reminders.change(tx, wish)
        if body.status:
            await reminders.end(tx, EndReminder(id=reminder_id, status=body.status))
    await _note(container, key, transactions, "reminder.change", reminder_id)
    return await show(reminder_id, transactions)


@router.post("/reminders/{reminder_id}/snooze", summary="Let a reminder come again, beside its own times")
async def snooze(
    reminder_id: UUID, body: Snooze, transactions: InTenant, container: Container, key: Writer
) -> ReminderWhole:
    now = datetime.now(UTC)
    until = snoozed_until(now, body.until - now)
    async with transactions() as tx:
        await reminders.snooze(tx, SnoozeReminder(id=reminder_id, until=until))
    await _note(container, key, transactions, "reminder.snooze", reminder_id)
    return await show(reminder_id, transactions)


@router.delete("/reminders/{reminder_id}", status_code=204, summary="Delete a reminder and the times it went out")
async def delete(reminder_id: UUID, transactions: InTenant, container: Container, key: Writer) -> None:
    async with transactions() as tx:
        await reminders.delete(tx, reminder_id)
    await _note(container, key, transactions, "reminder.delete", reminder_id)


@router.post("/contacts/{contact_id}/calendar", summary="Make the link of a contact's calendar of reminders")
async def calendar(contact_id: UUID, transactions: InTenant, container: Container, key: Writer) -> CalendarOut:
    async with transactions(durable=False) as tx:
        await contacts.load(tx, contact_id)
    seal, settings = await container.get(Seal), await container.get(Settings)
    await _note(container, key, transactions, "reminder.calendar", contact_id)
    return CalendarOut(url=calendars.link(seal, settings, transactions.tenant.code, contact_id))


def _schedule(given: dict[str, Any], now: datetime) -> Schedule:
    schedule = read(given)
    if next_after(schedule, now) is None:
        raise InvalidInput("schedule: has no occurrence to come")
    return schedule


async def _note(container: Container, key: Key, transactions: InTenant, action: str, subject: UUID) -> None:
    async with (await container.get(Databases)).platform() as tx:
        await keys.note(tx, key.name, action, str(subject), transactions.tenant.code, {})

"""Reminders: who is to be told what, when, and by which channels; and each time it was said."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from frontdesk.channels import adapters
from frontdesk.core import clock
from frontdesk.core.recurrence import Schedule, next_after
from frontdesk.core.recurrence_plain import schedule as read
from frontdesk.core.reminders import MOST_ACTIVE, MOST_TEXT, ChangeReminder, EndReminder, MakeReminder, SnoozeReminder
from frontdesk.core.reminding import snoozed_until
from frontdesk.core.wording import storable
from frontdesk.errors import Conflict, InvalidInput
from frontdesk.store import channels, contacts, conversations, keys, reminder_fires, reminders
from frontdesk.store.db import Databases
from frontdesk.store.keys import Key
from frontdesk.store.pool import Transaction
from frontdesk.web.api.shapes import Document, Limit, Page, Text, page, unpacked
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs

router = APIRouter(tags=["reminders"], prefix="/tenants/{tenant}")

Reader = Depends(needs("reminders:read"))
Writer = Annotated[Key, Depends(needs("reminders:write"))]
What = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_TEXT), AfterValidator(storable)
]
Status = Literal["active", "done", "cancelled"]
Channels = Annotated[
    list[Annotated[Text, Field(min_length=1, max_length=100)]],
    Field(
        max_length=10,
        description="Names or kinds of channels in the order it tries them; with none, as the tenant's settings have it.",
        examples=[["whatsapp", "telegram"]],
    ),
]
MOST_FIRES = 100


class ReminderOut(BaseModel):
    id: UUID
    contact_id: UUID
    conversation_id: UUID = Field(description="Where it was made.")
    text: str
    channels: list[str]
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
    message_id: UUID | None = Field(description="The last that was tried; null where no way to the contact was open.")
    status: str | None = Field(description="The message's.")
    is_late: bool
    is_snoozed: bool
    passed_over: int = Field(description="Occurrences before it that were missed and never sent.")
    refused: list[dict[str, str]] = Field(description="The ways that were tried in vain, each with its reason.")


class ReminderWhole(ReminderOut):
    fires: list[FireOut] = Field(description="Each time it went out, the latest first.")


class NewReminder(BaseModel):
    conversation_id: UUID
    contact_id: UUID | None = Field(None, description="Whose it is; counts in a group only.")
    text: What
    channels: Channels = []
    schedule: Document = Field(
        description="See docs/understanding-schedules.md; without a zone it is the contact's, else the tenant's.",
        examples=[{"first": "2026-12-01T08:00", "rule": "FREQ=DAILY", "times": ["08:00", "20:00"]}],
    )


class ReminderChanges(BaseModel):
    """What is left out stays."""

    text: What | None = None
    channels: Channels | None = None
    schedule: Document | None = None
    status: Literal["done", "cancelled"] | None = None


class Snooze(BaseModel):
    until: AwareDatetime = Field(description="From a minute to 31 days from now.")


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
    return page([ReminderOut.model_validate(unpacked(row, "schedule", "channels")) for row in rows], limit)


@router.get("/reminders/{reminder_id}", summary="Show a reminder with the times it went out", dependencies=[Reader])
async def show(reminder_id: UUID, transactions: InTenant) -> ReminderWhole:
    async with transactions(durable=False) as tx:
        row = await reminders.shown(tx, reminder_id)
        fires = await reminder_fires.listed(tx, reminder_id, MOST_FIRES)
    return ReminderWhole.model_validate(
        {**unpacked(row, "schedule", "channels"), "fires": [unpacked(fire, "refused") for fire in fires]}
    )


@router.post("/reminders", status_code=201, summary="Make a reminder")
async def make(
    body: NewReminder, transactions: InTenant, tenant: CurrentTenant, container: Container, key: Writer
) -> ReminderWhole:
    now = clock.now()
    async with transactions() as tx:
        talk = await conversations.load(tx, body.conversation_id)
        contact_id = talk["contact_id"] or body.contact_id
        if contact_id is None:
            raise InvalidInput("contact_id: a group needs the contact whose reminder it is")
        await _known(tx, body.channels)
        contact = await contacts.load(tx, contact_id)
        zone = contact.get("time_zone") or tenant.settings.time_zone
        schedule = _schedule({"zone": zone, **body.schedule}, now)
        if len(await reminders.active(tx, contact_id)) >= MOST_ACTIVE:
            raise Conflict(f"contact {contact_id} has {MOST_ACTIVE} active reminders: end one first")
        quiet = tenant.settings.quiet_hours
        wish = MakeReminder(text=body.text, schedule=schedule, now=now, quiet=quiet, channels=body.channels)
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
    now, quiet = clock.now(), tenant.settings.quiet_hours
    async with transactions() as tx:
        row = unpacked(await reminders.shown(tx, reminder_id), "schedule")
        await _known(tx, body.channels or ())
        if body.text or body.schedule is not None or body.channels is not None:
            given = None if body.schedule is None else {"zone": row["schedule"]["zone"], **body.schedule}
            schedule = _schedule(given, now) if given else None
            said = ChangeReminder(id=reminder_id, now=now, text=body.text, schedule=schedule, quiet=quiet)
            await reminders.change(tx, replace(said, channels=body.channels))
        if body.status:
            await reminders.end(tx, EndReminder(id=reminder_id, status=body.status))
    await _note(container, key, transactions, "reminder.change", reminder_id)
    return await show(reminder_id, transactions)


@router.post("/reminders/{reminder_id}/snooze", summary="Let a reminder come again, beside its own times")
async def snooze(
    reminder_id: UUID, body: Snooze, transactions: InTenant, container: Container, key: Writer
) -> ReminderWhole:
    now = clock.now()
    until = snoozed_until(now, body.until - now)
    async with transactions() as tx:
        before = await reminders.locked(tx, reminder_id)
        if before and before.status == "cancelled":
            raise Conflict(f"reminder {reminder_id} was cancelled: change its schedule to let it come again")
        await reminders.snooze(tx, SnoozeReminder(id=reminder_id, until=until))
    await _note(container, key, transactions, "reminder.snooze", reminder_id)
    return await show(reminder_id, transactions)


@router.delete("/reminders/{reminder_id}", status_code=204, summary="Delete a reminder and the times it went out")
async def delete(reminder_id: UUID, transactions: InTenant, container: Container, key: Writer) -> None:
    async with transactions() as tx:
        await reminders.delete(tx, reminder_id)
    await _note(container, key, transactions, "reminder.delete", reminder_id)


async def _known(tx: Transaction, names: Sequence[str]) -> None:
    """Raise InvalidInput unless each is a kind of channel, or the name of one of the tenant's."""
    if unknown := [name for name in names if name not in adapters()]:
        there = await channels.names(tx)
        if none := next((name for name in unknown if name not in there), None):
            raise InvalidInput(f"channels: {none!r} is neither a kind of channel nor the name of one")


def _schedule(given: dict[str, Any], now: datetime) -> Schedule:
    schedule = read(given)
    if next_after(schedule, now) is None:
        raise InvalidInput("schedule: has no occurrence to come")
    return schedule


async def _note(container: Container, key: Key, transactions: InTenant, action: str, subject: UUID) -> None:
    async with (await container.get(Databases)).platform() as tx:
        await keys.note(tx, key.name, action, str(subject), transactions.tenant.code, {})

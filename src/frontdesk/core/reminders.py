"""Reminders as a turn sees them, what changes them, and the port through which words become schedules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol
from uuid import UUID

from frontdesk.core.recurrence import Schedule
from frontdesk.core.tenant import QuietHours

HANDLER = "reminder"
MOST_TEXT = 1_000
MOST_ACTIVE = 100
"""Reminders one contact can have at a time."""
SNOOZED_FOR = "PT1H"
"""For how long the button puts a reminder off."""
ANSWERABLE = timedelta(hours=12)
"""For how long after a reminder an "in an hour" is about it."""
Status = Literal["active", "done", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One reminder as it is kept; `wakes_at` is None where it never comes again."""

    id: UUID
    contact_id: UUID
    conversation_id: UUID
    text: str
    schedule: Schedule
    status: Status
    since: datetime
    snoozed: datetime | None
    wakes_at: datetime | None
    channels: Sequence[str] = ()
    """Names or kinds, in the order they are tried; none: as the tenant has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What words ask for; `missing` is empty where all is said."""

    schedule: Schedule | None
    what: str
    missing: Sequence[str] = ()


class Schedules(Protocol):
    """Reads schedules out of one turn's words and says them in its language."""

    def read(self, text: str, zone: str | None) -> Wish: ...

    def say(self, schedule: Schedule, zone: str) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeReminder:
    """Remind the contact in this conversation."""

    text: str
    schedule: Schedule
    now: datetime
    quiet: QuietHours | None = None
    channels: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReminder:
    """Let one of the contact's reminders come at other times, by other channels, or say something else."""

    id: UUID
    now: datetime
    text: str | None = None
    schedule: Schedule | None = None
    quiet: QuietHours | None = None
    channels: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeReminder:
    """Let a reminder come again at `until`, beside its own times."""

    id: UUID
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndReminder:
    """`done`: the contact did it, and one that repeats goes on. `cancelled`: it never comes again."""

    id: UUID
    status: Literal["done", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepTimeZone:
    """The contact lives in this IANA zone."""

    zone: str


ReminderEffect = MakeReminder | ChangeReminder | SnoozeReminder | EndReminder
"""What a turn can do to reminders; those of others are left as they are."""

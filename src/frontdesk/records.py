"""What handlers ask the database for, a short transaction each time."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from frontdesk.core.reminders import Reminder
from frontdesk.core.tasks import Task
from frontdesk.core.tenant import Tenant
from frontdesk.services.tenants import tenancy
from frontdesk.store import reminders, tasks
from frontdesk.store.db import Databases


@dataclass(frozen=True, slots=True)
class Stored:
    """The records of one contact."""

    databases: Databases
    tenant: Tenant
    contact_id: UUID

    async def reminders(self) -> Sequence[Reminder]:
        async with self.databases.tenant(tenancy(self.tenant), durable=False) as tx:
            return await reminders.active(tx, self.contact_id)

    async def reminder(self, reminder_id: UUID) -> Reminder | None:
        async with self.databases.tenant(tenancy(self.tenant), durable=False) as tx:
            return await reminders.of(tx, self.contact_id, reminder_id)

    async def tasks(self) -> Sequence[Task]:
        async with self.databases.tenant(tenancy(self.tenant), durable=False) as tx:
            return await tasks.of_contact(tx, self.contact_id)

    async def task_number(self) -> int:
        async with self.databases.tenant(tenancy(self.tenant), durable=False) as tx:
            return await tasks.number(tx)

"""Tasks changed by people at the desk: the contact is told, and so is whoever looks on."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from frontdesk.core.content import Content
from frontdesk.core.sealing import Seal
from frontdesk.core.tasks import Draft, Task, due_words, news, titled
from frontdesk.core.tenant import Tenant
from frontdesk.core.topics import desk_topic
from frontdesk.live import Live
from frontdesk.phrases import best, say
from frontdesk.services.sending import Sending
from frontdesk.services.tenants import tenancy
from frontdesk.store import channels, task_log, tasks
from frontdesk.store.db import Databases
from frontdesk.store.pool import Transaction
from frontdesk.store.task_log import Actor
from frontdesk.store.tasks import Change


class TaskDesk:
    """Changes tasks for whoever asks; a notice to the contact is stored with the change, or neither is."""

    def __init__(self, databases: Databases, seal: Seal, sending: Sending, live: Live) -> None:
        self.databases = databases
        self.seal = seal
        self.sending = sending
        self.live = live

    async def add(self, tenant: Tenant, draft: Draft, actor: str, *, tell: bool = True) -> Task:
        """Make a task, and tell its contact."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            task = await tasks.add(tx, draft, Actor(name=actor))
            if tell:
                await self._tell(tx, tenant, None, task)
        self._spread(tenant, task)
        return task

    async def change(
        self,
        tenant: Tenant,
        task_id: UUID,
        version: int | None,
        wanted: Mapping[str, Any],
        actor: str,
        *,
        tell: bool = True,
    ) -> Change:
        """Change a task, tell its contact what concerns them, and do what follows where it is done now.

        Conflict where it has another version by now, or its status can't follow.
        """
        async with self.databases.tenant(tenancy(tenant)) as tx:
            change = await tasks.change(tx, task_id, version, wanted, Actor(name=actor))
            if tell:
                await self._tell(tx, tenant, change.before, change.after)
            if change.after.status == "done" != change.before.status:
                await self._follow(tx, tenant, change, tell=tell)
        if change.after is not change.before:
            self._spread(tenant, change.after, *filter(None, [change.following]))
        return change

    async def comment(self, tenant: Tenant, task_id: UUID, text: str, actor: str) -> asyncpg.Record:
        """Keep what somebody says about a task; NotFound where there is none."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            task = await tasks.load(tx, task_id)
            row = await task_log.comment(tx, task_id, text, Actor(name=actor))
        self._spread(tenant, task)
        return row

    async def remove(self, tenant: Tenant, task_id: UUID) -> None:
        """Remove a task with all that was said about it; NotFound where there is none."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            task = await tasks.load(tx, task_id, locked=True)
            await tasks.remove(tx, task_id)
        self._spread(tenant, task)

    def _spread(self, tenant: Tenant, *changed: Task) -> None:
        """Wake whoever sends, and tell those who look on."""
        self.live.wake(tenant.database, [tenant.code])
        named = [{"id": str(task.id), "number": task.number} for task in changed]
        self.live.publish(desk_topic(tenant.code), {"event": "task", "tasks": named})

    async def _follow(self, tx: Transaction, tenant: Tenant, change: Change, *, tell: bool) -> None:
        follow_up = change.after.follow_up
        if follow_up and follow_up.message and (where := await tasks.place(tx, change.after)):
            await self._send(tx, tenant, where, follow_up.message)
        if tell and change.following:
            await self._tell(tx, tenant, None, change.following)

    async def _tell(self, tx: Transaction, tenant: Tenant, before: Task | None, after: Task) -> None:
        """Put a notice of a change into the conversation the contact hears of it in, where there is one."""
        what = news(before, after)
        where = await tasks.place(tx, after) if what else None
        if where is None:
            return
        zone = ZoneInfo(where["time_zone"]) if where["time_zone"] else tenant.settings.zone
        due = due_words(after, zone)
        key = "undue" if what == "due" and not due else what
        shown = {
            "number": str(after.number),
            "title": after.title if what == "due" else titled(after, zone),
            "due": due,
        }
        words = say(best((where["language"], *tenant.settings.languages)), f"task.{key}", **shown)
        await self._send(tx, tenant, where, words)

    async def _send(self, tx: Transaction, tenant: Tenant, where: asyncpg.Record, text: str) -> None:
        channel = await channels.load(tx, self.seal, tenant.code, where["channel_id"])
        address, thread = where["external_id"], where["thread"]
        await self.sending.put(tx, tenant, channel, address, Content(text=text), thread=thread)

"""A desk with two agents, and turns that stop between what they read and what they write."""

import asyncio
import copy
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from frontdesk import queue
from frontdesk.answering import Staff
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content
from frontdesk.core.tenant import Tenant
from frontdesk.core.turn import Outcome, Turn
from frontdesk.errors import Conflict, FrontdeskError
from frontdesk.journey import Journey
from frontdesk.queue import Cursor, Work
from frontdesk.services.desk import Desk as Service
from frontdesk.services.tenants import tenancy
from frontdesk.store import agents, conversations
from tests.builders import UPDATES, a_telegram_text
from tests.services.desk import Desk

CHATS = itertools.count(70_000)


class Gate:
    """Stands before the end of every turn: what was read may be old by then."""

    def __init__(self) -> None:
        self.reached, self.opened = asyncio.Event(), asyncio.Event()


@dataclass
class Halting:
    """A tenant's voice that waits at the gate before it speaks."""

    voice: Any
    gate: Gate

    async def speak(self, turn: Turn, outcome: Outcome) -> tuple[Outcome, Mapping[str, Any]]:
        self.gate.reached.set()
        await self.gate.opened.wait()
        return await self.voice.speak(turn, outcome)  # type: ignore[no-any-return]


@dataclass
class UnderWay:
    """A turn between its reading and its writing."""

    text: str
    gate: Gate
    task: "asyncio.Task[None]"


@dataclass
class Counter:
    """A tenant's channel, its agents, and one conversation at a time."""

    desk: Desk
    service: Service
    tenant: Tenant
    channel: Channel
    agents: tuple[UUID, ...]
    chat: int = 0
    conversation: UUID | None = None
    turn: UnderWay | None = None
    cursor: Cursor = field(default_factory=Cursor)

    @classmethod
    async def opened(cls, rooms: Desk, **settings: Any) -> "Counter":
        tenant = await rooms.tenant(**settings)
        channel = await rooms.channel(tenant, "http://127.0.0.1:9")
        async with rooms.databases.tenant(tenancy(tenant)) as tx:
            new: dict[str, Any] = {
                "email": None,
                "skills": [],
                "teams": [],
                "languages": [],
                "capacity": 5,
                "status": "available",
            }
            made = [await agents.add(tx, {**new, "name": name}) for name in ("Ana", "Ben")]
        return cls(rooms, await rooms.app.get(Service), tenant, channel, tuple(made))

    async def begin(self) -> None:
        """Go on with somebody who has not written yet; what was to be sent to those before is in nobody's way."""
        self.chat, self.turn = next(CHATS), None
        async with self.desk.databases.tenant(tenancy(self.tenant), durable=False) as tx:
            await tx.execute("DELETE FROM frontdesk.work WHERE tenant = $1", self.tenant.code)
            self.conversation, _ = await conversations.ensure(tx, self.channel.id, str(self.chat))

    async def rows(self, query: str, *arguments: Any) -> list[Any]:
        return await self.desk.rows(self.tenant, query, *arguments)

    async def write(self, text: str) -> None:
        """Let the contact write, and the turn get as far as the gate."""
        number = next(UPDATES)
        await self.desk.hear(
            self.tenant, self.channel, a_telegram_text(text, chat=self.chat, message_id=number, update_id=number)
        )
        gate = Gate()
        self.turn = UnderWay(text, gate, asyncio.create_task(self._taken(await self._lease(), gate)))
        await self._reached(self.turn)

    async def finish(self) -> None:
        """Open the gate; a turn that lost is taken again, as a worker would."""
        turn, self.turn = self.turn, None
        assert turn
        turn.gate.opened.set()
        await turn.task

    async def _reached(self, turn: UnderWay) -> None:
        reached = asyncio.create_task(turn.gate.reached.wait())
        await asyncio.wait([reached, turn.task], timeout=10, return_when=asyncio.FIRST_COMPLETED)
        if turn.task.done():
            await turn.task

    async def _taken(self, work: Work, gate: Gate) -> None:
        journey = self._gated(gate)
        while True:
            try:
                return await journey.take_turn(work)
            except Conflict:
                continue

    def _gated(self, gate: Gate) -> Journey:
        journey, staff = copy.copy(self.desk.journey), self.desk.journey.staff

        async def halting(tenant: Tenant) -> Staff:
            real = await staff(tenant)
            return replace(real, voice=Halting(real.voice, gate))  # type: ignore[arg-type]

        journey.staff = halting
        return journey

    async def _lease(self) -> Work:
        async with self.desk.databases.platform() as tx:
            group = f"{self.channel.id}:{self.chat}:"
            row = await tx.fetchrow(
                "UPDATE frontdesk.work SET leased_by = 'counter', attempts = attempts + 1, due_at = now() + interval '1 hour'"
                " WHERE kind = 'event' AND tenant = $1 AND group_key = $2 AND leased_by IS NULL RETURNING *",
                self.tenant.code,
                group,
            )
        return queue._work(row)

    async def answer(self, agent: int, text: str) -> list[UUID]:
        assert self.conversation
        return await self.service.answer(self.tenant, self.conversation, Content(text=text), self.agents[agent])

    async def tried(self, doing: Any) -> str | None:
        """Return the code of the error something ends with."""
        try:
            await doing
        except FrontdeskError as error:
            return error.code
        return None

    async def stands(self) -> Any:
        """Return whose the conversation is, and how its open handoffs stand."""
        (row,) = await self.rows(
            "SELECT c.owner, c.status, array_agg(h.agent_id) FILTER (WHERE h.id IS NOT NULL) AS agents,"
            " coalesce(bool_or(h.first_answered_at IS NOT NULL), false) AS answered FROM conversations c"
            " LEFT JOIN handoffs h ON h.conversation_id = c.id AND h.status IN ('waiting', 'assigned')"
            " WHERE c.id = $1 GROUP BY c.id",
            self.conversation,
        )
        return row

    async def said(self) -> list[tuple[str, str]]:
        """Return author and text of our messages, in the order their deliveries were queued."""
        rows = await self.rows(
            "SELECT m.author, m.text FROM frontdesk.work w JOIN messages m ON m.id = (w.payload::jsonb->>'message_id')::uuid"
            " WHERE w.kind = 'delivery' AND m.conversation_id = $1 ORDER BY w.id",
            self.conversation,
        )
        return [(row["author"], row["text"]) for row in rows]

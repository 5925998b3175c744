"""Conversations about tasks, kept in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from frontdesk.core import tasks
from frontdesk.core.conversation import Mode
from frontdesk.core.intents import Intent
from frontdesk.core.reminders import Reminder
from frontdesk.core.tasks import AddTask, ChangeTask, CommentTask, Task
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Outcome, Route, Turn
from frontdesk.handlers.task import Tasks
from frontdesk.understanding.entities.dialogue import listening
from tests.builders import a_turn

NOW = datetime(2025, 1, 1, 12, tzinfo=UTC)
SETTINGS = TenantSettings(time_zone="Europe/Madrid")
CHORE = Intent(name="chore", handler="task")
HAIRCUT = Intent(name="haircut")


def a_task(number: int, title: str = "Call the lab", **changes: Any) -> Task:
    return Task(id=uuid4(), number=number, title=title, **{"created_at": NOW, "changed_at": NOW, **changes})


class Notebook:
    """One contact's tasks, kept in memory as the store keeps them."""

    def __init__(self, *kept: Task) -> None:
        self.kept = list(kept)
        self.next = 100
        self.comments: list[str] = []

    async def reminders(self) -> Sequence[Reminder]:
        return ()

    async def reminder(self, reminder_id: UUID) -> Reminder | None:
        return None

    async def tasks(self) -> Sequence[Task]:
        return list(self.kept)

    async def task_number(self) -> int:
        self.next += 1
        return self.next

    def carry_out(self, effect: object) -> None:
        match effect:
            case AddTask(number=number, draft=draft):
                given = {name: getattr(draft, name) for name in draft.__dataclass_fields__}
                self.kept.append(Task(id=uuid4(), number=number, created_at=NOW, changed_at=NOW, **given))
            case ChangeTask(task_id=task_id, version=version, wanted=wanted):
                place = next(at for at, task in enumerate(self.kept) if task.id == task_id)
                assert self.kept[place].version == version
                self.kept[place] = tasks.changed(self.kept[place], wanted, NOW)
            case CommentTask(text=text):
                self.comments.append(text)


class Talk:
    """One conversation about tasks."""

    def __init__(self, *kept: Task, language: str = "en") -> None:
        self.notebook, self.language = Notebook(*kept), language
        self.outcome = Outcome()
        self.modes: tuple[Mode, ...] = ()

    def turn(self, text: str, **changes: Any) -> Turn:
        turn = a_turn(text, settings=SETTINGS, language=self.language, modes=self.modes)
        ear = listening(self.language, NOW, SETTINGS, None)
        known = {"chore": CHORE, "haircut": HAIRCUT}
        return replace(turn, **{"ear": ear, "records": self.notebook, "now": NOW, "intents": known, **changes})

    async def says(self, text: str, route: Route | None = None, **changes: Any) -> str:
        """Say something and return what is answered, in one text."""
        by = "mode" if self.modes else "opening"
        found = route or Route(handler="task", reason="", by=by)
        self.outcome = await Tasks(SETTINGS).handle(self.turn(text, **changes), found)
        if self.outcome.modes is not None:
            self.modes = self.outcome.modes
        for effect in self.outcome.effects:
            self.notebook.carry_out(effect)
        return "\n".join(reply.text or "" for reply in self.outcome.replies)

    async def presses(self, argument: str) -> str:
        return await self.says(f"/task {argument}", Route(handler="task", reason="", argument=argument))

    @property
    def payloads(self) -> list[str | None]:
        return [button.payload for button in self.outcome.replies[-1].buttons]

    @property
    def onward(self) -> tuple[str, str | None] | None:
        onward = self.outcome.onward
        return (onward.handler, onward.argument) if onward else None

"""Tasks: what is to be done, which status may follow which, and what a change comes to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from frontdesk.core.wording import storable
from frontdesk.errors import Conflict, InvalidInput

Status = Literal["open", "doing", "done", "cancelled"]
STATUSES: tuple[Status, ...] = get_args(Status)
OPEN: tuple[Status, ...] = ("open", "doing")
NEXT: Mapping[Status, tuple[Status, ...]] = {
    "open": ("doing", "done", "cancelled"),
    "doing": ("open", "done", "cancelled"),
    "done": ("open",),
    "cancelled": ("open",),
}
"""Which status may follow which: what has ended is opened again before anything else becomes of it."""

LONGEST_TITLE = 200
LAST_MINUTE = time(23, 59)

Text = Annotated[str, AfterValidator(storable)]


class Item(BaseModel):
    """One line of a checklist."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[Text, Field(min_length=1, max_length=500)]
    done: bool = False


class NextTask(BaseModel):
    """A task that is made when another one is done, for the same people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[Text, Field(min_length=1, max_length=LONGEST_TITLE)]
    details: Annotated[Text, Field(max_length=10_000)] = ""
    due_in_days: Annotated[int, Field(ge=0, le=3_650, description="Days from when the first one is done.")] | None = (
        None
    )


class FollowUp(BaseModel):
    """What happens once a task is done: its contact is sent a message, a next task is made, or both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    message: Annotated[Text, Field(min_length=1, max_length=4_000)] | None = None
    task: NextTask | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "FollowUp":
        if self.message is None and self.task is None:
            raise ValueError("a follow-up is a message, a task, or both")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A task as it is to be made. `due_all_day` says that only the day counts: `due_at` is its last minute."""

    title: str
    details: str = ""
    due_at: datetime | None = None
    due_all_day: bool = False
    contact_id: UUID | None = None
    agent_id: UUID | None = None
    conversation_id: UUID | None = None
    checklist: tuple[Item, ...] = ()
    follow_up: FollowUp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Draft):
    """A task as it stands; `number` is what people call it, `version` fences concurrent changes."""

    id: UUID
    number: int
    status: Status = "open"
    created_by: str = ""
    version: int = 1
    created_at: datetime
    changed_at: datetime
    done_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


CHANGEABLE = frozenset({*(each.name for each in fields(Draft)), "status"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which tasks are meant; what is None or empty doesn't count."""

    statuses: tuple[Status, ...] = ()
    contact_id: UUID | None = None
    agent_id: UUID | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None

    def takes(self, task: Task) -> bool:
        """Say whether a task is meant. One that is due at no time is not due from or before any."""
        due, start, end = task.due_at, self.due_from, self.due_before
        return (
            (not self.statuses or task.status in self.statuses)
            and self.contact_id in (None, task.contact_id)
            and self.agent_id in (None, task.agent_id)
            and (start is None or (due is not None and due >= start))
            and (end is None or (due is not None and due < end))
        )


def checked(task: Task, status: Status) -> Status:
    """Return a status that may follow a task's own, or is it; Conflict otherwise."""
    if status != task.status and status not in NEXT[task.status]:
        allowed = " or ".join(NEXT[task.status])
        raise Conflict(f"task {task.number} is {task.status}: it can become {allowed}, not {status}")
    return status


def changed(task: Task, wanted: Mapping[str, Any], now: datetime) -> Task:
    """Return the task with some fields as they are wanted, itself where that changes nothing.

    Conflict for a status that may not follow, InvalidInput for a field that can't be changed or a title of nothing.
    """
    if unknown := sorted(wanted.keys() - CHANGEABLE):
        raise InvalidInput(f"{', '.join(unknown)} of a task can't be changed: {', '.join(sorted(CHANGEABLE))} can")
    result = replace(task, **wanted)
    if not result.title.strip():
        raise InvalidInput("a task needs a title")
    checked(task, result.status)
    if result.due_at is None:
        result = replace(result, due_all_day=False)
    if result == task:
        return task
    ended = task.done_at if result.status == task.status else (now if result.status == "done" else None)
    return replace(result, done_at=ended, changed_at=now, version=task.version + 1)


def differences(before: Task, after: Task) -> dict[str, list[Any]]:
    """Return what a change comes to, for the log: each field with what it was and what it is, as plain JSON.

    Of a contact or a conversation it says only whether there was one and is one: the log outlives those who are erased.
    """
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in sorted(CHANGEABLE))
    return {name: [_logged(name, old), _logged(name, new)] for name, old, new in pairs if old != new}


def _logged(name: str, value: Any) -> Any:
    return value is not None if name in ("contact_id", "conversation_id") else plain_value(value)


def plain_value(value: Any) -> Any:
    """Return a field's value as JSON has it."""
    match value:
        case BaseModel():
            return value.model_dump(exclude_none=True)
        case tuple():
            return [plain_value(each) for each in value]
        case datetime():
            return value.isoformat()
        case UUID():
            return str(value)
    return value


def following(task: Task, now: datetime) -> Draft | None:
    """Return the task that is made when this one is done, or None."""
    if task.follow_up is None or task.follow_up.task is None:
        return None
    wanted = task.follow_up.task
    return Draft(
        title=wanted.title,
        details=wanted.details,
        due_at=None if wanted.due_in_days is None else now + timedelta(days=wanted.due_in_days),
        due_all_day=False,
        contact_id=task.contact_id,
        agent_id=task.agent_id,
        conversation_id=task.conversation_id,
    )


def news(before: Task | None, after: Task) -> str | None:
    """Return which news of a change its contact is told: `new`, a status, `due`, or None for what doesn't concern them."""
    if after.contact_id is None:
        return None
    if before is None or before.contact_id != after.contact_id:
        return "new" if after.is_open else None
    if before.status != after.status:
        return after.status
    return "due" if (before.due_at, before.due_all_day) != (after.due_at, after.due_all_day) else None


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """Return tasks as people want to see them: what is due first comes first, then what is due at no time, by number."""
    return sorted(tasks, key=lambda task: (task.due_at is None, task.due_at or task.created_at, task.number))


def due_words(task: Draft, zone: tzinfo) -> str:
    """Return when a task is due, on the clock of a zone, in figures everybody reads; nothing where it is due at no time."""
    if task.due_at is None:
        return ""
    local = task.due_at.astimezone(zone)
    return f"{local:%Y-%m-%d}" if task.due_all_day else f"{local:%Y-%m-%d %H:%M}"


def titled(task: Draft, zone: tzinfo) -> str:
    """Return a task's title with when it is due."""
    due = due_words(task, zone)
    return f"{task.title} ({due})" if due else task.title


def progress(checklist: Sequence[Item]) -> str:
    """Return how much of a checklist is done, as `2/5`; nothing for an empty one."""
    return f"{sum(item.done for item in checklist)}/{len(checklist)}" if checklist else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTask:
    """An effect: a task is made; where its number is taken by now, the turn is taken again."""

    number: int
    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTask:
    """An effect: a task of this version is changed; where it has another one by now, the turn is taken again."""

    task_id: UUID
    version: int
    wanted: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentTask:
    """An effect: the contact says something about a task."""

    task_id: UUID
    text: str


TaskEffect = AddTask | ChangeTask | CommentTask


def word(effects: Iterable[object]) -> dict[str, Any] | None:
    """Return what people at the desk are told of a turn: that it changed tasks, and which; None where it changed none."""
    named: list[dict[str, Any]] = []
    for effect in effects:
        match effect:
            case AddTask(number=number):
                named.append({"number": number})
            case ChangeTask(task_id=task_id) | CommentTask(task_id=task_id):
                named.append({"id": str(task_id)})
    return {"event": "task", "tasks": named} if named else None

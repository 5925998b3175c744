"""Tasks: what is to be done, by whom, until when, and what is said about it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from frontdesk.core import tasks as core
from frontdesk.core.tasks import Draft, Filter, FollowUp, Item, Status, Task
from frontdesk.services.tasks import TaskDesk
from frontdesk.store import keys, task_log, tasks
from frontdesk.store.db import Databases
from frontdesk.store.keys import Key
from frontdesk.web.api.shapes import Limit, Page, Text, page, unpacked
from frontdesk.web.auth import Container, CurrentTenant, InTenant, needs

router = APIRouter(tags=["tasks"], prefix="/tenants/{tenant}/tasks")

Reader = Depends(needs("tasks:read"))
Writer = Annotated[Key, Depends(needs("tasks:write"))]


def _stripped(text: str) -> str:
    if not (kept := text.strip()):
        raise ValueError("this says nothing")
    return kept


Title = Annotated[Text, Field(max_length=core.LONGEST_TITLE), AfterValidator(_stripped)]
Remark = Annotated[Text, Field(max_length=10_000), AfterValidator(_stripped)]
Details = Annotated[Text, Field(max_length=10_000)]
Checklist = Annotated[tuple[Item, ...], Field(max_length=100)]
Moment = Annotated[AwareDatetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC), le=datetime(9000, 1, 1, tzinfo=UTC))]
Tell = Annotated[bool, Field(description="Whether its contact is told.")]


class TaskOut(BaseModel):
    id: UUID
    number: int = Field(description="What people call it.")
    title: str
    details: str
    status: Status
    due_at: datetime | None
    due_all_day: bool = Field(description="Only the day counts: `due_at` is its last minute.")
    contact_id: UUID | None
    agent_id: UUID | None
    conversation_id: UUID | None = Field(description="Where the contact hears of it.")
    checklist: tuple[Item, ...]
    follow_up: FollowUp | None
    created_by: str
    version: int
    created_at: datetime
    changed_at: datetime
    done_at: datetime | None

    @classmethod
    def of(cls, task: Task) -> "TaskOut":
        return cls.model_validate(task, from_attributes=True)


class TaskChanged(TaskOut):
    following: TaskOut | None = Field(None, description="The task made because this one is done.")


class TaskFields(BaseModel):
    details: Details = ""
    due_at: Moment | None = None
    due_all_day: bool = False
    contact_id: UUID | None = None
    agent_id: UUID | None = None
    conversation_id: UUID | None = None
    checklist: Checklist = ()
    follow_up: FollowUp | None = None


class NewTask(TaskFields):
    title: Title
    tell: Tell = True


class TaskChanges(TaskFields):
    """What is left out stays; null takes away."""

    title: Title = ""
    status: Status = "open"
    version: int | None = Field(
        None, description="The version the change is based on; refused where it is another now."
    )
    tell: Tell = True


class CommentIn(BaseModel):
    text: Remark


class CommentOut(BaseModel):
    id: UUID
    author: str = Field(description="The name of a key, or `contact`.")
    contact_id: UUID | None
    text: str
    created_at: datetime


class EventOut(BaseModel):
    id: UUID
    kind: Literal["created", "changed", "commented"]
    actor: str = Field(description="The name of a key, or `contact`.")
    contact_id: UUID | None
    changes: dict[str, Any] = Field(description="Each field with what it was and what it became.")
    created_at: datetime


@router.get("", summary="List tasks, the newest first", dependencies=[Reader])
async def listed(
    transactions: InTenant,
    status: Annotated[list[Status] | None, Query(description="One or more.")] = None,
    contact_id: UUID | None = None,
    agent_id: UUID | None = None,
    due_from: Moment | None = None,
    due_before: Moment | None = None,
    cursor: UUID | None = None,
    limit: Limit = 50,
) -> Page[TaskOut]:
    wanted = Filter(
        statuses=tuple(status or ()), contact_id=contact_id, agent_id=agent_id, due_from=due_from, due_before=due_before
    )
    async with transactions(durable=False) as tx:
        found = await tasks.listed(tx, wanted, before=cursor, limit=limit)
    return page([TaskOut.of(task) for task in found], limit)


@router.post("", status_code=201, summary="Make a task")
async def add(body: NewTask, tenant: CurrentTenant, container: Container, key: Writer) -> TaskOut:
    given = {name: getattr(body, name) for name in NewTask.model_fields if name != "tell"}
    task = await (await container.get(TaskDesk)).add(tenant, Draft(**given), key.name, tell=body.tell)
    await _note(container, key, tenant.code, "task.add", task.id, {"number": task.number})
    return TaskOut.of(task)


@router.get("/{task_id}", summary="Show a task", dependencies=[Reader])
async def show(task_id: UUID, transactions: InTenant) -> TaskOut:
    async with transactions(durable=False) as tx:
        return TaskOut.of(await tasks.load(tx, task_id))


@router.patch("/{task_id}", summary="Change a task")
async def change(
    task_id: UUID, body: TaskChanges, tenant: CurrentTenant, container: Container, key: Writer
) -> TaskChanged:
    wanted = {name: getattr(body, name) for name in body.model_fields_set - {"version", "tell"}}
    desk = await container.get(TaskDesk)
    found = await desk.change(tenant, task_id, body.version, wanted, key.name, tell=body.tell)
    await _note(container, key, tenant.code, "task.change", task_id, {"fields": sorted(wanted)})
    following = TaskOut.of(found.following) if found.following else None
    return TaskChanged(**dict(TaskOut.of(found.after)), following=following)


@router.delete("/{task_id}", status_code=204, summary="Remove a task with all that was said about it")
async def remove(task_id: UUID, tenant: CurrentTenant, container: Container, key: Writer) -> None:
    await (await container.get(TaskDesk)).remove(tenant, task_id)
    await _note(container, key, tenant.code, "task.remove", task_id, {})


@router.get("/{task_id}/comments", summary="List what was said about a task, oldest first", dependencies=[Reader])
async def comments(
    task_id: UUID, transactions: InTenant, cursor: UUID | None = None, limit: Limit = 50
) -> Page[CommentOut]:
    async with transactions(durable=False) as tx:
        await tasks.load(tx, task_id)
        rows = await task_log.comments(tx, task_id, after=cursor, limit=limit)
    return page([CommentOut.model_validate(dict(row)) for row in rows], limit)


@router.post("/{task_id}/comments", status_code=201, summary="Say something about a task")
async def comment(
    task_id: UUID, body: CommentIn, tenant: CurrentTenant, container: Container, key: Writer
) -> CommentOut:
    row = await (await container.get(TaskDesk)).comment(tenant, task_id, body.text, key.name)
    return CommentOut.model_validate(dict(row))


@router.get("/{task_id}/events", summary="List what happened to a task, oldest first", dependencies=[Reader])
async def events(
    task_id: UUID, transactions: InTenant, cursor: UUID | None = None, limit: Limit = 50
) -> Page[EventOut]:
    async with transactions(durable=False) as tx:
        await tasks.load(tx, task_id)
        rows = await task_log.events(tx, task_id, after=cursor, limit=limit)
    return page([EventOut.model_validate(unpacked(dict(row), "changes")) for row in rows], limit)


async def _note(
    container: Container, key: Key, tenant: str, action: str, task_id: UUID, detail: Mapping[str, Any]
) -> None:
    async with (await container.get(Databases)).platform() as tx:
        await keys.note(tx, key.name, action, str(task_id), tenant, detail)

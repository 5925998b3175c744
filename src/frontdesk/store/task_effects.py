"""What a turn does to tasks."""

from uuid import UUID

from frontdesk.core.tasks import AddTask, ChangeTask, CommentTask, TaskEffect
from frontdesk.store import task_log, tasks
from frontdesk.store.pool import Transaction
from frontdesk.store.task_log import Actor


async def apply(tx: Transaction, effect: TaskEffect, contact_id: UUID, conversation_id: UUID) -> None:
    """Carry out an effect for a contact; Conflict where the task changed meanwhile."""
    actor = Actor(contact_id=contact_id)
    match effect:
        case AddTask(number=number, draft=draft):
            owner = await tasks.owner(tx, conversation_id, contact_id)
            await tasks.add(tx, draft, actor, number=number, owner=owner)
        case ChangeTask(task_id=task_id, version=version, wanted=wanted):
            await tasks.change(tx, task_id, version, wanted, actor)
        case CommentTask(task_id=task_id, text=text):
            await task_log.comment(tx, task_id, text, actor)

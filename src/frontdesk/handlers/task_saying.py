"""How tasks are spoken of: one, a list, and the buttons under them."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from frontdesk.core.content import Button, Content
from frontdesk.core.tasks import Draft, Status, Task, in_order, progress, titled
from frontdesk.core.turn import Turn
from frontdesk.phrases import say

MOST_LISTED = 10
MOST_BUTTONS = 3
MOST_BUTTON_TITLE = 20
TICKS = {True: "☑", False: "☐"}


def zone_of(turn: Turn) -> ZoneInfo:
    """Return the contact's time zone, where it is known, else the tenant's."""
    return ZoneInfo(turn.contact.time_zone) if turn.contact.time_zone else turn.settings.zone


def status_words(turn: Turn, task: Task) -> str:
    is_late = task.is_open and task.due_at is not None and task.due_at < turn.now
    return say(turn.language, "task.is_overdue" if is_late else f"task.is_{task.status}")


def became(turn: Turn, status: Status, task: Task) -> str:
    """Return the sentence that says what a task is now."""
    return say(turn.language, f"task.{status}", number=str(task.number), title=task.title)


def made(turn: Turn, number: int, draft: Draft) -> Content:
    """Return what is said of a task that was just made."""
    text = say(turn.language, "task.new", number=str(number), title=titled(draft, zone_of(turn)))
    return Content(text=text, buttons=(_done(turn, number), _due(turn, number), _list(turn)))


def whole(turn: Turn, task: Task) -> Content:
    """Return all a contact may see of a task."""
    head = f"{task.number}. {titled(task, zone_of(turn))} · {status_words(turn, task)}"
    items = [f"{TICKS[item.done]} {item.text}" for item in task.checklist]
    buttons = (*_ticks(task), _done(turn, task.number), _due(turn, task.number)) if task.is_open else ()
    return Content(text="\n".join(filter(None, (head, task.details, *items))), buttons=(*buttons, _list(turn)))


def _ticks(task: Task) -> tuple[Button, ...]:
    """Return a button for each of the next lines of a checklist."""
    left = [(line, item) for line, item in enumerate(task.checklist, 1) if not item.done]
    return tuple(
        Button(title=f"{TICKS[True]} {item.text}"[:MOST_BUTTON_TITLE], payload=f"/task tick {task.number} {line}")
        for line, item in left[:MOST_BUTTONS]
    )


def listing(turn: Turn, tasks: Sequence[Task]) -> Content:
    """Return a list of tasks, the one due first on top, with buttons to end the first ones."""
    if not tasks:
        return Content(text=say(turn.language, "task.none"))
    ordered = in_order(tasks)
    lines = [say(turn.language, "task.list"), *(_line(turn, task) for task in ordered[:MOST_LISTED])]
    if len(ordered) > MOST_LISTED:
        lines.append(say(turn.language, "task.more", count=str(len(ordered) - MOST_LISTED)))
    return Content(text="\n".join(lines), buttons=choose("done", [task for task in ordered if task.is_open]))


def _line(turn: Turn, task: Task) -> str:
    """Return a task in one line; that it is open goes without saying."""
    words = status_words(turn, task)
    said = "" if words == say(turn.language, "task.is_open") else words
    return " · ".join(filter(None, (f"{task.number}. {titled(task, zone_of(turn))}", progress(task.checklist), said)))


def choose(action: str, tasks: Sequence[Task]) -> tuple[Button, ...]:
    """Return a button for each of the first few tasks."""
    sign = "✓ " if action == "done" else ""
    return tuple(
        Button(title=f"{sign}{task.number}. {task.title}"[:MOST_BUTTON_TITLE], payload=f"/task {action} {task.number}")
        for task in tasks[:MOST_BUTTONS]
    )


def _done(turn: Turn, number: int) -> Button:
    return Button(title=say(turn.language, "task.button_done"), payload=f"/task done {number}")


def _due(turn: Turn, number: int) -> Button:
    return Button(title=say(turn.language, "task.button_due"), payload=f"/task due {number}")


def _list(turn: Turn) -> Button:
    return Button(title=say(turn.language, "task.button_list"), payload="/task list")

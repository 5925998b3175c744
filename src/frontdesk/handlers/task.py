"""What somebody has to do: kept, listed, put off, done, in their words or by button."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from frontdesk.core.content import Content
from frontdesk.core.conversation import Mode
from frontdesk.core.task_words import Action, Due, Wish, bounds, due, pressed, title, wish
from frontdesk.core.tasks import (
    NEXT,
    OPEN,
    AddTask,
    ChangeTask,
    CommentTask,
    Draft,
    Filter,
    Status,
    Task,
    due_words,
    following,
    titled,
)
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Onward, Outcome, Records, Route, Turn
from frontdesk.core.wording import contains, plain
from frontdesk.handlers import task_saying
from frontdesk.handlers.task_saying import became, zone_of
from frontdesk.handlers.wording import why_unread, written
from frontdesk.phrases import say, words

HANDLER = "task"
NARROWING = ("overdue", "ended", "all", "by", "polite")
"""Words that may stand after those for a list."""
MOST_OPEN = 200
MOST_COMMENT = 4_000
BECOMES: Mapping[Action, Status] = {"done": "done", "cancel": "cancelled", "reopen": "open", "start": "doing"}


class Tasks:
    """Keeps a contact's tasks: of what is asked for in words it does what it can, and leaves the rest to others."""

    def __init__(self, settings: TenantSettings) -> None:
        self.settings = settings

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        if turn.records is None or turn.ear is None:
            return Outcome(onward=Onward(handler="fallback"), evidence="nothing here keeps tasks")
        wanted = pressed(route.argument) or wish(turn.text, words(turn.language, "task_words"))
        if wanted is None and turn.mode and turn.mode.handler == HANDLER:
            return await _answered(turn, turn.records, turn.mode.state)
        if wanted is None:
            return await _unasked(turn, turn.records, route)
        return await _carried_out(_left(turn), turn.records, wanted)


async def _carried_out(turn: Turn, records: Records, wanted: Wish) -> Outcome:
    left = Outcome(modes=turn.conversation.modes, evidence=f"task: {wanted.action}")
    match wanted.action:
        case "create":
            return left.then(await _create(turn, records, wanted.rest))
        case "list":
            return left.then(await _list(turn, records)) if _is_understood(turn, wanted.rest) else _elsewhere(turn)
    tasks = await records.tasks()
    if wanted.number is None:
        return left.then(_which(turn, wanted.action, tasks))
    task = next((each for each in tasks if each.number == wanted.number), None)
    if task is None:
        return left.then(Outcome.say(say(turn.language, "task.unknown", number=str(wanted.number))))
    return left.then(_done_to(turn, task, wanted))


def _done_to(turn: Turn, task: Task, wanted: Wish) -> Outcome:
    match wanted.action:
        case "show":
            return Outcome(replies=(task_saying.whole(turn, task),))
        case "comment":
            return _comment(turn, task, wanted.rest)
        case "due":
            return _due(turn, task, wanted.rest)
        case "tick":
            return _tick(turn, task, wanted.line)
    return _become(turn, task, BECOMES[wanted.action])


async def _create(turn: Turn, records: Records, text: str, known: Due | None = None) -> Outcome:
    """Make a task of a text, or ask for what is to be done where it says no more than when."""
    assert turn.ear
    when = due(text, turn.ear.read, turn.now.astimezone(zone_of(turn)))
    name = title(text, when, words(turn.language, "task_words"))
    when = when or known
    if not name:
        state = {"asks": "title", **({"due": when.at.isoformat(), "all_day": when.all_day} if when else {})}
        return Outcome.say(say(turn.language, "task.ask")).entering(turn, Mode(handler=HANDLER, state=state))
    if sum(task.is_open for task in await records.tasks()) >= MOST_OPEN:
        return Outcome.say(say(turn.language, "task.full", count=str(MOST_OPEN)))
    draft = Draft(
        title=name,
        due_at=when.at if when else None,
        due_all_day=bool(when and when.all_day),
        contact_id=turn.contact.id,
        conversation_id=turn.conversation.id,
    )
    number = await records.task_number()
    return Outcome(replies=(task_saying.made(turn, number, draft),), effects=(AddTask(number=number, draft=draft),))


async def _list(turn: Turn, records: Records) -> Outcome:
    wanted = _filter(turn)
    found = [task for task in await records.tasks() if wanted.takes(task)]
    return Outcome(replies=(task_saying.listing(turn, found),))


def _is_understood(turn: Turn, rest: str) -> bool:
    """Say whether what is left of a wish for a list says which tasks; "my tasks are a burden" wants none."""
    assert turn.ear
    said = words(turn.language, "task_words")
    when = due(rest, turn.ear.read, turn.now.astimezone(zone_of(turn))) if rest else None
    left = f" {plain(title(rest, when, said))} "
    for phrase in sorted((each for name in NARROWING for each in said[name]), key=len, reverse=True):
        left = left.replace(f" {phrase} ", " ")
    return not left.strip()


def _filter(turn: Turn) -> Filter:
    """Return which tasks are to be listed: the open ones, unless something else is said."""
    assert turn.ear
    said, by_name = plain(turn.text), words(turn.language, "task_words")
    if _says(said, by_name["overdue"]):
        return Filter(statuses=OPEN, due_before=turn.now)
    if _says(said, by_name["ended"]):
        return Filter(statuses=("done", "cancelled"))
    when = due(turn.text, turn.ear.read, turn.now.astimezone(zone_of(turn)))
    start, end = bounds(turn.text, when, by_name["until"]) if when else (None, None)
    return Filter(statuses=() if _says(said, by_name["all"]) else OPEN, due_from=start, due_before=end)


def _says(folded: str, meant: Sequence[str]) -> bool:
    return any(contains(folded, word) for word in meant)


def _which(turn: Turn, action: Action, tasks: Sequence[Task]) -> Outcome:
    """Ask which task is meant; where there is none of which this could be said, others may know what is."""
    wanted = BECOMES.get(action)
    meant = [task for task in tasks if (wanted in NEXT[task.status] if wanted else task.is_open)]
    if not meant:
        return _elsewhere(turn)
    example = f"{turn.text.strip()[:60]} {meant[0].number}"
    text = say(turn.language, "task.which", example=example)
    return Outcome(replies=(Content(text=text, buttons=task_saying.choose(action, meant)),))


def _become(turn: Turn, task: Task, status: Status) -> Outcome:
    if task.status == status:
        return Outcome.say(became(turn, status, task))
    if status not in NEXT[task.status]:
        words_of = say(turn.language, f"task.is_{task.status}")
        return Outcome.say(say(turn.language, "task.refused", number=str(task.number), status=words_of))
    change = ChangeTask(task_id=task.id, version=task.version, wanted={"status": status})
    outcome = Outcome.say(became(turn, status, task), change)
    return outcome.then(_follow_up(turn, task)) if status == "done" else outcome


def _follow_up(turn: Turn, task: Task) -> Outcome:
    """Say what was to be said once a task is done, and what comes next."""
    replies = []
    if task.follow_up and task.follow_up.message:
        replies.append(Content(text=task.follow_up.message, language=written(turn)))
    if draft := following(task, turn.now):
        replies.append(Content(text=say(turn.language, "task.next", title=titled(draft, zone_of(turn)))))
    return Outcome(replies=tuple(replies))


def _comment(turn: Turn, task: Task, text: str) -> Outcome:
    if not text:
        mode = Mode(handler=HANDLER, state={"asks": "comment", "number": task.number})
        return Outcome.say(say(turn.language, "task.comment_ask", number=str(task.number))).entering(turn, mode)
    effect = CommentTask(task_id=task.id, text=text[:MOST_COMMENT])
    return Outcome.say(say(turn.language, "task.commented", number=str(task.number)), effect)


def _tick(turn: Turn, task: Task, line: int) -> Outcome:
    """Tick a line of the checklist, which is shown as it stands then."""
    ticked = tuple(
        item.model_copy(update={"done": item.done or at == line}) for at, item in enumerate(task.checklist, 1)
    )
    change = ChangeTask(task_id=task.id, version=task.version, wanted={"checklist": ticked})
    effects = (change,) if task.is_open and ticked != task.checklist else ()
    shown = replace(task, checklist=ticked) if effects else task
    return Outcome(replies=(task_saying.whole(turn, shown),), effects=effects)


def _due(turn: Turn, task: Task, text: str, *, answering: bool = False) -> Outcome:
    """Put a task off to the time a text names; ask where it names none."""
    assert turn.ear
    if not task.is_open:
        status = say(turn.language, f"task.is_{task.status}")
        return Outcome.say(say(turn.language, "task.refused", number=str(task.number), status=status))
    when = due(text, turn.ear.read, turn.now.astimezone(zone_of(turn))) if text else None
    if when is None:
        key = "task.due_unread" if answering else "task.due_ask"
        mode = Mode(handler=HANDLER, state={"asks": "due", "number": task.number})
        return Outcome.say(say(turn.language, key, number=str(task.number))).entering(turn, mode)
    wanted = {"due_at": when.at, "due_all_day": when.all_day}
    moved = replace(task, due_at=when.at, due_all_day=when.all_day)
    shown = {"number": str(task.number), "title": task.title, "due": due_words(moved, zone_of(turn))}
    return Outcome.say(
        say(turn.language, "task.due", **shown), ChangeTask(task_id=task.id, version=task.version, wanted=wanted)
    )


async def _answered(turn: Turn, records: Records, state: Mapping[str, Any]) -> Outcome:
    """Take the answer to what was asked: what is to be done, until when, or a comment."""
    if unread := why_unread(turn):
        return Outcome.say(unread)
    left = _left(turn)
    gone = Outcome(modes=left.conversation.modes)
    if state.get("asks") == "title":
        return gone.then(await _create(left, records, turn.text, _kept(state)))
    task = next((each for each in await records.tasks() if each.number == state.get("number")), None)
    if task is None:
        return gone.then(Outcome.say(say(turn.language, "task.unknown", number=str(state.get("number", "?")))))
    if state.get("asks") == "due":
        return gone.then(_due(left, task, turn.text, answering=True))
    return gone.then(_comment(left, task, turn.text.strip()))


def _kept(state: Mapping[str, Any]) -> Due | None:
    """Return when a task without a title is due, as the mode remembers it."""
    try:
        return Due(datetime.fromisoformat(str(state["due"])), state.get("all_day") is True, 0, 0)
    except (KeyError, ValueError):
        return None


async def _unasked(turn: Turn, records: Records, route: Route) -> Outcome:
    """Answer what does not begin like a wish: an intent or a rule of the tenant's led here, or it is not for us."""
    intent = turn.intents.get(route.argument or "")
    if intent and intent.handler == HANDLER:
        text = turn.values.get("title")
        return await _create(turn, records, text if isinstance(text, str) else turn.text)
    return _elsewhere(turn) if route.by in ("opening", "mode") else await _list(turn, records)


def _elsewhere(turn: Turn) -> Outcome:
    """Leave it to the intent that was recognised, or whoever else answers."""
    intent = turn.intents.get(turn.meaning.intent or "")
    if intent and intent.handler != HANDLER:
        onward = Onward(handler="intent", argument=intent.name)
    else:
        onward = Onward(handler="did_you_mean" if turn.meaning.asked else "fallback")
    return Outcome(onward=onward, evidence="not about a task")


def _left(turn: Turn) -> Turn:
    """Return the turn without a question about tasks."""
    modes = tuple(mode for mode in turn.conversation.modes if mode.handler != HANDLER)
    return replace(turn, conversation=replace(turn.conversation, modes=modes))

"""Tasks in a conversation: what is asked, what is kept, what is said, and what is left to others."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from frontdesk.core.meaning import Candidate, Meaning
from frontdesk.core.tasks import FollowUp, Item, NextTask
from frontdesk.core.turn import Route
from frontdesk.handlers.task import MOST_OPEN
from frontdesk.phrases import languages, say
from tests.handlers.tasks import NOW, Talk, a_task


async def test_a_task_is_made_with_the_words_that_are_left_without_its_date() -> None:
    talk = Talk()
    assert await talk.says("add a task: call the lab by Friday") == "New task 101: call the lab (2025-01-03)"
    (task,) = talk.notebook.kept
    assert (task.title, task.due_all_day) == ("call the lab", True)
    assert task.due_at == datetime.fromisoformat("2025-01-03T23:59+01:00")
    assert (task.contact_id, task.conversation_id) == (UUID(int=6), UUID(int=5))
    assert talk.payloads == ["/task done 101", "/task due 101", "/task list"]
    assert talk.modes == ()


async def test_the_clock_is_the_contacts_where_it_is_known() -> None:
    talk = Talk()
    contact = replace(talk.turn("x").contact, time_zone="America/Lima")
    await talk.says("new task pay by Friday", contact=contact)
    assert talk.notebook.kept[0].due_at == datetime.fromisoformat("2025-01-03T23:59-05:00")


async def test_without_a_title_it_asks_and_keeps_when() -> None:
    talk = Talk()
    assert await talk.says("new task by Friday") == say("en", "task.ask")
    assert [mode.handler for mode in talk.modes] == ["task"]
    assert await talk.says("call the lab") == "New task 101: call the lab (2025-01-03)"
    assert talk.modes == ()


async def test_the_answer_may_say_when() -> None:
    talk = Talk()
    await talk.says("new task")
    assert await talk.says("call the lab at 8:30 tomorrow") == "New task 101: call the lab (2025-01-02 08:30)"


async def test_a_wish_ends_the_question() -> None:
    talk = Talk(a_task(7))
    await talk.says("new task")
    assert "7. Call the lab" in await talk.says("my tasks")
    assert talk.modes == ()


async def test_a_file_without_words_is_no_title() -> None:
    talk = Talk()
    await talk.says("new task")
    assert await talk.says("", unread="media.no_text") == say("en", "media.no_text")
    assert len(talk.modes) == 1


LATE, WEEK, NEVER, DONE = (
    a_task(1, "Late", due_at=NOW - timedelta(days=2)),
    a_task(2, "Soon", due_at=NOW + timedelta(days=2)),
    a_task(3, "Some day"),
    a_task(4, "Old", status="done"),
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("my tasks", [1, 2, 3]),
        ("tasks due this week", [1, 2]),
        ("tasks due on Friday", [2]),
        ("tasks due by Friday", [1, 2]),
        ("tasks due tomorrow", []),
        ("overdue tasks", [1]),
        ("done tasks", [4]),
        ("all my tasks", [1, 2, 3, 4]),
    ],
)
async def test_tasks_are_listed_as_asked_for(text: str, numbers: list[int]) -> None:
    talk = Talk(DONE, NEVER, WEEK, LATE)
    said = await talk.says(text)
    lines = said.splitlines()
    assert [int(line.split(".")[0]) for line in lines[1:]] == numbers
    assert lines[0] == say("en", "task.list" if numbers else "task.none")


async def test_a_list_shows_what_is_late_begun_and_how_far_and_ends_the_first() -> None:
    far = a_task(5, "Pack", status="doing", checklist=(Item(text="a", done=True), Item(text="b")))
    talk = Talk(far, LATE)
    assert (await talk.says("my tasks")).splitlines()[1:] == [
        "1. Late (2024-12-30 13:00) · overdue",
        "5. Pack · 1/2 · being worked on",
    ]
    assert talk.payloads == ["/task done 1", "/task done 5"]


async def test_a_long_list_ends_with_how_many_there_are_besides() -> None:
    talk = Talk(*(a_task(number) for number in range(1, 15)))
    assert (await talk.says("my tasks")).splitlines()[-1] == say("en", "task.more", count="4")


@pytest.mark.parametrize("how", ["done 12", "/task done 12"])
async def test_a_task_is_done_by_number_or_button(how: str) -> None:
    talk = Talk(a_task(12))
    said = await (talk.presses("done 12") if how.startswith("/") else talk.says(how))
    assert said == "Task 12 is done: Call the lab"
    assert talk.notebook.kept[0].status == "done"
    assert await talk.presses("done 12") == "Task 12 is done: Call the lab"
    assert talk.outcome.effects == ()


async def test_when_it_is_done_the_follow_up_is_said() -> None:
    after = FollowUp(message="Come by for the result.", task=NextTask(title="Fetch it", due_in_days=1))
    talk = Talk(a_task(12, follow_up=after))
    said = (await talk.says("done 12")).splitlines()
    assert said[1:] == ["Come by for the result.", "What comes next: Fetch it (2025-01-02 13:00)"]


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("cancel task 12", "open", "cancelled"),
        ("start task 12", "open", "doing"),
        ("reopen 12", "done", "open"),
        ("reopen task 12", "cancelled", "open"),
    ],
)
async def test_the_status_changes_as_asked(text: str, before: Any, after: str) -> None:
    talk = Talk(a_task(12, status=before))
    assert await talk.says(text) == say("en", f"task.{after}", number="12", title="Call the lab")
    assert talk.notebook.kept[0].status == after


async def test_what_can_not_follow_is_refused_with_how_it_stands() -> None:
    talk = Talk(a_task(12, status="cancelled"))
    for text in ("done 12", "start task 12", "move task 12 to Friday"):
        assert await talk.says(text) == say("en", "task.refused", number="12", status="cancelled")
        assert talk.outcome.effects == ()


async def test_a_task_is_put_off_at_once_or_when_asked() -> None:
    talk = Talk(a_task(12))
    assert await talk.says("move task 12 to Friday") == "Task 12 is due 2025-01-03: Call the lab"
    assert await talk.presses("due 12") == say("en", "task.due_ask", number="12")
    assert await talk.says("whenever") == say("en", "task.due_unread", number="12")
    assert await talk.says("tomorrow at 5pm") == "Task 12 is due 2025-01-02 17:00: Call the lab"
    assert talk.modes == ()
    assert talk.notebook.kept[0].due_at == datetime.fromisoformat("2025-01-02T17:00+01:00")


async def test_a_comment_is_kept_at_once_or_when_asked() -> None:
    talk = Talk(a_task(12))
    assert await talk.says("comment on task 12: they are closed") == say("en", "task.commented", number="12")
    await talk.says("comment 12")
    assert await talk.says("they open at nine") == say("en", "task.commented", number="12")
    assert talk.notebook.comments == ["they are closed", "they open at nine"]


async def test_all_of_a_task_is_shown() -> None:
    talk = Talk(a_task(12, details="By phone.", checklist=(Item(text="number", done=True), Item(text="call"))))
    assert (await talk.says("task 12")).splitlines() == ["12. Call the lab · open", "By phone.", "☑ number", "☐ call"]


async def test_a_checklist_is_ticked_line_by_line() -> None:
    talk = Talk(a_task(12, checklist=(Item(text="number"), Item(text="call"))))
    await talk.says("task 12")
    assert talk.payloads == ["/task tick 12 1", "/task tick 12 2", "/task done 12", "/task due 12", "/task list"]
    assert (await talk.presses("tick 12 2")).splitlines()[1:] == ["☐ number", "☑ call"]
    assert [item.done for item in talk.notebook.kept[0].checklist] == [False, True]
    for again in ("tick 12 2", "tick 12 3", "tick 12"):
        assert "☑ call" in await talk.presses(again)
        assert talk.outcome.effects == ()


async def test_the_checklist_of_what_is_done_stays_as_it_is() -> None:
    talk = Talk(a_task(12, status="done", checklist=(Item(text="call"),)))
    assert "☐ call" in await talk.presses("tick 12 1")
    assert talk.outcome.effects == ()


@pytest.mark.parametrize("text", ["my tasks are a burden", "tasks you gave me last time"])
async def test_a_list_nobody_asked_for_is_not_shown(text: str) -> None:
    talk = Talk(a_task(12))
    await talk.says(text)
    assert talk.onward == ("fallback", None)


async def test_somebody_elses_number_is_unknown() -> None:
    talk = Talk(a_task(12))
    for text in ("done 13", "task 13"):
        assert await talk.says(text) == say("en", "task.unknown", number="13")


async def test_without_a_number_it_asks_which_of_those_it_may_be() -> None:
    talk = Talk(a_task(12), a_task(13, status="done"))
    assert await talk.says("done") == say("en", "task.which", example="done 12")
    assert talk.payloads == ["/task done 12"]
    await talk.says("reopen")
    assert talk.payloads == ["/task reopen 13"]


async def test_too_many_open_tasks_are_refused() -> None:
    talk = Talk(*(a_task(number) for number in range(MOST_OPEN)))
    assert await talk.says("new task x") == say("en", "task.full", count=str(MOST_OPEN))


MEANT = Meaning(intent="haircut", confidence=0.9, by="classifier")
CLOSE = Meaning(intent=None, confidence=0.4, by="classifier", asked=(Candidate(intent="haircut", confidence=0.4),))


@pytest.mark.parametrize(
    ("meaning", "onward"),
    [(MEANT, ("intent", "haircut")), (CLOSE, ("did_you_mean", None)), (Meaning(), ("fallback", None))],
)
@pytest.mark.parametrize("text", ["done with my haircut", "done"])
async def test_what_only_begins_like_a_task_is_left_to_others(
    text: str, meaning: Meaning, onward: tuple[str, str | None]
) -> None:
    talk = Talk()
    await talk.says(text, meaning=meaning)
    assert talk.onward == onward


async def test_an_intent_of_the_tenants_may_make_a_task() -> None:
    talk = Talk()
    asked = Route(handler="task", reason="asked by intent", argument="chore")
    await talk.says("I have to call the lab by Friday", asked)
    await talk.says("whatever", asked, values={"title": "Pay the rent"})
    assert [task.title for task in talk.notebook.kept] == ["call the lab", "Pay the rent"]


async def test_a_rule_of_the_tenants_lists_tasks() -> None:
    talk = Talk(a_task(12))
    assert "12. Call the lab" in await talk.says(
        "what now", Route(handler="task", reason="", argument="0", by="keyword")
    )


async def test_where_nothing_keeps_tasks_the_fallback_answers() -> None:
    talk = Talk()
    await talk.says("my tasks", records=None)
    assert talk.onward == ("fallback", None)


@pytest.mark.parametrize("language", sorted(languages()))
async def test_every_language_says_what_is_made_listed_and_done(language: str) -> None:
    talk = Talk(a_task(12, "X", due_at=NOW - timedelta(days=1)), language=language)
    for argument, key in (("done 12", "task.done"), ("reopen 12", "task.open"), ("due 12", "task.due_ask")):
        assert await talk.presses(argument) == say(language, key, number="12", title="X")
    assert say(language, "task.is_overdue") in await talk.presses("show 12")

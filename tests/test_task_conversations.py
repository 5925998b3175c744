"""Tasks from message to table: made, listed and done in a conversation, and what the API sees of it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from frontdesk.core.tasks import ChangeTask
from frontdesk.core.tenant import Tenant
from frontdesk.errors import Conflict
from frontdesk.services.tasks import TaskDesk
from frontdesk.services.tenants import tenancy
from frontdesk.store import merges, task_effects, tasks
from frontdesk.store.task_log import Actor
from tests.builders import UPDATES, a_telegram_press, a_telegram_text
from tests.services.desk import Desk
from tests.services.provider import FileHost

ADA, BO = 5550001, 5550002


class Talk:
    """People who write to a bot."""

    def __init__(self, desk: Desk, tenant: Tenant, channel: Any) -> None:
        self.desk, self.tenant, self.channel = desk, tenant, channel

    async def says(self, text: str, who: int = ADA) -> str:
        """Say something and return what was answered, in one text."""
        number = next(UPDATES)
        return await self._hears(a_telegram_text(text, chat=who, message_id=number, update_id=number))

    async def presses(self, data: str, who: int = ADA) -> str:
        return await self._hears(a_telegram_press(data, message_id=1, chat=who))

    async def _hears(self, update: Any) -> str:
        known = len(await self.desk.said_by_us(self.tenant))
        await self.desk.hear(self.tenant, self.channel, update)
        await self.desk.finished(self.tenant)
        return "\n".join(text or "" for _, text in (await self.desk.said_by_us(self.tenant))[known:])

    async def rows(self, query: str, *arguments: Any) -> list[Any]:
        return await self.desk.rows(self.tenant, query, *arguments)

    async def contact(self, who: int) -> Any:
        (row,) = await self.rows("SELECT contact_id FROM identities WHERE external_id = $1", str(who))
        return row["contact_id"]


@pytest.fixture
async def talk(desk: Desk) -> AsyncIterator[Talk]:
    async with FileHost({}) as host:
        tenant = await desk.tenant(time_zone="Europe/Madrid")
        async with desk.working():
            yield Talk(desk, tenant, await desk.channel(tenant, host.url))


async def test_a_task_lives_from_the_first_word_to_the_last(talk: Talk) -> None:
    assert (await talk.says("add a task: call the lab by 5 January 2030")) == "New task 1: call the lab (2030-01-05)"
    assert (await talk.says("new task")) == "What is to be done?"
    assert (await talk.says("pay the rent")) == "New task 2: pay the rent"
    listed = await talk.says("my tasks")
    assert listed.splitlines()[1:] == ["1. call the lab (2030-01-05)", "2. pay the rent"]
    assert await talk.presses("/task done 1") == "Task 1 is done: call the lab"
    assert await talk.says("comment on task 2: half of it") == "Noted on task 2."
    rows = await talk.rows("SELECT number, status, version, created_by, done_at IS NULL AS open FROM tasks ORDER BY id")
    assert [tuple(row) for row in rows] == [(1, "done", 2, "contact", False), (2, "open", 1, "contact", True)]
    events = await talk.rows("SELECT kind, actor, contact_id FROM task_events ORDER BY id")
    assert [row["kind"] for row in events] == ["created", "created", "changed", "commented"]
    assert {(row["actor"], row["contact_id"]) for row in events} == {("contact", await talk.contact(ADA))}


async def test_what_only_begins_with_such_words_makes_ends_and_lists_nothing(talk: Talk) -> None:
    await talk.says("new task: call the lab")
    for text in (
        "done 1 hour ago",
        "done with this, thank you",
        "todo bien",
        "my tasks are a burden",
        "comment 1 person",
    ):
        assert "Task 1" not in await talk.says(text), text
    rows = await talk.rows("SELECT title, status, version FROM tasks")
    assert [tuple(row) for row in rows] == [("call the lab", "open", 1)]
    assert await talk.says("task 1 is done") == "Task 1 is done: call the lab"


async def test_a_checklist_is_ticked_in_the_conversation(talk: Talk) -> None:
    await talk.says("new task: pack")
    await talk.rows("UPDATE tasks SET checklist = $1", json.dumps([{"text": "pills", "done": False}]))
    assert "☑ pills" in await talk.presses("/task tick 1 1")
    (row,) = await talk.rows("SELECT checklist, version FROM tasks")
    assert (json.loads(row["checklist"]), row["version"]) == ([{"text": "pills", "done": True}], 2)


async def test_nobody_sees_or_ends_somebody_elses(talk: Talk) -> None:
    await talk.says("new task pay the rent")
    assert await talk.says("my tasks", BO) == "There are no such tasks of yours."
    assert await talk.presses("/task done 1", BO) == "You have no task 1."
    assert [row["status"] for row in await talk.rows("SELECT status FROM tasks")] == ["open"]


async def test_of_merged_people_each_keeps_what_is_theirs(talk: Talk) -> None:
    await talk.says("new task one")
    await talk.says("hello", BO)
    ada, bo = await talk.contact(ADA), await talk.contact(BO)
    async with talk.desk.databases.tenant(tenancy(talk.tenant)) as tx:
        await merges.merge(tx, bo, ada, "tests")
    assert "1. one" in await talk.says("my tasks", BO)
    await talk.says("new task two", BO)
    assert [row["contact_id"] for row in await talk.rows("SELECT contact_id FROM tasks ORDER BY id")] == [ada, bo]
    assert len((await talk.says("my tasks")).splitlines()) == 3


async def test_what_follows_a_task_done_in_words_is_made_and_said(talk: Talk) -> None:
    await talk.says("new task call the lab")
    after = {"message": "Come by for the result.", "task": {"title": "fetch it"}}
    await talk.rows("UPDATE tasks SET follow_up = $1", json.dumps(after))
    said = await talk.says("done 1")
    assert said.splitlines() == ["Task 1 is done: call the lab", "Come by for the result.", "What comes next: fetch it"]
    assert "2. fetch it" in await talk.says("my tasks")


async def test_a_turn_that_saw_another_version_changes_nothing_and_the_desk_may_change_it_back(talk: Talk) -> None:
    await talk.says("new task call the lab")
    (row,) = await talk.rows("SELECT id FROM tasks")
    effect, contact = ChangeTask(task_id=row["id"], version=1, wanted={"status": "done"}), await talk.contact(ADA)
    async with talk.desk.databases.tenant(tenancy(talk.tenant)) as tx:
        await tasks.change(tx, row["id"], 1, {"title": "call them"}, Actor(name="tests"))
    with pytest.raises(Conflict, match="version 2"):
        async with talk.desk.databases.tenant(tenancy(talk.tenant)) as tx:
            await task_effects.apply(tx, effect, contact, contact)
    assert await talk.says("done 1") == "Task 1 is done: call them"
    desk = await talk.desk.app.get(TaskDesk)
    await desk.change(talk.tenant, row["id"], 3, {"status": "open"}, "tests")
    await talk.desk.finished(talk.tenant)
    assert (await talk.desk.said_by_us(talk.tenant))[-1][1] == "Task 1 is open again: call them"

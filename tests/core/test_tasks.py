"""Tasks: which status may follow which, what a change comes to, and what becomes of words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from frontdesk.core import tasks
from frontdesk.core.task_words import Wish, due, pressed, title, wish
from frontdesk.core.tasks import (
    NEXT,
    STATUSES,
    AddTask,
    ChangeTask,
    CommentTask,
    Draft,
    Filter,
    FollowUp,
    Item,
    NextTask,
    Status,
    Task,
)
from frontdesk.core.tenant import TenantSettings
from frontdesk.errors import Conflict, InvalidInput
from frontdesk.phrases import languages, words
from frontdesk.understanding.entities.dialogue import listening

NOW = datetime(2025, 1, 1, 12, tzinfo=UTC)
CONTACT = UUID(int=6)


def a_task(**changes: Any) -> Task:
    values: dict[str, Any] = {"id": UUID(int=1), "number": 12, "title": "Call the lab", "contact_id": CONTACT}
    return Task(**{**values, "created_at": NOW, "changed_at": NOW, **changes})


@given(st.lists(st.sampled_from(STATUSES), max_size=20))
def test_a_status_follows_only_where_the_table_says_so_and_done_has_a_time(path: list[Status]) -> None:
    task = a_task()
    for number, status in enumerate(path):
        before, now = task, NOW + timedelta(minutes=number + 1)
        if status != task.status and status not in NEXT[task.status]:
            with pytest.raises(Conflict):
                tasks.changed(task, {"status": status}, now)
            continue
        task = tasks.changed(task, {"status": status}, now)
        assert task.status == status
        assert (task.done_at is not None) == (status == "done")
        assert task.version == before.version + (status != before.status)
        assert task.changed_at == (now if status != before.status else before.changed_at)


@given(st.sampled_from(STATUSES))
def test_from_every_status_each_other_can_be_reached(start: Status) -> None:
    reached, ways = {start}, [start]
    while ways:
        for status in NEXT[ways.pop()]:
            if status not in reached:
                reached.add(status)
                ways.append(status)
    assert reached == set(STATUSES)


def test_a_change_that_changes_nothing_is_the_task_itself() -> None:
    task = a_task(checklist=(Item(text="a"),))
    assert tasks.changed(task, {"title": "Call the lab", "checklist": (Item(text="a"),)}, NOW) is task


@pytest.mark.parametrize("wanted", [{"title": " "}, {"number": 3}, {"id": UUID(int=2)}, {"nonsense": 1}])
def test_what_can_not_be_changed_is_refused(wanted: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        tasks.changed(a_task(), wanted, NOW)


def test_without_a_due_date_no_day_counts() -> None:
    task = a_task(due_at=NOW, due_all_day=True)
    assert tasks.changed(task, {"due_at": None}, NOW).due_all_day is False


def test_the_log_says_what_changed_and_never_whose_it_was() -> None:
    before = a_task(follow_up=FollowUp(message="Well done"))
    after = replace(before, title="B", due_at=NOW, contact_id=None, follow_up=None, checklist=(Item(text="x"),))
    assert tasks.differences(before, after) == {
        "title": ["Call the lab", "B"],
        "due_at": [None, NOW.isoformat()],
        "contact_id": [True, False],
        "follow_up": [{"message": "Well done"}, None],
        "checklist": [[], [{"text": "x", "done": False}]],
    }


@pytest.mark.parametrize(
    ("before", "changes", "told"),
    [
        (None, {}, "new"),
        (None, {"contact_id": None}, None),
        ({"contact_id": UUID(int=9)}, {}, "new"),
        ({}, {"status": "done"}, "done"),
        ({}, {"status": "doing", "due_at": NOW}, "doing"),
        ({}, {"due_at": NOW}, "due"),
        ({"due_at": NOW}, {"due_at": None}, "due"),
        ({}, {"details": "more", "agent_id": UUID(int=3)}, None),
    ],
)
def test_a_contact_is_told_what_concerns_them(
    before: dict[str, Any] | None, changes: dict[str, Any], told: str | None
) -> None:
    was = None if before is None else a_task(**before)
    assert tasks.news(was, a_task(**changes)) == told


def test_what_follows_is_for_the_same_people() -> None:
    task = a_task(follow_up=FollowUp(task=NextTask(title="Fetch it", due_in_days=2)), agent_id=UUID(int=3))
    draft = tasks.following(task, NOW)
    assert draft == Draft(title="Fetch it", due_at=NOW + timedelta(days=2), contact_id=CONTACT, agent_id=UUID(int=3))
    assert tasks.following(a_task(follow_up=FollowUp(message="Thanks")), NOW) is None
    with pytest.raises(ValidationError):
        FollowUp()


def test_tasks_are_filtered_and_ordered_by_when_they_are_due() -> None:
    late, soon = a_task(number=1, due_at=NOW - timedelta(days=1)), a_task(number=2, due_at=NOW)
    never, done = a_task(number=3), a_task(number=4, status="done", due_at=NOW)
    everything = [never, done, soon, late]
    assert [task.number for task in tasks.in_order(everything)] == [1, 2, 4, 3]
    for wanted, numbers in (
        (Filter(), {1, 2, 3, 4}),
        (Filter(statuses=("done",)), {4}),
        (Filter(due_before=NOW), {1}),
        (Filter(due_from=NOW, statuses=("open",)), {2}),
        (Filter(contact_id=UUID(int=9)), set()),
    ):
        assert {task.number for task in everything if wanted.takes(task)} == numbers


def test_due_dates_and_checklists_in_figures() -> None:
    zone = ZoneInfo("Europe/Madrid")
    assert tasks.titled(a_task(due_at=NOW), zone) == "Call the lab (2025-01-01 13:00)"
    assert tasks.titled(a_task(due_at=NOW, due_all_day=True), zone) == "Call the lab (2025-01-01)"
    assert tasks.titled(a_task(), zone) == "Call the lab"
    assert tasks.progress((Item(text="a", done=True), Item(text="b"))) == "1/2"


def test_the_desk_hears_which_tasks_a_turn_changed() -> None:
    change = ChangeTask(task_id=UUID(int=1), version=1, wanted={})
    added = AddTask(number=3, draft=Draft(title="a"))
    assert tasks.word([object(), added, change]) == {
        "event": "task",
        "tasks": [{"number": 3}, {"id": str(UUID(int=1))}],
    }
    assert tasks.word([CommentTask(task_id=UUID(int=1), text="x")]) is not None
    assert tasks.word([object()]) is None


@pytest.mark.parametrize(
    ("argument", "wanted"),
    [
        ("done 12", Wish(action="done", number=12)),
        ("list", Wish(action="list")),
        ("done twelve", None),
        ("done ١٢", None),
        (f"done {'9' * 30}", None),
        ("eat 12", None),
        ("", None),
        (None, None),
    ],
)
def test_what_a_button_stands_for(argument: str | None, wanted: Wish | None) -> None:
    assert pressed(argument) == wanted


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("Add a task: call the lab by Friday", "en", Wish(action="create", rest="call the lab by Friday")),
        ("new task", "en", Wish(action="create")),
        ("my tasks", "en", Wish(action="list")),
        ("tasks due this week", "en", Wish(action="list", rest="due this week")),
        ("Open tasks?", "en", Wish(action="list")),
        ("Done tasks", "en", Wish(action="list")),
        ("done 12", "en", Wish(action="done", number=12)),
        ("Done: #12.", "en", Wish(action="done", number=12)),
        ("done", "en", Wish(action="done")),
        ("done with the haircut", "en", None),
        ("done 12 days ago", "en", None),
        ("done 12, thank you!", "en", Wish(action="done", number=12)),
        ("task 12 is done", "en", Wish(action="done", number=12)),
        ("Aufgabe 7 erledigt", "de", Wish(action="done", number=7)),
        ("todo: buy milk", "en", Wish(action="create", rest="buy milk")),
        ("todo bien", "es", None),
        ("comment 2 people made", "en", None),
        ("comment 2: they are closed", "en", Wish(action="comment", number=2, rest="they are closed")),
        ("task 12", "en", Wish(action="show", number=12)),
        ("comment on task 12: they are closed", "en", Wish(action="comment", number=12, rest="they are closed")),
        ("move task 12 to Monday", "en", Wish(action="due", number=12, rest="to Monday")),
        ("cancel task 3", "en", Wish(action="cancel", number=3)),
        ("task 12th of May", "en", None),
        ("hello there", "en", None),
        ("", "en", None),
        ("neue Aufgabe: Labor anrufen bis Freitag", "de", Wish(action="create", rest="Labor anrufen bis Freitag")),
        ("erledigt 7", "de", Wish(action="done", number=7)),
        ("¿Mis tareas?", "es", Wish(action="list")),
        ("Ajoute une tâche : appeler le labo", "fr", Wish(action="create", rest="appeler le labo")),
        ("feito nº 4", "pt", Wish(action="done", number=4)),
        ("kazi mpya: piga simu", "sw", Wish(action="create", rest="piga simu")),
        ("नया काम: लैब को फ़ोन करो", "hi", Wish(action="create", rest="लैब को फ़ोन करो")),
        ("أضف مهمة: اتصل بالمختبر", "ar", Wish(action="create", rest="اتصل بالمختبر")),
        ("تم ١٢", "ar", Wish(action="done", number=12)),
    ],
)
def test_what_words_ask_for(text: str, language: str, wanted: Wish | None) -> None:
    assert wish(text, words(language, "task_words")) == wanted


@pytest.mark.parametrize(
    ("text", "language", "left", "at", "all_day"),
    [
        ("call the lab by Friday", "en", "call the lab", "2025-01-03T23:59+01:00", True),
        ("call the lab on Friday at 5pm", "en", "call the lab", "2025-01-03T17:00+01:00", False),
        ("call the lab by 5pm", "en", "call the lab", "2025-01-01T17:00+01:00", False),
        ("call the lab by 8:30", "en", "call the lab", None, False),
        ("by Friday: call the lab", "en", "call the lab", "2025-01-03T23:59+01:00", True),
        ("pay in 20 minutes", "en", "pay", "2025-01-01T13:20+01:00", False),
        ("ask about Monday's sample by Friday", "en", "ask about Monday's sample", "2025-01-03T23:59+01:00", True),
        ("send the note on Friday to Ben", "en", "send the note on Friday to Ben", "2025-01-03T23:59+01:00", True),
        ("buy milk", "en", "buy milk", None, False),
        ("by Friday", "en", "", "2025-01-03T23:59+01:00", True),
        ("das Labor bis Freitag anrufen", "de", "das Labor anrufen", "2025-01-03T23:59+01:00", True),
        ("ich muss morgen den Arzt anrufen", "de", "den Arzt anrufen", "2025-01-02T23:59+01:00", True),
        ("morgen muss ich den Arzt anrufen", "de", "den Arzt anrufen", "2025-01-02T23:59+01:00", True),
        ("ich muss den Arzt morgen um 9 Uhr anrufen", "de", "den Arzt anrufen", "2025-01-02T09:00+01:00", False),
        ("den Befund von morgen ausdrucken", "de", "den Befund von morgen ausdrucken", None, False),
        ("die Mappe für Freitag packen", "de", "die Mappe für Freitag packen", "2025-01-03T23:59+01:00", True),
        ("मुझे कल डॉक्टर को फ़ोन करना है", "hi", "डॉक्टर को फ़ोन करना है", "2025-01-02T23:59+01:00", True),
        ("कल की बैठक की तैयारी", "hi", "की बैठक की तैयारी", "2025-01-02T23:59+01:00", True),
        ("I have to call the doctor tomorrow", "en", "call the doctor", "2025-01-02T23:59+01:00", True),
        ("to call the doctor", "en", "call the doctor", None, False),
        ("tengo que llamar al médico mañana", "es", "llamar al médico", "2025-01-02T23:59+01:00", True),
        ("je dois appeler le médecin demain", "fr", "appeler le médecin", "2025-01-02T23:59+01:00", True),
        ("Labor anrufen bis Freitag", "de", "Labor anrufen", "2025-01-03T23:59+01:00", True),
        ("llamar al laboratorio antes del viernes", "es", "llamar al laboratorio", "2025-01-03T23:59+01:00", True),
        ("appeler le labo d'ici vendredi à 17h", "fr", "appeler le labo", "2025-01-03T17:00+01:00", False),
        ("ligar ao laboratório até sexta-feira", "pt", "ligar ao laboratório", "2025-01-03T23:59+01:00", True),
        ("शुक्रवार तक लैब को फ़ोन करो", "hi", "लैब को फ़ोन करो", "2025-01-03T23:59+01:00", True),
        ("اتصل بالمختبر قبل الجمعة", "ar", "اتصل بالمختبر", "2025-01-03T23:59+01:00", True),
        ("piga simu maabara kabla ya Ijumaa", "sw", "piga simu maabara", "2025-01-03T23:59+01:00", True),
    ],
)
def test_the_title_is_what_is_left_without_the_due_date(
    text: str, language: str, left: str, at: str | None, all_day: bool
) -> None:
    zone = "Europe/Madrid"
    ear = listening(language, NOW, TenantSettings(time_zone=zone), None)
    when = due(text, ear.read, NOW.astimezone(ZoneInfo(zone)))
    assert title(text, when, words(language, "task_words")) == left
    if at is not None:
        assert when is not None
        assert (when.at, when.all_day) == (datetime.fromisoformat(at), all_day)


@given(st.text(max_size=60), st.sampled_from(sorted(languages())))
def test_any_text_can_be_read(text: str, language: str) -> None:
    ear = listening(language, NOW, TenantSettings(), None)
    when = due(text, ear.read, NOW)
    wanted = wish(text, words(language, "task_words"))
    assert len(title(text, when, words(language, "task_words"))) <= tasks.LONGEST_TITLE
    assert wanted is None or len(wanted.rest) <= len(text)

"""Tasks that ended go when their time is over, with what was said about them; open ones stay."""

from frontdesk.services.cleaning import Cleaning
from tests.services.desk import Desk


async def test_ended_tasks_go_and_open_ones_stay(desk: Desk) -> None:
    tenant = await desk.tenant(retention={"task_days": 30})
    cleaning = await desk.app.get(Cleaning)
    for status, age, ended in (
        ("done", 40, 40),
        ("cancelled", 40, 40),
        ("done", 40, 10),
        ("open", 40, 40),
        ("done", 1, 1),
    ):
        await desk.rows(
            tenant,
            "INSERT INTO tasks (number, id, title, status, created_by, changed_at) SELECT"
            " (SELECT count(*) FROM tasks), uuidv7(-make_interval(days => $1)), $2, $2, 'tests', now() - make_interval(days => $3)",
            age,
            status,
            ended,
        )
    await desk.rows(tenant, "INSERT INTO task_comments (task_id, author, text) SELECT id, 'tests', 'x' FROM tasks")
    assert (await cleaning.clean(tenant))["tasks"] == 2
    left = await desk.rows(tenant, "SELECT status FROM tasks ORDER BY number")
    assert [row["status"] for row in left] == ["done", "open", "done"]
    assert len(await desk.rows(tenant, "SELECT true FROM task_comments")) == 3


async def test_by_default_tasks_stay(desk: Desk) -> None:
    tenant = await desk.tenant()
    await desk.rows(
        tenant,
        "INSERT INTO tasks (number, id, title, status, created_by, changed_at)"
        " SELECT 1, uuidv7(-interval '9 years'), 'x', 'done', 'tests', now() - interval '9 years'",
    )
    assert "tasks" not in await (await desk.app.get(Cleaning)).clean(tenant)

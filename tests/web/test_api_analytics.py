"""What routing did, over the API: by day and name, in the tenant's own days, and as a table."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from frontdesk.core.analytics import BOUNDS, Key, tally
from frontdesk.services.counting import Counting
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.store import analytics
from frontdesk.store.db import Databases
from tests.core.test_analytics import taken
from tests.web.lines import Line, ask, until
from tests.web.test_api_contacts import ADMIN, met, refused

FIRST, SECOND = date(2025, 3, 1), date(2025, 3, 2)
QUICK, SLOW, ENDLESS = (tally(taken(milliseconds=spent)) for spent in (20, 4_000, 50_000))
LOST, HANDED, TALKED = (
    tally(taken(milliseconds=20, **how))
    for how in ({"handler": "fallback"}, {"effects": ["HandOver"]}, {"handler": "silence"})
)
ROWS = {
    Key(FIRST, "all"): QUICK + QUICK + SLOW + LOST + HANDED + TALKED,
    Key(FIRST, "rule", "vip"): QUICK + SLOW,
    Key(FIRST, "rule", "late"): QUICK,
    Key(SECOND, "all"): ENDLESS,
    Key(SECOND, "rule", "late"): ENDLESS + ENDLESS + ENDLESS,
    Key(SECOND, "rule", "=SUM(1)"): TALKED,
}


@pytest.fixture
async def told(line: Line, databases: Databases) -> Line:
    async with databases.tenant(tenancy(line.tenant)) as tx:
        await analytics.add(tx, ROWS)
    return line


async def routing(line: Line, query: str = "") -> Any:
    return await line.api("GET", f"/analytics/routing?from=2025-03-01&to=2025-03-02&{query}")


async def test_a_day_says_how_turns_ended_and_how_long_they_took(told: Line) -> None:
    found = await routing(told)
    assert [day["day"] for day in found["days"]] == ["2025-03-01", "2025-03-02"]
    (one,), (other,) = (day["counts"] for day in found["days"])
    assert [one[name] for name in ("turns", "contained", "fallback", "escalated", "person", "silent")] == [
        6,
        3,
        1,
        1,
        0,
        1,
    ]
    assert [one[name] for name in ("containment", "fallback_share", "escalation_share")] == [0.6, 0.2, 0.2]
    assert [one[name] for name in ("mean_ms", "p50_ms", "p95_ms")] == [683.333, 25, 5_000]
    assert (other["p95_ms"], other["mean_ms"]) == (None, 50_000), "longer than the last bound"
    (total,) = found["total"]
    assert (total["turns"], total["contained"], total["p50_ms"]) == (7, 4, 25)
    assert (found["by"], found["from"], found["to"], found["time_zone"]) == ("all", "2025-03-01", "2025-03-02", "UTC")
    assert tuple(found["bounds_ms"]) == BOUNDS


async def test_what_the_bot_was_not_to_answer_has_no_shares(told: Line) -> None:
    (one,) = (await routing(told, "by=rule&name=%3DSUM(1)"))["total"]
    assert (one["turns"], one["silent"], one["containment"], one["p50_ms"]) == (1, 1, None, 25)


async def test_rules_are_told_apart_the_most_used_first(told: Line) -> None:
    found = await routing(told, "by=rule")
    assert [(one["name"], one["turns"]) for one in found["total"]] == [("late", 4), ("vip", 2), ("=SUM(1)", 1)]
    assert [[one["name"] for one in day["counts"]] for day in found["days"]] == [["vip", "late"], ["late", "=SUM(1)"]]
    assert [one["name"] for one in (await routing(told, "by=rule&names=1"))["total"]] == ["late"]
    assert [len(day["counts"]) for day in (await routing(told, "by=rule&name=vip"))["days"]] == [1]
    assert (await routing(told, "by=intent"))["days"] == []


async def test_it_is_handed_out_as_a_table_that_starts_no_formula(told: Line) -> None:
    path = f"/api/v1/tenants/{told.tenant.code}/analytics/routing?from=2025-03-01&to=2025-03-02&by=rule"
    answer = await ask(told.desk, "GET", path, ADMIN, headers={"accept": "text/csv"})
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    assert [(row["day"], row["name"], row["turns"]) for row in rows] == [
        ("2025-03-01", "vip", "2"),
        ("2025-03-01", "late", "1"),
        ("2025-03-02", "late", "3"),
        ("2025-03-02", "'=SUM(1)", "1"),
    ]
    assert (rows[0]["containment"], rows[0]["mean_ms"], rows[2]["p95_ms"]) == ("1.0", "2010.0", "")


async def test_todays_turns_are_there_once_counted_on_the_tenants_day(line: Line, databases: Databases) -> None:
    zone = ZoneInfo("Pacific/Kiritimati")
    await line.api("PUT", "/settings", json={"settings": {"time_zone": zone.key}})
    assert (await line.api("GET", "/analytics/routing"))["days"] == []
    before = datetime.now(UTC)
    await met(line, 1)
    counting = Counting(databases, await line.desk.app.get(Directory))
    await until(lambda: counts(line, counting))
    found = await line.api("GET", "/analytics/routing?by=channel")
    ((name, turns),) = [(one["name"], one["turns"]) for one in found["total"]]
    assert (name, turns) == (line.channel.name, 1)
    assert found["time_zone"] == zone.key
    assert found["days"][0]["day"] in {
        (before + timedelta(minutes=n)).astimezone(zone).date().isoformat() for n in (0, 5)
    }
    assert datetime.fromisoformat(found["counted_until"]) >= before


async def counts(line: Line, counting: Counting) -> bool:
    tenant = await counting.directory.tenant(line.tenant.code)
    await counting.count(tenant)
    return bool((await line.api("GET", "/analytics/routing"))["days"])


@pytest.mark.parametrize(
    "query",
    [
        "from=2025-03-02&to=2025-03-01",
        "from=2024-01-01&to=2025-03-01",
        "from=2025-01-01&to=2025-12-31&by=rule&names=201",
        "from=yesterday",
        "from=0001-01-01",
        "by=contact",
        "names=0",
    ],
)
async def test_a_span_nobody_can_count_is_refused(told: Line, query: str) -> None:
    await refused(told, "GET", f"/analytics/routing?{query}", 422, "invalid_input")


async def test_the_ends_of_the_calendar_break_nothing(told: Line) -> None:
    for query in ("to=0001-01-01", "from=9999-12-01&to=9999-12-31"):
        assert (await told.api("GET", f"/analytics/routing?{query}"))["days"] == []


async def test_it_takes_its_own_scope(told: Line) -> None:
    path = f"/api/v1/tenants/{told.tenant.code}/analytics/routing"
    for scope, status in (("feedback:read", 403), ("analytics:read", 200)):
        key = await told.api("POST", "/keys", json={"name": scope, "scopes": [scope]}, status=201)
        assert (await ask(told.desk, "GET", path, key["key"])).status == status

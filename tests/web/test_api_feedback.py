"""Feedback over the API: listed and narrowed down, counted, handed out as CSV; and what contacts agreed to."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from frontdesk.services.tenants import tenancy
from frontdesk.store.db import Databases
from tests.web.lines import Line
from tests.web.test_api_contacts import met, refused

ROWS: list[tuple[Any, ...]] = [
    ("rating", 5, None, "asked", "intent", "book", None),
    ("rating", 1, None, "asked", "intent", "book", None),
    ("rating", 4, None, "volunteered", "intent", "hours", None),
    ("text", 2, "=HYPERLINK(1)", "volunteered", "keywords", None, -0.75),
    ("text", None, 'fine, "really"\nfine', "volunteered", None, None, 0.25),
]


@pytest.fixture
async def told(line: Line, databases: Databases) -> Line:
    await met(line, 1)
    async with databases.tenant(tenancy(line.tenant)) as tx:
        for row in ROWS:
            await tx.execute(
                "INSERT INTO feedback (conversation_id, contact_id, kind, score, text, source, handler, intent, sentiment)"
                " SELECT c.id, c.contact_id, $1, $2, $3, $4, $5, $6, $7 FROM conversations c",
                *row,
            )
        await tx.execute("UPDATE feedback SET withdrawn_at = now() WHERE text LIKE 'fine%'")
    return line


async def scores(line: Line, query: str) -> list[int | None]:
    return [item["score"] for item in (await line.api("GET", f"/feedback?{query}"))["items"]]


async def test_feedback_is_listed_the_newest_first_and_narrowed_down(told: Line) -> None:
    assert await scores(told, "") == [None, 2, 4, 1, 5]
    assert await scores(told, "kind=rating&source=asked") == [1, 5]
    assert await scores(told, "most=2") == [2, 1]
    assert await scores(told, "handler=intent&intent=hours") == [4]
    assert await scores(told, "until=2020-01-01T00:00:00Z") == []
    (contact,) = (await told.api("GET", "/contacts"))["items"]
    assert len(await scores(told, f"contact_id={contact['id']}")) == 5


async def test_pages_follow_each_other(told: Line) -> None:
    first = await told.api("GET", "/feedback?limit=2")
    second = await told.api("GET", f"/feedback?limit=200&cursor={first['next']}")
    found = [item["id"] for item in (*first["items"], *second["items"])]
    assert len(set(found)) == 5
    assert second["next"] is None


async def test_it_is_counted_by_handler_intent_and_day(told: Line) -> None:
    by_handler = {row["name"]: row for row in (await told.api("GET", "/feedback/report"))["groups"]}
    assert set(by_handler) == {"intent", "keywords"}, "what was taken back does not count"
    intent = by_handler["intent"]
    assert (intent["count"], intent["asked_for"], intent["rated"], intent["mean"]) == (3, 2, 3, 3.33)
    assert (intent["good"], intent["bad"], intent["sentiment"]) == (2, 1, None)
    assert by_handler["keywords"]["sentiment"] == -0.75
    by_intent = (await told.api("GET", "/feedback/report?by=intent"))["groups"]
    assert [(row["name"], row["count"]) for row in by_intent] == [("book", 2), ("hours", 1), (None, 1)]
    (day,) = (await told.api("GET", "/feedback/report?by=day"))["groups"]
    assert (day["name"], day["count"]) == (datetime.now(UTC).date().isoformat(), 4)
    before = datetime.now(UTC) - timedelta(days=40)
    earlier = await told.api("GET", f"/feedback/report?until={before.date()}T00:00:00Z")
    assert earlier["groups"] == []


@pytest.mark.parametrize(
    "query",
    [
        "since=2025-01-02T00:00:00Z&until=2025-01-01T00:00:00Z",
        "since=2020-01-01T00:00:00Z&until=2025-01-01T00:00:00Z",
        "since=1960-01-01T00:00:00Z&until=1960-02-01T00:00:00Z",
        "since=0001-01-01T00:00:00&until=0001-01-05T00:00:00",
        "by=contact",
    ],
)
async def test_a_span_nobody_can_count_is_refused(told: Line, query: str) -> None:
    await refused(told, "GET", f"/feedback/report?{query}", 422, "invalid_input")


async def test_it_is_handed_out_as_a_table_that_starts_no_formula(told: Line) -> None:
    url = f"{told.desk.base_url}/api/v1/tenants/{told.tenant.code}/feedback/export?kind=text"
    async with told.desk.http.get(url, headers={"authorization": "Bearer an-operators-key"}) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/csv"
        rows = list(csv.DictReader(io.StringIO(await answer.text())))
    assert [row["text"] for row in rows] == ['fine, "really"\nfine', "'=HYPERLINK(1)"]
    assert [row["sentiment"] for row in rows] == ["0.250", "-0.750"]


async def test_what_a_contact_agreed_to_is_listed(told: Line, databases: Databases) -> None:
    (contact,) = (await told.api("GET", "/contacts"))["items"]
    async with databases.tenant(tenancy(told.tenant)) as tx:
        for version, given in ((1, True), (2, False)):
            await tx.execute(
                "INSERT INTO consents (contact_id, version, language, given) SELECT id, $1, 'en', $2 FROM contacts",
                version,
                given,
            )
    found = (await told.api("GET", f"/contacts/{contact['id']}/consents"))["items"]
    assert [(each["version"], each["given"], each["language"]) for each in found] == [(2, False, "en"), (1, True, "en")]
    assert [(each["policy"], each["channel_id"], each["answered_by"]) for each in found] == [(None, None, None)] * 2
    await refused(told, "GET", f"/contacts/{'0' * 8}-0000-0000-0000-{'0' * 12}/consents", 404, "not_found")

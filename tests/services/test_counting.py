"""Turns are counted by all they were, in the tenant's own days, and looked for only where something is new."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from frontdesk.core.analytics import MOST_NAMES, OTHER
from frontdesk.errors import Conflict, InvalidInput
from frontdesk.services.cleaning import Cleaning
from frontdesk.services.counting import Counting
from frontdesk.store import analytics
from tests.builders import a_telegram_text
from tests.services.counted import NOON, Counted, a_record
from tests.services.desk import Desk, until


@pytest.fixture
async def turns(desk: Desk) -> Counted:
    return await Counted.opened(desk)


async def test_a_talk_is_counted_by_all_it_was(desk: Desk, turns: Counted) -> None:
    channel = await desk.channel(turns.tenant, "http://127.0.0.1:1", name="front")
    await desk.hear(turns.tenant, channel, a_telegram_text("hello"), a_telegram_text("blurb", chat=7))
    async with desk.working():
        await until(lambda: spoken(turns, 2))
    await turns.count_all()
    await turns.count_all()
    today = datetime.now(UTC).date()
    span = (today - timedelta(days=1), today)
    assert await turns.total() == 2
    assert sum((await turns.tallies("channel", *span)).values()) == 2
    assert {name for _, name in await turns.tallies("channel", *span)} == {"front"}
    assert {name for _, name in await turns.tallies("handler", *span)} == {"small_talk", "fallback"}
    assert {name for _, name in await turns.tallies("route", *span)} == {"small_talk", "fallback"}


async def test_an_answer_of_the_fallback_for_somebody_who_is_gone_is_no_success(turns: Counted) -> None:
    await turns.store(a_record(missed=True), a_record(missed=False), a_record())
    await turns.count_all()
    query = "SELECT fallback, contained FROM routing_tallies WHERE dimension = 'all'"
    (row,) = await turns.desk.rows(turns.tenant, query)
    assert (row["fallback"], row["contained"]) == (1, 2)


async def spoken(turns: Counted, count: int) -> bool:
    return len(await turns.desk.rows(turns.tenant, "SELECT FROM turns")) == count


async def test_nothing_said_gets_into_the_counts(turns: Counted) -> None:
    pressed = {"handler": "intent", "by": "press", "argument": "xylophone"}
    await turns.desk.rows(turns.tenant, "INSERT INTO intents (name) VALUES ('refund')")
    await turns.store(
        a_record(text="a xylophone", evidence="xylophone", route=pressed),
        a_record(text="a xylophone", route={**pressed, "argument": "refund"}),
        a_record(
            route={"handler": "keywords", "by": "keyword", "reason": "xylophone"}, recognition={"intent": "hours"}
        ),
    )
    await turns.count_all()
    assert await turns.tallies("intent") == {("03-04", "refund"): 1, ("03-04", "hours"): 1}
    rows = await turns.desk.rows(turns.tenant, "SELECT t::text AS row FROM routing_tallies t")
    assert len(rows) > 5
    assert not [row["row"] for row in rows if "xylophone" in row["row"]]


async def test_days_begin_and_end_where_the_tenant_is_also_when_the_clocks_change(desk: Desk) -> None:
    turns = await Counted.opened(desk, time_zone="Europe/Madrid")
    for day, first, hours in (("2025-03-30", "2025-03-29T23:30Z", 23), ("2025-10-26", "2025-10-25T22:30Z", 25)):
        begin = datetime.fromisoformat(first)
        for hour in range(-1, hours + 1):
            await turns.store(at=begin + timedelta(hours=hour))
        await turns.count_all()
        on = date.fromisoformat(day)
        found = await turns.tallies("all", on - timedelta(days=1), on + timedelta(days=1))
        assert list(found.values()) == [1, hours, 1]
        assert found[day[5:], ""] == hours


async def test_names_of_a_day_are_bounded_whatever_the_batches(desk: Desk) -> None:
    records = [a_record(rules=[f"rule {number % 230}", f"rule {number % 7}"]) for number in range(460)]
    found: list[Any] = []
    for batch in (1000, 37):
        turns = await Counted.opened(desk)
        await turns.store(*records)
        await turns.count_all(batch)
        found.append(await turns.tallies("rule"))
    assert found[0] == found[1]
    assert len(found[0]) == MOST_NAMES + 1
    assert found[0]["03-04", OTHER] == 60


async def test_a_round_looks_only_at_tenants_with_something_new(desk: Desk, turns: Counted) -> None:
    await turns.store()
    mine = Counting(desk.databases, desk.directory)
    await until(lambda: went_round(mine, turns))
    async with turns.session() as session:
        await session.execute("BEGIN; LOCK TABLE routing_counted IN ACCESS EXCLUSIVE MODE")
        await asyncio.wait_for(mine.round(), 5)
        await session.execute("ROLLBACK")
    await turns.store()
    await until(lambda: went_round(mine, turns))
    assert await turns.total() == 2


async def went_round(counting: Counting, turns: Counted) -> bool:
    await counting.round()
    return not await turns.behind()


async def test_of_two_who_go_round_one_does(desk: Desk, turns: Counted) -> None:
    await turns.store()
    session = await desk.databases.session("primary", {})
    assert await analytics.try_alone(session)
    assert await turns.counting.round() == 0
    await session.close()
    await until(lambda: went_round(turns.counting, turns))
    assert await turns.total() == 1


async def test_a_suspended_tenant_is_counted_when_it_is_back(desk: Desk, turns: Counted) -> None:
    await turns.store()
    await desk.provisioning.set_status(turns.tenant.code, "suspended", actor="tests")
    await turns.counting.round()
    assert await turns.total() == 0
    await desk.provisioning.set_status(turns.tenant.code, "active", actor="tests")
    await until(lambda: went_round(turns.counting, turns))
    assert await turns.total() == 1


async def test_counts_go_with_their_time(desk: Desk) -> None:
    turns = await Counted.opened(desk, retention={"analytics_days": 30})
    now = datetime.now(UTC)
    await turns.store(at=now - timedelta(days=40))
    await turns.store(at=now - timedelta(days=3))
    await turns.count_all()
    counts = await (await desk.app.get(Cleaning)).clean(turns.tenant)
    assert counts["counts"] > 3
    assert await turns.total() == 1


async def test_a_day_is_counted_anew_in_the_time_zone_the_tenant_has_now(desk: Desk, turns: Counted) -> None:
    now = datetime.now(UTC)
    day = now.date()
    begin = datetime.combine(day, datetime.min.time(), UTC)
    for hours in (1, 5, 23):
        await turns.store(at=begin + timedelta(hours=hours))
    await turns.count_all()
    await turns.store(at=begin + timedelta(hours=5))
    span = (day - timedelta(days=1), day + timedelta(days=1))
    assert list((await turns.tallies("all", *span)).values()) == [3]
    turns.tenant = await desk.provisioning.change_settings(turns.tenant.code, {"time_zone": "Etc/GMT+2"}, actor="tests")
    days = [day - timedelta(days=1), day]
    assert [await turns.counting.recount(turns.tenant, each) for each in days] == [1, 2]
    await turns.count_all()
    assert list((await turns.tallies("all", *span)).values()) == [1, 3]
    assert list((await turns.tallies("intent", *span)).values()) == [1, 3]


async def test_a_day_whose_turns_may_be_gone_is_not_counted_anew(desk: Desk) -> None:
    turns = await Counted.opened(desk, retention={"turn_days": 3})
    await turns.store()
    await turns.count_all()
    with pytest.raises(Conflict, match="kept for 3 days"):
        await turns.counting.recount(turns.tenant, NOON.date())
    assert await turns.total() == 1


@pytest.mark.parametrize("day", [date.min, date.max])
async def test_days_at_the_ends_of_the_calendar_are_refused(turns: Counted, day: date) -> None:
    with pytest.raises(InvalidInput):
        await turns.counting.recount(turns.tenant, day)

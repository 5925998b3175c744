"""The desk's rounds: the bot comes back after a long silence, who waits is given away, what has ended goes with its time."""

from datetime import timedelta
from typing import Any

from frontdesk.services.attending import Attending
from frontdesk.services.cleaning import Cleaning
from tests.services.counter import Counter
from tests.services.desk import Desk


async def a_counter(rooms: Desk, **settings: Any) -> Counter:
    counter = await Counter.opened(rooms, **settings)
    await counter.begin()
    return counter


async def answered_ago(counter: Counter, minutes: int) -> None:
    await counter.answer(0, "here I am")
    await counter.rows("UPDATE handoffs SET last_answered_at = now() - $1::interval", timedelta(minutes=minutes))


async def test_the_bot_comes_back_when_a_person_was_silent_for_long(desk: Desk) -> None:
    counter = await a_counter(desk, desk={"resume_minutes": 30})
    await answered_ago(counter, 29)
    assert await counter.service.resume(counter.tenant) == 0
    await answered_ago(counter, 31)
    assert await counter.service.resume(counter.tenant) == 1
    assert (await counter.stands())["owner"] == "bot"
    assert [row["status"] for row in await counter.rows("SELECT status FROM handoffs")] == ["resolved"]


async def test_who_was_never_answered_goes_on_waiting(desk: Desk) -> None:
    counter = await a_counter(desk, desk={"resume_minutes": 1})
    await counter.write("/human")
    await counter.finish()
    await counter.rows("UPDATE handoffs SET requested_at = now() - interval '1 day'")
    assert await counter.service.resume(counter.tenant) == 0
    assert (await counter.stands())["owner"] == "human"


async def test_a_round_gives_away_what_waits(desk: Desk) -> None:
    counter = await a_counter(desk, desk={"assignment": "round_robin"})
    await counter.rows("UPDATE agents SET status = 'away'")
    await counter.write("/human")
    await counter.finish()
    assert (await counter.stands())["agents"] == [None]
    await counter.rows("UPDATE agents SET status = 'available'")
    assert await (await desk.app.get(Attending)).round() >= 1
    assert (await counter.stands())["agents"] == [counter.agents[0]]


async def test_what_has_ended_goes_with_its_time_and_what_is_open_stays(desk: Desk) -> None:
    counter = await a_counter(desk, retention={"handoff_days": 7})
    await answered_ago(counter, 1)
    assert counter.conversation
    await counter.service.resolve(counter.tenant, counter.conversation)
    await counter.write("/human")
    await counter.finish()
    await counter.rows("INSERT INTO notes (conversation_id, text) VALUES ($1, 'kind')", counter.conversation)
    old = "uuidv7('-8 days'::interval)"
    await counter.rows(f"UPDATE handoffs SET id = {old}")
    await counter.rows(f"UPDATE notes SET id = {old}")
    counts = await (await desk.app.get(Cleaning)).clean(counter.tenant)
    assert counts["handoffs"] == 2
    assert [row["status"] for row in await counter.rows("SELECT status FROM handoffs")] == ["waiting"]


async def test_the_owner_set_by_hand_opens_and_ends_a_handoff(desk: Desk) -> None:
    counter = await a_counter(desk)
    assert counter.conversation
    await counter.service.summon(counter.tenant, counter.conversation)
    stands = await counter.stands()
    assert (stands["owner"], stands["agents"]) == ("human", [None])
    await counter.service.resolve(counter.tenant, counter.conversation)
    stands = await counter.stands()
    assert (stands["owner"], stands["agents"]) == ("bot", None)

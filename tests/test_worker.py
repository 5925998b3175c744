"""A worker's life: it drains, dies, loses its servers, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from frontdesk import queue, settings
from frontdesk.core.turn import Outcome, Turn
from frontdesk.embedded import Servers, running
from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.tenants import tenancy
from frontdesk.worker import Worker
from tests.builders import a_telegram_text
from tests.handlers.scripted import SETTINGS, Scripted, told
from tests.services.desk import Desk, until


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[Desk]:
    """An installation whose servers a test may stop."""
    given: dict[str, Any] = {"lease_seconds": 1.5, "provider_seconds": 0.7, "drain_seconds": 2}
    loaded = settings.load(data_dir=tmp_path, secret_keys=["a-key"], **given)
    with running(loaded, postgres_options=("fsync=off",)) as servers:
        async with Desk.opened(loaded, servers, {"scripted": Scripted}) as desk:
            yield desk


async def servers_of(desk: Desk) -> Servers:
    return await desk.app.get(Servers)


async def echo(turn: Turn) -> Outcome:
    return Outcome.say(f"heard {turn.event.external_id}")


def numbered(text: str, count: int, first: int = 1, chat: int = 5550001) -> list[dict[str, Any]]:
    return [a_telegram_text(text, chat=chat, message_id=n, update_id=n) for n in range(first, first + count)]


def heard(chat: int, count: int) -> list[str]:
    return [f"heard {chat}:{n}" for n in range(1, count + 1)]


async def start(worker: Worker) -> "asyncio.Task[None]":
    return asyncio.create_task(worker.run())


async def end(worker: Worker, task: "asyncio.Task[None]") -> None:
    worker.stop()
    await asyncio.wait_for(task, 15)


async def test_several_workers_share_the_work_and_keep_every_order(desk: Desk, telegram: TelegramStub) -> None:
    tenants = [await desk.tenant(**SETTINGS) for _ in range(3)]
    channels = [await desk.channel(tenant, telegram.url) for tenant in tenants]
    text = told(echo)
    for tenant, channel, base in zip(tenants, channels, (100, 200, 300), strict=True):
        for chat in range(base, base + 4):
            await desk.hear(tenant, channel, *numbered(text, 8, chat=chat))
    async with desk.working(3):
        for tenant in tenants:
            await desk.finished(tenant)
    for base in (100, 200, 300):
        for chat in range(base, base + 4):
            assert telegram.said(chat) == heard(chat, 8)


async def test_a_quiet_tenant_is_answered_while_another_floods(desk: Desk, telegram: TelegramStub) -> None:
    loud, quiet = await desk.tenant(**SETTINGS), await desk.tenant(**SETTINGS)
    channels = [await desk.channel(tenant, telegram.url) for tenant in (loud, quiet)]
    text = told(echo)
    await desk.hear(loud, channels[0], *(update for chat in range(1, 301) for update in numbered(text, 1, chat=chat)))
    await desk.hear(quiet, channels[1], *numbered(text, 1, chat=999))
    async with desk.working(concurrency=4):
        await until(lambda: bool(telegram.said(999)))
        assert len(telegram.calls) < 250
        await desk.finished(loud)


async def test_a_stopping_worker_finishes_what_it_has_in_hand_and_takes_no_more(
    desk: Desk, telegram: TelegramStub
) -> None:
    tenant = await desk.tenant(**SETTINGS)
    channel = await desk.channel(tenant, telegram.url)
    begun = asyncio.Event()

    async def slow(turn: Turn) -> Outcome:
        begun.set()
        await asyncio.sleep(0.5)
        return Outcome.say("done")

    await desk.hear(tenant, channel, *numbered(told(slow), 2))
    worker = await desk.worker()
    task = await start(worker)
    await begun.wait()
    await end(worker, task)
    statuses = await desk.rows(tenant, "SELECT status FROM messages WHERE direction = 'inbound' ORDER BY id")
    assert [row["status"] for row in statuses] == ["answered"]
    left = await desk.work(tenant)
    assert [(row["kind"], row["leased_by"]) for row in left] == [("event", None), ("delivery", None)]
    async with desk.working():
        await desk.finished(tenant)
    assert telegram.said(5550001) == ["done", "done"]


async def test_what_takes_longer_than_the_drain_is_given_on_at_once_with_a_doubt(
    desk: Desk, telegram: TelegramStub
) -> None:
    tenant = await desk.tenant(**SETTINGS)
    channel = await desk.channel(tenant, telegram.url)
    begun = asyncio.Event()
    tries: list[int] = []

    async def endless(turn: Turn) -> Outcome:
        tries.append(1)
        begun.set()
        await asyncio.sleep(60 if len(tries) == 1 else 0)
        return Outcome.say("done")

    await desk.hear(tenant, channel, *numbered(told(endless), 1))
    worker = await desk.worker(drain_seconds=0.1)
    task = await start(worker)
    await begun.wait()
    await end(worker, task)
    (left,) = await desk.work(tenant)
    assert left["due_in"].total_seconds() <= 0
    async with desk.working():
        await desk.finished(tenant)
    assert telegram.said(5550001) == ["done"]


async def test_a_killed_workers_turn_is_taken_over_after_the_lease(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant(**SETTINGS)
    channel = await desk.channel(tenant, telegram.url)
    begun, tries = asyncio.Event(), []

    async def fatal(turn: Turn) -> Outcome:
        tries.append(turn.id)
        begun.set()
        await asyncio.sleep(60 if len(tries) == 1 else 0)
        return Outcome.say("answered by the next")

    await desk.hear(tenant, channel, *numbered(told(fatal), 1))
    worker = await desk.worker()
    task = await start(worker)
    await begun.wait()
    (held,) = await desk.work(tenant)
    await die(worker, task, desk)
    async with desk.working():
        await desk.finished(tenant)
    assert held["leased_by"] == worker.name
    assert telegram.said(5550001) == ["answered by the next"]
    assert len(tries) == 2
    (turn,) = await desk.rows(tenant, "SELECT record::jsonb -> 'attempts' AS attempts FROM turns")
    assert turn["attempts"] == "2"


async def die(worker: Worker, task: "asyncio.Task[None]", desk: Desk) -> None:
    """End a worker as a power cut would: its connection breaks first, so that it can give nothing back."""
    async with desk.databases.owner() as owner:
        for held in [*worker.in_hand.values(), task]:
            held.cancel()
        if worker._session:
            await owner.execute("SELECT pg_terminate_backend($1)", worker._session.get_server_pid())
        await asyncio.gather(task, return_exceptions=True)


async def test_a_worker_killed_while_the_provider_answers_leaves_a_doubt(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant(**SETTINGS)
    channel = await desk.channel(tenant, telegram.url)
    telegram.delay(0.6, 5550001)
    await desk.hear(tenant, channel, *numbered("help", 1))
    worker = await desk.worker()
    task = await start(worker)

    async def delivering() -> bool:
        return [row["kind"] for row in await desk.work(tenant) if row["leased_by"]] == ["delivery"]

    await until(delivering)
    await asyncio.sleep(0.1)
    await die(worker, task, desk)
    async with desk.working():
        await desk.finished(tenant)
    (message,) = await desk.rows(tenant, "SELECT * FROM messages WHERE direction = 'outbound'")
    assert (message["status"], message["in_doubt"], message["attempts"]) == ("sent", True, 2)


async def test_a_turn_longer_than_the_lease_is_kept_by_the_heartbeat(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant(**SETTINGS)
    channel = await desk.channel(tenant, telegram.url)
    tries: list[int] = []

    async def long(turn: Turn) -> Outcome:
        tries.append(1)
        await asyncio.sleep(2.5)
        return Outcome.say("done")

    await desk.hear(tenant, channel, *numbered(told(long), 1))
    async with desk.working(2):
        await desk.finished(tenant)
    assert (len(tries), telegram.said(5550001)) == (1, ["done"])


async def test_a_suspended_tenants_work_waits_and_is_done_when_it_is_back(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant(**SETTINGS)
    channel = await desk.channel(tenant, telegram.url)
    await desk.hear(tenant, channel, *numbered("help", 1))
    await desk.provisioning.set_status(tenant.code, "suspended")

    async def put_back() -> bool:
        (work,) = await desk.work(tenant)
        return work["due_in"].total_seconds() > 20 and work["leased_by"] is None

    async with desk.working():
        await until(put_back)
        (work,) = await desk.work(tenant)
        assert (work["attempts"], telegram.calls) == (0, [])
        await desk.provisioning.set_status(tenant.code, "active")
        await desk.hurry(tenant)
        await desk.finished(tenant)
    assert len(telegram.said(5550001)) == 1


async def test_work_of_a_tenant_that_is_gone_is_dropped(desk: Desk, telegram: TelegramStub) -> None:
    tenant = await desk.tenant()
    channel = await desk.channel(tenant, telegram.url)
    await desk.hear(tenant, channel, *numbered("help", 1))
    await desk.provisioning.set_status(tenant.code, "deleted")
    async with desk.working():
        await desk.finished(tenant)
    assert telegram.calls == []


async def test_a_postgresql_restart_under_a_working_worker_loses_and_doubles_nothing(
    own: Desk, telegram: TelegramStub
) -> None:
    servers = await servers_of(own)
    tenant = await own.tenant(**SETTINGS)
    channel = await own.channel(tenant, telegram.url)
    text = told(echo)
    await own.hear(tenant, channel, *numbered(text, 30))
    assert servers.postgres
    async with own.working():
        for restart in (servers.postgres.stop, servers.postgres.crash):
            before = len(telegram.calls)
            await until(lambda before=before: len(telegram.calls) > before + 2)
            await asyncio.to_thread(restart)
            await asyncio.sleep(0.2)
            await asyncio.to_thread(servers.postgres.start)
        await own.finished(tenant)
    said = telegram.said(5550001)
    assert list(dict.fromkeys(said)) == heard(5550001, 30)
    doubted = await own.rows(tenant, "SELECT text FROM messages WHERE in_doubt")
    assert {text for text in said if said.count(text) > 1} <= {row["text"] for row in doubted}


async def test_without_redis_the_sweep_still_finds_work(own: Desk, telegram: TelegramStub) -> None:
    servers = await servers_of(own)
    tenant = await own.tenant(**SETTINGS)
    channel = await own.channel(tenant, telegram.url)
    assert servers.redis
    async with own.working():
        await asyncio.to_thread(servers.redis.crash)
        await own.hear(tenant, channel, *numbered(told(echo), 3))
        await own.finished(tenant)
        assert telegram.said(5550001) == heard(5550001, 3)
        await asyncio.to_thread(servers.redis.start)
        await own.hear(tenant, channel, *numbered(told(echo), 1, first=4))
        await own.finished(tenant)
    assert len(telegram.said(5550001)) == 4


async def test_what_was_leased_and_never_arrived_is_released_on_reconnect(desk: Desk) -> None:
    tenant = await desk.tenant()
    worker = await desk.worker()
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        await queue.put(tx, [queue.Item(tenant=tenant.code, group="g", kind="event", payload="{}")])
    (work,) = await worker._lease([tenant.code], 8)
    assert worker._session
    await worker._session.close()
    await worker._connected()
    (row,) = await desk.work(tenant)
    assert (row["id"], row["leased_by"], row["attempts"], row["in_doubt"]) == (work.id, None, 0, False)
    await worker._session.close()
    await desk.rows(tenant, "DELETE FROM frontdesk.work")

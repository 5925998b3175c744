"""Webhooks of a provider that sends once: answered 200 with PostgreSQL away, and stored in order when it is back."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from frontdesk import embedded, settings
from frontdesk.cli import session
from frontdesk.rates import Rates
from frontdesk.reception import Reception
from frontdesk.servers.postgres import Postgres
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.spill import Spill
from frontdesk.store.db import Databases
from tests.builders import a_telegram_text
from tests.conftest import make_tenant
from tests.installation import Installation
from tests.listening import send_once
from tests.minutes import uncut_minute
from tests.web.bot_api import BotApi
from tests.web.conftest import a_line
from tests.web.lines import SECRET, Line, ask, until


@pytest.fixture(scope="module")
async def postgres_and_desk() -> AsyncIterator[tuple[Postgres, Installation]]:
    """An installation of its own, whose PostgreSQL may be stopped, and whose provider sends once."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="fd-") as folder:
        send_once(patch)
        given = {"admin_key": "an-operators-key", "secret_keys": ["k"], "port": 0, "spill_bytes": 200_000}
        loaded = settings.load(data_dir=Path(folder), request_seconds=1, **given)
        with embedded.running(loaded, postgres_options=("fsync=off",)) as servers:
            assert servers.postgres
            async with session.opened(loaded, servers) as app:
                await session.migrate_platform(app)
                async with Installation.running(app) as desk:
                    yield servers.postgres, desk


@pytest.fixture
async def postgres_and_line(postgres_and_desk: tuple[Postgres, Installation], bot: BotApi) -> tuple[Postgres, Line]:
    postgres, desk = postgres_and_desk
    return postgres, await a_line(desk, await make_tenant(desk.app), bot)


async def started(postgres: Postgres, line: Line) -> None:
    await asyncio.to_thread(postgres.start)

    async def ready() -> bool:
        return (await ask(line.desk, "GET", "/health/ready")).status == 200

    await until(ready)


async def emptied(line: Line) -> None:
    spill = await line.desk.app.get(Spill)

    async def empty() -> bool:
        return not spill.keys

    await until(empty)


async def said(line: Line) -> list[str]:
    async with (await line.desk.app.get(Databases)).tenant(tenancy(line.tenant)) as tx:
        rows = await tx.fetch("SELECT external_id FROM messages WHERE direction = 'inbound' ORDER BY id")
    return [row["external_id"] for row in rows]


def ids(*numbers: int) -> list[str]:
    return [f"5550001:{number}" for number in numbers]


@pytest.mark.alone
async def test_nothing_is_lost_and_order_is_kept_while_postgres_is_away(
    postgres_and_line: tuple[Postgres, Line],
) -> None:
    postgres, line = postgres_and_line
    assert await line.say(message_id=1) == 200
    assert len(await line.answers(1)) == 1
    await asyncio.to_thread(postgres.stop)
    for number in range(2, 30):
        before = time.monotonic()
        assert await line.say(message_id=number) == 200
        assert time.monotonic() - before < 1.5
    assert (await line.post(b"{broken")).status == 400
    assert (await line.post(a_telegram_text(), {SECRET: "wrong"})).status == 403
    (file,) = ((await line.desk.app.get(Spill)).home).iterdir()
    assert line.channel.secret("secret_token").encode() not in file.read_bytes()

    starting = asyncio.create_task(started(postgres, line))
    number = 30
    while not starting.done() or number < 60:
        assert await line.say(message_id=number) == 200
        number += 1
    await starting
    await emptied(line)
    assert len(await line.answers(number - 1)) == number - 1
    assert await said(line) == ids(*range(1, number))
    assert not list((await line.desk.app.get(Spill)).home.iterdir())


async def test_what_could_not_be_checked_is_checked_at_its_replay(postgres_and_line: tuple[Postgres, Line]) -> None:
    postgres, line = postgres_and_line
    await uncut_minute()
    rates = await line.desk.app.get(Rates)
    rates._totals.clear()
    await asyncio.to_thread(postgres.stop)
    (await line.desk.app.get(Directory))._copies.clear()  # as in a process that has just started
    assert (await line.post(a_telegram_text(message_id=1), {SECRET: "wrong"})).status == 200
    assert await line.say(message_id=2) == 200
    assert (await line.post(b"{broken")).status == 200
    strange = {"address": line.address.replace(line.tenant.code, "made_up")}
    assert (await line.post(a_telegram_text(message_id=3), **strange)).status == 200
    assert rates.spent("source:127.0.0.1", 4)
    (await line.post(None, method="GET")).problem(503, "database_unavailable")
    (await line.post(b"<x/>", {"content-type": "text/xml"})).problem(415, "unsupported_media_type")
    (await line.post(b"x" * 4_300_000)).problem(413, "payload_too_large")
    assert await line.say(message_id=4) == 200
    assert "made_up" not in (await ask(line.desk, "GET", "/metrics")).body.decode()

    await started(postgres, line)
    await emptied(line)
    assert len(await line.answers(2)) == 2
    assert await said(line) == ids(2, 4)


async def test_without_room_it_is_503(postgres_and_line: tuple[Postgres, Line]) -> None:
    postgres, line = postgres_and_line
    assert await line.say(message_id=1) == 200
    await asyncio.to_thread(postgres.stop)
    taken = 1
    while (answer := await line.post(a_telegram_text("x" * 4000, message_id=taken + 1))).status == 200:
        taken += 1
        assert taken < 60
    answer.problem(503, "database_unavailable")
    assert taken > 20

    await started(postgres, line)
    await emptied(line)
    assert await line.say(message_id=taken + 1) == 200
    await line.answers(taken + 1)
    assert await said(line) == ids(*range(1, taken + 2))


@pytest.mark.alone
async def test_a_database_that_hangs_costs_one_deadline_and_no_order(postgres_and_line: tuple[Postgres, Line]) -> None:
    postgres, line = postgres_and_line
    assert await line.say(message_id=1) == 200
    await line.answers(1)
    owner = await asyncpg.connect(postgres.url)
    async with owner.transaction():
        await owner.execute("LOCK TABLE frontdesk.work IN ACCESS EXCLUSIVE MODE")
        before = time.monotonic()
        for number in range(2, 12):
            assert await line.say(message_id=number) == 200
        assert 0.9 < time.monotonic() - before < 3
    await owner.close()
    await emptied(line)
    assert await line.say(message_id=12) == 200
    await line.answers(12)
    assert await said(line) == ids(*range(1, 13))


async def test_what_comes_at_once_stays_in_order_where_only_the_first_could_not_be_stored(
    postgres_and_line: tuple[Postgres, Line],
) -> None:
    postgres, line = postgres_and_line
    assert await line.say(message_id=1) == 200
    await line.answers(1)
    owner = await asyncpg.connect(postgres.url)
    async with owner.transaction():
        await owner.execute("LOCK TABLE frontdesk.work IN ACCESS EXCLUSIVE MODE")
        saying = []
        for number in (2, 3, 4):
            saying.append(asyncio.create_task(line.say(message_id=number)))
            await asyncio.sleep(0.1)
        stuck = "wait_event_type = 'Lock' AND query LIKE '%frontdesk.work%'"
        await owner.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {stuck}")
    assert await asyncio.gather(*saying) == [200, 200, 200]
    await owner.close()
    await line.answers(4)
    assert await said(line) == ids(1, 2, 3, 4)


async def test_a_channel_that_is_slow_holds_up_no_other(postgres_and_line: tuple[Postgres, Line]) -> None:
    _, line = postgres_and_line
    reception = await line.desk.app.get(Reception)
    other = await a_line(line.desk, line.tenant, line.bot, name="other")
    key = (line.tenant.code, "telegram", other.address.rpartition("/")[2])
    async with reception._turns[key]:  # the other channel's request is stored just now, and takes its time
        assert await asyncio.wait_for(line.say(message_id=1), 1) == 200

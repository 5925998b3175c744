"""Ingest: durable at once, in order, and nobody suffers for a neighbour."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from frontdesk import settings
from frontdesk.embedded import Servers, running
from frontdesk.errors import DatabaseUnavailable, InvalidInput
from frontdesk.ingest import MOST_ITEMS, Ingest
from frontdesk.live import Live
from frontdesk.queue import Item
from frontdesk.store.db import Databases
from tests.services.desk import migrated


@pytest.fixture
async def live(servers: Servers) -> AsyncIterator[Live]:
    live = Live(f"{servers.redis_url}?db=4")
    yield live
    await live.close()


@pytest.fixture
async def ingest(quiet: Databases, live: Live) -> Ingest:
    return Ingest(quiet, live)


@pytest.fixture
def code() -> str:
    return f"i{uuid4().hex[:12]}"


def item(code: str, payload: str, group: str = "g") -> Item:
    return Item(tenant=code, group=group, kind="k", payload=payload)


async def queued(databases: Databases, code: str) -> list[str]:
    async with databases.platform() as tx:
        rows = await tx.fetch("SELECT payload FROM frontdesk.work WHERE tenant = $1 ORDER BY id", code)
    return [row["payload"] for row in rows]


async def test_what_was_put_is_there_when_put_returns(ingest: Ingest, quiet: Databases, code: str) -> None:
    await ingest.put("primary", [item(code, "1"), item(code, "2")])
    assert await queued(quiet, code) == ["1", "2"]


async def test_many_callers_at_once_keep_their_order(ingest: Ingest, quiet: Databases, code: str) -> None:
    count = 3 * MOST_ITEMS
    await asyncio.gather(*(ingest.put("primary", [item(code, str(number))]) for number in range(count)))
    assert await queued(quiet, code) == [str(number) for number in range(count)]


async def test_what_comes_while_a_commit_runs_comes_after_it(ingest: Ingest, quiet: Databases, code: str) -> None:
    async def trickle(number: int) -> None:
        await asyncio.sleep(number / 2000)
        await ingest.put("primary", [item(code, f"{number:03}")])

    await asyncio.gather(*(trickle(number) for number in range(100)))
    assert await queued(quiet, code) == [f"{number:03}" for number in range(100)]


@pytest.mark.parametrize("bad", ["nul \0 inside", "half a pair \ud800"], ids=["nul", "surrogate"])
async def test_one_that_cannot_be_stored_hurts_no_other(ingest: Ingest, quiet: Databases, code: str, bad: str) -> None:
    puts = [[item(code, "1")], [item(code, "2"), item(code, bad)], [item(code, "3")], [item(code, "4")]]
    ends = await asyncio.gather(*(ingest.put("primary", items) for items in puts), return_exceptions=True)
    assert [type(end) for end in ends] == [type(None), InvalidInput, type(None), type(None)]
    assert await queued(quiet, code) == ["1", "3", "4"]
    await ingest.put("primary", [item(code, "5")])
    assert await queued(quiet, code) == ["1", "3", "4", "5"]


async def test_a_caller_who_gave_up_takes_nobody_along(ingest: Ingest, quiet: Databases, code: str) -> None:
    impatient = asyncio.create_task(ingest.put("primary", [item(code, "1")]))
    patient = asyncio.create_task(ingest.put("primary", [item(code, "2")]))
    await asyncio.sleep(0)
    impatient.cancel()
    await patient
    assert await queued(quiet, code) in (["1", "2"], ["2"])


async def test_a_tenant_is_woken_once_its_work_is_there(ingest: Ingest, live: Live, code: str) -> None:
    await live.client.flushdb()
    await ingest.put("primary", [item(code, "1")])
    assert await live.next_ready("primary", 2) == code


async def test_without_postgresql_the_caller_hears_of_it_at_once(tmp_path: Path, live: Live, code: str) -> None:
    loaded = settings.load(data_dir=tmp_path, redis_url="redis://nowhere")
    with running(loaded, postgres_options=("fsync=off",)) as servers:
        databases = Databases({"primary": servers.database_url}, None, 4)
        await migrated(databases)
        ingest = Ingest(databases, live)
        await ingest.put("primary", [item(code, "before")])
        assert servers.postgres
        await asyncio.to_thread(servers.postgres.stop)
        async with asyncio.timeout(5):
            puts = [ingest.put("primary", [item(code, "lost")]) for _ in range(3)]
            ends = await asyncio.gather(*puts, return_exceptions=True)
        assert {type(end) for end in ends} == {DatabaseUnavailable}
        await asyncio.to_thread(servers.postgres.start)
        await ingest.put("primary", [item(code, "after")])
        assert await queued(databases, code) == ["before", "after"]
        await databases.close()

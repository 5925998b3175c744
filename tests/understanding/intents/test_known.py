"""Versions at hand in a process: loaded once, off the loop, let go when they take too much, and never half made."""

import asyncio
import time
from typing import Any

import numpy as np
import pytest

from frontdesk.errors import Conflict, NotFound
from frontdesk.services.tenants import tenancy
from frontdesk.store import intent_models
from frontdesk.understanding.intents import known, model, training
from frontdesk.understanding.intents.known import Models
from tests.services.desk import Desk
from tests.understanding.versions import SOME, defined, trained, wanted, written


async def test_a_version_that_is_not_ready_or_not_there_is_an_error_and_not_remembered(
    desk: Desk, models: Models
) -> None:
    tenant = await desk.tenant()
    with pytest.raises(NotFound, match="no version 1 "):
        await models.get(tenant, 1)
    version = await wanted(desk, tenant, defined(), written(SOME))
    with pytest.raises(Conflict, match="is queued"):
        await models.get(tenant, version)
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        await intent_models.start(tx, version)
        await intent_models.finish(tx, version, None, {})
        await tx.execute("DELETE FROM frontdesk.work")
    assert (await models.get(tenant, version)).version == version


@pytest.mark.alone
async def test_concurrent_turns_load_a_version_once_and_off_the_loop(
    desk: Desk, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = await desk.tenant()
    version = await trained(desk, tenant)
    loads, plain = [], known.load

    def slow(*arguments: Any) -> Any:
        time.sleep(0.2)
        loads.append(plain(*arguments))
        return loads[-1]

    monkeypatch.setattr(known, "load", slow)
    waiting = [asyncio.create_task(models.get(tenant, version)) for _ in range(10)]
    longest = 0.0
    while not all(task.done() for task in waiting):
        started = time.monotonic()
        await asyncio.sleep(0.005)
        longest = max(longest, time.monotonic() - started)
        waiting[0].cancel()  # whoever began it may go
    found = await asyncio.gather(*waiting[1:], asyncio.create_task(models.get(tenant, version)))
    assert len(loads) == 1
    assert all(each is loads[0] for each in found)
    assert longest < 0.15


async def test_models_are_let_go_when_they_take_too_much_memory(desk: Desk) -> None:
    tenant = await desk.tenant()
    versions = [await trained(desk, tenant) for _ in range(3)]
    probe = Models(desk.settings, desk.databases, desk.directory)
    size = (await probe.get(tenant, versions[0])).size
    assert size > 100_000
    models = Models(desk.settings.model_copy(update={"models_bytes": int(2.5 * size)}), desk.databases, desk.directory)
    first, second = [await models.get(tenant, version) for version in versions[:2]]
    assert await models.get(tenant, versions[0]) is first
    third = await models.get(tenant, versions[2])
    assert [await models.get(tenant, version) for version in (versions[0], versions[2])] == [first, third]
    assert await models.get(tenant, versions[1]) is not second


async def test_a_model_that_can_not_be_read_leaves_the_patterns(desk: Desk, models: Models) -> None:
    tenant = await desk.tenant()
    intents = {**defined(), **defined(dolor={"patterns": [{"expression": "ouch"}]})}
    version = await trained(desk, tenant, intents)
    await desk.rows(tenant, "UPDATE intent_models SET model = 'nonsense'")
    found = await models.get(tenant, version)
    assert (found.model, list(found.intents)) == (None, sorted(intents))
    assert found.patterns.match("Ouch!")
    assert "train it anew" in (found.fault or "")


async def test_embeddings_that_this_machine_lacks_leave_the_patterns(desk: Desk, models: Models) -> None:
    tenant = await desk.tenant()
    taught = training.train(SOME, embed=lambda texts: np.ones((len(texts), 4), np.float32), embedding="big")
    version = await trained(desk, tenant)
    await desk.rows(tenant, "UPDATE intent_models SET model = $1", model.dump(taught))
    found = await models.get(tenant, version)
    assert found.model is None
    assert "FRONTDESK_EMBEDDINGS_FOLDER" in (found.fault or "")


async def test_a_change_that_is_told_has_the_live_version_at_hand_before_the_next_turn(
    desk: Desk, models: Models
) -> None:
    tenant, stranger = await desk.tenant(), await desk.tenant()
    first, second = await trained(desk, tenant), await trained(desk, tenant)
    for each, version in ((tenant, second), (stranger, await trained(desk, stranger))):
        async with desk.databases.tenant(tenancy(each)) as tx:
            await intent_models.promote(tx, version, "tests")
    await models.get(tenant, first)
    for each in (tenant, stranger):
        await desk.directory.changed(each.code)
    assert models._preloading
    await models._preloading
    assert {(held.code, version) for held, version in models._held} == {(tenant.code, first), (tenant.code, second)}

"""Versions of the intents: numbered, trained in order, promoted when ready, and rolled back step by step."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from frontdesk.core import wire
from frontdesk.core.intents import Intent
from frontdesk.core.tenant import Tenant
from frontdesk.errors import Conflict, NotFound
from frontdesk.services.tenants import tenancy
from frontdesk.store import intent_models
from frontdesk.store.pool import Transaction
from tests.services.desk import Desk

INTENTS = {
    "greet": Intent(name="greet", description="Says hello", priority=3, responses={"en": ("Hello!",)}),
    "leave": Intent(name="leave", enabled=False),
}
MEASURED = {"utterances": 2, "intents": {"greet": {"recall": 0.5}}, "confused": [], "calibration": []}
Open = Callable[[], AbstractAsyncContextManager[Transaction]]


@pytest.fixture
async def made(desk: Desk) -> AsyncIterator[tuple[Tenant, Open]]:
    """A fresh tenant and how to open its transactions."""
    tenant = await desk.tenant()
    yield tenant, lambda: desk.databases.tenant(tenancy(tenant))
    await desk.rows(tenant, "DELETE FROM frontdesk.work")


async def add(tx: Transaction, tenant: Tenant, promote: bool = False) -> int:
    return await intent_models.add(
        tx, tenant.code, intents=INTENTS, training="nlu: []\n", wanted_by="ada", promote=promote
    )


async def ready(tx: Transaction, tenant: Tenant, promote: bool = False) -> int:
    version = await add(tx, tenant, promote)
    await intent_models.start(tx, version)
    await intent_models.finish(tx, version, b"model", MEASURED)
    return version


async def test_a_version_is_numbered_and_its_training_queued_with_it(made: tuple[Tenant, Open], desk: Desk) -> None:
    tenant, opened = made
    async with opened() as tx:
        assert [await add(tx, tenant), await add(tx, tenant)] == [1, 2]
    works = await desk.work(tenant)
    assert [wire.load_wanted(work["payload"]).version for work in works] == [1, 2]
    assert {(work["kind"], work["group_key"]) for work in works} == {(wire.TRAIN, f"train:{tenant.code}")}


async def test_a_version_that_is_not_committed_is_not_trained(made: tuple[Tenant, Open], desk: Desk) -> None:
    tenant, opened = made

    async def change_of_mind() -> None:
        async with opened() as tx:
            await add(tx, tenant)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await change_of_mind()
    assert not await desk.work(tenant)


async def test_versions_wanted_at_once_get_different_numbers(made: tuple[Tenant, Open]) -> None:
    tenant, opened = made

    async def want() -> int:
        async with opened() as tx:
            return await add(tx, tenant)

    assert sorted(await asyncio.gather(*(want() for _ in range(5)))) == [1, 2, 3, 4, 5]


async def test_a_version_keeps_what_was_defined_and_said(made: tuple[Tenant, Open]) -> None:
    tenant, opened = made
    async with opened() as tx:
        version = await ready(tx, tenant)
        found = await intent_models.snapshot(tx, version)
        assert (found.intents, found.training, found.model, found.status) == (INTENTS, "nlu: []\n", b"model", "ready")
        assert (await intent_models.trained(tx, version)).training == ""
        assert (await intent_models.trained(tx, await add(tx, tenant))).training == "nlu: []\n"
        with pytest.raises(NotFound, match="no version 77"):
            await intent_models.snapshot(tx, 77)


async def test_versions_are_listed_newest_first_with_what_was_measured(made: tuple[Tenant, Open]) -> None:
    tenant, opened = made
    async with opened() as tx:
        await ready(tx, tenant, promote=True)
        await add(tx, tenant)
        newest, first = await intent_models.listed(tx)
        assert (newest.version, newest.status, newest.is_live, newest.model_bytes) == (2, "queued", False, None)
        assert (first.status, first.is_live, first.model_bytes, first.metrics) == ("ready", True, 5, {"utterances": 2})
        assert (await intent_models.load(tx, 1)).metrics == MEASURED
        assert [found.version for found in await intent_models.listed(tx, before=2)] == [1]
        assert [found.version for found in await intent_models.listed(tx, limit=1)] == [2]
        with pytest.raises(NotFound):
            await intent_models.load(tx, 3)


async def test_training_begins_again_where_it_was_not_finished_and_never_after(made: tuple[Tenant, Open]) -> None:
    tenant, opened = made
    async with opened() as tx:
        version = await add(tx, tenant)
        assert await intent_models.start(tx, version)
        assert (await intent_models.load(tx, version)).status == "training"
        assert await intent_models.start(tx, version)
        await intent_models.fail(tx, version, "only one intent\x00")
        assert await intent_models.start(tx, version) is None
        found = await intent_models.load(tx, version)
        assert (found.status, (found.error or "")[:15]) == ("failed", "only one intent")
        assert await intent_models.start(tx, 99) is None


async def test_only_what_is_ready_can_be_promoted(made: tuple[Tenant, Open]) -> None:
    tenant, opened = made
    async with opened() as tx:
        assert await intent_models.live(tx) is None
        version = await add(tx, tenant)
        with pytest.raises(Conflict, match="is queued"):
            await intent_models.promote(tx, version, "ada")
        await intent_models.start(tx, version)
        await intent_models.fail(tx, version, "nothing to train on")
        with pytest.raises(Conflict, match="nothing to train on"):
            await intent_models.promote(tx, version, "ada")
        with pytest.raises(NotFound):
            await intent_models.promote(tx, 9, "ada")
        assert await intent_models.live(tx) is None


async def test_a_version_promotes_itself_only_where_that_was_wanted_and_nothing_newer_is_live(
    made: tuple[Tenant, Open],
) -> None:
    tenant, opened = made
    async with opened() as tx:
        late, _ = await add(tx, tenant, promote=True), await ready(tx, tenant)
        assert await intent_models.live(tx) is None
        assert await ready(tx, tenant, promote=True) == await intent_models.live(tx) == 3
        await intent_models.start(tx, late)
        assert await intent_models.finish(tx, late, None, {}) is False
        assert await intent_models.live(tx) == 3
        assert [(each.version, each.promoted_by) for each in await intent_models.history(tx)] == [(3, "ada")]


async def test_each_rollback_goes_a_step_further_back(made: tuple[Tenant, Open]) -> None:
    tenant, opened = made
    async with opened() as tx:
        with pytest.raises(Conflict, match="nothing to roll back"):
            await intent_models.rollback(tx, "bob")
        for _ in range(3):
            await ready(tx, tenant)
        for version in (1, 2, 2, 1, 3):
            await intent_models.promote(tx, version, "ada")
        assert [await intent_models.rollback(tx, "bob") for _ in range(2)] == [1, 2]
        await intent_models.promote(tx, 3, "ada")
        assert [await intent_models.rollback(tx, "bob") for _ in range(3)] == [2, 1, None]
        assert await intent_models.live(tx) is None
        with pytest.raises(Conflict):
            await intent_models.rollback(tx, "bob")
        latest = (await intent_models.history(tx, limit=1))[0]
        assert (latest.version, latest.is_rollback, latest.promoted_by) == (None, True, "bob")


async def test_promoting_none_silences_the_intents_until_it_is_taken_back(made: tuple[Tenant, Open]) -> None:
    tenant, opened = made
    async with opened() as tx:
        version = await ready(tx, tenant, promote=True)
        await intent_models.promote(tx, None, "ada")
        assert await intent_models.live(tx) is None
        assert await intent_models.rollback(tx, "ada") == version == await intent_models.live(tx)

"""What each scope holds, and for how long."""

import asyncio

import pytest

from frontdesk import wiring
from frontdesk.answering import Staff
from frontdesk.core.tenant import Tenant
from frontdesk.handlers import OURS, handlers
from frontdesk.services.tenants import Directory
from frontdesk.store.db import Databases
from frontdesk.wiring import Scope, Tenants, Transactions
from tests.services.desk import Desk


async def test_the_process_shares_its_pools(desk: Desk) -> None:
    assert await desk.app.get(Databases) is await desk.app.get(Databases)
    assert (await desk.app.get(Tenants)).app is not None


async def test_a_tenants_container_is_kept_while_its_settings_stay(desk: Desk) -> None:
    tenants, tenant = await desk.app.get(Tenants), await desk.tenant()
    scope = tenants.scope(tenant)
    assert tenants.scope(tenant) is scope
    assert (await scope.get(Tenant)).code == tenant.code
    changed = await desk.provisioning.change_settings(tenant.code, {"fallback_reply": "No idea."})
    assert tenants.scope(changed) is not scope
    assert (await tenants.staff(changed)).handlers["fallback"].reply == "No idea."  # type: ignore[attr-defined]


async def test_tenants_never_share_a_container(desk: Desk) -> None:
    tenants, one, other = await desk.app.get(Tenants), await desk.tenant(), await desk.tenant()
    staffs = [await tenants.scope(each).get(Staff) for each in (one, other)]
    assert staffs[0] is not staffs[1]
    assert (await tenants.scope(one).get(Tenant)).code == one.code
    assert (await tenants.scope(other).get(Tenant)).code == other.code


async def test_a_dropped_container_lives_until_its_turns_have_ended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "RETIREMENT_SECONDS", 0.1)
    tenants, tenant = await desk.app.get(Tenants), await desk.tenant()
    scope = tenants.scope(tenant)
    (await desk.app.get(Directory)).drop(tenant.code)
    assert await scope.get(Staff)
    assert tenants.scope(tenant) is not scope
    await asyncio.sleep(0.2)


async def test_a_request_gets_its_own_tenants_transactions(desk: Desk) -> None:
    tenant = await desk.tenant()
    async with (await desk.app.get(Tenants)).scope(tenant)(scope=Scope.TURN) as turn:
        transactions = await turn.get(Transactions)
        async with transactions(durable=False) as tx:
            assert await tx.fetchval("SELECT current_user::text") == f"tenant_{tenant.code}"


async def test_handlers_of_other_packages_join_ours(desk: Desk) -> None:
    tenant = await desk.tenant()
    assert (await (await desk.app.get(Tenants)).staff(tenant)).handlers.keys() == {*OURS, "scripted"}
    assert set(OURS) <= set(handlers())

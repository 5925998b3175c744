"""No tenant ever sees another's data: roles, schemas and row security say so, not our SQL."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from dishka import AsyncContainer

from frontdesk import queue
from frontdesk.core.tenant import Tenant
from frontdesk.queue import Item
from frontdesk.services.tenants import tenancy
from frontdesk.store.db import Databases, Tenancy
from tests.services.desk import Desk

TABLES = [
    "channels",
    "contacts",
    "conversations",
    "dead_letters",
    "feedback",
    "identities",
    "messages",
    "secrets",
    "turns",
]


@pytest.fixture
async def two(desk: Desk) -> AsyncIterator[tuple[Tenant, Tenant]]:
    """Two tenants, each with one row of work and one of scheduled work."""
    pair = (await desk.tenant(), await desk.tenant())
    for tenant in pair:
        async with desk.databases.tenant(tenancy(tenant)) as tx:
            await queue.put(tx, [item_of(tenant)])
            await tx.execute(
                "INSERT INTO frontdesk.scheduled (tenant, group_key, kind, due_at, payload)"
                " VALUES ($1, 'g', 'k', now() + interval '1 day', 'p')",
                tenant.code,
            )
    yield pair
    for tenant in pair:
        await desk.rows(tenant, "DELETE FROM frontdesk.work")


def item_of(tenant: Tenant) -> Item:
    return Item(tenant=tenant.code, group="g", kind="k", payload="p")


@pytest.mark.parametrize("table", TABLES)
async def test_without_a_tenant_a_table_has_no_name(databases: Databases, tenant: Tenant, table: str) -> None:
    async with databases.platform() as tx:
        with pytest.raises(asyncpg.UndefinedTableError):
            await tx.fetch(f"SELECT * FROM {table}")


@pytest.mark.parametrize("table", TABLES)
async def test_the_applications_role_cannot_read_a_tenants_table_without_the_switch(
    databases: Databases, tenant: Tenant, table: str
) -> None:
    async with databases.platform() as tx:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await tx.fetch(f"SELECT * FROM tenant_{tenant.code}.{table}")


async def test_the_applications_role_owns_nothing_and_may_make_nothing(databases: Databases, tenant: Tenant) -> None:
    async with databases.platform() as tx:
        assert await tx.fetchval("SELECT current_user::text") == "frontdesk_app"
        owned = await tx.fetchval(
            "SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_roles r ON r.oid = c.relowner"
            " WHERE r.rolname LIKE 'tenant%' OR r.rolname = 'frontdesk_app'"
        )
        assert owned == 0
        rights = await tx.fetchrow(
            "SELECT rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_catalog.pg_roles"
            " WHERE rolname = 'frontdesk_app'"
        )
        assert not any(rights.values())
        for statement in ("CREATE TABLE frontdesk.x ()", "CREATE SCHEMA x", "DROP TABLE frontdesk.audit"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await tx.execute(statement)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["SELECT * FROM {}", "DELETE FROM {}", "TRUNCATE {}"])
async def test_one_tenants_role_cannot_touch_anothers_tables(
    desk: Desk, two: tuple[Tenant, Tenant], table: str, statement: str
) -> None:
    one, other = two
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await desk.rows(one, statement.format(f"tenant_{other.code}.{table}"))


async def test_a_tenants_role_cannot_change_its_own_tables_shape(desk: Desk, two: tuple[Tenant, Tenant]) -> None:
    for statement in (
        "CREATE TABLE x ()",
        "DROP TABLE messages",
        "ALTER TABLE messages ADD x int",
        "SELECT * FROM alembic_version",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await desk.rows(two[0], statement)


@pytest.mark.parametrize("table", ["work", "scheduled"])
async def test_a_tenant_sees_and_changes_only_its_own_rows_of_the_queue(
    desk: Desk, two: tuple[Tenant, Tenant], table: str
) -> None:
    one, other = two
    assert {row["tenant"] for row in await desk.rows(one, f"SELECT tenant FROM frontdesk.{table}")} == {one.code}
    changed = f"UPDATE frontdesk.{table} SET payload = 'stolen' WHERE tenant = $1 RETURNING id"
    assert await desk.rows(one, changed, other.code) == []
    assert await desk.rows(one, f"DELETE FROM frontdesk.{table} WHERE tenant = $1 RETURNING id", other.code) == []
    assert [row["payload"] for row in await desk.rows(other, f"SELECT payload FROM frontdesk.{table}")] == ["p"]


async def test_a_tenant_cannot_queue_work_for_another(desk: Desk, two: tuple[Tenant, Tenant]) -> None:
    one, other = two
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with desk.databases.tenant(tenancy(one)) as tx:
            await queue.put(tx, [item_of(other)])
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await desk.rows(one, "UPDATE frontdesk.work SET tenant = $1", other.code)
    assert len(await desk.work(other)) == 1


@pytest.mark.parametrize("table", ["tenants", "api_keys", "audit"])
async def test_a_tenants_role_cannot_read_the_platforms_tables(
    databases: Databases, tenant: Tenant, table: str
) -> None:
    async with databases.tenant(tenancy(tenant)) as tx:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await tx.fetch(f"SELECT * FROM frontdesk.{table}")


async def test_the_audit_trail_can_only_grow(databases: Databases) -> None:
    async with databases.platform() as tx:
        for statement in ("DELETE FROM frontdesk.audit", "UPDATE frontdesk.audit SET actor = 'nobody'"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await tx.execute(statement)


async def test_colliding_ids_stay_apart(desk: Desk, two: tuple[Tenant, Tenant]) -> None:
    same = "00000000-0000-7000-8000-000000000001"
    for tenant in two:
        await desk.rows(tenant, "INSERT INTO contacts (id, name) VALUES ($1, $2)", same, tenant.code)
    await desk.rows(two[0], "UPDATE contacts SET name = 'changed' WHERE id = $1", same)
    names = [[row["name"] for row in await desk.rows(tenant, "SELECT name FROM contacts")] for tenant in two]
    assert names == [["changed"], [two[1].code]]


@pytest.mark.parametrize("code", ["nobody", "Robert'); DROP TABLE tenants; --", "", "pg_catalog"])
async def test_a_tenant_that_is_none_gets_no_transaction(app: AsyncContainer, databases: Databases, code: Any) -> None:
    with pytest.raises(Exception, match=r"tenant_nobody|tenant_pg_catalog|tenant code"):
        async with databases.tenant(Tenancy(code)) as tx:
            await tx.fetch("SELECT 1")

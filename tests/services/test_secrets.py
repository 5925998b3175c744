"""A tenant's secrets: sealed, its own, known everywhere at once, and shown nowhere."""

import json
import time
from typing import Any

import asyncpg
import pytest

from frontdesk.core.sealing import Seal
from frontdesk.core.tenant import Tenant
from frontdesk.errors import ConfigurationError, InvalidInput, NotFound
from frontdesk.services.secrets import Secrets, Vault
from frontdesk.services.tenants import tenancy
from frontdesk.store import secrets
from frontdesk.wiring import Tenants
from tests.services.desk import Desk

VALUE = "sk-nobody-may-see-this"
USING = {"llm": {"kind": "rest", "base_url": "https://ai.example.org", "key": "brain"}}


async def secrets_of(desk: Desk, tenant: Tenant) -> Secrets:
    found = await desk.directory.tenant(tenant.code)
    return await (await desk.app.get(Tenants)).scope(found).get(Secrets)


async def put(desk: Desk, tenant: Tenant, name: str = "brain", value: str = VALUE) -> None:
    await (await desk.app.get(Vault)).put(tenant, name, value, actor="tests")


async def test_what_was_put_in_is_there_to_be_used(desk: Desk) -> None:
    tenant = await desk.tenant()
    await put(desk, tenant, value=f"  {VALUE}\n")
    assert await (await secrets_of(desk, tenant)).get("brain") == VALUE


async def test_a_missing_secret_is_named_with_the_remedy(desk: Desk) -> None:
    tenant = await desk.tenant()
    with pytest.raises(ConfigurationError, match=f"`frontdesk secret set {tenant.code} brain`"):
        await (await secrets_of(desk, tenant)).get("brain")


async def test_a_change_counts_at_once_and_what_is_removed_is_gone(desk: Desk) -> None:
    tenant, vault = await desk.tenant(), await desk.app.get(Vault)
    with pytest.raises(ConfigurationError):
        await (await secrets_of(desk, tenant)).get("brain")
    await put(desk, tenant)
    assert await (await secrets_of(desk, tenant)).get("brain") == VALUE
    await put(desk, tenant, value="another")
    assert await (await secrets_of(desk, tenant)).get("brain") == "another"
    await vault.remove(tenant, "brain")
    with pytest.raises(ConfigurationError):
        await (await secrets_of(desk, tenant)).get("brain")
    with pytest.raises(NotFound, match="no secret 'brain'"):
        await vault.remove(tenant, "brain")


async def test_a_change_nobody_heard_of_counts_when_the_copy_is_too_old(desk: Desk) -> None:
    tenant = await desk.tenant()
    await put(desk, tenant)
    kept = await secrets_of(desk, tenant)
    assert await kept.get("brain") == VALUE
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        await secrets.put(tx, kept.seal, "brain", "another", "somebody")
    assert await kept.get("brain") == VALUE
    kept._read_at = time.monotonic() - kept.life_seconds - 1
    assert await kept.get("brain") == "another"


async def test_one_tenants_secret_is_never_anothers(desk: Desk) -> None:
    one, other = await desk.tenant(), await desk.tenant()
    await put(desk, one)
    with pytest.raises(ConfigurationError):
        await (await secrets_of(desk, other)).get("brain")
    await put(desk, other, value="the other's")
    assert await (await secrets_of(desk, one)).get("brain") == VALUE
    assert await (await secrets_of(desk, other)).get("brain") == "the other's"
    for statement in (
        "SELECT * FROM {}",
        "UPDATE {} SET sealed = ''",
        "DELETE FROM {}",
        "INSERT INTO {} DEFAULT VALUES",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await desk.rows(other, statement.format(f"tenant_{one.code}.secrets"))
    async with desk.databases.platform() as tx:
        with pytest.raises(asyncpg.UndefinedTableError):
            await tx.fetch("SELECT * FROM secrets")


async def test_a_secret_is_sealed_where_it_is_kept_and_opens_under_its_own_name_only(desk: Desk) -> None:
    tenant = await desk.tenant()
    await put(desk, tenant)
    (row,) = await desk.rows(tenant, "SELECT * FROM secrets")
    assert VALUE.encode() not in row["sealed"]
    await desk.rows(tenant, "INSERT INTO secrets SELECT 'copied', sealed, changed_by FROM secrets")
    with pytest.raises(ConfigurationError, match="no secret 'copied'"):
        await (await secrets_of(desk, tenant)).get("copied")


async def test_a_new_key_opens_old_secrets_as_long_as_the_old_key_is_listed(desk: Desk) -> None:
    tenant = await desk.tenant()
    await put(desk, tenant)
    rotated = Secrets(tenant, desk.databases, Seal(["new", "a-key"]), desk.settings)
    assert await rotated.get("brain") == VALUE
    async with desk.databases.tenant(tenancy(tenant)) as tx:
        await secrets.put(tx, Seal(["new", "a-key"]), "fresh", "sealed anew", "tests")
    forgotten = Secrets(tenant, desk.databases, Seal(["new"]), desk.settings)
    assert await forgotten.get("fresh") == "sealed anew"
    with pytest.raises(ConfigurationError, match=r"secret 'brain' of tenant .* FRONTDESK_SECRET_KEYS"):
        await forgotten.get("brain")


async def test_a_list_says_who_set_what_and_which_settings_use_it_and_which_are_missing(desk: Desk) -> None:
    tenant = await desk.tenant(**USING, speech={"engine": "http", "url": "https://s.example.org", "key": "ears"})
    vault = await desk.app.get(Vault)
    await put(desk, tenant)
    await put(desk, tenant, "spare", "x")
    listed = await vault.listed(tenant)
    assert [(each.name, each.changed_by, each.used_by) for each in listed] == [
        ("brain", "tests", ("llm.key",)),
        ("ears", None, ("speech.key",)),
        ("spare", "tests", ()),
    ]
    assert VALUE not in repr(listed)


async def test_the_audit_trail_names_the_secret_and_not_what_it_holds(desk: Desk) -> None:
    tenant, vault = await desk.tenant(), await desk.app.get(Vault)
    await put(desk, tenant)
    await vault.remove(tenant, "brain", actor="somebody")
    async with desk.databases.owner("primary") as owner:
        rows = await owner.fetch("SELECT * FROM frontdesk.audit WHERE tenant = $1 ORDER BY id", tenant.code)
    noted = [(row["actor"], row["action"], row["subject"]) for row in rows if row["action"].startswith("secret.")]
    assert noted == [("tests", "secret.put", "brain"), ("somebody", "secret.remove", "brain")]
    assert VALUE not in json.dumps([dict(row) for row in rows], default=str)


@pytest.mark.parametrize("name", ["", "Brain", "a b", "1st", "a" * 61, "../x", "brain\n"])
async def test_a_name_settings_could_not_say_is_refused(desk: Desk, tenant: Any, name: str) -> None:
    with pytest.raises(InvalidInput, match="can't be named"):
        await put(desk, tenant, name)


@pytest.mark.parametrize("value", ["", "  ", "two\nlines", "x" * 8_193, "nul\0", "tab\there"])
async def test_a_value_that_is_no_key_is_refused_and_not_repeated(desk: Desk, tenant: Any, value: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await put(desk, tenant, value=value)
    assert not value.strip() or value not in str(refused.value)


async def test_a_secret_is_in_no_repr(desk: Desk) -> None:
    tenant = await desk.tenant(**USING)
    await put(desk, tenant)
    kept = await secrets_of(desk, tenant)
    await kept.get("brain")
    assert VALUE not in repr([kept, vars(kept), await desk.app.get(Vault)])

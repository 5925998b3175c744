"""Tenants of the installation, in the primary database."""

import json
from collections.abc import Mapping
from typing import Any

import asyncpg
from pydantic import ValidationError

from frontdesk.core.tenant import Tenant, TenantSettings
from frontdesk.errors import Conflict, InvalidInput, TenantUnknown
from frontdesk.settings import PRIMARY
from frontdesk.store.pool import Transaction

COLUMNS = "code, name, database, status, settings, version"


async def load(tx: Transaction, code: str) -> Tenant | None:
    """Return the tenant, or None where there is none (a deleted one is none)."""
    row = await tx.fetchrow(f"SELECT {COLUMNS} FROM frontdesk.tenants WHERE code = $1 AND status <> 'deleted'", code)
    return _tenant(row) if row else None


async def listed(tx: Transaction, *, after: str = "", limit: int = 50) -> list[Tenant]:
    """Return tenants by code, from the one after `after` on."""
    rows = await tx.fetch(
        f"SELECT {COLUMNS} FROM frontdesk.tenants WHERE code > $1 AND status <> 'deleted' ORDER BY code LIMIT $2",
        after,
        limit,
    )
    return [_tenant(row) for row in rows]


async def codes_by_database(tx: Transaction) -> dict[str, list[str]]:
    """Return the codes of all tenants that have tables, by the database they live in."""
    rows = await tx.fetch(
        "SELECT database, array_agg(code ORDER BY code) AS codes FROM frontdesk.tenants WHERE status <> 'deleted' GROUP BY database"
    )
    return {row["database"]: list(row["codes"]) for row in rows}


async def languages(tx: Transaction) -> list[tuple[str, ...]]:
    """Return the languages tenants speak, each set of them once."""
    rows = await tx.fetch(
        "SELECT DISTINCT settings->'languages' AS spoken FROM frontdesk.tenants WHERE status = 'active' AND settings ? 'languages'"
    )
    return [tuple(json.loads(row["spoken"])) for row in rows]


async def add(tx: Transaction, code: str, name: str, database: str, settings: TenantSettings) -> Tenant:
    """Note a tenant that is being made; Conflict where the code is taken. One left half made may be taken up again."""
    row = await tx.fetchrow(
        f"""
        INSERT INTO frontdesk.tenants AS t (code, name, database, settings) VALUES ($1, $2, $3, $4)
        ON CONFLICT (code) DO UPDATE SET name = $2, settings = $4 WHERE t.status = 'creating' AND t.database = $3
        RETURNING {COLUMNS}
        """,
        code,
        name,
        database or PRIMARY,
        settings.model_dump_json(exclude_unset=True),
    )
    if row is None:
        raise Conflict(f"tenant {code!r} exists already: choose another code")
    return _tenant(row)


async def set_status(tx: Transaction, code: str, status: str) -> Tenant:
    """Set the status and return the tenant as it is now."""
    row = await tx.fetchrow(
        f"UPDATE frontdesk.tenants SET status = $2, version = version + 1, changed_at = now() WHERE code = $1 RETURNING {COLUMNS}",
        code,
        status,
    )
    if row is None:
        raise TenantUnknown(f"no tenant {code!r}")
    return _tenant(row)


async def change_settings(tx: Transaction, code: str, settings: TenantSettings, version: int | None = None) -> Tenant:
    """Replace the settings; with `version`, only if nobody changed them since (Conflict otherwise)."""
    row = await tx.fetchrow(
        f"""
        UPDATE frontdesk.tenants SET settings = $2, version = version + 1, changed_at = now()
        WHERE code = $1 AND status <> 'deleted' AND ($3::int IS NULL OR version = $3) RETURNING {COLUMNS}
        """,
        code,
        settings.model_dump_json(exclude_unset=True),
        version,
    )
    if row is not None:
        return _tenant(row)
    if await load(tx, code) is None:
        raise TenantUnknown(f"no tenant {code!r}")
    raise Conflict(
        f"the settings of tenant {code!r} changed since version {version}: read them again and repeat the change"
    )


def read_settings(document: Mapping[str, Any]) -> TenantSettings:
    """Check a settings document; InvalidInput lists every fault."""
    try:
        return TenantSettings.model_validate(document)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise InvalidInput("these tenant settings can't be used: " + "; ".join(faults)) from None


def _tenant(row: asyncpg.Record) -> Tenant:
    return Tenant(
        code=row["code"],
        name=row["name"],
        database=row["database"],
        status=row["status"],
        settings=TenantSettings.model_validate(json.loads(row["settings"])),
        version=row["version"],
    )

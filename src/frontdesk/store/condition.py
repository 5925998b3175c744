"""How a database is: whether it answers, what the role may, whether the platform's tables are there."""

from dataclasses import dataclass

from frontdesk.store.pool import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a look at a database found. `mighty` roles could read a tenant without the switch."""

    version: str
    migrated: bool
    mighty: bool


async def ping(tx: Transaction) -> None:
    """Ask for an answer, any answer."""
    await tx.fetchval("SELECT 1")


async def examine(tx: Transaction) -> Condition:
    """Return how the database is."""
    row = await tx.fetchrow(
        "SELECT current_setting('server_version') AS version, to_regclass('frontdesk.work') IS NOT NULL AS migrated,"
        " rolsuper OR rolinherit OR rolbypassrls AS mighty FROM pg_roles WHERE rolname = current_user"
    )
    return Condition(version=row["version"], migrated=row["migrated"], mighty=row["mighty"])

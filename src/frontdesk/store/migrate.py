"""Migrations of the platform's schema and of every tenant's: Alembic writes the SQL, one transaction a schema runs it."""

import asyncio
import base64
import functools
import hashlib
import hmac
import io
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import asyncpg

from frontdesk.core.tenant import schema_of

if TYPE_CHECKING:  # Alembic takes a third of a second to import, and most commands migrate nothing
    from alembic.script import ScriptDirectory

Room = Literal["platform", "tenant"]
APP_ROLE = "frontdesk_app"
TENANT_GROUP = "frontdesk_tenant"
SCRAM_ROUNDS = 4096
FOLDER = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Migrated:
    """What became of one schema; `error` is empty where it worked."""

    schema: str
    start: str | None
    end: str
    error: str = ""


@functools.cache
def directory(room: Room) -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(FOLDER / room))


def head(room: Room) -> str:
    """Return the newest revision."""
    return directory(room).get_current_head() or ""


@functools.cache
def script(room: Room, start: str | None) -> str:
    """Return the SQL that takes a schema of `room` from revision `start` (None: an empty one) to the newest."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    output = io.StringIO()
    scripts = directory(room)
    context = MigrationContext.configure(
        dialect_name="postgresql",
        opts={
            "as_sql": True,
            "transactional_ddl": False,
            "output_buffer": output,
            "starting_rev": start,
            "fn": lambda revision, _: scripts._upgrade_revs("head", revision),
        },
    )
    with Operations.context(context):
        context.run_migrations()
    return output.getvalue()


async def migrate_platform(
    owner: asyncpg.Connection, app_password: str | None, *, new_password: bool = False
) -> Migrated:
    """Bring the roles and the schema `frontdesk` of one database up to date; safe to repeat and to run at once."""
    async with owner.transaction():
        await owner.execute("SELECT pg_advisory_xact_lock(hashtext('frontdesk'))")
        await _make_roles(owner, app_password, new_password)
        await owner.execute("CREATE SCHEMA IF NOT EXISTS frontdesk")
        return await _upgrade(owner, "platform", "frontdesk")


async def migrate_tenant(owner: asyncpg.Connection, code: str) -> Migrated:
    """Bring one tenant's role and schema up to date, creating them on first sight, in one transaction."""
    schema = schema_of(code)
    async with owner.transaction():
        await owner.execute("SELECT pg_advisory_xact_lock(hashtext($1))", schema)
        await owner.execute(_role_and_schema(schema))
        result = await _upgrade(owner, "tenant", schema)
        if result.start != result.end:
            await owner.execute(
                f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {schema};"
                f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {schema};"
                f"REVOKE ALL ON {schema}.alembic_version FROM {schema}"
            )
        return result


async def migrate_tenants(
    connect: Callable[[str], AbstractAsyncContextManager[asyncpg.Connection]],
    database: str,
    codes: Sequence[str],
    parallel: int = 4,
) -> AsyncIterator[Migrated]:
    """Migrate those of a database's tenants that are behind, `parallel` at a time, and yield each as it is done.

    One that fails stops no other. What is done stays done, so an interrupted run goes on where it was when called again.
    """
    async with connect(database) as owner:
        queued = list(reversed(await _behind(owner, codes)))
    done: asyncio.Queue[Migrated | None] = asyncio.Queue()

    async def lane() -> None:
        try:
            async with connect(database) as owner:
                while queued:
                    done.put_nowait(await _attempt(owner, queued.pop()))
        finally:
            done.put_nowait(None)

    lanes = [asyncio.create_task(lane()) for _ in range(min(parallel, len(queued)))]
    try:
        for _ in range(len(lanes)):
            while result := await done.get():
                yield result
        await asyncio.gather(*lanes)
    finally:
        for running in lanes:
            running.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)


async def _attempt(owner: asyncpg.Connection, code: str) -> Migrated:
    try:
        return await migrate_tenant(owner, code)
    except asyncpg.PostgresError as error:
        return Migrated(schema_of(code), None, "", str(error))


async def _behind(owner: asyncpg.Connection, codes: Sequence[str]) -> list[str]:
    """Return the tenants whose schema is not at the newest revision, or not there."""
    current = []
    for start in range(0, len(codes), 500):
        some = [schema_of(code) for code in codes[start : start + 500]]
        there = await owner.fetch(
            "SELECT schemaname FROM pg_tables WHERE tablename = 'alembic_version' AND schemaname = ANY($1::text[])",
            some,
        )
        versions = " UNION ALL ".join(
            f"SELECT '{row['schemaname']}' AS schema, version_num FROM {row['schemaname']}.alembic_version"
            for row in there
        )
        rows = await owner.fetch(versions) if versions else []
        current += [row["schema"] for row in rows if row["version_num"] == head("tenant")]
    done = set(current)
    return [code for code in codes if schema_of(code) not in done]


async def _upgrade(owner: asyncpg.Connection, room: Room, schema: str) -> Migrated:
    await owner.execute(f"SET LOCAL search_path TO {schema}")
    start = None
    if await owner.fetchval("SELECT to_regclass($1)", f"{schema}.alembic_version"):
        start = await owner.fetchval("SELECT version_num FROM alembic_version")
    if start != head(room):
        await owner.execute(script(room, start))
    return Migrated(schema, start, head(room))


async def _make_roles(owner: asyncpg.Connection, app_password: str | None, new_password: bool) -> None:
    existing = {
        row["rolname"] for row in await owner.fetch("SELECT rolname FROM pg_roles WHERE rolname LIKE 'frontdesk%'")
    }
    if TENANT_GROUP not in existing:
        await owner.execute(f"CREATE ROLE {TENANT_GROUP} NOLOGIN")
    if APP_ROLE not in existing:
        await owner.execute(f"CREATE ROLE {APP_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT")
    if app_password and (new_password or APP_ROLE not in existing):
        await owner.execute(f"ALTER ROLE {APP_ROLE} PASSWORD '{scram_verifier(app_password)}'")


def scram_verifier(password: str) -> str:
    """Return what PostgreSQL keeps of a password (RFC 5803), so that the password itself never reaches its log."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, SCRAM_ROUNDS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    encoded = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${SCRAM_ROUNDS}:{encoded[0]}${encoded[1]}:{encoded[2]}"


def _role_and_schema(schema: str) -> str:
    return f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{schema}') THEN
                CREATE ROLE {schema} NOLOGIN NOSUPERUSER NOINHERIT;
                GRANT {TENANT_GROUP} TO {schema} WITH INHERIT TRUE;
                GRANT {schema} TO {APP_ROLE} WITH INHERIT FALSE, SET TRUE;
            END IF;
        END $$;
        CREATE SCHEMA IF NOT EXISTS {schema};
        GRANT USAGE ON SCHEMA {schema} TO {schema};
    """

"""Migrations: the same schema however it came about, resumable, safe to run at once."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from frontdesk.errors import FrontdeskError
from frontdesk.store import migrate
from frontdesk.store.db import Databases
from frontdesk.store.migrate import Migrated, Room

SHAPE = """
SELECT c.relname, c.relkind::text, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE n.nspname = $1::text ORDER BY 1, 3
"""
RULES = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = to_regnamespace($1)
UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = $1::text
UNION ALL SELECT table_name, privilege_type, grantee FROM information_schema.role_table_grants WHERE table_schema = $1::text
"""
LAST = migrate.head("tenant")
SECOND = "ALTER TABLE contacts ADD COLUMN nickname text; CREATE TABLE pets (id int PRIMARY KEY, name text);"


def codes(count: int) -> list[str]:
    """Return codes nobody has, in order."""
    stem = f"m{uuid4().hex[:10]}"
    return [f"{stem}{number:03}" for number in range(count)]


@pytest.fixture
def newer_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let one more revision of the tenants' schema exist."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.FOLDER, folder)
    versions = folder / "tenant" / "versions"
    first = (versions / "0001_start.py").read_text()
    second = first.replace('revision = "0001"', 'revision = "9999"').replace(
        "down_revision = None", 'down_revision = "LAST"'
    )
    (versions / "9999_pets.py").write_text(second.replace("LAST", LAST))
    (versions / "9999_pets.sql").write_text(SECOND)
    monkeypatch.setattr(migrate, "FOLDER", folder)
    forget()
    yield
    monkeypatch.undo()
    forget()


def forget() -> None:
    migrate.directory.cache_clear()
    migrate.script.cache_clear()


async def run(databases: Databases, names: list[str]) -> list[Migrated]:
    return [result async for result in migrate.migrate_tenants(databases.owner, "primary", names)]


async def made(databases: Databases, names: list[str]) -> list[str]:
    """Make tenants' schemas and return their codes."""
    assert [result.error for result in await run(databases, names)] == [""] * len(names)
    return names


async def shape(owner: asyncpg.Connection, schema: str) -> list[list[str]]:
    rows = [*await owner.fetch(SHAPE, schema), *sorted(map(tuple, await owner.fetch(RULES, schema)))]
    return [[str(value).replace(schema, "SCHEMA") for value in row] for row in rows]


@pytest.mark.parametrize("room", ["platform", "tenant"])
def test_every_revision_has_sql_and_follows_one_other(room: Room) -> None:
    revisions = list(migrate.directory(room).walk_revisions())
    assert revisions
    for revision in revisions:
        assert Path(revision.path).with_suffix(".sql").read_text().strip()
        assert not revision.is_merge_point
    files = {path.stem for path in (migrate.FOLDER / room / "versions").glob("*.sql")}
    assert files == {Path(revision.path).stem for revision in revisions}
    assert len(migrate.directory(room).get_heads()) == 1


@pytest.mark.parametrize("room", ["platform", "tenant"])
def test_revisions_name_no_tenant_and_take_no_shortcuts(room: Room) -> None:
    for path in (migrate.FOLDER / room / "versions").glob("*.sql"):
        words = path.read_text().upper()
        assert not any(word in words for word in ("CREATE TYPE", "SECURITY DEFINER", "CONCURRENTLY"))


async def test_twenty_tenants_are_made_and_made_again_for_nothing(quiet: Databases) -> None:
    names = codes(20)
    results = await run(quiet, names)
    assert {(result.start, result.end, result.error) for result in results} == {(None, migrate.head("tenant"), "")}
    assert sorted(result.schema for result in results) == [f"tenant_{name}" for name in names]
    assert await run(quiet, names) == []
    async with quiet.owner() as owner:
        again = await migrate.migrate_tenant(owner, names[0])
        assert again.start == again.end
        platform = await migrate.migrate_platform(owner, None)
        assert platform.start == platform.end == migrate.head("platform")


async def test_several_runs_at_once_do_each_tenant_once(quiet: Databases) -> None:
    names = codes(8)
    runs = await asyncio.gather(*(run(quiet, names) for _ in range(3)))
    results = [result for each in runs for result in each]
    assert [result for result in results if result.error] == []
    assert sum(result.start is None for result in results) == len(names)


async def test_the_platform_is_migrated_by_several_at_once(quiet: Databases) -> None:
    async def once() -> Migrated:
        async with quiet.owner() as owner:
            return await migrate.migrate_platform(owner, "a-password")

    results = await asyncio.gather(*(once() for _ in range(4)))
    assert {result.end for result in results} == {migrate.head("platform")}


@pytest.mark.usefixtures("newer_revision")
async def test_a_fresh_schema_is_the_same_as_a_migrated_one(quiet: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    old, fresh = codes(2)
    with migrated_before(monkeypatch):
        await made(quiet, [old])
    assert [(r.start, r.end) for r in await run(quiet, [old])] == [(LAST, "9999")]
    await made(quiet, [fresh])
    async with quiet.owner() as owner:
        assert await shape(owner, f"tenant_{old}") == await shape(owner, f"tenant_{fresh}")
        assert any("pets" in row[0] for row in await shape(owner, f"tenant_{old}"))


@contextlib.contextmanager
def migrated_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Migrate as the release before did: without that revision."""
    newer = migrate.FOLDER
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "FOLDER", Path(migrate.__file__).parent / "migrations")
        forget()
        yield
    assert newer == migrate.FOLDER
    forget()


@pytest.mark.usefixtures("newer_revision")
async def test_an_interrupted_run_goes_on_where_it_was(quiet: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    names = codes(12)
    with migrated_before(monkeypatch):
        await made(quiet, names)
    started = migrate.migrate_tenants(quiet.owner, "primary", names, parallel=2)
    first = [await anext(started) for _ in range(3)]
    await started.aclose()
    before = await at_head(quiet, names)
    await asyncio.sleep(0.3)
    assert await at_head(quiet, names) == before, "an interrupted run goes on behind the caller's back"
    assert len(first) <= before < len(names)
    rest = await run(quiet, names)
    assert (len(rest), await at_head(quiet, names)) == (len(names) - before, len(names))


async def at_head(databases: Databases, names: list[str]) -> int:
    async with databases.owner() as owner:
        return len(names) - len(await migrate._behind(owner, names))


@pytest.mark.usefixtures("newer_revision")
async def test_one_failing_tenant_stops_no_other(quiet: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    names = codes(6)
    with migrated_before(monkeypatch):
        await made(quiet, names)
    async with quiet.owner() as owner:
        await owner.execute(f"CREATE TABLE tenant_{names[2]}.pets ()")
    results = {result.schema: result for result in await run(quiet, names)}
    assert [schema for schema, result in results.items() if result.error] == [f"tenant_{names[2]}"]
    assert "pets" in results[f"tenant_{names[2]}"].error
    async with quiet.owner() as owner:
        assert await owner.fetchval(f"SELECT version_num FROM tenant_{names[2]}.alembic_version") == LAST
        await owner.execute(f"DROP TABLE tenant_{names[2]}.pets")
    assert [(r.schema, r.error) for r in await run(quiet, names)] == [(f"tenant_{names[2]}", "")]


@pytest.mark.usefixtures("newer_revision")
async def test_postgresql_going_away_ends_the_run_with_an_error(
    quiet: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = codes(10)
    with migrated_before(monkeypatch):
        await made(quiet, names)

    @contextlib.asynccontextmanager
    async def dying(database: str) -> AsyncIterator[asyncpg.Connection]:
        async with quiet.owner(database) as owner:
            if opened:
                owner.terminate()
            opened.append(database)
            yield owner

    opened: list[str] = []

    async def all_of_it() -> list[Migrated]:
        return [result async for result in migrate.migrate_tenants(dying, "primary", names)]

    with contextlib.suppress(FrontdeskError, asyncpg.InterfaceError):
        results = await asyncio.wait_for(all_of_it(), 10)
        assert any(result.error for result in results)
    assert await run(quiet, names)


async def test_a_schema_made_by_hand_is_taken_up(quiet: Databases) -> None:
    (name,) = codes(1)
    async with quiet.owner() as owner:
        await owner.execute(f"CREATE SCHEMA tenant_{name}")
    await made(quiet, [name])

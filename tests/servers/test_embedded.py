"""PostgreSQL and Redis of our own: started, found again, shared, stopped by the last."""

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from frontdesk import settings
from frontdesk.embedded import Servers, running
from frontdesk.errors import ConfigurationError
from frontdesk.servers import process
from frontdesk.servers.postgres import Postgres
from frontdesk.servers.redis import Redis
from frontdesk.settings import Settings

FAST = ("fsync=off",)
DIES = """
import os, sys
from pathlib import Path
from frontdesk import settings
from frontdesk.embedded import running
with running(settings.load(data_dir=Path(sys.argv[1])), postgres_options=("fsync=off",)) as servers:
    print(servers.postgres.pid, servers.redis.pid, flush=True)
    os._exit(9)
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A data directory; whatever still runs in it afterwards is stopped."""
    yield tmp_path / "data"
    for server in (Postgres(tmp_path / "data" / "postgres"), Redis(tmp_path / "data" / "redis")):
        server.stop()


def loaded(home: Path, **given: object) -> Settings:
    return settings.load(data_dir=home, **given)


def pids(servers: Servers) -> tuple[int | None, int | None]:
    assert servers.postgres
    assert servers.redis
    return servers.postgres.pid, servers.redis.pid


async def value_of(servers: Servers, query: str) -> object:
    connection = await asyncpg.connect(servers.database_url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_both_start_answer_and_stop(home: Path) -> None:
    with running(loaded(home), postgres_options=FAST) as servers:
        assert all(pids(servers))
        assert await value_of(servers, "SELECT current_database()::text") == "frontdesk"
        assert await value_of(servers, "SHOW server_version_num") >= "180000"  # type: ignore[operator]
        assert await value_of(servers, "SHOW listen_addresses") == ""
        assert await value_of(servers, "SHOW recovery_init_sync_method") == "syncfs"
    assert pids(servers) == (None, None)


async def test_what_was_written_is_there_after_a_restart(home: Path) -> None:
    with running(loaded(home), postgres_options=FAST) as servers:
        await value_of(servers, "CREATE TABLE kept AS SELECT 7 AS n")
    with running(loaded(home), postgres_options=FAST) as servers:
        assert await value_of(servers, "SELECT n FROM kept") == 7


async def test_servers_that_outlived_a_crashed_process_are_found_and_then_stopped(home: Path) -> None:
    died = subprocess.run([sys.executable, "-c", DIES, str(home)], capture_output=True, text=True, check=False)
    assert died.returncode == 9, died.stderr
    before = tuple(int(word) for word in died.stdout.split())
    with running(loaded(home), postgres_options=FAST) as servers:
        assert pids(servers) == before
        assert await value_of(servers, "SELECT 1") == 1
    assert pids(servers) == (None, None)


async def test_the_last_user_stops_them(home: Path) -> None:
    with running(loaded(home), postgres_options=FAST) as first:
        with running(loaded(home), postgres_options=FAST) as second:
            assert pids(first) == pids(second)
        assert await value_of(first, "SELECT 1") == 1
    assert pids(first) == (None, None)


async def test_a_crashed_postgresql_is_started_again(home: Path) -> None:
    with running(loaded(home), postgres_options=FAST) as servers:
        assert servers.postgres
        await value_of(servers, "CREATE TABLE kept AS SELECT 7 AS n")
        servers.postgres.crash()
        assert servers.postgres.pid is None
        servers.postgres.start()
        assert await value_of(servers, "SELECT n FROM kept") == 7


def test_a_pid_file_left_behind_does_not_stop_the_start(home: Path) -> None:
    for folder, name in (("postgres/data", "postmaster.pid"), ("redis", "redis.pid")):
        (home / folder).mkdir(parents=True)
        (home / folder / name).write_text("999999999\n")
    (home / "postgres" / "data" / "postmaster.pid").unlink()
    (home / "postgres" / "data").rmdir()
    with running(loaded(home), postgres_options=FAST) as servers:
        assert all(pids(servers))


def test_addresses_of_your_own_start_nothing(home: Path) -> None:
    given = {"database_url": "postgresql://me@db/x", "redis_url": "redis://cache/0"}
    with running(loaded(home, **given)) as servers:
        assert (servers.database_url, servers.redis_url) == ("postgresql://me@db/x", "redis://cache/0")
        assert (servers.postgres, servers.redis) == (None, None)
    assert not home.exists()


def test_one_of_your_own_starts_the_other(home: Path) -> None:
    with running(loaded(home, database_url="postgresql://me@db/x")) as servers:
        assert servers.postgres is None
        assert servers.redis
        assert servers.redis.pid


async def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    home = tmp_path / ("long" * 30)
    with running(loaded(home), postgres_options=FAST) as servers:
        assert len(servers.redis_url) < 110
        assert await value_of(servers, "SELECT 1") == 1
        assert servers.postgres
        assert stat.S_IMODE(servers.postgres.sockets.stat().st_mode) == 0o700


async def test_a_path_with_odd_characters_works(tmp_path: Path) -> None:
    with running(loaded(tmp_path / "a b'c & ü"), postgres_options=FAST) as servers:
        assert await value_of(servers, "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to change accounts")
async def test_a_closed_folder_above_the_data_directory_is_no_obstacle(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with running(loaded(closed / "data"), postgres_options=FAST) as servers:
        assert await value_of(servers, "SELECT 1") == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert closed.stat().st_uid == 0


def test_others_on_the_machine_cannot_reach_the_sockets(home: Path) -> None:
    with running(loaded(home), postgres_options=FAST) as servers:
        assert servers.postgres
        assert servers.redis
        assert stat.S_IMODE(servers.postgres.sockets.stat().st_mode) & 0o077 == 0
        assert stat.S_IMODE(servers.redis.socket.stat().st_mode) & 0o077 == 0


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigurationError, match="FRONTDESK_DATA_DIR"), running(loaded(tmp_path / "file" / "data")):
        pass


def test_a_postgresql_that_does_not_start_says_why(home: Path) -> None:
    with (
        pytest.raises(ConfigurationError, match="no_such_setting"),
        running(loaded(home), postgres_options=("no_such_setting=1",)),
    ):
        pass


def test_a_command_that_fails_shows_what_it_said() -> None:
    with pytest.raises(ConfigurationError, match="fetching failed: no such luck"):
        process.run(["sh", "-c", "echo no such luck >&2; exit 3"], {}, "fetching")


def test_a_missing_wheel_is_named() -> None:
    with pytest.raises(ConfigurationError, match="no_such_package is not installed"):
        process.wheel("no_such_package")


@pytest.mark.parametrize("text", ["", "nonsense", "999999999", "-1 x"])
def test_a_pid_file_that_names_nobody(tmp_path: Path, text: str) -> None:
    (tmp_path / "pid").write_text(text)
    assert process.alive(tmp_path / "pid") is None


def test_a_zombie_is_not_alive(tmp_path: Path) -> None:
    child = subprocess.Popen(["true"])
    (tmp_path / "pid").write_text(str(child.pid))
    assert process.wait_until(lambda: process.alive(tmp_path / "pid") is None, 5)
    child.wait()


def test_sockets_of_different_homes_never_meet(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 100)
    folders = {process.socket_folder(long / name) for name in ("a", "b")}
    assert len(folders) == 2
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(0.1)
        assert not any(folder.exists() for folder in folders)

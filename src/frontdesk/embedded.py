"""PostgreSQL and Redis in the data directory, from their wheels: started, found again, shared, and stopped by the last user."""

import contextlib
import fcntl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from frontdesk.errors import ConfigurationError
from frontdesk.servers.postgres import Postgres
from frontdesk.servers.redis import Redis
from frontdesk.settings import Settings


@dataclass(frozen=True, slots=True)
class Servers:
    """Addresses of the two servers, and which of them are our own (None where the operator brings theirs)."""

    database_url: str
    redis_url: str
    postgres: Postgres | None = None
    redis: Redis | None = None


@contextlib.contextmanager
def running(settings: Settings, *, postgres_options: Sequence[str] = ()) -> Iterator[Servers]:
    """Make sure both servers run and yield their addresses; the last process to leave stops what is ours.

    A server of the operator's own (FRONTDESK_DATABASE_URL, FRONTDESK_REDIS_URL) is used as it is and left alone.
    Servers that outlived a crashed process are found and used. `postgres_options` are `name=value` settings.
    """
    home = settings.data_dir.resolve()
    postgres = None if settings.database_url else Postgres(home / "postgres", postgres_options)
    redis = None if settings.redis_url else Redis(home / "redis")
    servers = Servers(
        postgres.url if postgres else settings.database_url.get_secret_value() if settings.database_url else "",
        redis.url if redis else settings.redis_url.get_secret_value() if settings.redis_url else "",
        postgres,
        redis,
    )
    ours = [server for server in (postgres, redis) if server]
    if not ours:
        yield servers
        return
    _make(home)
    with (home / "users.lock").open("a") as users:
        try:
            with _exclusive(home / "start.lock"):
                for server in ours:
                    server.start()
                fcntl.flock(users, fcntl.LOCK_SH)
            yield servers
        finally:
            with _exclusive(home / "start.lock"), contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)  # only the last user gets this
                for server in reversed(ours):
                    server.stop()


def _make(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / "users.lock").touch()
    except OSError as error:
        raise ConfigurationError(
            f"nothing can be written to {home} ({error.strerror}): set FRONTDESK_DATA_DIR to a folder of your own"
        ) from None


@contextlib.contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

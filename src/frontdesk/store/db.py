"""Connections: pools per named database, and the transaction that is one tenant's alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import asyncpg

from frontdesk.core.tenant import schema_of
from frontdesk.errors import ConfigurationError, DatabaseUnavailable
from frontdesk.settings import PRIMARY
from frontdesk.store.migrate import APP_ROLE
from frontdesk.store.pool import Pool, Transaction

AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection cut in the middle of a reply
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ReadOnlySQLTransactionError,
)
"""What asyncpg raises when the server is gone, going, coming up, or a standby."""

CLOSE_SECONDS = 5.0
STATEMENTS = 1000

SESSION = {
    "search_path": "",  # no tenant, no table: without a tenant's search path a tenant's table has no name
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",  # statements are prepared per tenant: planned once each, not five times
    "statement_timeout": "60s",  # the server's own timer: one of the client's costs a task a statement
    "idle_in_transaction_session_timeout": "60s",
}


@dataclass(frozen=True, slots=True)
class Tenancy:
    """Whom a transaction is for: the tenant's code and the named database it lives in."""

    code: str
    database: str = PRIMARY


class Databases:
    """Pools of the application's own role, one a named database; an owner's connection where tables are made."""

    def __init__(
        self, owner_urls: Mapping[str, str], app_password: str | None, pool_size: int, name: str = "frontdesk"
    ) -> None:
        self.owner_urls = dict(owner_urls)
        self.app_password = app_password
        self.pool_size = pool_size
        self.name = name
        self._pools: dict[str, Pool] = {}

    @property
    def names(self) -> list[str]:
        return list(self.owner_urls)

    def pool(self, database: str = PRIMARY) -> Pool:
        """Return the pool of a named database; its connections open as they are needed."""
        if database not in self._pools:
            if database not in self.owner_urls:
                raise ConfigurationError(f"database {database!r} is not configured: add it to FRONTDESK_DATABASES")
            self._pools[database] = Pool(lambda: self.session(database, {}), self.pool_size)
        return self._pools[database]

    @contextlib.asynccontextmanager
    async def platform(self, database: str = PRIMARY) -> AsyncIterator[Transaction]:
        """Yield a connection of the application's role: it sees `frontdesk.*` and no tenant's tables."""
        with translated():
            async with self.pool(database).acquire() as tx:
                yield tx

    @contextlib.asynccontextmanager
    async def tenant(self, tenancy: Tenancy, *, durable: bool = True) -> AsyncIterator[Transaction]:
        """Yield a transaction switched to the tenant's role and schema; it commits when the block ends well.

        `durable=False` spares the wait for the disk: for reads, and for writes that may be repeated after a crash.
        """
        with translated():
            async with self.pool(tenancy.database).acquire(tenancy.code) as tx:
                try:
                    await _begin(tx, tenancy.code, durable)
                    yield tx
                    await tx.connection.execute("COMMIT")
                except BaseException:
                    await _roll_back(tx.connection)
                    raise

    @contextlib.asynccontextmanager
    async def owner(self, database: str = PRIMARY) -> AsyncIterator[asyncpg.Connection]:
        """Yield a connection that may make roles, schemas and tables."""
        if database not in self.owner_urls:
            raise ConfigurationError(f"database {database!r} is not configured: add it to FRONTDESK_DATABASES")
        with translated():
            connection = await asyncpg.connect(
                self.owner_urls[database], timeout=10, server_settings={"application_name": f"{self.name} owner"}
            )
            try:
                yield connection
            finally:
                await connection.close(timeout=5)

    async def session(self, database: str, settings: Mapping[str, str]) -> asyncpg.Connection:
        """Open a connection of the application's role with server settings of its own; the caller closes it."""
        with translated():
            return await asyncpg.connect(
                app_url(self.owner_urls[database], self.app_password),
                timeout=5,
                statement_cache_size=STATEMENTS,
                max_cached_statement_lifetime=0,
                server_settings={"application_name": self.name, **SESSION, **settings},
            )

    async def close(self) -> None:
        """Close every pool; what is still running after five seconds is cut."""
        await asyncio.gather(*(pool.close(CLOSE_SECONDS) for pool in self._pools.values()))
        self._pools.clear()


async def _begin(tx: Transaction, code: str, durable: bool) -> None:
    """Begin as the tenant.

    A connection may have looked up whose roles are ours while this one was just being made, and remember that it isn't
    until a next role is made (seen with PostgreSQL 18): a fresh connection looks anew.
    """
    schema = schema_of(code)  # checked against a pattern: the only name that is ever put into SQL
    begin = f"BEGIN; SET LOCAL ROLE {schema}; SET LOCAL search_path TO {schema}"
    begin += "" if durable else "; SET LOCAL synchronous_commit TO off"
    try:
        await tx.connection.execute(begin)
    except asyncpg.InsufficientPrivilegeError:
        await tx.renew()
        await tx.connection.execute(begin)


async def _roll_back(connection: asyncpg.Connection) -> None:
    try:  # even where none seems open: a BEGIN that was cancelled may have come through
        await connection.execute("ROLLBACK")
    except AWAY:
        connection.terminate()
    except BaseException:
        connection.terminate()  # cancelled once more: a tenant's transaction must not go back to the pool
        raise


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn what asyncpg raises when PostgreSQL is away into DatabaseUnavailable."""
    try:
        yield
    except DatabaseUnavailable:
        raise
    except TimeoutError as error:
        raise DatabaseUnavailable("no PostgreSQL connection became free in time") from error
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        raise DatabaseUnavailable(
            f"PostgreSQL refuses our login role: {error}; run `frontdesk migrate` with the FRONTDESK_SECRET_KEYS all processes use"
        ) from error
    except AWAY as error:
        raise DatabaseUnavailable(f"PostgreSQL is away: {error}") from error


def app_url(owner_url: str, password: str | None) -> str:
    """Return the address for the application's role instead of the owner's."""
    parts = urlsplit(owner_url)
    host = parts.netloc.rpartition("@")[2]
    user = f"{APP_ROLE}:{quote(password, safe='')}" if password else APP_ROLE
    query = [(key, value) for key, value in parse_qsl(parts.query) if key not in ("user", "password")]
    return urlunsplit((parts.scheme, f"{user}@{host}", parts.path, urlencode(query, safe="/"), ""))


def affected(tag: Any) -> int:
    """Return the row count of a command tag such as `UPDATE 3`."""
    return int(str(tag).rpartition(" ")[2])

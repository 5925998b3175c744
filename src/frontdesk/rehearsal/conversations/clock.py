"""The clock of one installation under test: PostgreSQL's `now()` and ours, moved together.

In the database of a test `now()` is replaced by a function that adds what the clock is ahead. It is `pg_catalog.now()` itself,
so every statement, every default of a column and every connection follows, whatever its search path. PostgreSQL would call
its own function for one it knows by number; this one, in SQL, is put in its place while a statement is planned.
"""

from datetime import UTC, datetime, timedelta

import asyncpg

from frontdesk.core import clock

NOTHING = timedelta()
REPLACED = """
CREATE SCHEMA frontdesk_clock;
GRANT USAGE ON SCHEMA frontdesk_clock TO PUBLIC;
CREATE TABLE frontdesk_clock.clock (ahead interval NOT NULL);
INSERT INTO frontdesk_clock.clock VALUES ('0');
GRANT SELECT ON frontdesk_clock.clock TO PUBLIC;
CREATE FUNCTION frontdesk_clock.ahead() RETURNS interval LANGUAGE plpgsql STABLE
    AS $$ BEGIN RETURN (SELECT ahead FROM frontdesk_clock.clock); END $$;
CREATE OR REPLACE FUNCTION pg_catalog.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS 'SELECT pg_catalog.transaction_timestamp() OPERATOR(pg_catalog.+) frontdesk_clock.ahead()';
"""


class Clock:
    """Runs as the machine's does, but from wherever it was set. Whatever is started once it is `worn` follows it."""

    def __init__(self, owner: asyncpg.Connection) -> None:
        self.owner = owner
        self.ahead = NOTHING

    async def install(self) -> None:
        """Let the database follow; it has to be one that nothing else uses."""
        await self.owner.execute(REPLACED)

    def wear(self) -> None:
        """Let the task that calls this follow, and every task it starts from here on."""
        clock.ahead.set(lambda: self.ahead)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def set(self, moment: datetime) -> None:
        """Make it this time now."""
        await self._move(moment - datetime.now(UTC))

    async def reset(self) -> None:
        """Show the machine's time again."""
        if self.ahead:
            await self._move(NOTHING)

    async def _move(self, ahead: timedelta) -> None:
        await self.owner.execute("UPDATE frontdesk_clock.clock SET ahead = $1", ahead)
        self.ahead = ahead

"""Room for turns that read files: few at a time, so that a flood of voice messages leaves the others their worker."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from frontdesk.errors import TurnPutOff

AT_ONCE = 8
"""Turns of one process that fetch and read files at the same time."""
OF_ONE_TENANT = 4
LEAST_WAIT, MOST_WAIT = timedelta(seconds=2), timedelta(minutes=1)
A_FILE = timedelta(seconds=0.3)
"""About what a file takes with two processes that read: a crowd comes back as fast as it can be served."""
MOST_REMEMBERED = 1000


class Places:
    """Counts the turns that read, and remembers whom it turned away: the more there are, the longer they wait."""

    def __init__(self, at_once: int = AT_ONCE, of_one_tenant: int = OF_ONE_TENANT) -> None:
        self.at_once = at_once
        self.of_one_tenant = of_one_tenant
        self.taken: Counter[str] = Counter()
        self.away: dict[str, set[UUID]] = {}

    @contextlib.contextmanager
    def one(self, tenant: str, message_id: UUID) -> Iterator[None]:
        """Hold a place while a message's files are read; TurnPutOff where all are taken: nobody waits in a worker's hands."""
        if self.taken.total() >= self.at_once or self.taken[tenant] >= self.of_one_tenant:
            raise TurnPutOff("every place for reading files is taken", self._wait(tenant, message_id))
        self._let_in(tenant, message_id)
        self.taken[tenant] += 1
        try:
            yield
        finally:
            self.taken[tenant] -= 1
            if not self.taken[tenant]:
                del self.taken[tenant]

    def _wait(self, tenant: str, message_id: UUID) -> timedelta:
        waiting = self.away.setdefault(tenant, set())
        if len(waiting) < MOST_REMEMBERED:
            waiting.add(message_id)
        return max(LEAST_WAIT, min(len(waiting) * A_FILE, MOST_WAIT))

    def _let_in(self, tenant: str, message_id: UUID) -> None:
        waiting = self.away.get(tenant, set())
        waiting.discard(message_id)
        if not self.taken[tenant] or not waiting:  # the crowd is gone: others may have served it
            self.away.pop(tenant, None)

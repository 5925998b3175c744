"""What a worker does beside the journey: files kept, intents trained, conversations summed up, reminders sent."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from frontdesk import queue
from frontdesk.core import wire
from frontdesk.core.retry import jittered
from frontdesk.queue import Work
from frontdesk.reminding import Reminding
from frontdesk.services.media import Keeping
from frontdesk.services.wishes import Wishes
from frontdesk.store.db import Databases
from frontdesk.understanding.summing import Summing
from frontdesk.understanding.training import Training

PLACES = {wire.MEDIA: 8, wire.TRAIN: 1, wire.SUMMARISE: 2, wire.WISH: 1, wire.REMIND: 32}
"""How many of each kind a process does at once: a slow provider or a long training must not take all of a worker's places."""
CROWDED_WAIT = timedelta(seconds=2)


class Chores:
    """Does each kind of chore in few places; what finds them taken is put off, which is no try."""

    def __init__(
        self,
        databases: Databases,
        keeping: Keeping,
        training: Training,
        summing: Summing,
        wishes: Wishes,
        reminding: Reminding,
    ) -> None:
        self.databases = databases
        self.does: Mapping[str, Callable[[Work], Awaitable[None]]] = {
            wire.MEDIA: keeping.work,
            wire.TRAIN: training.work,
            wire.SUMMARISE: summing.work,
            wire.WISH: wishes.work,
            wire.REMIND: reminding.work,
        }
        self.places = {kind: asyncio.Semaphore(count) for kind, count in PLACES.items()}

    async def do(self, work: Work, database: str) -> None:
        """Do a chore of this database, or put it off."""
        places = self.places[work.kind]
        if places.locked():
            async with self.databases.platform(database) as tx:
                await queue.retry(tx, work, jittered(CROWDED_WAIT), counted=False)
            return
        async with places:
            await self.does[work.kind](work)

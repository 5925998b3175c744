"""Long conversations summed up in the background."""

from frontdesk import queue
from frontdesk.queue import Work
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.store.db import Databases


class Summing:
    """Brings the summary of a conversation up to date."""

    def __init__(self, databases: Databases, directory: Directory) -> None:
        self.databases = databases
        self.directory = directory

    async def work(self, work: Work) -> None:
        tenant = await self.directory.tenant(work.tenant)
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await queue.done(tx, work)

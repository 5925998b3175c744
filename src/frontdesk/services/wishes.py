"""What contacts ask for in a chat about what there is of them: erased it is at once, handed out by a person."""

from datetime import timedelta

import structlog

from frontdesk import queue
from frontdesk.core import clock, wire
from frontdesk.core.tenant import Tenant
from frontdesk.core.wire import Wish
from frontdesk.errors import NotFound
from frontdesk.queue import Work
from frontdesk.services.privacy import Erasure
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.store import keys, wishes
from frontdesk.store.db import Databases

log = structlog.get_logger()

BY = "contact"
"""Who did it, in the audit trail."""
PATIENCE = timedelta(minutes=1)
"""How long the answer may take to leave before the contact is erased without having read it."""
LOOK_AGAIN = timedelta(seconds=1)


class Wishes:
    """Sees to what contacts want done with what there is of them."""

    def __init__(self, databases: Databases, directory: Directory, erasure: Erasure) -> None:
        self.databases = databases
        self.directory = directory
        self.erasure = erasure

    async def work(self, work: Work) -> None:
        """See to one wish, and finish it; may be repeated."""
        wish = wire.load_wish(work.payload)
        tenant = await self.directory.tenant(work.tenant)
        if wish.wants == "export":
            await self._note_export(tenant, wish)
        elif await self._waits(tenant, work, wish):
            return
        else:
            await self._erase(tenant, wish)
        async with self.databases.tenant(tenancy(tenant)) as tx:
            await queue.done(tx, work)

    async def _waits(self, tenant: Tenant, work: Work, wish: Wish) -> bool:
        """Put the work off while the answer is still on its way: what waits to be sent is erased, too."""
        if clock.now() - work.created_at > PATIENCE:
            return False
        async with self.databases.tenant(tenancy(tenant)) as tx:
            if await wishes.is_answered(tx, wish.conversation_id):
                return False
            await queue.retry(tx, work, LOOK_AGAIN, counted=False)
        return True

    async def _erase(self, tenant: Tenant, wish: Wish) -> None:
        try:
            await self.erasure.erase(tenant, [wish.contact_id], BY)
        except NotFound:
            log.info("contact_gone_already", tenant=tenant.code)

    async def _note_export(self, tenant: Tenant, wish: Wish) -> None:
        async with self.databases.platform() as tx:
            detail = {"conversation": str(wish.conversation_id)}
            await keys.note(tx, BY, "contact.export_wanted", str(wish.contact_id), tenant.code, detail)

"""Training in the background: a version of the intents that is wanted becomes a model."""

from datetime import timedelta

import structlog

from frontdesk import queue
from frontdesk.core import wire
from frontdesk.core.retry import jittered
from frontdesk.core.tenant import Tenant
from frontdesk.queue import Work
from frontdesk.services.tenants import Directory, tenancy
from frontdesk.settings import Settings
from frontdesk.store import intent_models
from frontdesk.store.db import Databases
from frontdesk.store.intent_models import Snapshot
from frontdesk.understanding.intents import trainer
from frontdesk.understanding.intents.trainer import Bounds, Broken, Invalid, Lesson, Made

log = structlog.get_logger()

MOST_TRIES = 3
AGAIN = timedelta(seconds=5)


class Training:
    """Trains the version a piece of work names, in a process of its own, and says how it went."""

    def __init__(self, settings: Settings, databases: Databases, directory: Directory) -> None:
        self.databases = databases
        self.directory = directory
        self.embeddings = settings.embeddings_folder
        self.bounds = Bounds(seconds=settings.training_seconds, memory_bytes=settings.training_memory_bytes)

    async def work(self, work: Work) -> None:
        """Train a version, unless it is trained already; where that is wanted, it goes live with the work's end."""
        version = wire.load_wanted(work.payload).version
        tenant = await self.directory.tenant(work.tenant)
        async with self.databases.tenant(tenancy(tenant), durable=False) as tx:
            started = await intent_models.start(tx, version)
        result = await trainer.train(self._lesson(tenant, started), self.bounds) if started else None
        if await self._settle(tenant, work, version, result):
            await self.directory.changed(tenant.code)

    def _lesson(self, tenant: Tenant, snapshot: Snapshot) -> Lesson:
        return Lesson(
            intents=snapshot.intents,
            training=snapshot.training,
            willingness=tenant.settings.intents.ask_again,
            embeddings=self.embeddings,
        )

    async def _settle(self, tenant: Tenant, work: Work, version: int, result: Made | Invalid | Broken | None) -> bool:
        """Store what became of a version; True where it is live now."""
        async with self.databases.tenant(tenancy(tenant)) as tx:
            if isinstance(result, Broken) and work.attempts < MOST_TRIES:
                log.warning("training_broke", version=version, why=result.why, attempts=work.attempts)
                await queue.retry(tx, work, jittered(AGAIN))
                return False
            await queue.done(tx, work)
            match result:
                case Made(metrics, model):
                    log.info("intents_trained", version=version, seconds=metrics.get("train_seconds"))
                    return await intent_models.finish(tx, version, model, metrics)
                case Invalid(why) | Broken(why):
                    log.warning("training_failed", version=version, why=why)
                    await intent_models.fail(tx, version, why)
        return False

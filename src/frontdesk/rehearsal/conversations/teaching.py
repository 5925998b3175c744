"""Intents of the files under test: each set is trained once, whatever number of tenants has it."""

import asyncio
import json
from hashlib import sha256
from pathlib import Path

from frontdesk.core.tenant import Tenant
from frontdesk.errors import FrontdeskError
from frontdesk.rehearsal.conversations import stored
from frontdesk.rehearsal.conversations.cases import Case
from frontdesk.rehearsal.conversations.given import Intents
from frontdesk.rehearsal.conversations.lane import Lane
from frontdesk.rehearsal.conversations.passing import Impossible
from frontdesk.rehearsal.conversations.stored import Lesson
from frontdesk.services.tenants import tenancy
from frontdesk.store import intent_models
from frontdesk.understanding.intents import rasa
from frontdesk.understanding.intents.versions import Versions
from frontdesk.understanding.intents.workshop import Workshop

ACTOR = "conversation tests"
TRAINING_SECONDS = 300
LOOK_SECONDS = 0.05


class Lessons:
    """What was taught so far."""

    def __init__(self) -> None:
        self._trained: dict[str, asyncio.Task[Lesson]] = {}

    def key(self, case: Case) -> str:
        """Return the same for cases that can have the same tenant: those with the same intents."""
        if case.intents is None:
            return ""
        defined = case.intents.model_dump_json(exclude_defaults=True)
        share = case.settings.intents.ask_again
        return sha256(json.dumps([str(case.file.parent), defined, share]).encode()).hexdigest()

    async def teach(self, lane: Lane, tenant: Tenant, case: Case) -> None:
        """Give a tenant the case's intents, trained."""
        if case.intents is None:
            return
        key = self.key(case)
        if key not in self._trained:
            self._trained[key] = asyncio.create_task(_train(lane, tenant, case.intents, case.file.parent))
            await self._trained[key]
            return
        await stored.teach(lane.databases, tenant, await self._trained[key])


async def _train(lane: Lane, tenant: Tenant, wanted: Intents, folder: Path) -> Lesson:
    """Have the installation train a tenant's intents, as it does for any, and return what it made."""
    workshop, versions = await lane.app.get(Workshop), await lane.app.get(Versions)
    try:
        for intent in wanted.define:
            await workshop.define(tenant, intent, ACTOR)
        if text := await asyncio.to_thread(_training, wanted, folder):
            await workshop.bring_in(tenant, rasa.read(text), "merge", ACTOR)
        number = await versions.train(tenant, ACTOR, promote=True)
    except FrontdeskError as error:
        raise Impossible(f"these intents can't be used: {error}") from None
    async with asyncio.timeout(TRAINING_SECONDS):
        while True:
            async with lane.databases.tenant(tenancy(tenant), durable=False) as tx:
                version = await intent_models.load(tx, number)
            if version.status == "failed":
                raise Impossible(f"these intents can't be trained: {version.error}")
            if version.status == "ready":
                return await stored.trained(lane.databases, tenant)
            await asyncio.sleep(LOOK_SECONDS)


def _training(wanted: Intents, folder: Path) -> str | bytes | None:
    if wanted.file is None:
        return wanted.training
    path = folder / wanted.file
    try:
        return path.read_bytes()
    except OSError as error:
        raise Impossible(f"the training data {path} can't be read: {error.strerror}") from None

"""Language models loaded before they are needed: at a worker's start, and when tenants change."""

import asyncio
import time

import structlog

from frontdesk.errors import DatabaseUnavailable
from frontdesk.services.tenants import Directory
from frontdesk.store import tenants
from frontdesk.store.db import Databases
from frontdesk.understanding import language

log = structlog.get_logger()

SPACING_SECONDS = 5.0
"""How long changes are gathered: whatever changed, one look at all tenants is enough."""
WORDS = "good morning"


class Warming:
    """Loads the models of the languages the installation's tenants speak."""

    def __init__(self, databases: Databases, directory: Directory) -> None:
        self.databases = databases
        self.directory = directory
        self._changed = asyncio.Event()
        self._warm: set[tuple[str, ...]] = set()

    async def warm(self) -> None:
        """Load what is not loaded yet; without the database nothing, and the first turns that need a model load it."""
        started = time.perf_counter()
        try:
            async with self.databases.platform() as tx:
                spoken = await tenants.languages(tx)
        except DatabaseUnavailable as error:
            log.warning("languages_not_warmed", error=str(error))
            return
        cold = [languages for languages in map(tuple, spoken) if languages not in self._warm]
        for languages in cold:
            model = await language.detector(languages)
            await asyncio.to_thread(language.language_of, WORDS, languages, None, model)
            self._warm.add(languages)
        if cold:
            log.info("languages_warm", sets=len(cold), seconds=round(time.perf_counter() - started, 2))

    async def follow(self) -> None:
        """Load what tenants need that change, for ever, in the background of their turns."""
        self.directory.dropped.append(lambda _: self._changed.set())
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self.warm()
            await asyncio.sleep(SPACING_SECONDS)

"""A text tried on a version of the intents: what would be understood, and why, without a conversation."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from frontdesk.core import clock
from frontdesk.core.entities import Entity, Kind
from frontdesk.core.slots import Slot
from frontdesk.core.tenant import Tenant
from frontdesk.errors import Conflict
from frontdesk.services.genai.usage import Ledger
from frontdesk.services.tenants import tenancy
from frontdesk.store import intent_models
from frontdesk.store.db import Databases
from frontdesk.store.pool import Transaction
from frontdesk.understanding import entities, language
from frontdesk.understanding.language import Decision
from frontdesk.understanding.recognition import Recognised, Recognition


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What was found. `spoken` is None where the tenant speaks one language; `ledger` is what language models were asked."""

    version: int | None
    recognised: Recognised
    entities: Sequence[Entity]
    spoken: Decision | None
    ledger: Ledger


class Trial:
    """Tries texts for one tenant. A text counts as written in the working language; nothing is translated or kept."""

    def __init__(self, tenant: Tenant, databases: Databases, recognition: Recognition) -> None:
        self.tenant = tenant
        self.databases = databases
        self.recognition = recognition

    async def of(self, text: str, version: int | None = None) -> Tried:
        """Try a text on a version, the live one where none is named.

        NotFound where there is no such version, Conflict where it is not ready.
        """
        chosen, ledger = await self._version(version), Ledger()
        found = await self.recognition.recognise(text, chosen, (), ledger)
        intent = found.intents.get(found.meaning.intent or "")
        slots, settings = intent.slots if intent else (), self.tenant.settings
        asked = {slot.kind for slot in slots} - {"list", "pattern", "text"}
        kinds = {*settings.intents.entities, *asked}
        return Tried(
            version=chosen,
            recognised=found,
            entities=await asyncio.to_thread(self._entities, text, settings.working_language, kinds, slots),
            spoken=await self._spoken(text, None),
            ledger=ledger,
        )

    async def recognised(self, text: str) -> Recognised:
        """Return what the live version understands, as a turn would."""
        return await self.recognition.recognise(text, await self._version(None), (), Ledger())

    async def entities(self, text: str, spoken: str | None) -> Sequence[Entity]:
        """Return the values a turn would find before it is known what is wanted: of the kinds looked for everywhere."""
        settings = self.tenant.settings
        if not settings.intents.entities:
            return ()
        language = spoken or settings.working_language
        return await asyncio.to_thread(self._entities, text, language, settings.intents.entities)

    async def spoken(self, text: str, known: str | None) -> str | None:
        """Return the language a text is in, `known` being the contact's; None where the tenant speaks one."""
        found = await self._spoken(text, known)
        return found.language if found else None

    async def _version(self, version: int | None) -> int | None:
        async with self.databases.tenant(tenancy(self.tenant), durable=False) as tx:
            return await intent_models.live(tx) if version is None else await _ready(tx, version)

    def _entities(self, text: str, spoken: str, kinds: Collection[Kind], slots: Sequence[Slot] = ()) -> list[Entity]:
        """Return values of these kinds, and of the lists and patterns an intent asks for."""
        settings = self.tenant.settings
        return entities.find(
            text,
            spoken,
            clock.now(),
            settings.time_zone,
            kinds=kinds,
            region=settings.region,
            prefer=settings.prefer_dates,
            lists={
                slot.name: tuple((option.value, option.synonyms) for option in slot.options)
                for slot in slots
                if slot.kind == "list"
            },
            patterns={slot.name: slot.pattern for slot in slots if slot.kind == "pattern" and slot.pattern},
        )

    async def _spoken(self, text: str, known: str | None) -> Decision | None:
        settings = self.tenant.settings
        if len(settings.languages) < 2:
            return None
        detector = await language.detector(settings.languages)
        return language.language_of(text, settings.languages, known, detector, ignored=settings.translation.glossary)


async def _ready(tx: Transaction, version: int) -> int:
    found = await intent_models.load(tx, version)
    if found.status != "ready":
        raise Conflict(f"version {version} of the intents is {found.status}: only a version that is ready can be tried")
    return version

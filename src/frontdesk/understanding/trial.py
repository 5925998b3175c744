"""A text tried on a version of the intents: what would be understood, and why, without a conversation."""

from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.core import clock
from frontdesk.core.entities import Entity
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
        async with self.databases.tenant(tenancy(self.tenant), durable=False) as tx:
            chosen = await intent_models.live(tx) if version is None else await _ready(tx, version)
        ledger = Ledger()
        found = await self.recognition.recognise(text, chosen, (), ledger)
        intent = found.intents.get(found.meaning.intent or "")
        return Tried(
            version=chosen,
            recognised=found,
            entities=self._entities(text, intent.slots if intent else ()),
            spoken=await self._spoken(text),
            ledger=ledger,
        )

    def _entities(self, text: str, slots: Sequence[Slot]) -> list[Entity]:
        """Return values of the kinds the tenant looks for everywhere, and of those the intent asks for."""
        settings = self.tenant.settings
        asked = {slot.kind for slot in slots} - {"list", "pattern", "text"}
        return entities.find(
            text,
            settings.working_language,
            clock.now(),
            settings.time_zone,
            kinds={*settings.intents.entities, *asked},
            region=settings.region,
            prefer=settings.prefer_dates,
            lists={
                slot.name: tuple((option.value, option.synonyms) for option in slot.options)
                for slot in slots
                if slot.kind == "list"
            },
            patterns={slot.name: slot.pattern for slot in slots if slot.kind == "pattern" and slot.pattern},
        )

    async def _spoken(self, text: str) -> Decision | None:
        spoken = self.tenant.settings.languages
        if len(spoken) < 2:
            return None
        return language.language_of(text, spoken, None, await language.detector(spoken))


async def _ready(tx: Transaction, version: int) -> int:
    found = await intent_models.load(tx, version)
    if found.status != "ready":
        raise Conflict(f"version {version} of the intents is {found.status}: only a version that is ready can be tried")
    return version

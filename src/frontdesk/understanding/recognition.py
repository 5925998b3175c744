"""What a message wants: patterns, the live model, and a language model's second opinion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from frontdesk.core.conversation import Said
from frontdesk.core.intents import Intent
from frontdesk.core.meaning import NOTHING_MEANT, Meaning
from frontdesk.core.tenant import Tenant
from frontdesk.services.genai.usage import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What a text means, the live version's intents by name, and how it was found, for the turn record."""

    meaning: Meaning = NOTHING_MEANT
    intents: Mapping[str, Intent] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)


class Recognition:
    """Recognises intents for one tenant."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    async def recognise(self, text: str, version: int | None, history: Sequence[Said], ledger: Ledger) -> Recognised:
        """Return what a text in the working language wants, by the intents of `version`; nothing without one."""
        return Recognised()

"""What is said, in the contact's language: answers the tenant wrote in its own are translated."""

from collections.abc import Mapping
from typing import Any

from frontdesk.core.tenant import Tenant
from frontdesk.core.turn import Outcome, Turn


class Voice:
    """Speaks for one tenant, as its settings have it."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    async def speak(self, turn: Turn, outcome: Outcome) -> tuple[Outcome, Mapping[str, Any]]:
        """Return the outcome in the turn's language, and what the turn record says of that."""
        return outcome, {}

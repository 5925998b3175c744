"""Says nothing, on purpose."""

from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Outcome, Route, Turn


class Silence:
    """Keeps what was said and lets it pass: people talking with each other in a group."""

    def __init__(self, settings: TenantSettings) -> None:
        self.settings = settings

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        return Outcome.silent(evidence=route.reason)

"""The language model a tenant's settings choose, metered."""

from frontdesk.core.tenant import Tenant
from frontdesk.services.genai.port import GenAI
from frontdesk.services.genai.usage import Ledger


class Chosen:
    """One tenant's language model, if it has one; breaker and budget are the tenant's in this process."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    def model(self, ledger: Ledger) -> GenAI | None:
        """Return the model, each call noted in the ledger; None where the tenant has none."""
        return None

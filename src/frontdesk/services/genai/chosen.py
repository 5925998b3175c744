"""The language model a tenant's settings choose, metered."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from frontdesk.core.tenant import Tenant
from frontdesk.core.understanding import LanguageModel
from frontdesk.http import Http
from frontdesk.live import Live
from frontdesk.services.genai.breaker import Breaker
from frontdesk.services.genai.budget import Budget, Days, Limits
from frontdesk.services.genai.late import Late
from frontdesk.services.genai.metered import Metered, Patience
from frontdesk.services.genai.port import GenAI
from frontdesk.services.genai.prompted import Prompted
from frontdesk.services.genai.pydantic_ai import Provider, PydanticAI
from frontdesk.services.genai.rest import Rest, Service
from frontdesk.services.genai.usage import Ledger, Price
from frontdesk.services.secrets import Secrets

SHARE_OF_DEADLINE = 0.75
"""What one request may take of a task's deadline where there are several attempts."""


class Chosen:
    """One tenant's language model, if it has one; breaker and budget are the tenant's in this process."""

    def __init__(self, tenant: Tenant, secrets: Secrets, http: Http, live: Live, days: Days) -> None:
        self.settings = tenant.settings.llm
        self.secrets = secrets
        self.http = http
        self.breaker = Breaker()
        limits = Limits(self.settings.tokens_a_day, self.settings.cost_a_day)
        self.budget = Budget(live, tenant.code, limits, days=days, zone=tenant.settings.zone)
        self.late = Late(tenant.code, self._key, self.make)

    @property
    def name(self) -> str:
        """The model as `provider:name`; empty where there is none."""
        match self.settings.kind:
            case "pydantic_ai":
                return self.settings.model
            case "rest":
                return f"rest:{self.settings.model or 'service'}"
            case _:
                return ""

    def model(self, ledger: Ledger, seconds: float | None = None) -> GenAI | None:
        """Return the model, each call noted in the ledger; None where the tenant has none.

        With `seconds` whoever asks is in more of a hurry than the settings are.
        """
        if self.settings.kind == "none":
            return None
        patience = patience_of(self.settings)
        if seconds is not None and seconds < self.settings.deadline_seconds:
            patience = replace(patience, deadline=timedelta(seconds=seconds), in_a_hurry=True)
        return Metered(self.late, self.breaker, self.budget, ledger, patience, self.name)

    def probe(self) -> GenAI | None:
        """Return the model for one attempt that the breaker neither stops nor hears of; the budget does."""
        if self.settings.kind == "none":
            return None
        patience = Patience(timedelta(seconds=self.settings.deadline_seconds), attempts=1)
        return Metered(self.late, Breaker(), self.budget, Ledger(), patience, self.name)

    async def make(self, key: str | None) -> GenAI:
        """Return the model the settings name, asked with this key; ConfigurationError where it can't be."""
        settings, price = self.settings, price_of(self.settings)
        timeout = request_timeout(settings)
        if settings.kind == "rest":
            return Rest(Service(settings.base_url or "", key, timeout, price), self.http)
        provider = Provider(
            settings.model,
            settings.base_url,
            key,
            settings.output,
            settings.most_output_tokens,
            settings.temperature,
            timeout,
        )
        model = PydanticAI(provider, self.http, {settings.model: price} if price else {})
        await asyncio.to_thread(model.check)  # imports what takes seconds the first time
        return Prompted(model)

    async def _key(self) -> str | None:
        return await self.secrets.get(self.settings.key) if self.settings.key else None


def patience_of(settings: LanguageModel) -> Patience:
    return Patience(timedelta(seconds=settings.deadline_seconds), settings.attempts)


def request_timeout(settings: LanguageModel) -> timedelta:
    """Return how long one request may take: not all of the deadline where another attempt may follow."""
    share = SHARE_OF_DEADLINE if settings.attempts > 1 else 1.0
    return timedelta(seconds=settings.deadline_seconds * share)


def price_of(settings: LanguageModel) -> Price | None:
    """Return what tokens cost, None where the settings don't say."""
    if settings.price_input is None or settings.price_output is None:
        return None
    return Price(settings.price_input, settings.price_output, settings.price_cached)

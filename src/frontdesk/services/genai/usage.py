"""What language models were asked and what that cost, for the turn record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider counted them; `cached` ones are part of the input. `cost` is None where no price is known."""

    model: str = ""
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost: Decimal | None = None

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    def __add__(self, other: "Usage") -> "Usage":
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Usage(
            self.model or other.model,
            self.requests + other.requests,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
            sum(costs, Decimal()) if costs else None,
        )

    def record(self) -> dict[str, Any]:
        """Return the counts as JSON holds them; the cost as text, so that nothing is lost of it."""
        return {
            "model": self.model,
            "requests": self.requests,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cached_tokens": self.cached_tokens,
            "cost": None if self.cost is None else format(self.cost, "f"),
        }


NOTHING = Usage()


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost, in the currency of the tenant's budget; cached input counts as input unless priced."""

    input: Decimal
    output: Decimal
    cached: Decimal | None = None

    def of(self, usage: Usage) -> Decimal:
        cached = self.input if self.cached is None else self.cached
        fresh = max(0, usage.input_tokens - usage.cached_tokens)
        return (fresh * self.input + usage.cached_tokens * cached + usage.output_tokens * self.output) / MILLION


Prices = Mapping[str, Price]
"""Prices by model string, such as `openai-chat:gpt-5-mini`: from the settings, never from the Internet."""


@dataclass(slots=True)
class Ledger:
    """What one turn asked of language models, in order; it holds counts and error codes, never words."""

    entries: list[dict[str, Any]] = field(default_factory=list)

    def add(self, task: str, usage: Usage, seconds: float, failure: str | None = None) -> None:
        entry = {"task": task, **usage.record(), "seconds": round(seconds, 3)}
        self.entries.append({**entry, "failure": failure} if failure else entry)

    def record(self) -> list[dict[str, Any]]:
        return list(self.entries)

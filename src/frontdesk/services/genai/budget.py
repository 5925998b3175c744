"""What a tenant may spend on language models in a day, in tokens and in money; Redis adds up the processes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal

from frontdesk.live import Live
from frontdesk.services.genai.failures import GenAIBudgetSpent
from frontdesk.services.genai.usage import MILLION, Usage

KEPT_SECONDS = 3 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a tenant spends between two midnights; None: no limit. Money is in the currency of the prices."""

    tokens: int | None = None
    cost: Decimal | None = None


@dataclass(slots=True)
class _Day:
    """A day's counts: what all processes are known to have spent, and what of it Redis hasn't heard."""

    tokens: int = 0
    micros: int = 0
    unsaid_tokens: int = 0
    unsaid_micros: int = 0


class Budget:
    """One tenant's spending. Checked before a call and charged after: calls under way at once may go over together.

    While Redis is away each process goes by what it knew and spends itself, and tells Redis of it later; when Redis has
    lost its memory each process still goes by the most it knew.
    """

    def __init__(
        self,
        live: Live,
        tenant: str,
        limits: Limits,
        *,
        zone: tzinfo = UTC,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.live = live
        self.tenant = tenant
        self.limits = limits
        self.zone = zone
        self.clock = clock
        self._date = ""
        self._day = _Day()

    async def check(self) -> None:
        """Raise GenAIBudgetSpent where nothing is left of today's budget."""
        if self.limits.tokens is None and self.limits.cost is None:
            return
        day = await self._share()
        if self.limits.tokens is not None and day.tokens >= self.limits.tokens:
            raise self._spent(f"{self.limits.tokens} tokens")
        if self.limits.cost is not None and Decimal(day.micros) / MILLION >= self.limits.cost:
            raise self._spent(f"{self.limits.cost:f} in money")

    async def charge(self, usage: Usage) -> None:
        """Count what was used; rounds money up to millionths."""
        day = self._today()
        micros = int(((usage.cost or Decimal()) * MILLION).to_integral_value("ROUND_CEILING"))
        day.tokens += usage.tokens
        day.micros += micros
        day.unsaid_tokens += usage.tokens
        day.unsaid_micros += micros
        await self._share()

    async def spent(self) -> tuple[int, Decimal]:
        """Return today's tokens and cost, as far as this process knows."""
        day = await self._share()
        return day.tokens, Decimal(day.micros) / MILLION

    async def _share(self) -> _Day:
        """Tell Redis what it hasn't heard, and learn what the others spent."""
        day, keys = self._today(), self._keys()
        tokens, micros = day.unsaid_tokens, day.unsaid_micros
        day.unsaid_tokens = day.unsaid_micros = 0
        totals = await self.live.add_counts(dict(zip(keys, (tokens, micros), strict=True)), KEPT_SECONDS)
        if totals is None:
            day.unsaid_tokens += tokens
            day.unsaid_micros += micros
        else:
            day.tokens = max(day.tokens, totals[keys[0]])
            day.micros = max(day.micros, totals[keys[1]])
        return day

    def _today(self) -> _Day:
        date = self.clock().astimezone(self.zone).date().isoformat()
        if date != self._date:
            self._date, self._day = date, _Day()
        return self._day

    def _keys(self) -> tuple[str, str]:
        root = f"frontdesk:genai:{self.tenant}:{self._date}"
        return f"{root}:tokens", f"{root}:micros"

    def _spent(self, limit: str) -> GenAIBudgetSpent:
        now = self.clock().astimezone(self.zone)
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return GenAIBudgetSpent(f"today's budget of {limit} for language models is spent", midnight - now)
